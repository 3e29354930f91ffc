// Recent Changes: what is otherwise than in the run before: verdicts, settings, servers that fell silent, came and went.

// From one verdict to the other, in words; the first line that fits says it. "-": there was, or is, no verdict.
const CHANGE_KINDS = [
  { key: "new", words: "New finding", icon: "warning", fits: (from, to) => "pn".includes(from) && to === "f" },
  { key: "found", words: "Finding, not judged before", icon: "warning", fits: (from, to) => to === "f" },
  { key: "gone", words: "Finding is gone", icon: "pass", fits: (from, to) => from === "f" && "pn".includes(to) },
  { key: "lost", words: "Finding not judged this time", icon: "unknown", fits: (from) => from === "f" },
  { key: "unjudged",
    words: "Not judged any more", icon: "unknown", fits: (from, to) => "pn".includes(from) && "ub-".includes(to) },
  { key: "judged",
    words: "Judged again, nothing found", icon: "pass", fits: (from, to) => "ub-".includes(from) && "pn".includes(to) },
  { key: "other", words: "Another answer", icon: "not_applicable", fits: () => true },
];

const CHANGE_WORDS = { f: "finding", u: "unknown", b: "broken", p: "passed", n: "not applicable", "-": "no verdict" };

const changeKind = (from, to) => CHANGE_KINDS.find((kind) => kind.fits(from, to));

const verdictChanges = (data) => data.changes.verdicts.map(([host, rule, from, to]) => {
  const kind = changeKind(from, to);
  const site = data.site(host);
  return { host, rule, from, to, kind, site, text: `${data.name(host)} ${site} ${data.rules[rule].title} ${kind.words}`.toLowerCase() };
});

// Settings that changed, grouped: the same fact, from the same value to the same value, on how many servers.
const factChanges = (data) => {
  const groups = new Map();
  for (const [host, fact, before, after] of data.changes.facts) {
    const key = JSON.stringify([fact, before.slice(0, 5), after.slice(0, 5)]);
    if (!groups.has(key)) {
      const about = data.facts[fact];
      groups.set(key, { fact: about, before: data.decode(before, about), after: data.decode(after, about), hosts: [] });
    }
    groups.get(key).hosts.push(host);
  }
  return [...groups.values()].sort((a, b) => b.hosts.length - a.hosts.length || a.fact.index - b.fact.index);
};

const CHANGE_FACETS = (data) => [
  { key: "kind", title: "What changed", value: (row) => row.kind.key, order: CHANGE_KINDS.map(({ key }) => key),
    words: (key) => CHANGE_KINDS.find((kind) => kind.key === key).words },
  { key: "rule", title: "Rule", select: true, value: (row) => data.rules[row.rule].id,
    words: (id) => data.rules[data.ruleIndex(id)].title },
  { key: "site", title: "Site", value: (row) => row.site },
];

const VERDICT_CHANGE_COLUMNS = (data) => [
  { key: "kind", title: "What changed", width: "badge change",
    cell: ({ kind }) => h("span", { class: "state" }, icon(kind.icon), kind.words),
    value: ({ kind }) => CHANGE_KINDS.indexOf(kind) },
  { key: "rule", title: "Rule", width: "long", cell: (row) => ruleLink(data.rules[row.rule]),
    value: (row) => data.rules[row.rule].title },
  { key: "server", title: "Server", width: "name", cell: (row) => serverLink(data, row.host), value: (row) => row.host },
  { key: "site", title: "Site", width: "text wide", cell: (row) => row.site, value: (row) => row.site },
];

const FACT_CHANGE_COLUMNS = (data) => [
  { key: "fact", title: "Setting", width: "name", cell: (row) => h("code", { text: row.fact.id }), value: (row) => row.fact.id },
  { key: "before", title: "Before", width: "long was", cell: (row) => outcomeWords(row.before),
    value: (row) => outcomeWords(row.before) },
  { key: "after", title: "Now", width: "long now", cell: (row) => outcomeWords(row.after), value: (row) => outcomeWords(row.after) },
  { key: "count", title: "Servers", width: "num", cell: (row) => number(row.hosts.length), value: (row) => row.hosts.length },
  { key: "names", title: "Which", width: "text wide", cell: (row) => fewNames(data, row.hosts), value: (row) => row.hosts[0] },
];

const changePanel = (data, row) => h("div", {},
  h("p", {}, h("b", { text: `${row.kind.words}: ` }), `${CHANGE_WORDS[row.from]} → ${CHANGE_WORDS[row.to]}`),
  verdictPanel(data, data.verdict(row.rule, row.host)));

const verdictsChanged = (data) => {
  const rows = verdictChanges(data);
  const heading = h("h3", { text: `Verdicts: ${plural(rows.length, "change")}` });
  if (!rows.length) return { element: h("section", {}, heading, h("p", { class: "none", text: "Every verdict is the same as before." })) };
  const list = table({
    label: "Verdicts that changed", columns: VERDICT_CHANGE_COLUMNS(data), sort: "kind", remember: true, height: "32rem", empty: NO_MATCH,
    name: (row) => `${data.rules[row.rule].title} on ${data.name(row.host)}`,
    detail: (row) => changePanel(data, row),
  });
  const narrow = narrowed({
    label: "Filter the changes", rows, one: "change", facets: CHANGE_FACETS(data),
    finds: (state) => (row) => state.fits(row.text),
    show: (found) => { list.rows = found; },
  });
  return { element: h("section", {}, heading, narrow, list), narrow };
};

const factPanel = (data, row) => h("div", { class: "verdict-panel" },
  h("p", {}, h("code", { text: row.fact.id }), row.fact.about ? `: ${row.fact.about}` : ""),
  h("ul", { class: "evidence" },
    h("li", {}, "before: ", outcome(row.before), provenance(row.before, "")),
    h("li", {}, "now: ", outcome(row.after), provenance(row.after, ""))),
  panelTitle(plural(row.hosts.length, "server")), nameList(row.hosts.map((host) => serverLink(data, host))));

const settingsChanged = (data) => {
  const rows = factChanges(data);
  const list = () => table({
    label: "Settings that changed", columns: FACT_CHANGE_COLUMNS(data), rows, sort: "-count", height: "32rem",
    name: (row) => row.fact.id, detail: (row) => factPanel(data, row),
  });
  return h("section", {}, h("h3", { text: `Settings: ${plural(data.changes.facts.length, "change")}` }),
    rows.length ? list() : h("p", { class: "none", text: "Every fact that was read in both runs is the same as before." }));
};

// A server on which no rule could be judged any more is one change, not one a rule; so is one where some could be again.
const silencePart = (data) => {
  const { silent, back } = data.changes;
  if (!silent.length && !back.length) return null;
  const before = ([host, findings, checks, facts]) => [serverLink(data, host),
    ` before: ${plural(findings, "finding")}, ${plural(checks, "other check")}; ${plural(facts, "fact")} not read any more`];
  return h("section", {}, h("h3", { text: `Judged: ${number(silent.length)} not this time, ${number(back.length)} again` }),
    silent.length > 0 && h("div", {}, h("h4", { text: "Not this time" }),
      h("p", { class: "lead", text: "No rule could be judged: what was found before may still be so." }), nameList(silent.map(before))),
    back.length > 0 && h("div", {}, h("h4", { text: "Again" }),
      h("p", { class: "lead", text: "No rule could be judged the time before; whether a finding is new is not known." }), nameList(back.map((host) => serverLink(data, host)))));
};

// What was read the time before and could not be read now is no change; it is told, so that nobody takes it for none.
const unreadPart = (data) => {
  const { unread } = data.changes;
  if (!unread.length) return null;
  const facts = unread.reduce((sum, [, count]) => sum + count, 0);
  return h("section", {}, h("h3", { text: `Not read this time: ${plural(facts, "fact")} on ${plural(unread.length, "server")}` }),
    h("p", { class: "lead", text: "They were read the time before. Whether they changed is not known." }),
    nameList(unread.map(([host, count]) => [serverLink(data, host), ` ${plural(count, "fact")}`])));
};

const rulesPart = ({ new_rules: came, gone_rules: went }) => (came.length || went.length) > 0 && h("section", {},
  h("h3", { text: `Rules: ${number(came.length)} new, ${number(went.length)} gone` }),
  [["New", came], ["Gone", went]].filter(([, names]) => names.length).map(([words, names]) =>
    h("div", {}, h("h4", { text: words }), nameList(names.map((name) => h("code", { text: name }))))));

const comersAndGoers = (data) => {
  const { new_hosts: came, gone_hosts: went } = data.changes;
  return h("section", {}, h("h3", { text: `Servers: ${number(came.length)} new, ${number(went.length)} gone` }),
    came.length > 0 && h("div", {}, h("h4", { text: "New" }), nameList(came.map((name) => serverLink(data, data.hostIndex(name))))),
    went.length > 0 && h("div", {}, h("h4", { text: "Gone" }), nameList(went)),
    !came.length && !went.length && h("p", { class: "none", text: "The same servers as before." }));
};

views.add({
  id: "changes",
  title: "Recent Changes",
  make(data) {
    if (!data.run.previous) {
      const words = `There is no earlier run to compare with, and no change is claimed. ${data.run.why}`;
      return { element: viewSection("Recent Changes", "", h("p", { class: "none", text: words })) };
    }
    const lead = `Compared with run ${data.run.previous}. What became unknown is neither mended nor fine.`;
    const verdicts = verdictsChanged(data);
    return {
      element: viewSection("Recent Changes", lead,
        verdicts.element, silencePart(data), settingsChanged(data), unreadPart(data), comersAndGoers(data), rulesPart(data.changes)),
      show() { verdicts.narrow?.read(); },
    };
  },
});
