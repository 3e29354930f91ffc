// Where each server stands in the drawing of the topology: groups, sizes and places. All computed, nothing drawn.

// Up to how many servers cells have names, up to how many there is a cell for each; beyond, bars for DAGs or, when
// these are more than `bars`, for sites. A group of more than `part` servers has a bar for each part.
const CROWD = { named: 200, small: 2000, bars: 300, part: 500 };

const MODES = {
  named: { h: 28, gap: 6, ratio: 1, least: 2, pad: 10, head: 24 },
  small: { w: 20, h: 20, gap: 4, ratio: 4, least: 4, pad: 8, head: 24 },
  bars: { h: 54, gap: 8, ratio: Infinity, least: 1, pad: 0, head: 0 },
};

const SITE = { pad: 14, title: 26, line: 22, gap: 14, least: 210 };
const LETTER = 7.25;
const WIDE = 0x2e80;

// What a server looks like: its gravest finding, or else why there is none to show.
const serverState = (data, host) => {
  const tally = data.tally(host);
  if (tally.worst) return tally.worst.key;
  if (data.status(host).key === "not_scanned") return "not-scanned";
  if (tally.broken) return "broken";
  if (tally.unknown) return "unknown";
  return tally.pass ? "pass" : "not_applicable";
};

// Every state with its words, in the order in which a reader must see them.
const serverStates = (data) => {
  return [
    ...data.severities.map(({ key, words }) => ({ key, words })),
    { key: "broken", words: "Broken rule" },
    { key: "unknown", words: "Some unknown" },
    { key: "not-scanned", words: "Not scanned" },
    { key: "pass", words: "Passed" },
    { key: "not_applicable", words: "Nothing applies" },
  ];
};

const naturally = new Intl.Collator("en", { numeric: true, sensitivity: "variant" });

const gathered = (items, key) => {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    if (groups.has(name)) groups.get(name).push(item);
    else groups.set(name, [item]);
  }
  return groups;
};

// The fleet as sites with groups; `dagOf(host)` gives {key, title}, `siteOf(host)` a name or nothing.
const fleetTree = (hosts, siteOf, dagOf) => {
  const members = new Map();
  for (const host of hosts) members.set(dagOf(host).key, (members.get(dagOf(host).key) || 0) + 1);
  const sites = [...gathered(hosts, siteOf)].map(([name, all]) => ({
    name,
    title: name || "No site given",
    hosts: all,
    groups: groupsOf(all, dagOf, members),
  }));
  return sites.sort((one, other) => !one.name - !other.name || naturally.compare(one.name, other.name));
};

const groupsOf = (hosts, dagOf, members) => {
  const groups = [...gathered(hosts, (host) => dagOf(host).key)].map(([key, own]) => {
    const title = dagOf(own[0]).title;
    const split = key.startsWith("dag:") && members.get(key) > own.length;
    return { key, title: split ? `${title}, ${own.length} of its ${members.get(key)}` : title, hosts: own };
  });
  const rank = ({ key }) => ["none", "unknown"].indexOf(key);
  return groups.sort((one, other) => rank(one) - rank(other) || naturally.compare(one.title, other.title));
};

// The part of the tree that a link names; nothing when the run has no such part.
const scopedSites = (sites, scope) => {
  if (scope.site === null) return sites;
  const site = sites.find(({ name }) => name === scope.site);
  if (!site || !scope.group) return site ? [site] : [];
  const group = site.groups.find(({ key }) => key === scope.group);
  const own = group ? partsOf(group).find(({ part }) => !scope.part || part === scope.part) : null;
  if (!own) return [];
  const shown = scope.part ? own : group;
  return [{ ...site, hosts: shown.hosts, groups: [shown] }];
};

const partsOf = (group) => {
  const count = Math.ceil(group.hosts.length / CROWD.part);
  if (count === 1) return [group];
  return Array.from({ length: count }, (_, index) => {
    const first = index * CROWD.part;
    const hosts = group.hosts.slice(first, first + CROWD.part);
    return { ...group, hosts, part: index + 1, title: `${group.title} ${first + 1}–${first + hosts.length}` };
  });
};

const crowdMode = (sites) => {
  const servers = sites.reduce((sum, { hosts }) => sum + hosts.length, 0);
  return Object.keys(CROWD).find((mode) => mode in MODES && servers <= CROWD[mode]) || "bars";
};

// What stands in the box of each site: boxes of cells, one a server, or one box of bars.
const boxedSites = (sites, mode) => {
  if (mode !== "bars") {
    const box = (group) => ({ title: group.title, key: group.key, items: group.hosts.map((host) => ({ host })) });
    return sites.map((site) => ({ site, boxes: site.groups.map(box) }));
  }
  const cut = sites.map((site) => site.groups.flatMap(partsOf));
  const whole = sites.length > 1 && cut.flat().length > CROWD.bars;
  return sites.map((site, index) => {
    const bars = whole ? [{ hosts: site.hosts, title: "All servers" }] : cut[index];
    return { site, boxes: [{ title: "", items: bars.map((bar) => ({ bar })) }] };
  });
};

// Widths are estimated, not measured, so that the drawing is the same everywhere.
const textWidth = (text, letter = LETTER) => {
  let width = 0;
  for (const character of text) width += character.codePointAt(0) >= WIDE ? 2 * letter : letter;
  return width;
};

// Cut a text in its middle, since both ends of a name tell servers apart.
const fitted = (text, width, letter = LETTER) => {
  if (textWidth(text, letter) <= width) return text;
  const characters = [...text];
  const tail = Math.max(2, Math.floor(width / letter / 3));
  let head = characters.length - tail;
  const end = characters.slice(-tail).join("");
  while (head > 1 && textWidth(`${characters.slice(0, head).join("")}…${end}`, letter) > width) head -= 1;
  return `${characters.slice(0, head).join("")}…${end}`;
};

// Put boxes side by side and wrap; gives the rows.
const flowed = (boxes, width, gap) => {
  const rows = [];
  for (const box of boxes) {
    const row = rows.at(-1);
    if (row && row.w + gap + box.w <= width) {
      row.boxes.push(box);
      row.w += gap + box.w;
    } else {
      rows.push({ boxes: [box], w: box.w });
    }
  }
  return rows;
};

// Give the boxes of all rows their place, and say how much room they take.
const stacked = (rows, left, top, across, down = across) => {
  let y = top;
  for (const row of rows) {
    let x = left;
    for (const box of row.boxes) {
      Object.assign(box, { x, y });
      x += box.w + across;
    }
    y += Math.max(...row.boxes.map(({ h }) => h)) + down;
  }
  return y - down;
};

// `names` are the texts that cells hold; `alone`: no site has more than one box, so that two sites may stand side by side.
const cellSize = (mode, names, width, alone) => {
  if (mode === "small") return MODES.small;
  const longest = Math.max(...names.map((name) => textWidth(name)), 0);
  const rooms = (alone ? [2, 1] : [1]).map((sites) => (width + SITE.gap) / sites - SITE.gap - 2 * SITE.pad), whole = rooms.at(-1);
  const { named, bars } = MODES;
  if (mode === "bars") return { ...bars, w: Math.min(340, shared(whole, bars.gap, bars, between(longest + 64, 150, 230), 1)) };
  const wanted = between(longest + 36, 76, 190);
  const room = rooms.find((each) => columnsIn(each, wanted) === 4) ?? whole;
  return { ...named, w: Math.min(200, shared(room, SITE.gap, named, wanted, columnsIn(room, wanted))) };
};

const columnsIn = (room, wanted) => [4, 2].find((each) => each * (wanted + MODES.named.gap) + 2 * MODES.named.pad <= room) ?? 1;

const between = (value, least, most) => Math.min(Math.max(value, least), most);

// The width of cells of which boxes with so many columns fill the room from side to side; a little less than wanted is
// taken when one more box fits then.
const shared = (room, apart, { gap, pad }, wanted, columns) => {
  const fill = (boxes) => ((room + apart) / boxes - apart - 2 * pad + gap) / columns - gap;
  let boxes = 1;
  while (fill(boxes + 1) >= wanted * 0.9) boxes += 1;
  return fill(boxes);
};

const boxOfCells = (box, size, width) => {
  const pitch = size.w + size.gap;
  const most = Math.max(1, Math.floor((width - 2 * size.pad + size.gap) / pitch));
  const wanted = Math.min(most, box.items.length, Math.max(size.least, Math.ceil(Math.sqrt(box.items.length * size.ratio))));
  const columns = Math.ceil(box.items.length / Math.ceil(box.items.length / wanted));
  const cells = box.items.map((item, index) => ({
    ...item,
    x: size.pad + (index % columns) * pitch,
    y: size.head + Math.floor(index / columns) * (size.h + size.gap),
    w: size.w,
    h: size.h,
  }));
  const rows = Math.ceil(box.items.length / columns);
  const label = box.title ? Math.min(width, textWidth(box.title) + 2 * size.pad) : 0;
  return {
    ...box,
    cells,
    w: Math.max(columns * pitch - size.gap + 2 * size.pad, label),
    h: size.head + rows * (size.h + size.gap) - size.gap + size.pad,
  };
};

const boxOfSite = ({ site, boxes }, size, width, pieces) => {
  const room = width - 2 * SITE.pad;
  const rows = flowed(boxes.map((box) => boxOfCells(box, size, room)), room, SITE.gap);
  const natural = Math.max(...rows.map(({ w }) => w), Math.min(room, SITE.least - 2 * SITE.pad)) + 2 * SITE.pad;
  const head = pieces(site).map((piece) => ({ ...piece, w: textWidth(piece.words) + 20, h: SITE.line }));
  return { site, rows, head, w: natural };
};

// Fix the height of a site of known width: its head wraps, its boxes stand below.
const settled = (box) => {
  const lines = flowed(box.head, box.w - 2 * SITE.pad, SITE.gap);
  const top = stacked(lines, SITE.pad, SITE.pad + SITE.title, SITE.gap, 0);
  const [only, ...others] = box.rows.flatMap(({ boxes }) => boxes.flatMap(({ cells }) => cells));
  if (only.bar && !others.length) only.w = box.w - 2 * SITE.pad;
  return Object.assign(box, { h: stacked(box.rows, SITE.pad, top + 8, SITE.gap) + SITE.pad });
};

// The whole drawing. `pieces(site)` are the counts in its head, as {key, words}; `nameOf(host)` what its cell must hold.
const topologyLayout = (sites, mode, width, nameOf, pieces) => {
  const boxed = boxedSites(sites, mode), items = boxed.flatMap(({ boxes }) => boxes.flatMap((box) => box.items));
  const names = mode === "small" ? [] : items.map(({ host, bar }) => (bar ? bar.title : nameOf(host)));
  const size = cellSize(mode, names, width, boxed.length > 1 && boxed.every(({ boxes }) => boxes.length === 1));
  const boxes = boxed.map((site) => boxOfSite(site, size, width, pieces));
  const rows = flowed(boxes, width, SITE.gap);
  for (const row of rows) {
    const extra = (width - row.w) / row.boxes.length;
    for (const box of row.boxes) settled(Object.assign(box, { w: box.w + extra }));
    const height = Math.max(...row.boxes.map(({ h }) => h));
    for (const box of row.boxes) box.h = height;
  }
  return { height: stacked(rows, 0, 0, SITE.gap), sites: boxes };
};
