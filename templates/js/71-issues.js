// The Analyzer's lists of findings, by its own names: one table over the same findings, with another choice of them each.

const ISSUE_LISTS = [
  { id: "critical", title: "Critical Issues", fits: (severity) => severity.key === "error",
    lead: "Findings of severity error: what protects the mail of these servers does not work, or works against itself." },
  { id: "all", title: "All Issues", fits: () => true,
    lead: "Every finding of every rule on every server." },
  { id: "non-default", title: "Non-Default Settings", fits: (severity) => severity.key === "non-default",
    lead: "Settings that somebody has changed. Each may be meant; none should be a surprise." },
  { id: "informational", title: "Informational Items", fits: (severity) => severity.key === "info",
    lead: "Worth knowing, nothing to mend." },
];

// From how many servers on a list is by rule, unless the reader wants one row a finding.
const MANY_SERVERS = 25;

const ISSUE_COLUMNS = (data, dated) => [
  { key: "severity", title: "Severity", width: "badge", cell: (row) => severityCell(row.severity),
    value: (row) => row.severity.rank },
  { key: "rule", title: "Rule", width: "long", cell: (row) => ruleLink(data.rules[row.rule]),
    value: (row) => data.rules[row.rule].title },
  { key: "server", title: "Server", width: "name", cell: (row) => serverLink(data, row.host), value: (row) => row.host },
  { key: "site", title: "Site", width: "text", cell: (row) => data.site(row.host), value: (row) => data.site(row.host) },
  { key: "says", title: "What was found", width: "long", cell: (row) => data.summary(row.rule, row.host),
    value: (row) => data.summary(row.rule, row.host) },
  dated && { key: "since", title: "Since", width: "since wide", cell: (row) => sinceCell(data.since(row.rule, row.host)),
    value: (row) => data.since(row.rule, row.host) },
].filter(Boolean);

const GROUP_COLUMNS = (data) => [
  { key: "severity", title: "Severity", width: "badge", cell: (row) => severityCell(row.severity),
    value: (row) => row.severity.rank },
  { key: "rule", title: "Rule", width: "long", cell: (row) => ruleLink(data.rules[row.rule]),
    value: (row) => data.rules[row.rule].title },
  { key: "count", title: "Servers", width: "num", cell: (row) => number(row.hosts.length), value: (row) => row.hosts.length },
  { key: "names", title: "Which", width: "long", cell: (row) => fewNames(data, row.hosts), value: (row) => row.hosts[0] },
];

// Every finding as a row, once for all lists: by gravity, then by rule, then by server.
const findingRows = once((data) => {
  const rows = [...data.pairs("finding")].map((pair) => {
    const [rule, host] = data.pair(pair);
    return { rule, host, severity: data.severity(rule, host) };
  });
  return rows.sort((a, b) => a.severity.rank - b.severity.rank || a.rule - b.rule || a.host - b.host);
});

// One row a rule; where a rule has findings of several severities, one for each, so that nothing is told too mildly.
const grouped = (rows) => {
  const groups = new Map();
  for (const row of rows) {
    const key = `${row.rule} ${row.severity.rank}`;
    if (!groups.has(key)) groups.set(key, { rule: row.rule, severity: row.severity, hosts: [] });
    groups.get(key).hosts.push(row.host);
  }
  return [...groups.values()].sort((a, b) => a.severity.rank - b.severity.rank || b.hosts.length - a.hosts.length || a.rule - b.rule);
};

const ISSUE_FACETS = (data) => [
  { key: "severity", title: "Severity", value: (row) => row.severity.key, order: data.severities.map(({ key }) => key),
    words: (key) => data.severities.find((one) => one.key === key).words },
  { key: "site", title: "Site", value: (row) => data.site(row.host) },
  { key: "dag", title: "DAG", value: (row) => allHosts(data)[row.host].dag },
  { key: "rule", title: "Rule", select: true, value: (row) => data.rules[row.rule].id,
    words: (id) => data.rules[data.ruleIndex(id)].title },
];

const issueTable = (data, by, title, rows) => (by === "rule"
  ? table({
    label: `${title} by rule`, columns: GROUP_COLUMNS(data), remember: true, empty: NO_MATCH,
    name: (row) => data.rules[row.rule].title,
    detail: (row) => groupPanel(data, row),
  })
  : table({
    label: title, columns: ISSUE_COLUMNS(data, rows.some((row) => data.since(row.rule, row.host))), remember: true, tall: true, empty: NO_MATCH,
    name: (row) => `${data.rules[row.rule].title} on ${data.name(row.host)}`,
    detail: (row) => verdictPanel(data, data.verdict(row.rule, row.host)),
  }));

const groupPanel = (data, { rule, hosts }) => h("div", { class: "verdict-panel" },
  h("p", {}, ruleLink(data.rules[rule], "Why it matters, what to do, and the evidence of each server")),
  nameList(hosts.map((host) => h("a", { href: verdictHref(data, { rule, host, word: "finding" }), text: data.name(host) }))));

// Nothing found is said together with what could not be looked at.
const noIssues = (data) => {
  const unknown = data.rules.reduce((sum, rule) => sum + rule.counts.unknown, 0);
  return h("p", { class: "none" }, "Nothing of this kind was found in what could be read.",
    unknown > 0 && [
      ` ${plural(unknown, "check")} could not be judged: `,
      h("a", { href: "#unknown", text: "by rule" }), ", ", h("a", { href: "#coverage", text: "coverage" }), ".",
    ]);
};

const ROW_CHOICE = [{ value: "rule", words: "Group by rule" }, { value: "finding", words: "One row a finding" }];

// One of the lists. It is filtered first, and then shown by rule or by finding.
class IssueList {
  #data; #issue; #rows; #kept; #by = ""; #list = null; #place = h("div"); #usual; #ways; #narrow;

  constructor(data, issue, rows) {
    this.#data = data;
    this.#issue = issue;
    this.#rows = this.#kept = rows;
    this.#usual = data.hosts > MANY_SERVERS ? "rule" : "finding";
    this.#ways = choice("Rows", ROW_CHOICE, this.#usual, (by) => {
      route.change({ by: by === this.#usual ? "" : by, sort: "" });
      this.#turn(by);
      this.#fill();
    });
    this.#narrow = narrowed({
      label: `Filter ${issue.title}`, rows, one: "finding",
      facets: ISSUE_FACETS(data).filter(({ key }) => key !== "severity" || issue.id === "all"),
      finds: (state) => {
        const find = finder(data, state.words);
        return (row) => find(row.rule, row.host);
      },
      show: (found) => { this.#kept = found; this.#fill(); },
    });
    this.element = viewSection(issue.title, issue.lead, this.#narrow, this.#ways.element, this.#place);
  }

  show({ query }) {
    const by = query.get("by") || this.#usual;
    this.#ways.choose(by);
    this.#turn(by);
    this.#narrow.read();
  }

  #turn(by) {
    if (by === this.#by) return;
    this.#by = by;
    this.#list = issueTable(this.#data, by, this.#issue.title, this.#rows);
    this.#place.replaceChildren(this.#list);
  }

  #fill() { this.#list.rows = this.#by === "rule" ? grouped(this.#kept) : this.#kept; }
}

const issuesMade = (data, issue) => {
  const rows = findingRows(data).filter((row) => issue.fits(row.severity));
  return rows.length ? new IssueList(data, issue, rows) : { element: viewSection(issue.title, issue.lead, noIssues(data)) };
};

for (const issue of ISSUE_LISTS) views.add({ id: issue.id, title: issue.title, make: (data) => issuesMade(data, issue) });
