// <fs-host>: the page of one server: what it is, how it was read, every verdict with its reason, every fact as a tree.
//   fsHost.show(data, host, find)

// A list of terms; those without a value are left out.
const terms = (name, pairs) => h("dl", { class: name }, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
  .map(([title, value]) => h("div", {}, h("dt", { text: title }), h("dd", {}, value))));

// Why a server was not, or not wholly, read: what that means, its own words, and what to do.
const failurePart = ({ status, failure, detail }) => {
  if (!failure) return null;
  return h("div", { class: `failure f-${status.key}` },
    h("p", {}, icon(status.key), h("strong", { text: `${status.words}: ${failure.short}. ` }), failure.words),
    detail && h("p", {}, "It said: ", h("q", { text: detail })),
    h("p", {}, h("b", { text: "What to do: " }), ticked(failure.remedy)));
};

// Of a server whose turn never came there is no timing.
const tried = (one, words) => (one.started < 0 ? "" : words);

const readPart = (data, one) => terms("meta", [
  ["Address", one.address],
  ["Groups", one.groups.join(", ")],
  ["Read by", [one.transport, one.credential].filter(Boolean).join(" as ")],
  ["Started", data.moment(one.started)],
  ["Took", tried(one, span(one.took))],
  ["Attempts", tried(one, number(one.attempts))],
  ["Round trips", tried(one, number(one.round_trips))],
  ["Received", tried(one, plural(one.received, "byte"))],
]);

// What a server is, in plain words; type and place of what was read stand below, with all facts.
const placeWords = (reading) => {
  if (reading.state === "unknown") return outcome(reading);
  const words = reading.state === "absent" ? "none" : reading.value || "(empty)";
  return h("span", { class: words.length > LONG ? "long" : null, text: words });
};

const LONG = 120;

const topologyPart = (data, host) => {
  const fields = data.topology.map((field, index) => [field.label, data.place(index, host)]).filter(([, reading]) => reading);
  if (!fields.length) return h("p", { class: "none", text: "Nothing is known of what this server is." });
  return terms("fields", fields.map(([label, reading]) => [label, placeWords(reading)]));
};

// What scanners leave alone, and what they should: the facts whose ids speak of it.
const EXCLUSIONS = /exclu|uncovered/;

const exclusionsPart = (data, host) => {
  const entries = factEntries(data, host).filter(({ fact, reading }) => EXCLUSIONS.test(fact.id) && reading.state !== "absent");
  if (!entries.length) return null;
  const unknown = entries.filter(({ reading }) => reading.state === "unknown").length;
  return lazily({ class: "fold" }, [h("b", { text: "Exclusions: " }), plural(entries.length, "fact"), unknown > 0 && `, ${number(unknown)} unknown`],
    () => h("ul", { class: "tree" }, entries.map(({ fact, reading }) => factItem(fact, reading, data.moment(data.host(host).at), fact.id))));
};

// Verdicts

// Why a rule says what it says here, or why it did not fire: its condition, then reason and evidence.
const verdictBody = (data, verdict) => {
  const rule = data.rules[verdict.rule];
  return h("div", { class: "body" },
    rule.when && h("p", { class: "condition" }, h("b", { text: "Condition: " }), breakable(rule.when)),
    verdictPanel(data, verdict));
};

// What folds is filled when it is first opened: a server has a hundred verdicts and hundreds of facts.
const lazily = (properties, summary, fill, open = false) => {
  let filled = false;
  const details = h("details", properties, h("summary", {}, summary));
  const open_ = () => {
    if (filled || !details.open) return;
    filled = true;
    details.append(fill());
  };
  details.addEventListener("toggle", open_);
  details.open = open;
  return details;
};

const verdictItem = (data, rule, host) => {
  const verdict = { word: data.word(rule.index, host), severity: data.severity(rule.index, host) };
  return lazily({ class: "item verdict" },
    [verdictBadge(verdict), h("span", { class: "rule", text: rule.title }), h("span", { class: "hosts", text: data.summary(rule.index, host) })],
    () => verdictBody(data, data.verdict(rule.index, host)));
};

const VERDICT_PARTS = [
  { word: "finding", title: (n) => plural(n, "finding"), open: true },
  { word: "unknown", title: (n) => `${number(n)} unknown: what is missing, and why`, open: true },
  { word: "broken", title: (n) => plural(n, "broken rule"), open: true },
  { word: "pass", title: (n) => `${number(n)} passed`, open: false },
  { word: "not_applicable", title: (n) => `${number(n)} not applicable, and why`, open: false },
];

const verdictPart = (data, host, { word, title, open }) => {
  const rules = data.rules.filter((rule) => data.word(rule.index, host) === word)
    .sort((a, b) => data.severity(a.index, host).rank - data.severity(b.index, host).rank || a.index - b.index);
  if (!rules.length) return null;
  const heading = h("h4", { text: title(rules.length) });
  const items = () => h("div", { class: "verdicts" }, rules.map((rule) => verdictItem(data, rule, host)));
  return open ? [heading, items()] : lazily({ class: "fold" }, heading, items);
};

const verdictsPart = (data, host) => {
  const parts = VERDICT_PARTS.map((part) => verdictPart(data, host, part)).filter(Boolean);
  return parts.length ? parts : h("p", { class: "none", text: "No rule said anything of this server." });
};

// Facts

const factItem = (fact, reading, moment, label) => h("li", { class: "fact" },
  h("code", { class: "what", title: fact.id, text: label }), " ", outcome(reading),
  fact.about && h("p", { class: "aside", text: fact.about }), provenance(reading, moment));

// The facts of a server as a tree over the parts of their ids: scanmail.services.master stands in scanmail, services.
const factTree = (entries) => {
  const tree = { branches: new Map(), leaves: [], size: 0 };
  for (const entry of entries) {
    const parts = entry.fact.id.split(".");
    let node = tree;
    for (const part of parts.slice(0, -1)) {
      if (!node.branches.has(part)) node.branches.set(part, { branches: new Map(), leaves: [], size: 0, unknown: 0 });
      node = node.branches.get(part);
      node.size += 1;
      node.unknown += entry.reading.state === "unknown" ? 1 : 0;
    }
    node.leaves.push({ ...entry, label: parts.at(-1) });
  }
  return tree;
};

const branch = (name, node, moment) => lazily({ class: "branch" },
  [h("code", { text: name }), " ", h("span", { class: "aside" }, plural(node.size, "fact"), node.unknown > 0 && `, ${number(node.unknown)} unknown`)],
  () => twigs(node, moment));

const twigs = (node, moment) => h("div", { class: "twigs" },
  [...node.branches].map(([name, inner]) => branch(name, inner, moment)),
  node.leaves.length > 0 && h("ul", {}, node.leaves.map(({ fact, reading, label }) => factItem(fact, reading, moment, label))));

const factText = ({ fact, reading }) => [fact.id, fact.about, reading.where, outcomeWords(reading), reading.detail].join("\n").toLowerCase();

const factEntries = (data, host) => data.facts.map((fact) => ({ fact, reading: data.reading(fact.index, host) })).filter(({ reading }) => reading);

const factsSum = (entries) => {
  const count = (state) => entries.filter(({ reading }) => reading.state === state).length;
  return `${plural(entries.length, "fact")}: ${number(count("known"))} known, ${number(count("absent"))} absent, ${number(count("unknown"))} unknown`;
};

const factsPart = (data, host, find) => {
  const entries = factEntries(data, host), at = data.moment(data.host(host).at), place = h("div", { class: "tree" });
  if (!entries.length) return h("p", { class: "none", text: "No fact of this server was kept." });
  const told = h("p", { class: "told aside", role: "status" });
  const search = (text) => {
    const words = searchWords(text);
    const found = words.length ? entries.filter((entry) => hasWords(words, factText(entry))) : entries;
    told.textContent = words.length ? `${number(found.length)} of ${plural(entries.length, "fact")}` : factsSum(entries);
    place.replaceChildren(words.length
      ? h("ul", {}, found.map(({ fact, reading }) => factItem(fact, reading, at, fact.id)))
      : twigs(factTree(entries), at));
  };
  const input = h("input", { type: "search", value: find, on: { input: () => { route.change({ find: input.value }); search(input.value); } } });
  search(find);
  return [h("div", { class: "rule-tools" }, h("label", { class: "find" }, h("span", { text: "Find a fact" }), input), told), place];
};

// The page

const neighbours = (data, host) => h("nav", { class: "ways", "aria-label": "Other servers" },
  host > 0 && h("a", { href: serverHref(data, host - 1), rel: "prev" }, "← ", data.name(host - 1)),
  host < data.hosts - 1 && h("a", { href: serverHref(data, host + 1), rel: "next" }, data.name(host + 1), " →"),
  h("a", { href: route.link("baseline", data.name(host)), text: "Compare with its peers" }),
  h("a", { href: "#servers", text: "All servers" }));

const countsPart = (data, host) => {
  const tally = data.tally(host);
  return h("ul", { class: "counts" }, WORD_ORDER.map((word) =>
    h("li", { class: tally[word] ? null : "zero" }, icon(word === "finding" ? tally.worst?.key ?? "info" : word),
      h("b", { text: number(tally[word]) }),
      ` ${word === "finding" && tally[word] !== 1 ? "findings" : VERDICT_WORDS[word].toLowerCase()}`)));
};

class FsHost extends HTMLElement {
  show(data, host, find) {
    const one = data.host(host);
    this.replaceChildren(
      h("div", { class: "head" }, h("h2", {}, one.name), neighbours(data, host)),
      h("p", { class: "identity" }, badge(one.status.key, one.status.words),
        [one.site, one.dag, one.product, one.scanmail && `ScanMail ${one.scanmail}`].filter(Boolean).map((words) => h("span", { text: words }))),
      h("div", { class: "card" }, failurePart(one), countsPart(data, host),
        one.notes.map((note) => h("p", { class: "aside", text: `Note: ${note}` })), readPart(data, one)),
      h("section", {}, h("h3", { text: "Verdicts" }), verdictsPart(data, host)),
      h("section", {}, h("h3", { text: "What it is" }), h("div", { class: "card" }, topologyPart(data, host), exclusionsPart(data, host))),
      h("section", {}, h("h3", { text: "Detailed" }), factsPart(data, host, find)));
  }
}
customElements.define("fs-host", FsHost);

const noServer = (name) => [
  h("div", { class: "head" }, h("h2", { text: "No such server" })),
  h("p", { class: "none" }, `There is no server ${name} in this run. `, h("a", { href: "#servers", text: "All servers" }), "."),
];

views.add({
  id: "server",
  title: "Server",
  under: "servers",
  make(data) {
    const page = document.createElement("fs-host"), element = h("section", { class: "view", "aria-label": "Server" }, page);
    let shown = "";
    return {
      element,
      show({ item, query }) {
        const host = data.hostIndex(item);
        if (shown !== item) {
          shown = item;
          if (host >= 0) page.show(data, host, query.get("find") ?? "");
          else page.replaceChildren(...noServer(item));
        }
        return { title: host >= 0 ? data.name(host) : "No such server" };
      },
    };
  },
});
