// <fs-filter>: a search box and facets above a table; what is chosen is kept in the query of the route.
//   filter({search: true, label, facets: [{key, title, options: [{value, words, count}], select}], onChange(state)})
//     facets are buttons of which several can be pressed, or with select: true (or more than 8 options) a list
//     state.words ["par", "ex02"], lower case; state.chosen(key) -> Set of values; state.has(key, value): none chosen, or it is
//     state.fits(text): all words are in it; state.empty
//   fsFilter.state; fsFilter.read() takes the state from the route again and calls onChange: for show(state) of a view
//   fsFilter.tell(shown, all, "finding") says "12 of 150,000 findings"; fsFilter.count(key, value, n) renews a count
//   finder(data, state.words) -> (r, h) => do all words stand in what a verdict says, its rule, or its host? Asked 150,000
//     times it looks at each rule, host and sentence once.
const filter = (() => {
  const FIND = "find", MANY = 8;

  class FilterState {
    #chosen;

    constructor(text, chosen) {
      this.text = text;
      this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
      this.#chosen = chosen;
    }

    chosen(key) { return this.#chosen.get(key) ?? new Set(); }

    has(key, value) { return !this.chosen(key).size || this.chosen(key).has(String(value)); }

    fits(text) { return this.words.every((word) => text.includes(word)); }

    get empty() { return !this.words.length && [...this.#chosen.values()].every((values) => !values.size); }
  }

  // Several values of one facet stand in the route with commas between them; a value may hold one itself.
  const joinedValues = (values) => [...values].map((value) => value.replace(/[%,]/g, encodeURIComponent)).join(",");

  class Filter extends HTMLElement {
    #options; #box; #told; #clear;

    setup(options) {
      this.#options = { facets: [], search: true, label: "Filter", ...options };
      this.setAttribute("role", "search");
      this.setAttribute("aria-label", this.#options.label);
      if (this.#options.search) this.append(this.#search());
      for (const facet of this.#options.facets) this.append(facet.select || facet.options.length > MANY ? this.#list(facet) : this.#buttons(facet));
      this.#clear = h("button", { type: "button", class: "clear", hidden: true, text: "Clear", on: { click: () => this.#empty() } });
      this.#told = h("p", { class: "told", role: "status" });
      this.append(this.#clear, this.#told);
      this.#take();
      return this;
    }

    #search() {
      this.#box = h("input", { type: "search", autocomplete: "off", spellcheck: "false", on: { input: () => this.#changed({ [FIND]: this.#box.value.trim() }) } });
      return h("label", { class: "find" }, h("span", { text: "Find" }), this.#box);
    }

    #list({ key, title, options }) {
      const choose = (event) => this.#changed({ [key]: joinedValues([event.target.value]) });
      return h("label", {}, h("span", { text: title }), h("select", { "data-key": key, on: { change: choose } },
        h("option", { value: "", text: "all" }), options.map(({ value, words, count }) => h("option", { value }, count === undefined ? words : `${words} (${number(count)})`))));
    }

    #buttons({ key, title, options }) {
      return h("div", { role: "group", class: "facet", "aria-label": title }, h("span", { "aria-hidden": "true", text: title }), options.map(({ value, words, count }) =>
        h("button", { type: "button", "aria-pressed": "false", "data-key": key, "data-value": value, on: { click: () => this.#press(key, String(value)) } },
          words, " ", h("b", {}, count === undefined ? "" : number(count)))));
    }

    #press(key, value) {
      const values = this.state.chosen(key);
      if (!values.delete(value)) values.add(value);
      this.#changed({ [key]: joinedValues(values) });
    }

    #empty() {
      this.#changed(Object.fromEntries([FIND, ...this.#options.facets.map(({ key }) => key)].map((key) => [key, ""])));
      this.#take();
      (this.#box ?? $("button, select", this))?.focus();
    }

    #changed(changes) {
      route.change(changes);
      this.#mark();
      this.#options.onChange?.(this.state);
    }

    // From the route into the controls.
    #take() {
      if (this.#box) this.#box.value = route.read().query.get(FIND) ?? "";
      for (const select of all("select", this)) select.value = [...this.state.chosen(select.dataset.key)][0] ?? "";
      this.#mark();
    }

    #mark() {
      const { state } = this;
      for (const button of all("[aria-pressed]", this)) button.setAttribute("aria-pressed", String(state.chosen(button.dataset.key).has(button.dataset.value)));
      this.#clear.hidden = state.empty;
    }

    get state() {
      const { query } = route.read();
      const chosen = this.#options.facets.map(({ key }) => [key, new Set((query.get(key) ?? "").split(",").filter(Boolean).map(decoded))]);
      return new FilterState(query.get(FIND) ?? "", new Map(chosen));
    }

    read() {
      this.#take();
      this.#options.onChange?.(this.state);
    }

    tell(shown, whole, one, many) { this.#told.textContent = `${number(shown)} of ${plural(whole, one, many)}`; }

    count(key, value, n) {
      const button = all("[aria-pressed]", this).find(({ dataset }) => dataset.key === key && dataset.value === String(value));
      if (button) $("b", button).textContent = number(n);
    }
  }
  customElements.define("fs-filter", Filter);

  return (options) => document.createElement("fs-filter").setup(options);
})();

const finder = (() => {
  // For one word: does it stand in the text of a rule, a host, a sentence? Each text is looked at when it is first met.
  const heldBy = (size, text, word) => {
    const known = new Uint8Array(size);
    return (index) => {
      if (!known[index]) known[index] = text(index).includes(word) ? 2 : 1;
      return known[index] === 2;
    };
  };

  const haystacks = new WeakMap();

  // The texts in lower case, made when first searched and kept with the data.
  const haystack = (data) => {
    if (!haystacks.has(data)) {
      const host = ({ name, site, dag, product, scanmail, status }) => [name, site, dag, product, scanmail, status.words].join("\n").toLowerCase();
      haystacks.set(data, {
        hosts: Array.from({ length: data.hosts }, (_, h) => host(data.host(h))),
        rules: data.rules.map((rule) => [rule.id, rule.title, rule.pack, data.severities[rule.severity].words].join("\n").toLowerCase()),
      });
    }
    return haystacks.get(data);
  };

  return (data, words) => {
    const texts = haystack(data);
    const tests = words.map((word) => {
      const inHost = heldBy(data.hosts, (h) => texts.hosts[h], word), inRule = heldBy(data.rules.length, (r) => texts.rules[r], word);
      const inSentence = heldBy(data.strings, (s) => data.string(s).toLowerCase(), word);
      return (r, h) => inRule(r) || inHost(h) || inSentence(data.summaryIndex(r, h));
    });
    return (r, h) => tests.every((test) => test(r, h));
  };
})();
