// Shows what was read, the same everywhere: one outcome, a list of evidence, and a whole verdict with its link.

const reasonWords = (reason) => (reason ? reason.short : "no reason was kept");

const OUTCOMES = {
  known: (reading) => [h("samp", { text: reading.value || "(empty)" }), " ", h("small", { text: reading.type })],
  absent: () => [h("b", { class: "absent", text: "absent" })],
  unknown: (reading) => [
    h("b", { class: "no", text: `unknown: ${reasonWords(reading.reason)}` }),
    reading.detail && [" ", h("q", { text: reading.detail })],
  ],
};

// What became of a fact: its raw value and type, or that it is absent, or why it is unknown.
const outcome = (reading) => h("span", { class: "outcome" }, ...OUTCOMES[reading.state](reading));

// The same on one line of text, for cells that are cut, and for searching.
const outcomeWords = (reading) => {
  if (reading.state === "known") return reading.value || "(empty)";
  return reading.state === "absent" ? "absent" : `unknown: ${reasonWords(reading.reason)}`;
};

// A place or a condition: it may wrap after each backslash.
const breakable = (text) => {
  const parts = text.split("\\");
  return h("code", {}, ...parts.flatMap((part, index) => (index ? ["\\", h("wbr"), part] : [part])));
};

// An authored text, in which what stands between two backticks is code.
const ticked = (text) => {
  const parts = text.split("`");
  return parts.length % 2 ? parts.map((part, index) => (index % 2 ? h("code", { text: part }) : part)) : [text];
};

// A way names its own moment where that is not the host's.
const wayWords = (reading, moment) => {
  if (!reading.way) return "";
  const asked = reading.state === "unknown" ? "asked" : "read";
  const verb = reading.way.startsWith("the inventory") ? "told" : asked;
  return `${verb} by ${reading.way}${moment && !reading.way.includes(" UTC") ? `, ${moment}` : ""}`;
};

// Below an outcome: where it was read, and how and when.
const provenance = (reading, moment) => {
  const way = wayWords(reading, moment);
  if (!reading.where && !way) return null;
  return h("p", { class: "aside" }, reading.where && ["at ", breakable(reading.where), way && ", "], way);
};

const evidenceItem = ({ label, reading }, moment) => h("li", {},
  h("code", { class: "what", text: label }), " = ", reading ? outcome(reading) : h("b", { class: "no", text: "not in the record" }),
  reading ? provenance(reading, moment) : "");

const evidenceList = (data, verdict) => {
  const at = data.moment(data.host(verdict.host).at);
  return h("ul", { class: "evidence" }, verdict.evidence.map((item) => evidenceItem(item, at)));
};

// Each fact that stood in the way of a verdict, and once for each reason what it means and what to do.
const missingList = (missing) => {
  const reasons = new Set(missing.map((item) => item.reason).filter(Boolean));
  return [
    h("ul", { class: "evidence" }, missing.map(({ label, reason, detail }) =>
      h("li", {}, h("code", { class: "what", text: label }), " = ", outcome({ state: "unknown", reason, detail })))),
    [...reasons].map((reason) => h("p", {}, h("b", { text: `${reason.short}: ` }), reason.words, " ", ticked(reason.remedy))),
  ];
};

const panelTitle = (words) => h("p", { class: "panel-title", text: words });

// The whole of a verdict: its sentence, what stood in its way, what it rests on, and the ways on from it.
const verdictPanel = (data, verdict) => h("div", { class: "verdict-panel" },
  h("p", { class: "says" }, verdictBadge(verdict), " ", verdict.summary),
  verdict.since && h("p", { class: "aside", text: `Since ${verdict.since}.` }),
  verdict.missing.length > 0 && [panelTitle("What is not known"), missingList(verdict.missing)],
  verdict.evidence.length > 0 && [panelTitle("Evidence"), evidenceList(data, verdict)],
  h("p", { class: "ways" },
    h("a", { class: "copy", href: verdictHref(data, verdict), text: "Link to this verdict" }),
    h("a", { href: serverHref(data, verdict.host), text: `All of ${data.name(verdict.host)}` }),
    ruleLink(data.rules[verdict.rule], "The rule")));
