// The view around the drawing of the topology: where the reader is in it, what the signs mean, and the same as a list.

const CELLS_LEAD = "Each server shows the gravest that was found there. Click one, or move with the arrow keys and press Enter, "
  + "to open its page.";
const BARS_LEAD = "Too many servers for a cell each: a bar shows how the servers of a group stand. Click a bar or a site, or "
  + "press Enter, to see its servers.";
const NO_SUCH_PLACE = "This run has no such site or group.";

const topologyCrumbs = (scope, sites) => {
  if (scope.site === null) return [];
  const crumbs = [h("a", { href: "#topology", text: "All sites" })];
  const [site] = sites;
  if (!site) return crumbs;
  const here = (text) => h("span", { "aria-current": "page", text });
  if (scope.group) crumbs.push(h("a", { href: topologyLink(site), text: site.title }), here(site.groups[0].title));
  else crumbs.push(here(site.title));
  return crumbs.flatMap((crumb, index) => (index ? [h("span", { class: "aside", "aria-hidden": "true", text: "›" }), crumb] : [crumb]));
};

const dashes = () => h("span", { class: "sign dashes", "aria-hidden": "true" });

const edgeSign = {
  named: () => h("b", { class: "sign aside", text: "E" }),
  small: () => h("span", { class: "sign round", "aria-hidden": "true" }),
};

// What the signs mean, with the number of servers under each: they add up to the servers of the drawing.
const topologyLegend = (model, sites, mode) => {
  const hosts = sites.flatMap((site) => site.hosts);
  const item = (sign, words, count) => h("li", {}, sign, h("span", { text: words }), h("b", { text: number(count) }));
  const told = (host) => ["unknown", "not-scanned"].includes(model.states[host]);
  const partly = hosts.filter((host) => model.data.tally(host).unknown && !told(host)).length;
  const edges = hosts.filter(model.places.isEdge).length;
  return [
    ...stateCounts(model, hosts).map(({ key, words, count }) => item(h("span", { class: `sign s-${key}` }, icon(key)), words, count)),
    partly > 0 && mode !== "bars" && item(dashes(), "dashed: more is unknown there", partly),
    edges > 0 && mode !== "bars" && item(edgeSign[mode](), mode === "small" ? "round: Edge role" : "Edge role", edges),
  ];
};

const foldedList = (title, words, fill) => {
  const list = h("ul", {});
  const fold = () => { if (!list.childElementCount) list.append(...fill()); };
  return h("li", {}, h("details", { on: { toggle: fold } }, h("summary", {}, h("b", { text: title }), words), list));
};

const listedServer = (model, host) => {
  const words = serverWords(model, host), name = model.data.name(host);
  return h("li", {}, h("a", { href: route.link("server", name), text: name }), words.slice(words.indexOf(": ", name.length)));
};

// Sites, groups and servers as a list that unfolds; what is folded does not exist yet.
const topologyList = (model, sites) => {
  const words = (title, hosts) => groupWords(model, title, hosts).slice(title.length);
  const group = (each) => foldedList(each.title, words(each.title, each.hosts), () => each.hosts.map((host) => listedServer(model, host)));
  return sites.map((site) => foldedList(site.title, words(site.title, site.hosts), () => site.groups.flatMap(partsOf).map(group)));
};

const topologySummary = (sites) => {
  const servers = sites.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const dags = new Set(sites.flatMap(({ groups }) => groups.map(({ key }) => key)).filter((key) => key.startsWith("dag:"))).size;
  return `${plural(servers, "server")} in ${plural(sites.length, "site")} and ${dags ? plural(dags, "DAG") : "no DAG"}.`;
};

const topologyParts = () => ({
  heading: h("h2", { text: "Topology" }),
  crumbs: h("p", { class: "crumbs" }),
  lead: h("p", { class: "lead" }),
  legend: h("ul", { class: "signs" }),
  drawing: h("fs-topology"),
  line: h("p", { class: "pointed", "aria-hidden": "true" }),
  list: h("ul", {}),
});

const topologyView = (data) => {
  const model = topologyModel(data), parts = topologyParts();
  const element = h("section", { class: "topology-view", "aria-label": "Topology" },
    h("div", { class: "head" }, parts.heading, parts.crumbs), parts.lead, parts.legend, parts.drawing, parts.line,
    h("details", { class: "as-list" }, h("summary", { text: "The same as a list" }), parts.list));
  let shown = null;

  const fill = (scope, sites) => {
    const mode = crowdMode(sites);
    parts.crumbs.replaceChildren(...topologyCrumbs(scope, sites));
    parts.lead.textContent = sites.length ? `${topologySummary(sites)} ${mode === "bars" ? BARS_LEAD : CELLS_LEAD}` : NO_SUCH_PLACE;
    parts.legend.replaceChildren(...topologyLegend(model, sites, mode).filter(Boolean));
    parts.line.textContent = "";
    parts.list.replaceChildren(...topologyList(model, sites));
    parts.drawing.show(model, sites, parts.line);
  };

  return {
    element,
    show: (state) => {
      const scope = topologyScope(state), key = JSON.stringify(scope), moved = shown !== null && shown !== key;
      if (shown !== key) fill(scope, scopedSites(model.sites, scope));
      shown = key;
      return { title: scope.site ? `Topology of ${scope.site}` : "Topology", ...(moved ? { focus: parts.heading } : {}) };
    },
  };
};

views.add({ id: "topology", title: "Topology", make: topologyView });
