// By rule: when a rule is opened, its servers, with the evidence of each; and all its other verdicts, to see why it did not fire.
//   #rule/ID opens a rule; ?host=NAME the verdict of one server; ?word= and ?find= are which verdicts, and what was typed.

const MANY_HOSTS = 12;
const WORD_ORDER = ["finding", "unknown", "broken", "pass", "not_applicable"];

// What was read, on one line: for a column, where the same sentence stands for all.
const briefly = (verdict) => {
  const missing = verdict.missing.map(({ label, reason }) => `${label}: ${reasonWords(reason)}`);
  const evidence = verdict.evidence.filter(({ reading }) => reading).map(({ label, reading }) => `${label} = ${outcomeWords(reading)}`);
  return (missing.length ? missing : evidence).join(" · ");
};

const ruleColumns = (data, r, hosts, word) => {
  const says = new Set(hosts.map((host) => data.summaryIndex(r, host))).size > 1;
  const graver = word === "finding" && hosts.some((host) => data.severity(r, host).rank !== data.rules[r].severity);
  const known = hosts.some((host) => data.since(r, host));
  return [
    { key: "server", title: "Server", width: "name", cell: (host) => serverLink(data, host), value: (host) => host },
    { key: "site", title: "Site", width: "text wide", cell: (host) => data.site(host), value: (host) => data.site(host) },
    graver && { key: "severity", title: "Severity", width: "badge", cell: (host) => severityCell(data.severity(r, host)),
      value: (host) => data.severity(r, host).rank },
    says && { key: "says", title: "What it says", width: "long", cell: (host) => data.summary(r, host),
      value: (host) => data.summary(r, host) },
    !says && { key: "read", title: "What was read", width: "long", cell: (host) => briefly(data.verdict(r, host)) },
    known && { key: "since", title: "Since", width: "since wide", cell: (host) => sinceCell(data.since(r, host)),
      value: (host) => data.since(r, host) },
  ].filter(Boolean);
};

const ruleText = (data, r, host) => `${data.name(host)} ${data.site(host)} ${data.summary(r, host)}`.toLowerCase();

// The table in one placeholder. Its state goes into the fragment when the reader touches it.
class RuleHosts {
  #data; #rule; #made = ""; #table = null; #state; #words; #search; #place = h("div");

  constructor(data, holder) {
    this.#data = data;
    this.#rule = data.rules[data.ruleIndex(holder.dataset.rule)];
    this.#state = { word: holder.dataset.word, find: "", host: "" };
    const { counts } = this.#rule;
    const options = WORD_ORDER.filter((word) => counts[word]).map((word) => ({ value: word, words: VERDICT_WORDS[word], count: counts[word] }));
    this.#words = choice("Which verdicts of this rule", options, holder.dataset.word, (word) => this.#touch({ word, find: "", host: "" }));
    this.#search = h("input", { type: "search", "aria-label": `Find a server among those of ${this.#rule.title}`, placeholder: "Find a server", on: {
      input: () => this.#touch({ find: this.#search.value, host: "" }),
    } });
    holder.append(h("div", { class: "rule-tools" }, this.#words.element, this.#search), this.#place);
    this.#draw();
  }

  // Shows what a link asks for: which verdicts, and the one of which server.
  show({ word, find, host }) {
    const wanted = this.#data.hostIndex(host);
    const said = wanted < 0 ? "" : this.#data.word(this.#rule.index, wanted);
    this.#state = { word: said || word || this.#state.word, find: said ? "" : find || "", host };
    this.#search.value = this.#state.find;
    this.#words.choose(this.#state.word);
    this.#draw();
    return said ? this.#table.reveal(wanted) : false;
  }

  #touch(changes) {
    Object.assign(this.#state, changes);
    this.#search.value = this.#state.find;
    this.#keep();
    this.#draw();
  }

  #keep() { route.replace(route.link("rule", this.#rule.id, this.#state)); }

  #draw() {
    const { word, find } = this.#state;
    const words = searchWords(find);
    const hosts = this.#data.having(this.#rule.index, word);
    this.#search.hidden = hosts.length <= MANY_HOSTS;
    const found = words.length ? hosts.filter((host) => hasWords(words, ruleText(this.#data, this.#rule.index, host))) : hosts;
    if (this.#made === word) this.#table.rows = found;
    else this.#make(word, hosts, found);
  }

  #make(word, hosts, found) {
    const { index, title } = this.#rule;
    this.#made = word;
    this.#table = table({
      label: `${title}: ${VERDICT_WORDS[word].toLowerCase()}`,
      columns: ruleColumns(this.#data, index, hosts, word),
      rows: found,
      height: "26rem",
      name: (host) => this.#data.name(host),
      detail: (host) => verdictPanel(this.#data, this.#data.verdict(index, host)),
      empty: "No server has these words.",
      onOpen: (host) => { this.#state.host = host === null ? "" : this.#data.name(host); this.#keep(); },
    });
    this.#place.replaceChildren(this.#table);
  }
}

// Fills a placeholder once; a rule that is never opened costs nothing.
const ruleTables = new WeakMap();
const ruleTable = (data, holder) => {
  if (!ruleTables.has(holder)) ruleTables.set(holder, new RuleHosts(data, holder));
  return ruleTables.get(holder);
};

const fillOpened = (data, details) => {
  for (const holder of all(".hosts-of", details)) if (holder.closest("details[open]") === details) ruleTable(data, holder);
};

// The placeholder that a link means: the one of the verdicts it asks for, else that of the rule itself.
const holderOf = (sections, { id, anchor }, word) => {
  const holders = sections.flatMap((section) => all(".hosts-of", section)).filter((holder) => holder.dataset.rule === id);
  return holders.find((holder) => holder.dataset.word === word) ?? holders.find((holder) => holder.closest(".rule").id === anchor);
};

const openRule = (data, sections, { item, query }) => {
  const asked = { word: query.get("word") ?? "", find: query.get("find") ?? "", host: query.get("host") ?? "" };
  const host = data.hostIndex(asked.host), rule = data.ruleIndex(item);
  if (rule < 0) return {};
  const word = host >= 0 ? data.word(rule, host) : asked.word || "finding";
  const holder = holderOf(sections, data.rules[rule], word);
  if (!holder) return {};
  for (let up = holder; up; up = up.parentElement) if (up.localName === "details") up.open = true;
  const shown = ruleTable(data, holder).show(asked);
  return { title: data.rules[rule].title, focus: shown ? document.activeElement : $("summary", holder.closest("details")) };
};

views.add({
  id: "findings",
  title: "By rule",
  also: ["rule"],
  make(data, sections) {
    for (const section of sections) {
      section.addEventListener("toggle", (event) => { if (event.target.open) fillOpened(data, event.target); }, true);
      for (const details of all("details[open]", section)) fillOpened(data, details);
    }
    return { show: (state) => (state.view === "rule" ? openRule(data, sections, state) : {}) };
  },
});
