// Where the reader is, kept in the fragment of the address, so that a view can be sent to a colleague:
//   #view, #view/item, #view/item?key=value&...
//   route.read() -> {view, item, query: Map}     route.link(view, item, query) -> "#..." (query: Map or object)
//   route.change({key: value})  writes into the query of this place, with no new entry in the history; "" takes a key out
//   route.replace(link)         the same, for a whole link
//   route.go(link)              as if a link had been followed, also when the reader is there already
//   route.onChange(fn)          fn(again) after every move, not after route.change; again: it led to where the reader is
const decoded = (text) => {
  try { return decodeURIComponent(text); } catch { return text; }
};

const route = (() => {
  const listeners = [];

  const read = () => {
    const [path, ...rest] = location.hash.slice(1).split("?");
    const [view, ...item] = path.split("/");
    const pairs = rest.join("?").split("&").filter(Boolean).map((pair) => pair.split("="));
    const query = new Map(pairs.map(([key, ...value]) => [decoded(key), decoded(value.join("="))]));
    return { view: decoded(view), item: decoded(item.join("/")), query };
  };

  const link = (view, item, query) => {
    const pairs = query instanceof Map ? [...query] : Object.entries(query ?? {});
    const kept = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
    const words = kept.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
    return `#${encodeURIComponent(view)}${item ? `/${encodeURIComponent(item)}` : ""}${words && `?${words}`}`;
  };

  const replace = (target) => history.replaceState(history.state, "", target);

  const change = (changes) => {
    const { view, item, query } = read();
    for (const [key, value] of Object.entries(changes)) query.set(key, value);
    replace(link(view, item, query));
  };

  const tell = (again) => { for (const listener of listeners) listener(again); };

  const go = (target) => {
    if (target === location.hash) tell(true);
    else location.hash = target;
  };

  addEventListener("hashchange", () => tell(false));
  return { read, link, change, replace, go, onChange: (listener) => listeners.push(listener) };
})();
