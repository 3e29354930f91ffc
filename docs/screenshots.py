"""Take the pictures of the documents from a report: ``screenshots.py REPORT FOLDER``. Needs Debian's Chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = (
    ("report-light", 1440, 1100, "light"),
    ("report-dark", 1440, 1100, "dark"),
    ("report-phone", 390, 1100, "light"),
)
"""Name, width and height in pixels, colour scheme."""

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")


def main(report: Path, folder: Path) -> None:
    """Write one PNG for each picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for name, width, height, scheme in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page.goto(report.resolve().as_uri())
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
