// The data block, unpacked. Columns stay as they are; a host, a verdict or a reading becomes an object when it is asked for.
//   await unpack() -> Data; an Error in plain words when the browser cannot, or the block is damaged
// Hosts, rules and facts go by their index, -1 where there is none. Objects keep the names and numbers of the block
// (fleetscan/report/columns.py); its texts are decoded:
//   data.hosts, data.name(h), data.host(h) {index, name, site, status: {key, words}, failure: reason or null, at, ...}
//   data.rules[r] {index, id, title, severity, facts: [f], ...}; data.severities[s] {rank, key, words}
//   data.facts[f] {index, id, type, where, ...}, data.reading(f, h); data.topology[t] {index, id, label}, data.place(t, h)
//   data.hostIndex(name), data.hostAnchored("host-..."), data.ruleIndex(id), data.factIndex(id)
//   data.word(r, h), data.verdict(r, h), data.having(r, "finding") -> [h, ...], data.tally(h)
//   data.pairs("finding") -> Uint32Array of r * data.hosts + h, by rule; data.pair(p) -> [r, h]
//   data.moment(seconds after the start of the run) -> "2026-11-22 01:00:03 UTC", "" for none
const WORDS = { f: "finding", u: "unknown", b: "broken", p: "pass", n: "not_applicable" };
const CHARACTERS = Object.fromEntries(Object.entries(WORDS).map(([character, word]) => [word, character]));
const STATES = ["known", "absent", "unknown"];
const OTHER = /[^a-z0-9.-]+/g, DIGEST = /-[0-9a-f]{8}$/;

class Data {
  #block; #hosts; #names; #tallies; #anchors; #decoded = [];

  constructor(block) {
    if (block.format !== 1) throw new Error(`its format is ${block.format}, and this page reads format 1`);
    this.#block = block;
    this.#hosts = block.hosts;
    this.hosts = block.hosts.name.length;
    this.strings = block.strings.length;
    this.run = block.run;
    this.severities = block.severities.map((severity, rank) => ({ ...severity, rank }));
    this.words = block.words;
    this.statuses = block.statuses;
    this.reasons = block.reasons;
    this.changes = block.changes;
    this.attestations = block.attestations;
    this.facts = block.facts.map(({ table, column, ...fact }, index) => ({ ...fact, index }));
    this.topology = block.topology.map(({ id, label }, index) => ({ id, label, index }));
    this.rules = block.rules.map(({ verdicts, ...rule }, index) => ({ ...rule, index }));
  }

  string(s) { return this.#block.strings[s] ?? ""; }

  moment(seconds) {
    if (!(seconds >= 0)) return "";
    return `${new Date((this.run.epoch + seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  }

  name(h) { return this.#hosts.name[h]; }

  site(h) { return this.string(this.#hosts.site[h]); }

  status(h) { return this.statuses[this.#hosts.status[h]]; }

  host(h) { return (this.#decoded[h] ??= this.#host(h)); }

  // Written out, because every host is asked for by some views, and copying columns by their names is ten times slower.
  #host(h) {
    const all = this.#hosts, text = (column) => this.string(column[h]), texts = (column) => column[h].map((s) => this.string(s));
    return {
      index: h, name: all.name[h], site: text(all.site), dag: text(all.dag), product: text(all.product), scanmail: text(all.scanmail),
      status: this.status(h), address: text(all.address), groups: texts(all.groups), notes: texts(all.notes),
      failure: this.reasons[all.failure[h]] ?? null, detail: text(all.detail), transport: text(all.transport),
      credential: text(all.credential), started: all.started[h], at: all.at[h], took: all.took[h], attempts: all.attempts[h],
      round_trips: all.round_trips[h], received: all.received[h],
    };
  }

  hostIndex(name) {
    this.#names ??= new Map(this.#hosts.name.map((each, h) => [each, h]));
    return this.#names.get(name) ?? -1;
  }

  // What the anchor of a host's record was in reports without this script.
  hostAnchored(anchor) {
    this.#anchors ??= new Map(this.#hosts.name.map((each, h) => [`host-${each.toLowerCase().replace(OTHER, "-")}`, h]));
    return this.#anchors.get(anchor) ?? this.#anchors.get(anchor.replace(DIGEST, "")) ?? -1;
  }

  ruleIndex(id) { return this.rules.findIndex((rule) => rule.id === id); }

  factIndex(id) { return this.facts.findIndex((fact) => fact.id === id); }

  word(r, h) { return WORDS[this.#block.rules[r].verdicts.word[h]] ?? ""; }

  summary(r, h) { return this.string(this.summaryIndex(r, h)); }

  summaryIndex(r, h) { return this.#block.rules[r].verdicts.summary[h]; }

  severity(r, h) { return this.severities[this.#block.rules[r].verdicts.severity?.[h]] ?? this.severities[this.rules[r].severity]; }

  since(r, h) { return this.string(this.#block.rules[r].verdicts.since[h]); }

  verdict(r, h) {
    const { verdicts } = this.#block.rules[r];
    return {
      rule: r, host: h, word: this.word(r, h), severity: this.severity(r, h), summary: this.summary(r, h), since: this.since(r, h),
      evidence: (this.#block.evidence[verdicts.evidence[h]] ?? []).map((item) => this.#evidence(item, h)),
      missing: (this.#block.missing[verdicts.missing[h]] ?? []).map((item) => this.#missing(item)),
    };
  }

  #evidence(item, h) {
    if (typeof item === "number") return { fact: item, label: this.facts[item].id, reading: this.reading(item, h) };
    const label = this.string(item[0]), fact = this.factIndex(label);
    return { fact, label, reading: this.decode(item[1], this.facts[fact]) };
  }

  #missing([name, reason, detail]) {
    const label = this.string(name);
    return { fact: this.factIndex(label), label, reason: this.reasons[reason] ?? null, detail: this.string(detail) };
  }

  reading(f, h) {
    const { table, column } = this.#block.facts[f];
    return column[h] < 0 ? null : this.decode(table[column[h]], this.facts[f]);
  }

  // Equal readings of a fact have equal numbers: what a comparison of hosts needs. -1: not in the record of this host.
  readingIndex(f, h) { return this.#block.facts[f].column[h]; }

  place(t, h) {
    const { table, column } = this.#block.topology[t];
    return column[h] < 0 ? null : this.decode(table[column[h]]);
  }

  placeIndex(t, h) { return this.#block.topology[t].column[h]; }

  decode([state, value, type, reason, detail, where, way], fact) {
    return {
      state: STATES[state], value: this.string(value), type: this.string(type), reason: this.reasons[reason] ?? null,
      detail: this.string(detail), where: this.string(where) || (fact?.where ?? ""), way: this.string(way),
    };
  }

  having(r, word) {
    const column = this.#block.rules[r].verdicts.word, found = [];
    for (let h = column.indexOf(CHARACTERS[word]); h >= 0; h = column.indexOf(CHARACTERS[word], h + 1)) found.push(h);
    return found;
  }

  pairs(word) {
    return Uint32Array.from(this.rules.flatMap((_, r) => this.having(r, word).map((h) => r * this.hosts + h)));
  }

  pair(p) { return [Math.floor(p / this.hosts), p % this.hosts]; }

  tally(h) {
    this.#tallies ??= this.#count();
    const count = (word) => this.#tallies[word][h];
    return {
      finding: count("finding"), unknown: count("unknown"), broken: count("broken"), pass: count("pass"),
      not_applicable: count("not_applicable"), worst: this.severities[count("worst")] ?? null,
    };
  }

  #count() {
    const tallies = Object.fromEntries(Object.values(WORDS).map((word) => [word, new Uint16Array(this.hosts)]));
    tallies.worst = new Uint8Array(this.hosts).fill(this.severities.length);
    this.rules.forEach((_, r) => {
      const column = this.#block.rules[r].verdicts.word;
      for (let h = 0; h < this.hosts; h++) {
        const word = WORDS[column[h]];
        if (word) tallies[word][h]++;
        if (word === "finding") tallies.worst[h] = Math.min(tallies.worst[h], this.severity(r, h).rank);
      }
    });
    return tallies;
  }
}

const unpack = async () => {
  if (!("DecompressionStream" in window)) throw new Error("this browser cannot unpack it (Chrome 80, Firefox 113 or Safari 16.4 can)");
  const block = document.getElementById("data");
  if (!block) throw new Error("it is missing");
  const packed = atob(block.textContent), bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Data(await new Response(unpacked).json());
};
