"""The distribution's Chromium, and a page of which everything is heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]

VIEWS = (
    "summary",
    "findings",
    "critical",
    "all",
    "non-default",
    "changes",
    "informational",
    "baseline",
    "topology",
    "servers",
    "coverage",
    "attestations",
    "asked",
)
"""The views that the navigation leads to, in its order."""

READY = "html[data-ready='1']"
"""What the page is once its data is unpacked and its first view stands."""

GO = """async (fragment) => {
  if (location.hash !== fragment) {
    const moved = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    location.hash = fragment;
    await moved;
  }
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}"""
"""Follow a fragment; the page's own listeners came first, and what they left for the next frame is done."""


@dataclass(kw_only=True)
class Opened:
    """A page and all that happened in it."""

    page: Page
    address: str
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the console says, be it a mere log: a report has nothing to say there."""
        self.console.append(f"{message.type}: {message.text}")

    def dismiss(self, dialog: Dialog) -> None:
        """Keep what a dialog says, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def go(self, fragment: str) -> None:
        """Follow a link within the page, as ``#servers``, and wait until what it leads to stands."""
        self.page.evaluate(GO, fragment)

    @property
    def here(self) -> str:
        """Give the address as the page itself has it; the driver hears of a change only after it."""
        return str(self.page.evaluate("location.href"))

    def troubles(self) -> list[str]:
        """Give all that a page that is quiet, whole and deaf to its hosts does not do."""
        strange = [address for address in self.requests if address.partition("#")[0] != self.address]
        ran = self.page.evaluate("String(window.canary)")
        return [*self.console, *self.errors, *self.dialogs, *strange, *([ran] if ran != "undefined" else [])]

    def close(self) -> None:
        """Close the page and forget its context."""
        self.page.context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    program = shutil.which("chromium")
    assert program, "install the distribution's chromium: see tests/setup-debian.sh"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


def opened(
    browser: Browser, path: Path, fragment: str = "", *, width: int = 1440, dark: bool = False, script: bool = True
) -> Opened:
    """Open a file in a fresh context, listen to everything, and wait until it is ready."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    seen = Opened(page=page, address=path.as_uri())
    page.on("console", seen.note)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("dialog", seen.dismiss)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.goto(f"{seen.address}{fragment}")
    if script:
        page.wait_for_selector(READY, state="attached")
    return seen


def link(view: str, item: str = "", **query: str) -> str:
    """Write the fragment of a view, as the page does."""
    place = f"#{view}/{part(item)}" if item else f"#{view}"
    return f"{place}?{'&'.join(f'{key}={part(value)}' for key, value in query.items())}" if query else place


def part(text: str) -> str:
    """Encode one part of a fragment as ``encodeURIComponent`` does."""
    return quote(text, safe="-_.!~*'()")


def places(*, rules: Sequence[str], servers: Sequence[str], pairs: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """Give the fragment of every place of a report: its views, these rules and servers, and the hosts of some rules."""
    yield from map(link, VIEWS)
    for rule in rules:
        yield link("rule", rule)
    for rule, host in pairs:
        yield link("rule", rule, host=host)
    for server in servers:
        yield link("server", server)
        yield link("baseline", server)
