"""Take the pictures of the documents from a report: ``screenshots.py REPORT FOLDER``. Needs Debian's Chromium.

Each view is taken at the width of a desk and of a telephone, and some in the dark. A picture is a PNG of at most 256
colours: the most frequent ones, the others as the nearest of them.
"""

from __future__ import annotations

import base64
import shutil
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK, TELEPHONE = (1440, 900), (390, 844)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")

RULE, SERVER = "scanmail-processes-twice", "ex-par-31.corp.example"
"""The rule and the server of the demo that are shown open."""

VIEWS = (
    ("summary", "#summary"),
    ("findings", "#findings"),
    ("rule", "#rule/{rule}?host={server}"),
    ("critical", "#critical"),
    ("all", "#all"),
    ("non-default", "#non-default"),
    ("changes", "#changes"),
    ("informational", "#informational"),
    ("baseline", "#baseline/{server}"),
    ("topology", "#topology"),
    ("servers", "#servers"),
    ("server", "#server/{server}"),
    ("coverage", "#coverage"),
    ("attestations", "#attestations"),
    ("asked", "#asked"),
)
"""Name of the picture and fragment of the view."""

DARK = ("summary", "topology", "server")
"""Views that are taken in the dark as well."""

PIXELS = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  const colours = new Uint32Array(data.buffer), counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const known = palette.map(parts), places = new Map();
  for (const colour of counts.keys()) {
    const [r, g, b] = parts(colour);
    let best = 0, least = Infinity;
    known.forEach(([x, y, z], place) => {
      const far = (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
      if (far < least) { least = far; best = place; }
    });
    places.set(colour, best);
  }
  const indices = Uint8Array.from(colours, (colour) => places.get(colour));
  return { width: image.width, height: image.height, palette: known.flat(), indices: indices.toBase64() };
}"""
"""Reduce a picture to the palette and one index a pixel."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: its name, what it shows, how wide and high, and in which colours."""

    name: str
    fragment: str
    size: tuple[int, int]
    dark: bool


def pictures() -> Iterator[Picture]:
    """Give every picture of the documents."""
    for name, view in VIEWS:
        fragment = view.format(rule=RULE, server=SERVER)
        yield Picture(name=name, fragment=fragment, size=DESK, dark=False)
        yield Picture(name=f"{name}-phone", fragment=fragment, size=TELEPHONE, dark=False)
        if name in DARK:
            yield Picture(name=f"{name}-dark", fragment=fragment, size=DESK, dark=True)


def taken(browser: Browser, report: Path, picture: Picture) -> bytes:
    """Open the report at one view and take what is seen."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if picture.dark else "light"
    )
    page = context.new_page()
    page.goto(f"{report.resolve().as_uri()}{picture.fragment}")
    page.wait_for_selector("html[data-ready='1']", state="attached")
    page.evaluate("async () => { for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame); }")
    shot = page.screenshot()
    context.close()
    return shot


def reduced(page: Page, shot: bytes) -> bytes:
    """Write a picture again with few colours."""
    made = page.evaluate(PIXELS, f"data:image/png;base64,{base64.b64encode(shot).decode()}")
    width, height = made["width"], made["height"]
    return png(width, height, made["palette"], base64.b64decode(made["indices"]))


def png(width: int, height: int, palette: Sequence[int], indices: bytes) -> bytes:
    """Write a PNG of one byte a pixel."""
    rows = b"".join(b"\0" + indices[start : start + width] for start in range(0, width * height, width))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(palette)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main(report: Path, folder: Path) -> None:
    """Write every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        desk = browser.new_page()
        for picture in pictures():
            (folder / f"{picture.name}.png").write_bytes(reduced(desk, taken(browser, report, picture)))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
