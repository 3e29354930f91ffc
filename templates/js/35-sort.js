// Sorts rows by a column, quickly enough for 150,000 of them.
//   sorted(rows, value(row) -> number|string, descending) -> Uint32Array: the places of the rows in their order
// Distinct values are sorted once and rows are dealt out by rank. Equal rows keep their order in both directions.
const sorted = (() => {
  const collate = new Intl.Collator("en", { numeric: true }).compare;
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collate(String(a), String(b)));

  return (rows, value, descending) => {
    const values = Array.from(rows, value);
    const ranks = new Map([...new Set(values)].sort(compare).map((each, rank) => [each, rank]));
    const last = ranks.size - 1, starts = new Uint32Array(ranks.size + 1);
    const rank = (each) => (descending ? last - ranks.get(each) : ranks.get(each));
    for (const each of values) starts[rank(each) + 1]++;
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    const order = new Uint32Array(rows.length);
    values.forEach((each, index) => { order[starts[rank(each)]++] = index; });
    return order;
  };
})();
