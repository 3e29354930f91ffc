// Every server as one row: its state, its gravest finding, how much is not known of it.

const GRAVITIES = { "none-known": "None known", none: "None" };

// The gravest finding of a server. None is told apart from none as far as one could see.
const gravity = (data, { worst, unknown, broken, pass, not_applicable: inapplicable }) => {
  if (worst) return { ...worst, finding: true };
  if (unknown || broken || !(pass || inapplicable)) {
    return { key: "none-known", words: GRAVITIES["none-known"], rank: data.severities.length, icon: "unknown" };
  }
  return { key: "none", words: GRAVITIES.none, rank: data.severities.length + 1, icon: pass ? "pass" : "not_applicable" };
};

const gravityCell = (gravest) => (gravest.finding ? severityCell(gravest) : h("span", { class: "state aside" }, icon(gravest.icon), gravest.words));

const SERVER_COLUMNS = (data) => [
  { key: "server", title: "Server", width: "name", cell: (row) => serverLink(data, row.index), value: (row) => row.index },
  { key: "status", title: "Status", width: "status", cell: (row) => statusCell(row.status), value: (row) => row.status.words },
  { key: "site", title: "Site", width: "site", cell: (row) => row.site, value: (row) => row.site },
  { key: "dag", title: "DAG", width: "text wide", cell: (row) => row.dag, value: (row) => row.dag },
  { key: "product", title: "Exchange", width: "product wide", cell: (row) => row.product.replace(/^Exchange /, ""),
    value: (row) => row.product },
  { key: "scanmail", title: "ScanMail", width: "text wide", cell: (row) => row.scanmail, value: (row) => row.scanmail },
  { key: "worst", title: "Gravest", width: "gravest badge", cell: (row) => gravityCell(row.gravest),
    value: (row) => row.gravest.rank },
  { key: "findings", title: "Findings", width: "num count", cell: (row) => number(row.tally.finding),
    value: (row) => row.tally.finding },
  { key: "unknown", title: "Unknown", width: "num count", cell: (row) => number(row.tally.unknown),
    value: (row) => row.tally.unknown },
  { key: "took", title: "Took", width: "num count wide", cell: (row) => (row.started < 0 ? "" : span(row.took)),
    value: (row) => row.took },
];

const SERVER_FACETS = (data) => [
  { key: "status", title: "Status", value: (row) => row.status.key,
    words: (key) => data.statuses.find((status) => status.key === key).words },
  { key: "severity", title: "Gravest finding", value: (row) => row.gravest.key,
    order: [...data.severities.map(({ key }) => key), ...Object.keys(GRAVITIES)],
    words: (key) => GRAVITIES[key] ?? data.severities.find((severity) => severity.key === key).words },
  { key: "site", title: "Site", value: (row) => row.site },
  { key: "dag", title: "DAG", value: (row) => row.dag },
];

const serverText = (row) => [
  row.name, row.site, row.dag, row.product, row.scanmail, row.status.words, row.address, row.failure?.short ?? "", row.detail,
  row.transport, row.credential, ...row.groups, ...row.notes, row.gravest.words,
].join("\n").toLowerCase();

const serverRow = (data) => (host) => {
  const tally = data.tally(host.index);
  const row = { ...host, tally, gravest: gravity(data, tally) };
  return { ...row, text: serverText(row) };
};

views.add({
  id: "servers",
  title: "Servers",
  make(data) {
    const rows = allHosts(data).map(serverRow(data));
    const list = table({
      label: "All servers", columns: SERVER_COLUMNS(data), remember: true, sort: "worst", empty: NO_MATCH, name: (row) => row.name,
    });
    list.classList.add("dense");
    const narrow = narrowed({
      label: "Filter the servers", rows, one: "server", facets: SERVER_FACETS(data),
      finds: (state) => (row) => state.fits(row.text),
      show: (found) => { list.rows = found; },
    });
    const lead = "Every server of the run. Unknown counts the rules that could not be judged there: neither a finding nor a pass. "
      + "None known: nothing was found, and not everything could be judged.";
    return { element: viewSection("Servers", lead, narrow, list), show() { narrow.read(); } };
  },
});
