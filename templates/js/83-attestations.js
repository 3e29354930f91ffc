// Attestations as a table that can be sorted: whose word stands for which fact, how it stands, and until when.

const ATTESTATION_STATES = {
  expired: {
    sign: "unknown",
    means: "Its last day is over: the fact is unknown again unless something else speaks for it, and so is every rule that needs "
      + "it. Look again, then renew `until` in the inventory or take the entry out.",
  },
  expiring: {
    sign: "warning",
    means: "It ends within 30 days. From then on the fact is unknown again: look again and renew `until` in the inventory.",
  },
  "in force": { sign: "pass", means: "It is the value of the fact for these hosts, and every verdict that rests on it says so." },
  "to come": { sign: "partial", means: "Its first day is to come; until then it does not count." },
  "not used": { sign: "not_applicable", means: "A locator of the inventory names a place to read instead, and that comes first." },
};

const ATTESTATION_ORDER = Object.keys(ATTESTATION_STATES);
const DAY = 86400;
const FEW_LINKS = 50;

// How far the last day is from the day of the run.
const daysLeft = (data, { until }) => Math.round(Date.parse(`${until}T00:00:00Z`) / 1000 / DAY) - Math.floor(data.run.epoch / DAY);

const leftWords = (days) => {
  if (days < 0) return `${plural(-days, "day")} ago`;
  return days ? `in ${plural(days, "day")}` : "today";
};

const attestedFact = (data, { fact }) => {
  const known = data.facts[data.factIndex(fact)];
  return known ? h("a", { href: `#${known.anchor}` }, h("code", { text: fact })) : h("code", { text: fact });
};

const stateBadge = ({ state }) => badge(ATTESTATION_STATES[state].sign, state);
const attestedValue = ({ value }) => h("samp", { text: value || "(empty)" });

const attestationColumns = (data) => [
  { key: "fact", title: "Fact", width: "name", cell: (each) => attestedFact(data, each), value: ({ fact }) => fact },
  { key: "state", title: "State", width: "badge", cell: stateBadge, value: ({ state }) => ATTESTATION_ORDER.indexOf(state) },
  { key: "value", title: "Value", width: "text", cell: attestedValue, value: ({ value }) => value },
  plainColumn("by", "By", "text wide", ({ by }) => by),
  { key: "until", title: "Until", width: "time", cell: (each) => `${each.until}, ${leftWords(daysLeft(data, each))}`, value: ({ until }) => until },
  { key: "hosts", title: "Hosts", width: "num count wide", cell: ({ hosts }) => number(hosts.length), value: ({ hosts }) => hosts.length },
];

const attestedHosts = (data, hosts) => {
  if (hosts.length > FEW_LINKS) return h("p", { text: hosts.map((host) => data.name(host)).join(", ") });
  return h("p", {}, hosts.map((host, index) => [index > 0 && ", ", serverLink(data, host)]));
};

const attestationDetail = (data) => ({ state, value, by, since, until, note, hosts }) => h("div", {},
  h("p", {}, h("b", { text: `${state[0].toUpperCase()}${state.slice(1)}: ` }), ticked(ATTESTATION_STATES[state].means)),
  h("p", {}, attestedValue({ value }), ` by ${by}, from ${since} until ${until} (${leftWords(daysLeft(data, { until }))})`),
  note && h("p", {}, "Note: ", h("q", { text: note })),
  h("p", {}, h("b", { text: plural(hosts.length, "host") })),
  attestedHosts(data, hosts));

const ATTESTATION_LEAD = "Some facts have no documented place on a host, such as what stands before it on the way of a message. "
  + "A person can vouch for such a fact in the inventory, for all hosts, a group or one host, from one day to another, both included:";
const ATTESTATION_END = "Until somebody does, a rule that needs the fact is unknown, and its verdict shows what to write. "
  + "After the last day it is unknown again.";
const ATTESTATION_EXAMPLE = `fleetscan_attested:
  environment.gateway_scanner: {value: true, by: J. Doe, since: 2026-10-01, until: 2027-03-31, note: ticket 4711}`;

const attestationHelp = () => [
  h("p", { text: ATTESTATION_LEAD }),
  h("pre", {}, h("code", { text: ATTESTATION_EXAMPLE })),
  h("p", { text: ATTESTATION_END }),
];

const attestationsView = (data, [section]) => {
  if (!data.attestations.length) {
    section.append(h("div", { class: "card attestation-help" }, attestationHelp()));
    return {};
  }
  const list = table({
    label: "Attestations", columns: attestationColumns(data), rows: data.attestations, sort: "until", remember: true,
    detail: attestationDetail(data), name: ({ fact }) => fact,
  });
  for (const plain of all("table", section)) plain.hidden = true;
  const help = h("details", { class: "attestation-help" }, h("summary", { text: "How to write an attestation" }), attestationHelp());
  section.append(list, help);
  return {};
};

views.add({ id: "attestations", title: "Attestations", make: attestationsView });
