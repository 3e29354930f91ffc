// <fs-table>: a table of which only the rows in sight exist, however many there are.
//   table({label, columns, rows, height, detail, name, sort, remember, tall, empty, onOpen})
//     columns: [{key, title, cell(row) -> node|string, value(row) -> number|string to sort by, width}]
//       width: classes of templates/css/40-table.css: name, text, long, num, badge, time, and wide (not on a phone)
//     rows: anything indexable, of anything (numbers are cheapest); height: at most, as CSS, else most of the window
//     detail(row) -> node shown below the chosen row; name(row): how it is announced, else the first cell's text
//     sort: "key" or "-key"; remember: true keeps it in the route; tall: rows of two lines; onOpen(row or null)
//   fsTable.rows = [...] replaces the rows; fsTable.sort = "-key" sorts; fsTable.reveal(row) scrolls to a row, opens its
//   detail and focuses it; false when it is not among the rows.
// The pattern is the grid of the ARIA practices with rows in focus: arrows, PageUp/Down, Home/End move, Enter and Space
// open and close the detail, Escape closes it. Only what stands in the current row is in the order of Tab.
const table = (() => {
  const EXTRA = 6;
  let tables = 0;

  const classOf = ({ width = "text" }) => `fs-cell ${width.replace(/\S+/g, "w-$&")}`;

  class Table extends HTMLElement {
    #options; #rows = []; #order = null; #sort = ""; #live = new Map(); #current = 0; #open = -1; #drawn = false; #panel = null; #row = 44;
    #grid; #body; #empty; #said; #id = `t${++tables}`; #below = 0;
    #observer = new ResizeObserver(() => requestAnimationFrame(() => this.#measure()));

    setup(options) {
      this.#options = options;
      const { label, columns, tall, height, empty = "Nothing to show." } = options;
      this.#body = h("div", { role: "rowgroup", class: "fs-body" });
      this.#grid = h("div", { role: "grid", class: "fs-grid", "aria-label": label, "aria-colcount": this.#width, tabindex: -1 }, this.#head(columns), this.#body);
      this.#empty = h("p", { class: "none", hidden: true, text: empty });
      this.#said = h("p", { class: "unseen", role: "status" });
      if (height) this.#grid.style.maxHeight = height;
      if (tall) this.classList.add("tall");
      this.append(this.#grid, this.#empty, this.#said);
      this.#listen();
      this.#sort = this.#remembered() ?? options.sort ?? "";
      this.rows = options.rows ?? [];
      return this;
    }

    get #width() { return this.#options.columns.length + (this.#options.detail ? 1 : 0); }

    #remembered() { return this.#options.remember ? route.read().query.get("sort") : undefined; }

    #head(columns) {
      const cells = columns.map((column) => {
        const button = column.value && h("button", { type: "button", "data-key": column.key }, column.title, h("span", { class: "fs-way", "aria-hidden": "true" }));
        return h("div", { role: "columnheader", class: classOf(column) }, button || column.title);
      });
      if (this.#options.detail) cells.push(h("div", { role: "columnheader", class: "fs-cell w-more" }, h("span", { class: "unseen", text: "Details" })));
      return h("div", { role: "rowgroup", class: "fs-head" }, h("div", { role: "row", class: "fs-row", "aria-rowindex": 1 }, cells));
    }

    #listen() {
      this.#grid.addEventListener("scroll", () => this.#draw(), { passive: true });
      this.addEventListener("keydown", (event) => this.#key(event));
      this.addEventListener("click", (event) => this.#click(event));
      this.#body.addEventListener("focusin", (event) => {
        const row = event.target.closest(".fs-row");
        if (row) this.#become(Number(row.dataset.index));
      });
      this.#observer.observe(this.#grid);
    }

    get rows() { return this.#rows; }

    // The same rows again leave everything as it is: a reader who comes back finds the table as it was.
    set rows(rows) {
      if (this.#drawn && rows.length === this.#rows.length && this.#rows.every((row, index) => row === rows[index])) return;
      const open = this.#open < 0 ? undefined : this.#at(this.#open);
      this.#rows = rows;
      this.#arrange(open);
    }

    get sort() { return this.#sort; }

    set sort(sort) {
      if (sort === this.#sort) return;
      const open = this.#open < 0 ? undefined : this.#at(this.#open);
      this.#sort = sort;
      this.#arrange(open);
    }

    #at(index) { return this.#rows[this.#order ? this.#order[index] : index]; }

    #find(row) {
      const place = this.#rows.indexOf(row);
      return place < 0 || !this.#order ? place : this.#order.indexOf(place);
    }

    // Sorts, keeps the open row open where it still is among the rows, and starts at the top.
    #arrange(open) {
      const key = this.#sort.replace(/^-/, "");
      const column = this.#options.columns.find((each) => each.key === key && each.value);
      this.#order = column ? sorted(this.#rows, column.value, this.#sort.startsWith("-")) : null;
      for (const button of all(".fs-head button", this.#grid)) {
        const way = column?.key !== button.dataset.key ? "none" : this.#sort.startsWith("-") ? "descending" : "ascending";
        button.parentElement.setAttribute("aria-sort", way);
      }
      this.#close();
      this.#live.forEach((element) => element.remove());
      this.#live.clear();
      this.#current = 0;
      this.#grid.scrollTop = 0;
      this.#grid.setAttribute("aria-rowcount", this.#rows.length + 1);
      this.#grid.hidden = !this.#rows.length;
      this.#empty.hidden = Boolean(this.#rows.length);
      const index = open === undefined ? -1 : this.#find(open);
      if (index >= 0) this.#show(index);
      this.#draw();
      this.#drawn = true;
    }

    // Drawing: rows stand at fixed heights; those below the open one are lower by its panel.

    #measure() {
      const row = this.#live.values().next().value;
      if (row?.offsetHeight) this.#row = row.offsetHeight;
      this.#below = this.#panel?.offsetHeight ?? 0;
      this.#grid.style.scrollPaddingTop = `${this.#grid.firstElementChild.offsetHeight}px`;
      this.#draw();
    }

    #top(index) { return index * this.#row + (this.#open >= 0 && index > this.#open ? this.#below : 0); }

    #wanted() {
      const shift = this.#grid.scrollTop, tall = this.#grid.clientHeight || 600;
      const before = this.#open >= 0 && shift > this.#top(this.#open) + this.#row ? Math.min(this.#below, shift - this.#top(this.#open) - this.#row) : 0;
      const first = Math.max(0, Math.floor((shift - before) / this.#row) - EXTRA);
      const last = Math.min(this.#rows.length, Math.ceil((shift - before + tall) / this.#row) + EXTRA);
      const wanted = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i));
      for (const index of [this.#current, this.#open]) if (index >= 0 && index < this.#rows.length) wanted.add(index);
      return [...wanted].sort((a, b) => a - b);
    }

    #draw() {
      const wanted = this.#wanted(), keep = new Set(wanted);
      for (const [index, element] of this.#live) if (!keep.has(index)) { element.remove(); this.#live.delete(index); }
      let before = this.#body.firstElementChild;
      for (const index of wanted) {
        let element = this.#live.get(index);
        if (!element) {
          element = this.#make(index);
          this.#live.set(index, element);
          this.#body.insertBefore(element, before);
        }
        element.style.transform = `translateY(${this.#top(index)}px)`;
        before = element.nextElementSibling;
        if (before && before === this.#panel) before = before.nextElementSibling;
      }
      if (this.#panel) this.#panel.style.transform = `translateY(${this.#top(this.#open) + this.#row}px)`;
      this.#body.style.height = `${this.#rows.length * this.#row + this.#below}px`;
    }

    #make(index) {
      const row = this.#at(index), { columns, detail } = this.#options;
      const cells = columns.map((column) =>
        h("div", { role: "gridcell", class: classOf(column), "data-title": column.title }, column.cell(row)));
      if (detail) cells.push(h("div", { role: "gridcell", class: "fs-cell w-more" }, this.#button(row, index)));
      const element = h("div", { role: "row", class: "fs-row", "aria-rowindex": index + 2, "data-index": index, tabindex: -1 }, cells);
      if (detail) element.classList.add("opens");
      this.#reach(element, index === this.#current);
      return element;
    }

    #button(row, index) {
      return h("button", { type: "button", class: "fs-more", "aria-expanded": String(index === this.#open), "aria-label": `Details of ${this.#name(row)}` });
    }

    #name(row) {
      if (this.#options.name) return this.#options.name(row);
      const cell = this.#options.columns[0].cell(row);
      return typeof cell === "string" ? cell : cell.textContent;
    }

    // In the order of Tab: the current row and what is in it.
    #reach(element, current) {
      element.tabIndex = current ? 0 : -1;
      for (const inner of all("a, button", element)) inner.tabIndex = current ? 0 : -1;
    }

    // Moving

    #become(index) {
      if (index === this.#current) return;
      const old = this.#live.get(this.#current);
      if (old) this.#reach(old, false);
      this.#current = index;
      const element = this.#live.get(index);
      if (element) this.#reach(element, true);
    }

    #go(index) {
      if (!this.#rows.length) return;
      this.#become(Math.max(0, Math.min(this.#rows.length - 1, index)));
      this.#draw();
      this.#focus();
    }

    // Scrolls table and page as little as it takes to see the current row.
    #focus() {
      const row = this.#live.get(this.#current);
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
      this.#draw();
    }

    #key(event) {
      if (event.key === "Escape" && this.#open >= 0) { this.#shut(); return event.preventDefault(); }
      const onRow = event.target === this.#grid || event.target.matches(".fs-body > .fs-row");
      if (!onRow || event.altKey || event.ctrlKey || event.metaKey) return undefined;
      const page = Math.max(1, Math.floor(this.#grid.clientHeight / this.#row) - 2);
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
      if (event.key in moves) this.#go(this.#current + moves[event.key]);
      else if (this.#options.detail && (event.key === "Enter" || event.key === " ")) this.#toggle(this.#current);
      else return undefined;
      return event.preventDefault();
    }

    #click(event) {
      const key = event.target.closest(".fs-head button")?.dataset.key;
      if (key) return this.#resort(key);
      const row = event.target.closest(".fs-body > .fs-row");
      const busy = event.target.closest("a, button:not(.fs-more)") || String(getSelection());
      if (!row || busy || !this.#options.detail) return undefined;
      this.#become(Number(row.dataset.index));
      return this.#toggle(this.#current);
    }

    #resort(key) {
      this.sort = this.#sort === key ? `-${key}` : key;
      if (this.#options.remember) route.change({ sort: this.#sort });
    }

    // The detail of one row

    #toggle(index) {
      if (index === this.#open) return this.#shut();
      const above = this.#open >= 0 && this.#open < index ? this.#below : 0, kept = this.#grid.scrollTop - above;
      this.#show(index);
      this.#draw();
      this.#grid.scrollTop = kept;
      this.#panel.scrollIntoView({ block: "nearest" });
      this.#focus();
      this.#said.textContent = `Details of ${this.#name(this.#at(index))} are open below the row.`;
      return this.#options.onOpen?.(this.#at(index));
    }

    #shut() {
      const index = this.#open;
      this.#close();
      this.#go(index);
      this.#said.textContent = "Details closed.";
      this.#options.onOpen?.(null);
    }

    #show(index) {
      this.#close();
      this.#open = index;
      const row = this.#at(index);
      this.#panel = h("div", { role: "row", class: "fs-panel" }, h("div", { role: "gridcell", "aria-colspan": this.#width },
        h("div", { role: "group", id: this.#id, class: "fs-detail", "aria-label": `Details of ${this.#name(row)}`, tabindex: 0 }, this.#options.detail(row))));
      this.#draw();
      this.#live.get(index).after(this.#panel);
      this.#mark(index);
      this.#below = this.#panel.offsetHeight;
      this.#observer.observe(this.#panel);
    }

    #close() {
      const index = this.#open;
      this.#panel?.remove();
      this.#panel = null;
      this.#open = -1;
      this.#below = 0;
      if (index >= 0) this.#mark(index);
    }

    #mark(index) {
      const element = this.#live.get(index), button = element && $(".fs-more", element);
      if (!button) return;
      element.classList.toggle("open", index === this.#open);
      button.setAttribute("aria-expanded", String(index === this.#open));
      if (index === this.#open) button.setAttribute("aria-controls", this.#id);
      else button.removeAttribute("aria-controls");
    }

    reveal(row) {
      const index = this.#find(row);
      if (index < 0) return false;
      this.#measure();
      if (this.#options.detail) this.#show(index);
      this.#go(index);
      this.#grid.scrollTop = this.#top(index);
      this.#draw();
      this.scrollIntoView({ block: "nearest" });
      return true;
    }
  }
  customElements.define("fs-table", Table);
  return (options) => document.createElement("fs-table").setup(options);
})();
