"""How the report grows with the fleet: its file, what building it costs, and how quick it is in Chromium, from disk.

    .venv/bin/python -m benchmarks.report
    .venv/bin/python -m benchmarks.report --made 10000 --real --times 9

``--made``: fleets with 15 verdicts for each host, made by hand, values and names unlike one another. ``--real``: fleets
judged by every rule of the shelf over every fact that it asks, with the answers of the lab's machines in turn.

In a process of its own: CPU of building the view and rendering it, without judging, and the highest memory with all
that it is built from. In Chromium, each the median of so many visits: *usable* from the start of the navigation until
the page's mark ``ready``; *filter* from a word typed into the search box until its rows are drawn, in all issues (a row
for each finding) and in the list of servers; *server* from following a link until the page of that server is drawn.
*rows* is the most live rows that any of these views had.

Goals, at 10,000 hosts with 15 verdicts: 2 MB or less, usable within 1 s, filter within 0.2 s, some hundred live rows.
Compare two versions on one machine, in one sitting.
"""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import scale
from fleetscan.facts import DERIVATIONS
from fleetscan.model import Ending, Run
from fleetscan.report.html import render
from fleetscan.rules import load_shelf
from fleetscan.scan import conclude
from fleetscan.scan.judging import joined, judge_run
from tests.report.browser import READY, chromium, link
from tests.report.many import many

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORT = "report.html"
HEAD = (
    "| hosts | MB | build: CPU s | MiB | usable s | filter all s | filter servers s | server s | rows |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)

FOLLOW = """async (fragment) => {
  const moved = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
  const begun = performance.now();
  location.hash = fragment;
  await moved;
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""

TYPE = """async (word) => {
  const seen = (selector) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
  const box = seen("main input[type=search]"), told = seen("main fs-filter [role=status]"), before = told.textContent;
  const changed = new Promise((resolve, reject) => {
    setTimeout(reject, 30_000, new Error(`${word} left everything as it was`));
    const observer = new MutationObserver(() => { if (told.textContent !== before) resolve(); });
    observer.observe(told, { subtree: true, childList: true, characterData: true });
  });
  const begun = performance.now();
  box.value = word;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  await changed;
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""

ROWS = "document.querySelectorAll('[role=row]').length"


@dataclass(frozen=True, kw_only=True)
class Built:
    """What making one report took."""

    cpu: float
    mebibytes: float
    server: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One visit with the browser: milliseconds, and rows."""

    usable: float
    all_issues: float
    servers: float
    server: float
    rows: int


def made(hosts: int, folder: Path) -> Built:
    """Write the report of a fleet made by hand."""
    sample = many(hosts)
    begun = time.process_time()
    text = render(sample.view())
    cpu = time.process_time() - begun
    (folder / REPORT).write_text(text, "utf-8")
    return _built(cpu, sample.run.hosts[hosts // 2])


def real(hosts: int, folder: Path) -> Built:
    """Write the report of a fleet that the whole shelf judged."""
    shelf = load_shelf(derivations=DERIVATIONS)
    done, among = judge_run(shelf, list(scale.crowd(shelf, hosts)))
    run = Run(
        id="benchmark",
        environment="benchmark",
        version="0",
        started=datetime.now(UTC),
        ended=datetime.now(UTC),
        ending=Ending.FINISHED,
        hosts=tuple(each.record.host for each in done),
        rules=tuple(rule.id for rule in shelf.all_rules),
        packs=shelf.packs,
        fail_on="warning",
        min_coverage=100,
        counts=None,
    )
    begun = time.process_time()
    conclude(folder, run, shelf, joined(done, among))
    return _built(time.process_time() - begun, run.hosts[hosts // 2])


def _built(cpu: float, server: str) -> Built:
    return Built(cpu=cpu, mebibytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, server=server)


def visit(browser: Browser, path: Path, server: str) -> Opening:
    """Open a report in a fresh context and measure what a reader waits for."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(READY, state="attached")
    usable = page.evaluate("performance.getEntriesByName('ready')[0].startTime")
    all_issues, some = _filtered(page, link("all", by="finding"), "osaka")
    servers, others = _filtered(page, link("servers"), server)
    opening = page.evaluate(FOLLOW, link("server", server))
    rows = max(some, others, page.evaluate(ROWS))
    context.close()
    return Opening(usable=usable, all_issues=all_issues, servers=servers, server=opening, rows=rows)


def _filtered(page: Page, view: str, word: str) -> tuple[float, int]:
    """Type a word into the search box of a view; give the milliseconds it took and the live rows before."""
    page.evaluate(FOLLOW, view)
    rows = page.evaluate(ROWS)
    return page.evaluate(TYPE, word), rows


def line(name: str, built: Built, size: int, visits: Sequence[Opening]) -> str:
    """Write one line of the table."""
    usable, all_issues, servers, server = (
        median(getattr(each, what) for each in visits) for what in ("usable", "all_issues", "servers", "server")
    )
    return (
        f"| {name} | {size / 1e6:.2f} | {built.cpu:.2f} | {built.mebibytes:,.0f} | {usable / 1e3:.2f} "
        f"| {all_issues / 1e3:.3f} | {servers / 1e3:.3f} | {server / 1e3:.3f} | {max(each.rows for each in visits)} |\n"
    )


def measure(browser: Browser, name: str, hosts: int, *, times: int) -> str:
    """Build one report in a process of its own, and visit it."""
    with tempfile.TemporaryDirectory() as folder, multiprocessing.get_context("spawn").Pool(1) as pool:
        built = pool.apply(KINDS[name], (hosts, Path(folder)))
        path = Path(folder) / REPORT
        visits = [visit(browser, path, built.server) for _ in range(times)]
        return line(f"{hosts:,} {name}", built, path.stat().st_size, visits)


KINDS: Mapping[str, Callable[[int, Path], Built]] = {"made": made, "real": real}


def main() -> None:
    """Measure what the command line says, and print a table."""
    parser = argparse.ArgumentParser(description="How the report grows with the fleet.")
    parser.add_argument("--made", type=int, nargs="*", default=[40, 1_000, 10_000], metavar="HOSTS")
    parser.add_argument("--real", type=int, nargs="*", default=[171, 1_000], metavar="HOSTS")
    parser.add_argument("--times", type=int, default=5, help="visits of which the median is taken")
    words = parser.parse_args()
    sys.stdout.write(HEAD)
    with chromium() as browser:
        for name in KINDS:
            for hosts in getattr(words, name):
                sys.stdout.write(measure(browser, name, hosts, times=words.times))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
