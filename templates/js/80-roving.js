// One tab stop for many cells: arrow keys move between them, by place and not by order of the document alone.

const ROVING_STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const ROVING_FALLS = { ArrowUp: -1, ArrowDown: 1 };

const middleOf = (element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2, height };
};

// The nearest cell above (-1) or below (1): what is straight over it comes before what is beside that.
const nearestBeyond = (cells, from, direction) => {
  const here = middleOf(from);
  let best = null, least = Infinity;
  for (const cell of cells) {
    const there = middleOf(cell);
    const fall = (there.y - here.y) * direction;
    const cost = fall + 3 * Math.abs(there.x - here.x);
    if (fall > Math.min(here.height, there.height) / 2 && cost < least) [best, least] = [cell, cost];
  }
  return best;
};

const rovingTarget = (cells, from, key) => {
  if (key in ROVING_STEPS) return cells[cells.indexOf(from) + ROVING_STEPS[key]];
  if (key in ROVING_FALLS) return nearestBeyond(cells, from, ROVING_FALLS[key]);
  if (key === "Home") return cells[0];
  return key === "End" ? cells.at(-1) : null;
};

// Make what `selector` finds in `root` one tab stop. Call what it gives after the cells were made anew;
// with a test it says which of them is to be the stop.
const roving = (root, selector) => {
  const stop = (cell) => {
    for (const other of all(selector, root)) if (other.getAttribute("tabindex") !== "-1") other.setAttribute("tabindex", "-1");
    if (cell) cell.setAttribute("tabindex", "0");
  };
  root.addEventListener("focusin", (event) => {
    const cell = event.target.closest(selector);
    if (cell) stop(cell);
  });
  root.addEventListener("keydown", (event) => {
    const from = event.target.closest(selector);
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = rovingTarget(all(selector, root), from, event.key);
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  return (wanted) => {
    const cells = all(selector, root);
    const cell = (wanted && cells.find(wanted)) || cells[0];
    stop(cell);
    return cell;
  };
};
