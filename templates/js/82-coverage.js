// Coverage as a matrix: on how many hosts each rule could be judged, by site, credential or transport, the worst first.
// A finding, a pass and "not applicable" are judged; unknown and broken are not. A cell opens the hosts it lacks.

const COVERAGE_BY = [
  { key: "site", title: "Site", none: "no site given" },
  { key: "credential", title: "Credential", none: "no credential" },
  { key: "transport", title: "Transport", none: "no transport" },
];

const COVERAGE_LEAD = "A finding, a pass and “not applicable” count as judged; unknown and broken do not. Choose a number to see "
  + "the hosts behind it.";

const JUDGED = new Set(["finding", "pass", "not_applicable"]);
const EMPTY_VALUE = "-";

const coverageValue = (data, by) => {
  const values = allHosts(data).map((host) => host[by] || EMPTY_VALUE);
  return (host) => values[host];
};

const coverageGroups = (hosts, valueOf, none) => {
  const groups = gathered(hosts, valueOf);
  const order = (one, other) => (one === EMPTY_VALUE) - (other === EMPTY_VALUE) || naturally.compare(one, other);
  return [...groups.keys()].sort(order).map((value) => ({ value, words: value === EMPTY_VALUE ? none : value, hosts: groups.get(value) }));
};

const judgedOf = (data, rule, hosts) => {
  let judged = 0, of = 0;
  for (const host of hosts) {
    const word = data.word(rule, host);
    if (!word) continue;
    of += 1;
    if (JUDGED.has(word)) judged += 1;
  }
  return { judged, of };
};

// A row for each rule that was asked of any of these hosts: a cell for each group, and their sum.
const coverageRows = (data, groups) => {
  const rows = data.rules.map((rule) => {
    const cells = groups.map(({ hosts }) => judgedOf(data, rule.index, hosts));
    return { rule, cells, all: summed(cells) };
  });
  const share = ({ all: { judged, of } }) => judged / of;
  const missing = ({ all: { judged, of } }) => of - judged;
  return rows.filter((row) => row.all.of).sort((one, other) => share(one) - share(other) || missing(other) - missing(one));
};

const summed = (cells) => cells.reduce((sum, { judged, of }) => ({ judged: sum.judged + judged, of: sum.of + of }), { judged: 0, of: 0 });

const coveragePercent = ({ judged, of }) => (of ? Math.floor((100 * judged) / of) : 100);

const coverageWords = (sum, hosts) =>
  `${number(sum.judged)} of ${plural(sum.of, "check")} on ${plural(hosts, "host")} were judged: ${coveragePercent(sum)} %.`;

const SHADES = [[1, "g0"], [0.75, "g1"], [0.25, "g2"], [0, "g3"]];
const shadeOf = ({ judged, of }) => SHADES.find(([least]) => judged / of >= least)[1];

const NOBODY = () => h("td", { class: "nobody" }, h("span", { "aria-hidden": "true", text: "–" }), h("span", { class: "unseen", text: "no host" }));

const matrixCell = (rule, { value, words }, cell) => {
  if (!cell.of) return NOBODY();
  const text = cell.judged === cell.of ? `all ${number(cell.of)}` : `${number(cell.judged)} of ${number(cell.of)}`;
  if (cell.judged === cell.of) return h("td", { class: "g0", text });
  return h("td", { class: shadeOf(cell) }, h("button", {
    type: "button", tabindex: -1, "data-rule": rule.id, "data-at": value, "aria-expanded": "false",
    "aria-label": `${rule.title}, ${words}: ${text} judged; show the others`, text,
  }));
};

const EVERYWHERE = { value: "", words: "all hosts" };

const matrixRow = (groups) => ({ rule, cells, all: sum }) => h("tr", {},
  h("th", { scope: "row" }, h("a", { href: route.link("rule", rule.id), tabindex: -1, text: rule.title })),
  matrixCell(rule, EVERYWHERE, sum), groups.map((group, index) => matrixCell(rule, group, cells[index])));

const matrixHead = (words, hosts) => h("th", { scope: "col" }, words, h("span", { class: "aside", text: plural(hosts, "host") }));

const matrixTable = (by, groups, rows) => h("table", { class: "matrix" },
  h("caption", { class: "unseen", text: `On how many hosts each rule could be judged, by ${by.title.toLowerCase()}, the worst first` }),
  h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "Rule" }),
    matrixHead("All", groups.reduce((sum, { hosts }) => sum + hosts.length, 0)),
    groups.map(({ words, hosts }) => matrixHead(words, hosts.length)))),
  h("tbody", {}, rows.map(matrixRow(groups))));

const coverageFilter = (data, onChange) => {
  const facet = ({ key, title, none }) => {
    const groups = coverageGroups(allHosts(data).map(({ index }) => index), coverageValue(data, key), none);
    return { key, title, select: true, options: groups.map(({ value, words, hosts }) => ({ value, words, count: hosts.length })) };
  };
  return filter({ search: false, label: "Hosts that count here", facets: COVERAGE_BY.slice(0, 2).map(facet), onChange });
};

const coverageParts = () => {
  const whole = h("input", { type: "checkbox" }), wholeWords = h("span", {});
  return {
    by: h("select", {}, COVERAGE_BY.map(({ key, title }) => h("option", { value: key, text: title }))),
    whole,
    wholeWords,
    wholeLabel: h("label", {}, whole, wholeWords),
    told: h("p", { class: "judged", role: "status" }),
    scroller: h("div", { class: "matrix-scroller" }),
  };
};

// The matrix with its controls; `picked(choice)` gets the cell that the route names, or null.
class CoverageMatrix {
  #data; #parts = coverageParts(); #values; #stop; #picked;

  constructor(data, picked) {
    this.#data = data;
    this.#picked = picked;
    this.#values = Object.fromEntries(COVERAGE_BY.map(({ key }) => [key, coverageValue(data, key)]));
    const { by, whole, wholeLabel, told, scroller } = this.#parts;
    this.#stop = roving(scroller, "button, tbody a");
    this.filter = coverageFilter(data, () => this.draw());
    this.element = h("div", { class: "by-rule" }, h("h3", { text: "By rule" }),
      h("p", { class: "aside", text: COVERAGE_LEAD }),
      h("div", { class: "matrix-tools" }, this.filter, h("label", {}, h("span", { text: "Columns" }), by), wholeLabel), told, scroller);
    by.addEventListener("change", () => this.#change({ by: by.value, rule: "", at: "" }));
    whole.addEventListener("change", () => this.#change({ rules: whole.checked ? "all" : "" }));
    scroller.addEventListener("click", (event) => this.#choose(event.target.closest("button")));
  }

  #change(changes) { route.change(changes); this.draw(); }

  #choose(button) {
    if (!button) return;
    const open = button.getAttribute("aria-expanded") === "true";
    route.change(open ? { rule: "", at: "" } : { rule: button.dataset.rule, at: button.dataset.at });
    this.#mark(!open);
  }

  hosts() {
    const { state } = this.filter, { site, credential } = this.#values;
    return allHosts(this.#data).map(({ index }) => index)
      .filter((host) => state.has("site", site(host)) && state.has("credential", credential(host)));
  }

  draw() {
    const { query } = route.read(), parts = this.#parts;
    const by = COVERAGE_BY.find(({ key }) => key === query.get("by")) ?? COVERAGE_BY[0];
    const hosts = this.hosts(), groups = coverageGroups(hosts, this.#values[by.key], by.none), rows = coverageRows(this.#data, groups);
    const lacking = rows.filter(({ all: sum }) => sum.judged < sum.of), whole = query.get("rules") === "all";
    parts.by.value = by.key;
    parts.whole.checked = whole;
    parts.wholeLabel.hidden = lacking.length === rows.length;
    parts.wholeWords.textContent = `also ${plural(rows.length - lacking.length, "rule")} judged on every host`;
    parts.told.textContent = coverageWords(summed(rows.map((row) => row.all)), hosts.length);
    const shown = whole ? rows : lacking;
    const none = rows.length ? "Every rule was judged on every one of these hosts." : "No rule was asked of these hosts.";
    parts.scroller.replaceChildren(shown.length ? matrixTable(by, groups, shown) : h("p", { class: "none", text: none }));
    this.#groups = groups;
    this.#mark(false);
  }

  #groups = [];

  // Show in the matrix which cell is chosen, and tell what it stands for.
  #mark(moved) {
    const { query } = route.read(), id = query.get("rule"), at = query.get("at") ?? "";
    for (const button of all("button", this.#parts.scroller)) {
      button.setAttribute("aria-expanded", String(button.dataset.rule === id && button.dataset.at === at));
    }
    this.#stop((button) => button.getAttribute("aria-expanded") === "true");
    const group = at ? this.#groups.find(({ value }) => value === at) : { ...EVERYWHERE, hosts: this.hosts() };
    const rule = this.#data.rules[this.#data.ruleIndex(id)];
    this.#picked(rule && group ? { rule, words: group.words, hosts: group.hosts } : null, moved);
  }
}
