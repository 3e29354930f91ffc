"""The distribution's Chromium, and a page of which everything is heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


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
        """Keep what the console says that is no mere log."""
        if message.type in {"error", "warning"}:
            self.console.append(message.text)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    program = shutil.which("chromium")
    assert program, "install the distribution's chromium: see tests/setup-debian.sh"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


def opened(browser: Browser, path: Path, *, width: int = 1440, dark: bool = False, script: bool = True) -> Opened:
    """Open a file in a fresh context and listen to everything."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    seen = Opened(page=page, address=path.as_uri())
    page.on("console", seen.note)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("dialog", lambda dialog: seen.dialogs.append(dialog.message))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.goto(seen.address)
    return seen


UNFOLD = "for (const item of document.querySelectorAll('details')) item.open = true"
