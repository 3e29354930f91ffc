// Baseline: one server beside its peers, and where it differs from what most of them have.
//   #baseline/NAME?peers=dag|site|product|all&show=all. Law: what is not known, here or there, is no difference.

const PEER_GROUPS = [
  { key: "dag", words: "Same DAG", value: (host) => host.dag },
  { key: "site", words: "Same site", value: (host) => host.site },
  { key: "product", words: "Same Exchange", value: (host) => host.product },
  { key: "all", words: "All servers", value: () => "all" },
];

const STANDINGS = {
  differs: { words: "Differs", icon: "warning", rank: 0 },
  unknown: { words: "Not known here", icon: "unknown", rank: 1 },
  blind: { words: "No peer is known", icon: "unknown", rank: 2 },
  varied: { words: "No common value", icon: "info", rank: 3 },
  same: { words: "As its peers", icon: "pass", rank: 4 },
};

const peersOf = (data, host, { value }) => {
  const hosts = allHosts(data), own = value(hosts[host]);
  return own ? hosts.filter((other) => other.index !== host && value(other) === own).map((other) => other.index) : [];
};

// What is compared: every field of the topology, then every fact.
const comparable = (data) => [
  ...data.topology.map(({ label, index }) => (
    { label, code: false, read: (host) => data.place(index, host), number: (host) => data.placeIndex(index, host) })),
  ...data.facts.map(({ id, index }) => (
    { label: id, code: true, read: (host) => data.reading(index, host), number: (host) => data.readingIndex(index, host) })),
];

const meaning = ({ state, value, type }) => `${state} ${type} ${value}`;

// The values of the peers, the most frequent first, and those of whom it is not known.
const peerValues = (one, peers) => {
  const numbers = new Map(), values = new Map(), unknown = [];
  for (const peer of peers) {
    const number_ = one.number(peer);
    if (!numbers.has(number_)) numbers.set(number_, []);
    numbers.get(number_).push(peer);
  }
  for (const [number_, hosts] of numbers) {
    const reading = number_ < 0 ? null : one.read(hosts[0]);
    if (!reading || reading.state === "unknown") unknown.push(...hosts);
    else if (values.has(meaning(reading))) values.get(meaning(reading)).hosts.push(...hosts);
    else values.set(meaning(reading), { reading, hosts });
  }
  return { values: [...values.values()].sort((a, b) => b.hosts.length - a.hosts.length), unknown };
};

const standing = (mine, common, values) => {
  if (!mine || mine.state === "unknown") return "unknown";
  if (!common) return "blind";
  if (meaning(common.reading) === meaning(mine)) return "same";
  return common.hosts.length === 1 && values.length > 1 ? "varied" : "differs";
};

const compared = (one, host, peers) => {
  const mine = one.number(host) < 0 ? null : one.read(host);
  const { values, unknown } = peerValues(one, peers);
  // Of values that are equally frequent the server's own is the common one: it does not differ from half of its peers.
  const own = mine && values.find(({ reading, hosts }) => meaning(reading) === meaning(mine) && hosts.length === values[0].hosts.length);
  const common = own ?? values[0] ?? null;
  return { one, mine, common, values, unknown, known: peers.length - unknown.length, standing: standing(mine, common, values) };
};

const valueText = ({ one, mine, common }) =>
  [one.label, mine && outcomeWords(mine), common && outcomeWords(common.reading)].join(" ").toLowerCase();

const shareWords = ({ common, known, unknown }) => {
  const blind = unknown.length ? `${number(unknown.length)} unknown` : "";
  return [common ? `${number(common.hosts.length)} of ${number(known)}` : "", blind].filter(Boolean).join(", ");
};

const BASELINE_COLUMNS = [
  { key: "what", title: "What", width: "name", cell: ({ one }) => (one.code ? h("code", { text: one.label }) : one.label),
    value: ({ one }) => one.label },
  { key: "mine", title: "This server", width: "long here", cell: ({ mine }) => (mine ? outcomeWords(mine) : "not asked"),
    value: ({ mine }) => (mine ? outcomeWords(mine) : "") },
  { key: "common", title: "Most of its peers", width: "long peers",
    cell: ({ common }) => (common ? outcomeWords(common.reading) : "not known"),
    value: ({ common }) => (common ? outcomeWords(common.reading) : "") },
  { key: "share", title: "How many peers", width: "share wide", cell: shareWords,
    value: ({ common, known }) => (common ? common.hosts.length / known : -1) },
  { key: "standing", title: "Standing", width: "standing", value: (row) => STANDINGS[row.standing].rank,
    cell: (row) => h("span", { class: "state" }, icon(STANDINGS[row.standing].icon), STANDINGS[row.standing].words) },
];

const peersWith = (data, hosts, what) => h("li", {}, what,
  h("p", { class: "aside", text: `${plural(hosts.length, "peer")}: ${fewNames(data, hosts, 12)}` }));

const baselinePanel = (data, host, { one, mine, values, unknown }) => h("div", { class: "verdict-panel" },
  panelTitle(data.name(host)),
  h("div", {}, one.code && [h("code", { class: "what", text: one.label }), " = "],
    mine ? [outcome(mine), provenance(mine, data.moment(data.host(host).at))] : "not asked"),
  panelTitle("Its peers"),
  h("ul", { class: "evidence" }, values.map(({ reading, hosts }) => peersWith(data, hosts, outcome(reading))),
    unknown.length > 0 && peersWith(data, unknown, h("b", { class: "no", text: "unknown" }))));

const baselineSum = (rows, peers) => {
  const count = (key) => rows.filter((row) => row.standing === key).length;
  return `Beside ${plural(peers.length, "peer")}: ${plural(count("differs"), "difference")}, ${number(count("unknown"))} not known here, `
    + `${number(count("blind"))} not known of any peer, ${number(count("varied"))} without a common value, ${number(count("same"))} the same.`;
};

const SHOWN = ["differs", "unknown"];

// The comparison itself. `changed` tells of another choice of peers or of rows.
const baselinePart = (data, host, group, everything, changed) => {
  const one = data.host(host), peers = peersOf(data, host, group);
  const rows = comparable(data).map((each) => compared(each, host, peers))
    .sort((a, b) => STANDINGS[a.standing].rank - STANDINGS[b.standing].rank || shareOf(b) - shareOf(a));
  const few = rows.filter((row) => SHOWN.includes(row.standing)), shown = everything ? rows : few;
  const list = table({
    label: `${one.name} beside its peers`, columns: BASELINE_COLUMNS, remember: true,
    name: (row) => row.one.label, detail: (row) => baselinePanel(data, host, row), empty: "Nothing differs in what is known.",
  });
  const box = filter({ label: "Filter the comparison", onChange: (state) => {
    const found = shown.filter((row) => state.fits(valueText(row)));
    list.rows = found;
    box.tell(found.length, shown.length, "row");
  } });
  box.read();
  const show = choice("Which rows", [
    { value: "few", words: "Differences and unknown", count: few.length }, { value: "all", words: "All facts", count: rows.length },
  ], everything ? "all" : "few", (value) => changed({ show: value === "all" ? "all" : "" }));
  return [
    failurePart(one), h("p", { class: "lead", text: baselineSum(rows, peers) }),
    h("div", { class: "rule-tools" }, show.element, h("a", { href: serverHref(data, host), text: `The page of ${one.name}` })), box, list,
  ];
};

const shareOf = ({ common, known }) => (common ? common.hosts.length / known : 0);

const peerChoice = (data, host, chosen, changed) => choice("Peers", PEER_GROUPS
  .map((group) => ({ value: group.key, words: group.words, count: peersOf(data, host, group).length }))
  .filter(({ count }) => count), chosen.key, (value) => changed({ peers: value })).element;

// The closest peers of whom there are at least two, unless a link says which.
const peerGroup = (data, host, asked) => {
  const sized = PEER_GROUPS.map((group) => ({ group, size: peersOf(data, host, group).length }));
  return (sized.find(({ group, size }) => group.key === asked && size) ?? sized.find(({ size }) => size > 1) ?? sized.at(-1)).group;
};

views.add({
  id: "baseline",
  title: "Baseline",
  make(data) {
    const chooser = new ServerChooser(data, "Server", (host) => {
      route.go(route.link("baseline", data.name(host), { peers: route.read().query.get("peers") }));
    });
    const place = h("div");
    const draw = (host) => {
      const { query } = route.read(), group = peerGroup(data, host, query.get("peers"));
      const changed = (changes) => { route.change(changes); draw(host); };
      place.replaceChildren(
        h("div", { class: "rule-tools" }, peerChoice(data, host, group, changed)),
        h("div", {}, baselinePart(data, host, group, query.get("show") === "all", changed)));
    };
    const lead = "One server beside its peers: where it differs from what most of them have. "
      + "What could not be read, here or there, is no difference and is told apart.";
    return {
      element: viewSection("Baseline", lead, chooser.element, place),
      show({ item }) {
        const host = data.hostIndex(item);
        chooser.set(item);
        if (host >= 0) draw(host);
        else place.replaceChildren(h("p", { class: "none", text: item ? `There is no server ${item} in this run.` : "Choose a server to compare." }));
        return { title: host >= 0 ? `Baseline of ${data.name(host)}` : "Baseline" };
      },
    };
  },
});
