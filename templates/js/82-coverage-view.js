// Puts the matrix and the table of hosts beside what the coverage section says without script.

const coverageView = (data, [section]) => {
  const panel = h("div", { class: "gap-place" }), rows = incompleteRows(data), hosts = incompleteTable(data);
  const heading = h("h3", {});
  const matrix = new CoverageMatrix(data, (choice, moved) => {
    const shown = choice && gapPanel(data, choice);
    panel.replaceChildren(...(shown ? [shown.element] : []));
    if (shown && moved) {
      shown.heading.tabIndex = -1;
      shown.heading.focus();
    }
    narrow();
  });
  const narrow = () => {
    const wanted = new Set(matrix.hosts()), kept = rows.filter(({ host }) => wanted.has(host));
    if (hosts.rows.length === kept.length && hosts.rows.every((row, index) => row === kept[index])) return;
    hosts.rows = kept;
  };
  const count = (status) => rows.filter(({ host }) => data.status(host).key === status).length;
  heading.textContent = `Hosts not scanned (${number(count("not_scanned"))}) or only partly (${number(count("partial"))})`;
  const place = $(".lead, .head", section);
  place.after(matrix.element, panel, h("div", { class: "incomplete" }, heading, hosts));
  return { show: () => matrix.filter.read() };
};

views.add({ id: "coverage", title: "Coverage", make: coverageView });
