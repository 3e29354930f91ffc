"""The colours hold WCAG 2.2 AA in both themes, computed from the style sheet's own variables."""

from __future__ import annotations

import re

import pytest

from fleetscan.report.html import STYLE, joined, templates_folder

INKS = ("error", "warning", "best-practice", "non-default", "info", "unknown", "pass", "broken")
TEXT = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("link", "ground"),
    ("link", "surface"),
    ("link", "sunken"),
    ("surface", "ink"),
    ("ink", "error-tint"),
    ("ink", "unknown-tint"),
    ("link", "unknown-tint"),
    ("muted", "unknown-tint"),
    *[(ink, "surface") for ink in INKS],
    *[(ink, "sunken") for ink in INKS],
    *[(ink, "ground") for ink in INKS],
    *[(ink, f"{ink}-tint") for ink in INKS],
]
"""Foreground and background of text: at least 4.5 to 1."""

SHAPES = [("edge", "surface"), ("edge", "ground"), ("hatch-line", "surface"), ("hatch-line", "unknown-tint")]
"""Edges of fields and parts of graphics: at least 3 to 1."""


def themes() -> dict[str, dict[str, str]]:
    """Read the variables of both themes; the dark one changes what it names."""
    style = joined([templates_folder()], STYLE)
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    )
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    """Compute the relative luminance of a colour, as WCAG defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), [*((*p, 4.5) for p in TEXT), *((*p, 3.0) for p in SHAPES)])
def test_colours_can_be_read(theme: str, ink: str, paper: str, least: float) -> None:
    """Text and the edges of what can be used stand out from their background."""
    colours = themes()[theme]
    assert contrast(colours[ink], colours[paper]) >= least


def test_both_themes_name_the_same_colours() -> None:
    """The dark theme leaves no colour of the light one behind."""
    style = joined([templates_folder()], STYLE)
    light, dark = (set(re.findall(r"--([\w-]+):", b)) for b in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2])
    assert light == dark
