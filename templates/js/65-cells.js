// Small things that several views put into their tables: links, badges, words, a search, a choice of one server.

// What is made from the data once, when it is first wanted.
const once = (make) => {
  let made = null;
  return (data) => (made ??= make(data));
};

const VERDICT_WORDS = { finding: "Finding", unknown: "Unknown", broken: "Broken", pass: "Passed", not_applicable: "Not applicable" };

const verdictBadge = (verdict) =>
  verdict.word === "finding" ? badge(verdict.severity.key, verdict.severity.words) : badge(verdict.word, VERDICT_WORDS[verdict.word]);

const serverHref = (data, host) => route.link("server", data.name(host), {});
const serverLink = (data, host) => h("a", { class: "server-link", href: serverHref(data, host), text: data.name(host) });
const ruleLink = (rule, words) => h("a", { href: route.link("rule", rule.id, {}), text: words || rule.title });
const verdictHref = (data, verdict) => {
  const { id } = data.rules[verdict.rule];
  const query = { host: data.name(verdict.host) };
  if (verdict.word !== "finding") query.word = verdict.word;
  return route.link("rule", id, query);
};

const statusCell = (status) => h("span", { class: "state" }, icon(status.key), status.words);
// The day; the moment is in the detail.
const sinceCell = (since) => since.replace(/ \S+ UTC/, "");
const severityCell = (severity) => (severity ? badge(severity.key, severity.words) : h("span", { class: "aside", text: "none" }));

const searchWords = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
const hasWords = (words, text) => words.every((word) => text.includes(word));

const NO_MATCH = "Nothing here has these words and choices.";

// Names without their domain, where that is enough to tell them apart: for lists of many in a line.
const shortNames = once((data) => {
  const names = Array.from({ length: data.hosts }, (_, host) => data.name(host));
  const short = names.map((name) => (/^[\d.]+$/.test(name) ? name : name.split(".")[0]));
  return new Set(short).size === names.length ? short : names;
});

// All names in few words: the first of them, and how many more.
const fewNames = (data, hosts, shown = 4) => {
  const kept = hosts.length <= shown + 1 ? hosts : hosts.slice(0, shown);
  const names = kept.map((host) => shortNames(data)[host]).join(", ");
  return kept.length === hosts.length ? names : `${names} and ${number(hosts.length - kept.length)} more`;
};

// A section with its heading, as every view made by script has.
const viewSection = (title, lead, ...children) => h("section", { class: "view", "aria-label": title },
  h("div", { class: "head" }, h("h2", { text: title })), lead && h("p", { class: "lead", text: lead }), children);

const allHosts = once((data) => Array.from({ length: data.hosts }, (_, host) => data.host(host)));

const nameList = (links) => h("ul", { class: "name-list" }, links.map((link) => h("li", {}, link)));

// What stands for an empty value in a facet.
const NONE = "-";

// The options of one facet: each value that occurs, with its words and how often.
const facetOptions = (rows, { value, words = (key) => key, order = [] }) => {
  const counts = new Map();
  for (const row of rows) counts.set(value(row) || NONE, (counts.get(value(row) || NONE) || 0) + 1);
  return [...counts].map(([key, count]) => ({ value: key, words: key === NONE ? "none" : words(key), count }))
    .sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value) || b.count - a.count || a.words.localeCompare(b.words, "en", { numeric: true }));
};

// A filter over rows of any kind: facets: [{key, title, value(row), words(key), order, select}];
// a facet that no row has a value of is left out. finds(state) -> (row) => has it the words?
const narrowed = ({ label, rows, one, many, facets, finds, show }) => {
  const used = facets.map((facet) => ({ ...facet, options: facetOptions(rows, facet) }))
    .filter(({ options }) => options.some(({ value }) => value !== NONE));
  const box = filter({ label, facets: used.map(({ key, title, options, select }) => ({ key, title, options, select })), onChange: (state) => {
    const asked = used.filter(({ key }) => state.chosen(key).size), has = finds(state);
    const found = state.empty ? rows : rows.filter((row) => asked.every(({ key, value }) => state.has(key, value(row) || NONE)) && has(row));
    show(found);
    box.tell(found.length, rows.length, one, many);
  } });
  return box;
};

// Buttons of which one is pressed.
const choice = (label, options, chosen, onChoose) => {
  const buttons = options.map(({ value, words, count }) =>
    h("button", { type: "button", "aria-pressed": String(value === chosen), "data-value": value, on: { click: () => choose(value, true) } },
      words, count === undefined ? "" : h("b", { text: number(count) })));
  const choose = (value, told) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
    if (told) onChoose(value);
  };
  const element = h("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
  return { element, choose: (value) => choose(value, false) };
};

// A choice of one server among all: type a part of its name, then choose from the list with arrows and Enter.
const ServerChooser = (() => {
  const MATCHES = 12;
  let choosers = 0;

  return class {
    #data; #take; #input; #list; #active = -1; #id = `chooser-${choosers += 1}`;

    constructor(data, label, onChoose) {
      this.#data = data;
      this.#take = (host) => { this.set(data.name(host)); this.#close(); onChoose(host); };
      this.#list = h("ul", { id: `${this.#id}-list`, role: "listbox", "aria-label": label, hidden: true });
      this.#input = h("input", {
        id: this.#id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
        "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.#list.id,
        on: { input: () => this.#open(), blur: () => this.#close(), keydown: (event) => this.#key(event) },
      });
      this.element = h("div", { class: "chooser" }, h("label", { for: this.#id, text: label }), this.#input, this.#list);
    }

    set(name) { this.#input.value = name; }

    #open() {
      const words = searchWords(this.#input.value), found = [];
      for (let host = 0; host < this.#data.hosts && found.length < MATCHES; host += 1) {
        if (hasWords(words, this.#data.name(host).toLowerCase())) found.push(host);
      }
      this.#list.replaceChildren(...found.map((host, index) => this.#option(host, index)));
      this.#list.hidden = !found.length;
      this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
      this.#active = -1;
    }

    #option(host, index) {
      // Before the box loses the focus, and with it the list.
      const take = (event) => { event.preventDefault(); this.#take(host); };
      return h("li", { id: `${this.#id}-${index}`, role: "option", "aria-selected": "false", "data-host": String(host), on: { pointerdown: take } },
        this.#data.name(host), h("span", { class: "aside", text: this.#data.site(host) }));
    }

    #close() {
      this.#list.hidden = true;
      this.#active = -1;
      this.#input.setAttribute("aria-expanded", "false");
      this.#input.removeAttribute("aria-activedescendant");
    }

    #key(event) {
      const keys = { ArrowDown: () => this.#move(1), ArrowUp: () => this.#move(-1), Enter: () => this.#enter(), Escape: () => this.#close() };
      if (!(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    }

    #move(step) {
      if (this.#list.hidden) this.#open();
      const options = [...this.#list.children];
      if (!options.length) return;
      const from = this.#active < 0 && step < 0 ? 0 : this.#active;
      this.#active = (from + step + options.length) % options.length;
      options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#active)));
      options[this.#active].scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", options[this.#active].id);
    }

    // What is marked, else the server of exactly this name, else the first that has these letters.
    #enter() {
      const exact = this.#data.hostIndex(this.#input.value.trim());
      const option = this.#list.hidden ? null : this.#list.children[Math.max(this.#active, 0)];
      if (this.#active < 0 && exact >= 0) this.#take(exact);
      else if (option) this.#take(Number(option.dataset.host));
    }
  };
})();
