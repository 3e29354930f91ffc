// Starts the page: marks it as one with script, adds its comforts, unpacks the data and opens the views.
{
  const root = document.documentElement;

  const toast = (() => {
    const place = $("#toast");
    let timer = 0;
    return (words) => {
      clearTimeout(timer);
      place.textContent = words;
      timer = setTimeout(() => { place.textContent = ""; }, 2500);
    };
  })();

  // Opens or closes everything that folds in a section.
  const fold = (section, open) => {
    for (const item of all("details[data-section]")) if (item.dataset.section === section) item.open = open;
  };

  const copy = (link) => navigator.clipboard.writeText(link.href).then(
    () => toast("Link copied"),
    () => { route.go(link.hash); toast("The link is in the address bar"); },
  );

  const follow = (event, link) => {
    if (link.matches(".skip")) { event.preventDefault(); views.focusHeading(); }
    else if (link.matches(".copy") && navigator.clipboard) { event.preventDefault(); copy(link); }
    else if (link.hash === location.hash) { event.preventDefault(); route.go(link.hash); }
  };

  const click = (event) => {
    const button = event.target.closest("button[data-open], button[data-close]");
    if (button) fold(button.dataset.open ?? button.dataset.close, "open" in button.dataset);
    const link = event.target.closest("a[href^='#']");
    if (link && !event.defaultPrevented && !(event.ctrlKey || event.metaKey || event.shiftKey)) follow(event, link);
  };

  // Paper gets the summary and all findings, unfolded, whatever view is open. Tables that scroll stay behind: the hosts of
  // every finding are named in it.
  const printing = () => {
    let undo = [];
    const set = (element, key, value) => {
      const before = element[key];
      if (before === value) return;
      element[key] = value;
      undo.push(() => { element[key] = before; });
    };
    addEventListener("beforeprint", () => {
      for (const section of all("main [data-view]")) set(section, "hidden", !["summary", "findings"].includes(section.dataset.view));
      for (const item of all("main details")) set(item, "open", true);
    });
    addEventListener("afterprint", () => { for (const back of undo.reverse()) back(); undo = []; });
  };

  // Without its data the page is what it is without script: everything static, one after another.
  const fail = (error) => {
    root.classList.remove("js");
    views.stop();
    $("main").prepend(h("p", { class: "alarm", role: "alert" }, icon("alarm"), h("span", {},
      h("strong", { text: "The tables of this page cannot be shown." }),
      ` The data in the file cannot be read: ${error.message}. What follows needs none of it: summary, findings, unknowns and what was not scanned.`)));
  };

  const begin = () => {
    root.classList.add("js");
    for (const element of all(".tools")) element.hidden = false;
    document.addEventListener("click", click);
    printing();
    views.start();
    unpack().then((data) => { views.ready(data); root.dataset.ready = "1"; performance.mark("ready"); }, fail);
  };
  begin();
}
