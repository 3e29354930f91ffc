"""The view on one screen: what is wrong, where, what to do, what is not known, where the report is.

Laws: at most :data:`LINES` lines, none wider than the terminal but the path of the report, which is never cut.
Host-given text comes out of the view, which made it safe, and is never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from fleetscan.report.changed import in_brief
from fleetscan.report.sections import FindingGroup, IncompleteGroup, ReportView, UnknownGroup
from fleetscan.report.text import visible
from fleetscan.report.words import counted

LINES = 40
"""A screen."""

_FINDINGS, _INCOMPLETE, _UNKNOWN = 4, 2, 2
_INDENT = 18
_FOLDS = 2
"""Lines that one sentence may take while there is room; what is left over is cut."""

_REPORT_LINES = 2

STYLES = {
    "error": "bold red",
    "warning": "yellow",
    "best-practice": "blue",
    "non-default": "magenta",
    "info": "default",
    "unknown": "yellow",
}
"""Kind of line -> style."""


def summarise(view: ReportView, *, width: int, colour: bool, report: Path | None = None) -> str:
    """Write the summary for a terminal of ``width`` columns; ``report`` is where the HTML file is.

    With ``colour`` the text holds SGR sequences of ours, unless the environment sets ``NO_COLOR``.
    """
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=None if colour else True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    rows = tuple(_rows(view))
    lines = [line for row in rows for line in _folded(console, row, width, _FOLDS)]
    if len(lines) > LINES - _REPORT_LINES:
        lines = [line for row in rows for line in _folded(console, row, width, _FOLDS if row.must else 1)]
    for line in lines:
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
    if report:
        console.print(Text.assemble("\n", ("Report ", "bold"), visible(str(report), 4096)), soft_wrap=True)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Row:
    """Words, and the label that stands before them; the words are folded below themselves.

    A row that ``must`` be read whole is folded even where the screen is full.
    """

    words: Text
    label: Text = field(default_factory=Text)
    must: bool = False


def _folded(console: Console, row: _Row, width: int, folds: int) -> Iterator[Text]:
    room = max(width - row.label.cell_len, 1)
    pieces = row.words.wrap(console, room)
    for piece in pieces:
        piece.rstrip()
    for number, piece in enumerate(pieces[:folds]):
        words = piece
        if number == folds - 1:
            words = Text(" ").join(pieces[number:])
            words.truncate(room, overflow="ellipsis")
        yield Text.assemble(row.label if number == 0 else " " * row.label.cell_len, words)


def _rows(view: ReportView) -> Iterator[_Row]:
    yield from _head(view)
    yield from _totals(view)
    yield from _findings(view.findings)
    yield from _faults(view)
    yield from _unknown([group for group in view.unknown if group.reasons])
    yield from _incomplete("Not scanned", view.not_scanned)
    yield from _incomplete("Partly read", view.partial)


def _head(view: ReportView) -> Iterator[_Row]:
    head = view.header
    took = f", took {head.duration}" if head.duration else ""
    yield _Row(Text.assemble((head.environment, "bold"), f"  {head.started}{took}, fleetscan {head.version}"))
    if head.alarm:
        first, _, rest = head.alarm.partition(". ")
        yield _Row(Text(f"THIS RUN IS NOT COMPLETE. {first}.", style="bold red"))
        yield _Row(Text(rest, style="red"), must=True)


def _totals(view: ReportView) -> Iterator[_Row]:
    totals = view.totals
    severities = ", ".join(f"{tally.count:,} {tally.words.lower()}" for tally in totals.severities if tally.count)
    found = next(tally.count for tally in totals.verdicts if tally.key == "finding")
    found_where = f" on {counted(view.affected, 'host')} of {totals.hosts:,}{f': {severities}' if severities else ''}"
    yield _Row(Text.assemble((counted(found, "finding"), "bold"), found_where), must=True)
    unknown = next(tally.count for tally in totals.verdicts if tally.key == "unknown")
    statuses = ", ".join(f"{tally.count:,} {tally.words.lower()}" for tally in totals.statuses)
    reached = totals.coverage >= totals.wanted
    yield _Row(
        Text.assemble(
            (f"{counted(unknown, 'check')} unknown", STYLES["unknown"] if unknown else ""),
            f"; hosts: {statuses}; ",
            (f"coverage {totals.coverage} %", "" if reached else STYLES["unknown"]),
            "" if reached else f" ({totals.wanted} % wanted)",
        ),
        must=True,
    )
    if changed := in_brief(view.changes):
        yield _Row(Text(f"Since the run before: {changed}"), must=True)


def _findings(groups: Sequence[FindingGroup]) -> Iterator[_Row]:
    if groups:
        yield _title("Findings")
    for group in groups[:_FINDINGS]:
        rule = group.rule
        yield _row(rule.severity_words, STYLES[rule.severity], Text(rule.title, style="bold"))
        yield _row("", "", Text(f"{counted(group.count, 'host')}: {group.names}"))
        if rule.fix:
            yield _row("", "", Text(f"do: {rule.fix[0]}", style="dim"))
    yield from _rest(len(groups) - _FINDINGS, "more rule")


def _faults(view: ReportView) -> Iterator[_Row]:
    if view.faults:
        rules = ", ".join(fault.rule.id for fault in view.faults)
        yield _title(f"Broken rules: {rules}")


def _unknown(groups: Sequence[UnknownGroup]) -> Iterator[_Row]:
    if groups:
        yield _title("Unknown on hosts that were scanned")
    for group in groups[:_UNKNOWN]:
        reasons = ", ".join(reason.short for reason in group.reasons)
        yield _row(reasons, STYLES["unknown"], Text(f"{group.rule.title}: {group.names}"))
    yield from _rest(len(groups) - _UNKNOWN, "more rule")


def _incomplete(title: str, groups: Sequence[IncompleteGroup]) -> Iterator[_Row]:
    if groups:
        yield _title(title)
    for group in groups[:_INCOMPLETE]:
        yield _row(group.short, STYLES["unknown"], Text(f"{counted(group.count, 'host')}: {group.names}"))
    yield from _rest(len(groups) - _INCOMPLETE, "more reason")


def _title(words: str) -> _Row:
    return _Row(Text(words, style="bold underline"))


def _row(label: str, style: str, words: Text) -> _Row:
    head = Text(label, style=style)
    head.truncate(_INDENT - 1, overflow="ellipsis", pad=True)
    head.append(" ")
    return _Row(words, head)


def _rest(number: int, words: str) -> Iterator[_Row]:
    if number > 0:
        yield _row("", "", Text(f"and {counted(number, words)}, in the report", style="dim"))
