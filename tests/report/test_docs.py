"""docs/report.md: its example of templates works, its pictures are taken, and it tells all of the data block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from docs.screenshots import pictures, png
from fleetscan.report.html import render
from tests.report.browser import chromium, opened
from tests.report.lived import lived

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "report.md").read_text("utf-8")
FOLDER = "my-templates"
FILES = dict(re.findall(r"<!-- file: ([^\n]+) -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL))
BLOCK = PAGE.partition("### The data block")[2]


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Write the templates of the page."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / FOLDER


def test_the_templates_of_the_page_change_what_they_say(templates: Path, tmp_path: Path) -> None:
    """The head and the colour are theirs, all else is ours, and the policy lets both run."""
    assert len(FILES) == 2
    path = tmp_path / "report.html"
    path.write_text(render(lived(), templates), "utf-8")
    with chromium() as browser:
        for dark, colour in ((False, "#7a1f5c"), (True, "#f0a6d8")):
            seen = opened(browser, path, dark=dark)
            assert "on call: 4711" in (seen.page.text_content("header") or "")
            assert "corp-prod: 45 servers" in seen.page.inner_text("h1")
            assert seen.page.evaluate("getComputedStyle(document.body).getPropertyValue('--link')") == colour
            seen.go("#servers")
            assert seen.page.locator("[data-view=servers] .fs-body [role=row]").count() > 10
            assert seen.troubles() == []
            seen.close()


def test_every_picture_of_the_page_is_taken() -> None:
    """What the page shows is what the script takes, under the same name, and it is there."""
    shown = set(re.findall(r"\(images/([\w-]+)\.png\)", PAGE))
    taken = {picture.name for picture in pictures()}
    assert shown <= taken
    assert {name for name in taken if not (DOCS / "images" / f"{name}.png").is_file()} == set()


def test_the_page_tells_every_name_of_the_data_block() -> None:
    """No part of the block is left out."""
    told = set(re.findall(r"`(\w+)`", BLOCK)) | {"key", "facts"}
    assert set(names(lived().columns)) - VERDICTS <= told


VERDICTS = {"finding", "unknown", "broken", "pass", "not_applicable"}
"""Keys that are words of verdicts."""


def names(part: object) -> Iterator[str]:
    """Walk through the keys of the block."""
    match part:
        case Mapping():
            for key, inner in part.items():
                yield key
                yield from names(inner)
        case list() | tuple() if part:
            yield from names(part[0])
        case _:
            return


def test_a_picture_is_a_png(tmp_path: Path) -> None:
    """What the script writes shows the pixels that it was given."""
    path = tmp_path / "picture.png"
    path.write_bytes(png(2, 1, [255, 0, 0, 0, 0, 255], b"\x00\x01"))
    (tmp_path / "page.html").write_text("<!doctype html><html data-ready=1><img src=picture.png>")
    with chromium() as browser:
        seen = opened(browser, tmp_path / "page.html")
        size = seen.page.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]")
        seen.close()
    assert size == [2, 1]
