// The views: parts of the page of which one is shown at a time.
//   views.add({id, title, make(data, sections) -> {element, show(state)}, also, under})   a view made by script
//     id: its name in the fragment. `element` goes into <div id="scripted">; but when there are static
//     <section data-view="id">, make gets them as `sections`, adds to them what it likes, and gives back no element.
//     show is called each time that the view is opened or moved in; state: route.read(). It may give back {title, focus}:
//     words for the title of the document, and what to focus.
//     also: other names that lead here ("rule" to findings); under: the id of the view whose link in <nav> is current.
//   Static sections need no add. A fragment that is neither leads to the element of that id, in the view that holds it.

// Where the reader was on each visit to a place, so that going back leads there, and not to the top.
const visits = (() => {
  const kept = new Map();
  let here = 0, last = 0;
  history.scrollRestoration = "manual";

  const note = (changes) => {
    if (history.state?.visit === here) kept.set(here, { ...kept.get(here), ...changes });
  };
  addEventListener("scroll", () => note({ top: scrollY }), { passive: true });
  addEventListener("focusin", (event) => { if (event.target.closest("main")) note({ element: event.target }); });

  // Gives what is kept of a visit that the reader comes back to; undefined for a new one, and for no move at all.
  const arrive = () => {
    const visit = history.state?.visit;
    if (visit === here) return undefined;
    here = visit ?? last + 1;
    last = Math.max(last, here);
    history.replaceState({ visit: here }, "");
    return kept.get(here);
  };

  return { arrive };
})();

const views = (() => {
  const FIRST = "summary", added = new Map(), names = new Map(), holders = new Map();
  const base = document.title;
  let data = null, place = null, stopped = false;

  const sections = (id) => all("main [data-view]").filter((section) => section.dataset.view === id);

  const add = (view) => {
    added.set(view.id, view);
    for (const name of [view.id, ...(view.also ?? [])]) names.set(name, view.id);
  };

  const known = (name) => names.get(name) ?? (name && sections(name).length ? name : "");

  // The element of an old anchor; one that is in no view leads to the summary, as nonsense does.
  const anchored = () => document.getElementById(decoded(location.hash.slice(1)));

  const find = (state) => {
    const id = known(state.view);
    if (id) return { id, target: null };
    const target = anchored();
    return { id: target?.closest("[data-view]")?.dataset.view ?? FIRST, target };
  };

  const build = (id) => {
    const view = added.get(id);
    if (!view?.make || view.made || !data) return view?.made;
    view.made = view.make(data, holders.has(id) ? [] : sections(id)) ?? {};
    holders.get(id)?.append(view.made.element);
    return view.made;
  };

  const turn = (id) => {
    for (const section of all("main [data-view]")) section.hidden = section.dataset.view !== id;
    for (const link of all("nav a[href^='#']")) {
      const current = link.hash === `#${added.get(id)?.under ?? id}`;
      if (current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      if (current) link.closest("nav").scrollLeft = link.offsetLeft - link.closest("nav").clientWidth / 3;
    }
  };

  const heading = (id) => $("h2", sections(id)[0]) ?? $("main");

  const unfold = (element) => {
    for (let up = element; up; up = up.parentElement) if (up.localName === "details") up.open = true;
  };

  // What folds is focused by its summary, the only part of it that is sure to be seen.
  const head = (target) => {
    const folded = [target, target.parentElement].find((element) => element.localName === "details");
    return folded ? $("summary", folded) : target;
  };

  const focus = (element) => {
    if (element === document.activeElement) return;
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start" });
  };

  // Old anchors of hosts lead to the page of the host, which is no element before it is asked for.
  const moved = (state) => {
    const h = state.view.startsWith("host-") && data ? data.hostAnchored(state.view) : -1;
    if (h >= 0) route.replace(route.link("server", data.name(h)));
    return h >= 0;
  };

  // After a move: the heading of the view and the top of the page, or what the link was about.
  const settle = (id, goal, first) => {
    if (goal) return focus(goal);
    if (!first) focus(heading(id));
    return scrollTo(0, 0);
  };

  const back = (id, { element, top = 0 }) => {
    focus(element?.checkVisibility() ? element : heading(id));
    scrollTo(0, top);
  };

  const show = (first, again) => {
    if (stopped) return;
    let state = route.read();
    if (!known(state.view) && moved(state)) state = route.read();
    const { id, target } = find(state);
    const came = `${id}/${state.view}/${state.item}`, still = place === came && !target && !again;
    const visit = visits.arrive();
    place = came;
    const made = build(id);
    turn(id);
    const shown = made?.show?.(state) ?? {};
    document.title = `${shown.title ?? added.get(id)?.title ?? heading(id).textContent} · ${base}`;
    if (target) unfold(target);
    if (visit) back(id, visit);
    else if (!still || shown.focus) settle(id, shown.focus ?? (target && head(target)), first);
  };

  // Opens the page at once with what is static; what needs the data follows when it is there. A view that has nothing
  // static has its place from the beginning, so that no link of the page leads nowhere.
  const start = () => {
    for (const id of added.keys()) if (!sections(id).length) holders.set(id, h("div", { id, "data-view": id, hidden: true }));
    $("#scripted").append(...holders.values());
    show(true);
    route.onChange((again) => show(false, again));
  };
  const ready = (unpacked) => { data = unpacked; place = null; show(true); };

  const stop = () => {
    stopped = true;
    for (const section of all("main [data-view]")) section.hidden = holders.has(section.dataset.view);
  };

  return { add, start, ready, stop, focusHeading: () => focus(heading(place.split("/")[0])) };
})();
