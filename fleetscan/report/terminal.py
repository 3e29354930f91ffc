"""The view on one screen: what is wrong, where, what to do, what is not known, where the report is.

Law: at most :data:`LINES` lines, none wider than the terminal. Host-given text comes out of the view, which made it
safe, and is never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from fleetscan.report.sections import FindingGroup, IncompleteGroup, ReportView, UnknownGroup
from fleetscan.report.text import visible
from fleetscan.report.words import counted

LINES = 40
"""A screen."""

_FINDINGS, _INCOMPLETE, _UNKNOWN = 5, 3, 2
_INDENT = 18
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
    for line in _lines(view, report):
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True, soft_wrap=False)
    return buffer.getvalue()


def _lines(view: ReportView, report: Path | None) -> Iterator[Text]:
    yield from _head(view)
    yield from _totals(view)
    yield from _findings(view.findings)
    yield from _faults(view)
    yield from _unknown([group for group in view.unknown if group.reasons])
    yield from _incomplete("Not scanned", view.not_scanned)
    yield from _incomplete("Partly read", view.partial)
    if report:
        yield Text()
        yield Text.assemble(("Report ", "bold"), visible(str(report), 1000))


def _head(view: ReportView) -> Iterator[Text]:
    head = view.header
    took = f", took {head.duration}" if head.duration else ""
    yield Text.assemble((head.environment, "bold"), f"  {head.started}{took}, fleetscan {head.version}")
    if head.alarm:
        first, _, rest = head.alarm.partition(". ")
        yield Text(f"THIS RUN IS NOT COMPLETE. {first}.", style="bold red")
        yield Text(rest, style="red")


def _totals(view: ReportView) -> Iterator[Text]:
    totals = view.totals
    severities = ", ".join(f"{tally.count:,} {tally.words.lower()}" for tally in totals.severities if tally.count)
    found = next(tally.count for tally in totals.verdicts if tally.key == "finding")
    yield Text.assemble(
        (counted(found, "finding"), "bold"),
        f" on {counted(view.affected, 'host')} of {totals.hosts:,}",
        f": {severities}" if severities else "",
    )
    unknown = next(tally.count for tally in totals.verdicts if tally.key == "unknown")
    statuses = ", ".join(f"{tally.count:,} {tally.words.lower()}" for tally in totals.statuses)
    reached = totals.coverage >= totals.wanted
    yield Text.assemble(
        (f"{counted(unknown, 'check')} unknown", STYLES["unknown"] if unknown else ""),
        f"; hosts: {statuses}; ",
        (f"coverage {totals.coverage} %", "" if reached else STYLES["unknown"]),
        "" if reached else f" ({totals.wanted} % wanted)",
    )


def _findings(groups: Sequence[FindingGroup]) -> Iterator[Text]:
    if groups:
        yield _title("Findings")
    for group in groups[:_FINDINGS]:
        rule = group.rule
        yield _row(rule.severity_words, STYLES[rule.severity], Text(rule.title, style="bold"))
        yield _row("", "", Text(f"{counted(len(group.hosts), 'host')}: {group.names}"))
        if rule.fix:
            yield _row("", "", Text(f"do: {rule.fix[0]}", style="dim"))
    yield from _rest(len(groups) - _FINDINGS, "more rule")


def _faults(view: ReportView) -> Iterator[Text]:
    if view.faults:
        rules = ", ".join(fault.rule.id for fault in view.faults)
        yield _title(f"Broken rules: {rules}")


def _unknown(groups: Sequence[UnknownGroup]) -> Iterator[Text]:
    if groups:
        yield _title("Unknown on hosts that were scanned")
    for group in groups[:_UNKNOWN]:
        reasons = ", ".join(reason.short for reason in group.reasons)
        yield _row(reasons, STYLES["unknown"], Text(f"{group.rule.title}: {group.names}"))
    yield from _rest(len(groups) - _UNKNOWN, "more rule")


def _incomplete(title: str, groups: Sequence[IncompleteGroup]) -> Iterator[Text]:
    if groups:
        yield _title(title)
    for group in groups[:_INCOMPLETE]:
        yield _row(group.short, STYLES["unknown"], Text(f"{counted(len(group.hosts), 'host')}: {group.names}"))
    yield from _rest(len(groups) - _INCOMPLETE, "more reason")


def _title(words: str) -> Text:
    return Text(words, style="bold underline")


def _row(label: str, style: str, words: Text) -> Text:
    head = Text(label, style=style)
    head.truncate(_INDENT - 1, overflow="ellipsis", pad=True)
    return Text.assemble(head, " ", words)


def _rest(number: int, words: str) -> Iterator[Text]:
    if number > 0:
        yield _row("", "", Text(f"and {counted(number, words)}, in the report", style="dim"))
