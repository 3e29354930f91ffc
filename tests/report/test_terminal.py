"""The summary on one screen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from fleetscan.model import Ending
from fleetscan.report.terminal import LINES, summarise
from fleetscan.report.text import is_unseen
from tests.report.hostile import hostile
from tests.report.sample import sample

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("colour", [True, False])
def test_hostile_text_stays_text(width: int, colour: bool) -> None:  # noqa: FBT001 - parametrised
    """Whatever hosts say, only our own colours act on the terminal, on one screen, inside its width."""
    shown = summarise(hostile(45).view(), width=width, colour=colour, report=Path("/runs/a\x1b[2J/report.html"))
    plain = SGR.sub("", shown) if colour else shown
    assert not any(is_unseen(character) for character in plain.replace("\n", ""))
    *lines, report = plain.splitlines()
    assert len(lines) < LINES, lines
    assert max(map(cell_len, lines)) <= width
    assert report == r"Report /runs/a\u{001B}[2J/report.html"


def test_the_summary_of_a_run(snapshot: SnapshotAssertion) -> None:
    """What is wrong, where, what to do, what is not known, where the report is."""
    view = sample(45, ending=Ending.INTERRUPTED).view()
    assert summarise(view, width=100, colour=False, report=Path("/runs/latest/report.html")) == snapshot


def test_the_path_of_the_report_is_never_cut() -> None:
    """A path longer than the terminal is wide can still be copied."""
    path = Path("/", "deep" * 40, "report.html")
    assert summarise(sample(1).view(), width=40, colour=False, report=path).endswith(f"\nReport {path}\n")


def test_a_clean_fleet_takes_three_lines() -> None:
    """Without findings and gaps only the numbers are told."""
    shown = summarise(sample(1).view(), width=100, colour=False)
    assert shown.splitlines()[1:] == [
        "0 findings on 0 hosts of 1",
        "0 checks unknown; hosts: 1 complete, 0 partial, 0 not scanned; coverage 100 %",
    ]


def test_no_colour_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR takes the colours away even where they were asked for."""
    view = sample(45).view()
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert re.search(r"\x1b\[[0-9;]*3[13]m", summarise(view, width=80, colour=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", summarise(view, width=80, colour=True))


def test_a_long_list_of_rules_is_counted() -> None:
    """Rules that do not fit on the screen are counted, a rule without steps has none."""
    view = sample(45).view()
    first = view.findings[0]
    bare = replace(first, rule=replace(first.rule, fix=()))
    shown = summarise(replace(view, findings=(bare,) * 7), width=100, colour=False)
    assert "and 3 more rules, in the report" in shown
    assert "Start the service" not in shown


def test_a_run_without_an_end_has_no_duration() -> None:
    """A run that is going on does not say how long it took."""
    view = sample(1).view()
    shown = summarise(replace(view, header=replace(view.header, duration="")), width=100, colour=False)
    assert shown.splitlines()[0] == "corp-prod  2026-11-22 01:00:03 UTC, fleetscan 0.1.0"
