// Adds to the summary what leads on from it: servers by their gravest finding, and which rules changed their answers.

const MOST_CHANGED = 5;

// The classes of the view of servers, so that a bar leads to as many servers as it counts.
const gravestCounts = (data) => {
  const classes = new Map();
  for (let host = 0; host < data.hosts; host += 1) {
    const gravest = gravity(data, data.tally(host));
    const known = classes.get(gravest.key) ?? { gravest, count: 0 };
    classes.set(gravest.key, { ...known, count: known.count + 1 });
  }
  return [...classes.values()].sort((one, other) => one.gravest.rank - other.gravest.rank);
};

const gravestBar = ({ gravest, count }, most) => {
  const sign = gravest.finding ? gravest.key : gravest.icon;
  return h("li", {}, h("a", { href: route.link("servers", "", { severity: gravest.key }) },
    h("span", { class: `sign s-${sign}` }, icon(sign)), h("span", { class: "words", text: gravest.words }),
    svg("svg", { class: "bar-track", viewBox: "0 0 1000 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: `f-${sign}`, width: Math.max(8, (1000 * count) / most), height: 10 })),
    h("b", { text: number(count) })));
};

const gravestCard = (data) => {
  const counts = gravestCounts(data), most = Math.max(...counts.map(({ count }) => count));
  return h("div", { class: "card gravest" }, h("h3", { text: "Servers by their gravest finding" }),
    h("ul", { class: "gravest-bars" }, counts.map((each) => gravestBar(each, most))),
    h("p", {}, h("a", { href: "#topology", text: "See where they stand" })));
};

// How many findings of each rule are new or gone since the run before, the most changed first. What was not judged before
// is not called new.
const changedRules = (data) => {
  const rules = new Map();
  for (const [, rule, before, after] of data.changes.verdicts) {
    const entry = rules.get(rule) ?? { rule, new: 0, found: 0, gone: 0, lost: 0 };
    const { key } = changeKind(before, after);
    if (key in entry) entry[key] += 1;
    rules.set(rule, entry);
  }
  const sum = (entry) => entry.new + entry.found + entry.gone + entry.lost;
  return [...rules.values()].filter(sum).sort((one, other) => other.new - one.new || sum(other) - sum(one) || one.rule - other.rule);
};

const changedWords = ({ new: fresh, found, gone, lost }) => [
  fresh && `new on ${plural(fresh, "host")}`,
  found && `found on ${plural(found, "host")} not judged before`,
  gone && `gone on ${plural(gone, "host")}`,
  lost && `not judged this time on ${plural(lost, "host")}`,
].filter(Boolean).join(", ");

const changedList = (data) => {
  const rules = changedRules(data), rest = rules.length - MOST_CHANGED;
  if (!rules.length) return [];
  const item = (entry) => h("li", {}, ruleLink(data.rules[entry.rule]), ` ${changedWords(entry)}`);
  const more = rest > 0 && h("p", { class: "aside", text: `and ${plural(rest, "more rule")}` });
  return [h("h4", { text: "Rules with the most changes" }), h("ul", { class: "changed" }, rules.slice(0, MOST_CHANGED).map(item)), more];
};

const summaryView = (data, [section]) => {
  const changes = $(".changes", section);
  if (data.hosts) changes.after(gravestCard(data));
  changes.append(...changedList(data).filter(Boolean));
  return {};
};

views.add({ id: "summary", title: "Summary", make: summaryView });
