// Draws the topology: sites, in them DAGs, in them servers with their state. A click or Enter opens a server.
// The drawing is one tab stop; the line below it says what the reader points at; a list says the same in words.

const EDGE = /\bEdge/;
const SLACK = 24;

// What the topology records say of each server's place, looked up once.
const placesOf = (data) => {
  const field = (id) => data.topology.find((each) => each.id === id);
  const [dag, roles] = [field("dag"), field("exchange_roles")];
  const reading = (each, host) => (each ? data.place(each.index, host) : null);
  const hosts = allHosts(data).map(({ index }) => index);
  const dags = hosts.map((host) => dagPlace(reading(dag, host)));
  const edges = hosts.map((host) => EDGE.test(reading(roles, host)?.value ?? ""));
  return { hosts, dagOf: (host) => dags[host], siteOf: (host) => data.site(host), isEdge: (host) => edges[host] };
};

const dagPlace = (reading) => {
  if (!reading || reading.state === "unknown") return { key: "unknown", title: "DAG not known" };
  if (reading.state === "absent") return { key: "none", title: "In no DAG" };
  return { key: `dag:${reading.value}`, title: reading.value || "(empty)" };
};

// How many servers are in each state, in the order of reading, without those that none is in.
const stateCounts = (model, hosts) => {
  const counts = new Map();
  for (const host of hosts) counts.set(model.states[host], (counts.get(model.states[host]) ?? 0) + 1);
  return model.words.filter(({ key }) => counts.has(key)).map(({ key, words }) => ({ key, words, count: counts.get(key) }));
};

const topologyModel = (data) => {
  const places = placesOf(data), { hosts } = places;
  return {
    data,
    places,
    states: hosts.map((host) => serverState(data, host)),
    words: serverStates(data),
    sites: fleetTree(hosts, places.siteOf, places.dagOf),
  };
};

const SEVERITY_NOUNS = { error: ["error"], warning: ["warning"] };

// What was found on a server, in words: "2 errors, 1 unknown".
const foundWords = ({ data }, host) => {
  const counts = new Map();
  for (const { index } of data.rules) {
    if (data.word(index, host) !== "finding") continue;
    const { key } = data.severity(index, host);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const noun = ({ key, words }) => SEVERITY_NOUNS[key] ?? [words.toLowerCase(), words.toLowerCase()];
  return data.severities.filter(({ key }) => counts.has(key)).map((each) => plural(counts.get(each.key), ...noun(each)));
};

const serverWords = (model, host) => {
  const { data } = model, tally = data.tally(host), { status, failure } = allHosts(data)[host];
  const parts = foundWords(model, host);
  if (tally.broken) parts.push(plural(tally.broken, "broken rule"));
  if (tally.unknown) parts.push(`${number(tally.unknown)} unknown`);
  if (status.key === "not_scanned") parts.unshift(failure ? `not scanned (${failure.short})` : "not scanned");
  if (!parts.length) parts.push(tally.pass ? `nothing found, ${number(tally.pass)} passed` : "no rule applies");
  const edge = model.places.isEdge(host) ? ", Edge" : "";
  return `${data.name(host)}, ${data.site(host) || "no site given"}, ${model.places.dagOf(host).title}${edge}: ${parts.join(", ")}`;
};

const groupWords = (model, title, hosts) => {
  const counts = stateCounts(model, hosts).map(({ words, count }) => `${number(count)} ${words.toLowerCase()}`);
  return `${title}: ${plural(hosts.length, "server")}, ${counts.join(", ")}`;
};

// The fragment for a site, a group in it, or a part of that; the nameless site needs a word of its own.
const topologyLink = (site, group, part) =>
  route.link("topology", site.name, { group, part, unsited: site.name ? "" : "yes" });

const topologyScope = ({ item, query }) => ({
  site: item || (query.get("unsited") ? "" : null),
  group: query.get("group") ?? "",
  part: Number(query.get("part")) || 0,
});

// The first label of a name tells servers apart; an address has no such thing.
const shortName = (name) => (/^[\d.]+$|:/.test(name) ? name : name.split(".")[0]);

// A state's tile with its sign, drawn once and used for each small cell; that of an Edge server is round.
const tile = ({ key }, edge) => svg("symbol", { id: `tile-${key}${edge ? "-edge" : ""}`, viewBox: "0 0 20 20" },
  svg("rect", { class: "server-tile", x: .75, y: .75, width: 18.5, height: 18.5, rx: edge ? 9.25 : 4 }),
  svg("use", { href: `#i-${key}`, x: 4, y: 4, width: 12, height: 12 }));

const tiles = (model) => model.words.flatMap((state) => [tile(state, false), tile(state, true)]);

const cellClass = (model, host) => {
  const { unknown } = model.data.tally(host);
  return `cell s-${model.states[host]}${unknown ? " more" : ""}`;
};

const serverCell = (model, cell, mode) => {
  const { host } = cell, name = model.data.name(host), state = model.states[host], edge = model.places.isEdge(host);
  const words = serverWords(model, host);
  return svg("a", { class: cellClass(model, host), href: route.link("server", name), tabindex: -1, "aria-label": words },
    mode === "small" ? smallCell(cell, state, edge) : namedCell(cell, state, edge, shortName(name)));
};

const smallCell = ({ x, y, w, h: height }, state, edge) =>
  svg("use", { href: `#tile-${state}${edge ? "-edge" : ""}`, x, y, width: w, height });

const namedCell = ({ x, y, w, h: height }, state, edge, name) => [
  svg("rect", { class: "server-tile", x, y, width: w, height, rx: 5 }),
  svg("use", { href: `#i-${state}`, x: x + 6, y: y + 7, width: 14, height: 14 }),
  svg("text", { class: "name", x: x + 25, y: y + 18.5, text: fitted(name, w - (edge ? 42 : 30)) }),
  edge && svg("text", { class: "mark", x: x + w - 5, y: y + 18, "text-anchor": "end", text: "E" }),
];

// A whole group in one cell: its name, its number, and a bar of its states.
const barCell = (model, site, { bar, x, y, w, h: height }) => {
  const href = topologyLink(site, bar.key, bar.part), words = groupWords(model, bar.title, bar.hosts);
  return svg("a", { class: "cell bar-cell", href, tabindex: -1, "aria-label": words },
    svg("rect", { class: "server-tile", x, y, width: w, height, rx: 5 }),
    svg("text", { class: "name", x: x + 9, y: y + 19, text: fitted(bar.title, w - 28 - textWidth(number(bar.hosts.length)), 8) }),
    svg("text", { class: "count", x: x + w - 9, y: y + 19, "text-anchor": "end", text: number(bar.hosts.length) }),
    ...barPieces(stateCounts(model, bar.hosts), w - 18).map((piece) =>
      svg("rect", { class: `f-${piece.key}`, x: x + 9 + piece.x, y: y + 29, width: piece.w, height: height - 39 })));
};

// Cut a bar in proportion; what is there at all is wide enough to be seen.
const barPieces = (counts, width) => {
  const total = counts.reduce((sum, { count }) => sum + count, 0), least = Math.min(4, width / counts.length);
  let x = 0;
  return counts.map(({ key, count }) => {
    const w = least + ((width - least * counts.length) * count) / total;
    x += w;
    return { key, x: x - w, w: Math.max(w - 1, 1) };
  });
};

const drawnBox = (model, site, box, mode) => svg("g", { transform: `translate(${box.x} ${box.y})` },
  box.title && svg("rect", { class: "group", width: box.w, height: box.h, rx: 7 }),
  box.title && svg("text", { class: "group-name", x: MODES[mode].pad, y: 17, text: fitted(box.title, box.w - 2 * MODES[mode].pad) }),
  box.cells.map((cell) => (cell.bar ? barCell(model, site, cell) : serverCell(model, cell, mode))));

const headPiece = ({ key, words, x, y }) => [
  key && svg("use", { class: `sign s-${key}`, href: `#i-${key}`, x, y: y + 3, width: 14, height: 14 }),
  svg("text", { class: "count", x: key ? x + 19 : x, y: y + 14.5, text: words }),
];

const drawnSite = (model, box, mode) => {
  const { site } = box;
  return svg("g", { transform: `translate(${box.x} ${box.y})` },
    svg("rect", { class: "site", width: box.w, height: box.h, rx: 10 }),
    svg("a", { class: "cell site-cell", href: topologyLink(site), tabindex: -1, "aria-label": groupWords(model, site.title, site.hosts) },
      svg("text", { class: "site-name", x: SITE.pad, y: SITE.pad + 15, text: fitted(site.title, box.w - 2 * SITE.pad, 9) })),
    box.head.map(headPiece),
    box.rows.flatMap((row) => row.boxes).map((group) => drawnBox(model, site, group, mode)));
};

const sitePieces = (model) => (site) => [
  { key: "", words: plural(site.hosts.length, "server") },
  ...stateCounts(model, site.hosts).map(({ key, count }) => ({ key, words: number(count) })),
];

// The drawing itself. It is made anew when its width changes, and never because of what it drew: a scroll bar that
// goes away gives the page less room back than SLACK.
class FsTopology extends HTMLElement {
  #model; #sites = []; #width = 0; #stop; #line; #title = svg("title");

  connectedCallback() {
    this.observer ??= new ResizeObserver(() => this.#resized());
    this.observer.observe(this);
  }

  disconnectedCallback() { this.observer.disconnect(); }

  show(model, sites, line) {
    [this.#model, this.#sites, this.#line, this.#width] = [model, sites, line, 0];
    this.#draw(this.clientWidth);
  }

  #resized() {
    const width = this.clientWidth, wider = width - this.#width;
    if (width && wider && (wider < 0 || wider > SLACK)) this.#draw(width);
  }

  #draw(width) {
    if (!width || !this.#sites.length) return this.replaceChildren();
    this.#width = width;
    const held = this.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const picture = this.#picture(width);
    this.replaceChildren(picture);
    this.#stop = roving(picture, ".cell");
    const cell = this.#stop(held && ((each) => each.getAttribute("href") === held));
    if (held) cell.focus({ preventScroll: true });
  }

  #picture(width) {
    const model = this.#model, mode = crowdMode(this.#sites);
    const nameOf = (host) => `${shortName(model.data.name(host))}${model.places.isEdge(host) ? " E" : ""}`;
    const layout = topologyLayout(this.#sites, mode, width, nameOf, sitePieces(model));
    const height = Math.ceil(layout.height);
    return svg("svg", {
      // Chromium puts a drawing that listens to the focus into the order of Tab unless told otherwise.
      class: `drawing ${mode}`, width, height, viewBox: `0 0 ${width} ${height}`, role: "group", tabindex: -1,
      "aria-label": "Drawing of sites, DAGs and servers; the arrow keys move in it, Enter opens",
      on: { pointerover: (event) => this.#point(event), focusin: (event) => this.#point(event) },
    }, svg("defs", {}, tiles(model)), layout.sites.map((box) => drawnSite(model, box, mode)));
  }

  #point(event) {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    const words = cell.getAttribute("aria-label");
    this.#line.textContent = words;
    if (event.type !== "pointerover" || this.#title.parentNode === cell) return;
    this.#title.textContent = words;
    cell.append(this.#title);
  }
}
customElements.define("fs-topology", FsTopology);
