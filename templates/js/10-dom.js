// Builds elements. Law: what a host said becomes a text node or the value of an attribute, never markup.
//   h(tag, properties, ...children)    an HTML element; svg(tag, ...) the same for a drawing
//     properties: class, text, href, hidden, aria-*, data-*, ..., on: {event: fn}; null and false leave one out,
//     but "false" is written for aria-*. Children: strings, numbers, nodes, lists of them; null and false are left out.
//   icon(key), badge(kind, words)      the signs of templates/icons.html.j2
//   number(n) "1,234"; plural(n, "host") "1,234 hosts"; plural(n, "is", "are") for other words
//   span(milliseconds) "1 min 4 s"
const SVG = "http://www.w3.org/2000/svg";
const LINK = /^(#|https?:)/;

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const setProperty = (element, key, value) => {
  if (key === "href" && !LINK.test(value)) throw new TypeError(`a link to ${value} is not allowed`);
  if (key.startsWith("aria-") && value === false) element.setAttribute(key, "false");
  else if (value !== false && value != null) element.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : value);
};

const fillElement = (element, properties, children) => {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (key === "text") element.append(value ?? "");
    else if (key === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else setProperty(element, key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const h = (tag, properties, ...children) => fillElement(document.createElement(tag), properties, children);

const svg = (tag, properties, ...children) => fillElement(document.createElementNS(SVG, tag), properties, children);

const symbol = (key) => key.replace("not_scanned", "not-scanned");

const icon = (key) => svg("svg", { class: `icon i-${symbol(key)}`, "aria-hidden": "true" }, svg("use", { href: `#i-${symbol(key)}` }));

const badge = (kind, words) => h("span", { class: `badge c-${symbol(kind)}` }, icon(kind), words);

const THOUSANDS = new Intl.NumberFormat("en");
const number = (n) => THOUSANDS.format(n);

const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const span = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};
