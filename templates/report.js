// Adds comfort to a page that is whole without it: folding, finding a host, following links into what is folded, copying a link.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  for (const element of all(".tools")) element.hidden = false;

  const unfold = (element) => {
    for (let up = element; up; up = up.parentElement) if (up.localName === "details") up.open = true;
  };

  // Links into what is folded
  const follow = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    const record = target.closest("[data-host]");
    if (record && record.hidden) { find.value = ""; show.value = ""; filter(); }
    unfold(target);
    const head = target.parentElement.localName === "details" ? target.parentElement : target;
    head.scrollIntoView({ block: "start" });
    const focus = head.localName === "details" ? $("summary", head) : head;
    if (focus.localName !== "summary") focus.tabIndex = -1;
    focus.focus({ preventScroll: true });
  };

  // Folding a whole section
  const fold = (section, open) => {
    for (const item of all("details[data-section]")) if (item.dataset.section === section) item.open = open;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.open) fold(button.dataset.open, true);
    if (button && button.dataset.close) fold(button.dataset.close, false);
    const link = event.target.closest("a[href^='#']");
    if (link && link.classList.contains("copy")) copy(link);
    else if (link && link.hash === location.hash) follow();
  });

  // Copying a link
  const toast = $("#toast");
  const say = (words) => { toast.textContent = words; setTimeout(() => { toast.textContent = ""; }, 2500); };
  const copy = (link) => {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(() => say("Link copied"), () => say("The link is in the address bar"));
  };

  // Finding a host
  const find = $("#find"), show = $("#show"), shown = $("#shown");
  const rows = all("#hosts-table tbody tr"), records = all("[data-host]");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const kinds = { "": () => true, f: (row) => "f" in row.dataset, u: (row) => "u" in row.dataset };
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = kinds[show.value] || ((row) => row.dataset.s === show.value);
    let count = 0;
    rows.forEach((row, index) => {
      const fits = kind(row) && words.every((word) => texts[index].includes(word));
      row.hidden = records[index].hidden = !fits;
      count += fits;
    });
    shown.textContent = `${count} of ${rows.length} hosts`;
  };
  find.addEventListener("input", filter);
  show.addEventListener("change", filter);
  filter();

  // Paper shows what is folded
  let closed = [];
  addEventListener("beforeprint", () => { closed = all("details:not([open], [data-host])"); for (const item of closed) item.open = true; });
  addEventListener("afterprint", () => { for (const item of closed) item.open = false; });

  addEventListener("hashchange", follow);
  follow();
})();
