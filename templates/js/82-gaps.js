// What the coverage lacks: the hosts of one cell of its matrix, and every host that was not or only partly scanned,
// each with the reason in plain words and what to do about it.

const BROKEN_REASON = {
  key: "broken", short: "broken rule",
  words: "The rule gave no answer although every fact it reads was known.", remedy: "Mend the rule; these hosts need nothing.",
};
const UNSAID_REASON = { key: "unsaid", short: "no reason was kept", words: "The run does not say why.", remedy: "Scan again." };

const distinctReasons = (reasons) => [...new Map(reasons.filter(Boolean).map((reason) => [reason.key, reason])).values()];

const verdictReasons = (verdict) => {
  if (verdict.word === "broken") return [BROKEN_REASON];
  const reasons = distinctReasons(verdict.missing.map(({ reason }) => reason));
  return reasons.length ? reasons : [UNSAID_REASON];
};

const shortReasons = (reasons) => reasons.map(({ short }) => short).join(", ");

const reasonAdvice = ({ short, words, remedy }, count) => h("li", {},
  h("b", { text: count ? `${short} (${plural(count, "host")}): ` : `${short}: ` }), words, " ", ticked(remedy));

// Each reason with the number of hosts that have it, the most frequent first; a host stands under every reason it has.
const reasonList = (rows) => {
  const counts = new Map();
  for (const { reasons } of rows) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const merged = new Map();
  for (const [reason, count] of counts) merged.set(reason.key, { reason, count: count + (merged.get(reason.key)?.count ?? 0) });
  const order = [...merged.values()].sort((one, other) => other.count - one.count);
  return h("ul", { class: "reasons" }, order.map(({ reason, count }) => reasonAdvice(reason, count)));
};

const missingFacts = (missing) => h("ul", { class: "evidence" }, missing.map(({ label, reason, detail }) => h("li", {},
  h("code", { text: label }), " ", h("b", { class: "no", text: `unknown: ${reason?.short ?? UNSAID_REASON.short}` }),
  detail && [" ", h("q", { text: detail })])));

// A column that shows the text that it is sorted by.
const plainColumn = (key, title, width, text) => ({ key, title, width, cell: text, value: text });

// What the tables of hosts begin with. The names are sorted already, as names with numbers are.
const whoColumns = (data) => [
  { key: "host", title: "Host", width: "name", cell: ({ host }) => serverLink(data, host), value: ({ host }) => host },
  plainColumn("site", "Site", "text wide", ({ host }) => data.site(host)),
];

const whyColumn = plainColumn("why", "Why", "long", ({ reasons }) => shortReasons(reasons));

const gapColumns = (data) => [
  ...whoColumns(data), whyColumn, plainColumn("what", "What stood in the way", "long", ({ verdict }) => gapWords(verdict)),
];

const gapWords = (verdict) => {
  if (!verdict.missing.length) return verdict.summary;
  const details = [...new Set(verdict.missing.map(({ detail }) => detail).filter(Boolean))];
  return `${verdict.missing.map(({ label }) => label).join(", ")}${details.length ? `: ${details.join("; ")}` : ""}`;
};

const gapDetail = ({ verdict, reasons }) => h("div", {},
  verdict.missing.length ? missingFacts(verdict.missing) : h("p", { text: verdict.summary }),
  h("ul", { class: "reasons" }, reasons.map((reason) => reasonAdvice(reason, 0))));

// The hosts on which a rule was not judged.
const gapPanel = (data, { rule, words, hosts }) => {
  const verdicts = hosts.map((host) => data.verdict(rule.index, host)).filter(({ word }) => word && !JUDGED.has(word));
  const rows = verdicts.map((verdict) => ({ host: verdict.host, verdict, reasons: verdictReasons(verdict) }));
  const heading = h("h3", { text: `${rule.title}, ${words}: ${plural(rows.length, "host")} not judged` });
  const list = table({
    label: heading.textContent, columns: gapColumns(data), rows, detail: gapDetail, name: ({ host }) => data.name(host), height: "26rem",
  });
  const element = h("section", { class: "card gap-panel", "aria-label": heading.textContent }, heading, reasonList(rows), list);
  return { heading, element };
};

// Every host that was not or only partly scanned, those not scanned first. What is derived or told was not asked of the
// host and is left out.
const incompleteRows = (data) => {
  const lacks = data.facts.filter((fact) => fact.asked).map(({ index }) => unknownReason(data, index));
  const rows = allHosts(data).map(({ index }) => index)
    .filter((host) => data.status(host).key !== "complete")
    .map((host) => incompleteRow(data, host, lacks));
  return [...rows.filter(({ silent }) => silent), ...rows.filter(({ silent }) => !silent)];
};

const incompleteRow = (data, host, lacks) => {
  const silent = data.status(host).key === "not_scanned";
  const own = silent ? [] : lacks.map((reason) => reason(host)).filter(Boolean);
  const reasons = distinctReasons([allHosts(data)[host].failure, ...own]);
  return { host, silent, lacking: own.length, reasons: reasons.length ? reasons : [UNSAID_REASON] };
};

// Readings are decoded once for all hosts that share them: a fleet has millions, few of them different.
const unknownReason = (data, fact) => {
  const known = new Map();
  return (host) => {
    const place = data.readingIndex(fact, host);
    if (place < 0) return null;
    if (!known.has(place)) known.set(place, lackOf(data.reading(fact, host)));
    return known.get(place);
  };
};

const lackOf = (reading) => (reading.state === "unknown" && !reading.way.startsWith("the inventory") ? reading.reason : null);

const triedWords = ({ attempts, transport, credential, took }) => {
  if (!attempts) return "not tried";
  return `${plural(attempts, "attempt")} by ${transport || "no transport"}${credential ? ` as ${credential}` : ""}, ${span(took)}`;
};

const triedBriefly = ({ attempts, transport }) => (attempts ? `${number(attempts)} × ${transport}` : "not tried");

const happenedWords = (data, { host, lacking }) => allHosts(data)[host].detail || `${plural(lacking, "fact")} could not be read`;

const incompleteColumns = (data) => [
  ...whoColumns(data),
  { key: "read", title: "Read", width: "badge", cell: ({ host }) => statusCell(data.status(host)), value: ({ silent }) => (silent ? 0 : 1) },
  whyColumn,
  plainColumn("detail", "What happened", "long", (row) => happenedWords(data, row)),
  plainColumn("tried", "Tried", "text wide", ({ host }) => triedBriefly(allHosts(data)[host])),
];

const lackingFacts = (data, host) => data.facts.filter((fact) => fact.asked)
  .map((fact) => ({ label: fact.id, ...data.reading(fact.index, host) }))
  .filter((reading) => reading.state && lackOf(reading));

const incompleteDetail = (data) => ({ host, silent, reasons }) => {
  const { address, detail } = allHosts(data)[host];
  const lacking = silent ? [] : lackingFacts(data, host).map((each) => (each.detail === detail ? { ...each, detail: "" } : each));
  return h("div", {},
    detail && h("p", {}, h("q", { text: detail })),
    h("p", { class: "aside", text: `${address ? `${address}, ` : ""}${triedWords(allHosts(data)[host])}` }),
    h("ul", { class: "reasons" }, reasons.map((reason) => reasonAdvice(reason, 0))),
    lacking.length > 0 && [h("p", { text: `${plural(lacking.length, "fact")} could not be read:` }), missingFacts(lacking)]);
};

const incompleteTable = (data) => table({
  label: "Hosts not or only partly scanned", columns: incompleteColumns(data), rows: [], detail: incompleteDetail(data),
  name: ({ host }) => data.name(host), empty: "Every one of these hosts was read whole.",
});
