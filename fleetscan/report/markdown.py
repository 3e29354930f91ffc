"""The view as a short summary in Markdown, for a chat or a ticket.

Laws
1. At most :data:`LINES` lines. What does not fit is counted, not forgotten.
2. Nothing of a host or a pack is markup, a link, a picture or a mention. The names of hosts stand as code, in which
   neither Markdown nor the systems that extend it act on anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

from fleetscan.report.changed import in_brief
from fleetscan.report.material import Material
from fleetscan.report.sections import Action, Fault, FindingGroup, IncompleteGroup, ReportView, UnknownGroup
from fleetscan.report.text import visible
from fleetscan.report.words import counted

LINES: Final = 60
"""How long the summary can be."""

_FINDINGS, _UNKNOWN, _FAULTS, _INCOMPLETE = 12, 4, 2, 3
_TEXT, _NAMES = 240, 400

_ACTS: Final = re.compile(r"[\\`*_\[\]<>|~&{}$^@]|#(?=\w)")
_ADDRESS: Final = re.compile(r"(?i)(?:\b[a-z][a-z0-9+.-]*:|www\.)[^\s<>]+")
_NEVER_IN_A_NAME: Final = re.compile(r"[`<>&@|\"'\\]")
_INSTEAD: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "`@`", "#": "`#`"}
"""What stands for a sign that a backslash before it does not keep from acting."""


def digest(material: Material) -> Iterator[str]:
    """Write the summary, a line at a time."""
    for line in _lines(material.view):
        yield f"{line}\n"


def name(text: str) -> str:
    """Show names of hosts as code; what no name should have is shown by its number."""
    shown = visible(text, _NAMES)
    return _code(_NEVER_IN_A_NAME.sub(lambda found: rf"\u{{{ord(found[0]):04X}}}", shown))


def prose(text: str, limit: int = _TEXT) -> str:
    """Show an authored text; what stands between backticks is code, and nothing else in it acts."""
    parts = visible(text, limit).split("`")
    if len(parts) % 2 == 0:
        shown = _plain("`".join(parts))
    else:
        shown = "".join(_code(part) if number % 2 else _plain(part) for number, part in enumerate(parts))
    return shown.replace("``", "` `")  # the end of one piece of code, and the beginning of the next


def _code(text: str) -> str:
    """Show a text without backticks as code."""
    return f"`{text}`" if text.strip() else text


def _plain(text: str) -> str:
    """Show a text in which addresses, and the signs that call somebody or link to something, stand as code."""
    addresses = [_code(found.replace("`", "'")) for found in _ADDRESS.findall(text)]
    pieces = map(_inert, _ADDRESS.split(text))
    return "".join(f"{piece}{address}" for piece, address in zip(pieces, [*addresses, ""], strict=True))


def _inert(text: str) -> str:
    return _ACTS.sub(lambda found: _INSTEAD.get(found[0], f"\\{found[0]}"), text)


def _lines(view: ReportView) -> Iterator[str]:
    scanned = [group for group in view.unknown if group.reasons]
    yield from _head(view)
    yield from _section("Do first", map(_action, view.first))
    yield from _section("Findings", _groups(view.findings, _finding, _FINDINGS, "rule", "finding"))
    yield from _section("Unknown on hosts that were scanned", _groups(scanned, _unknown, _UNKNOWN, "rule", ""))
    yield from _section("Broken rules", _groups(view.faults, _fault, _FAULTS, "rule", "host"))
    yield from _section("Not scanned", _groups(view.not_scanned, _incomplete, _INCOMPLETE, "reason", "host"))
    yield from _section("Partly read", _groups(view.partial, _incomplete, _INCOMPLETE, "reason", ""))


def _head(view: ReportView) -> Iterator[str]:
    head, totals = view.header, view.totals
    took = f", took {head.duration}" if head.duration else ""
    number = {tally.key: tally.count for tally in totals.verdicts}
    yield f"# {prose(head.environment)}: {counted(number['finding'], 'finding')}"
    yield ""
    yield f"Run {name(head.run)}, {head.started}{took}, fleetscan {prose(head.version)}"
    if head.alarm:
        yield ""
        yield f"**This run is not complete.** {prose(head.alarm, _NAMES)}"
    yield ""
    where = f"on {counted(view.affected, 'host')} of {totals.hosts:,}"
    yield f"- {counted(number['finding'], 'finding')} {where}{_grave(view)}"
    others = (f"{tally.words.lower()} {tally.count:,}" for tally in totals.verdicts if tally.key != "finding")
    yield f"- Other checks: {', '.join(others)}"
    statuses = ", ".join(f"{tally.count:,} {tally.words.lower()}" for tally in totals.statuses)
    wanted = "" if totals.coverage >= totals.wanted else f" ({totals.wanted} % wanted)"
    yield f"- Hosts: {statuses}; coverage {totals.coverage} %{wanted}"
    if changed := in_brief(view.changes):
        yield f"- Since the run before: {changed}"


def _grave(view: ReportView) -> str:
    counts = [f"{tally.count:,} {tally.words.lower()}" for tally in view.totals.severities if tally.count]
    return f": {', '.join(counts)}" if counts else ""


class _Group(Protocol):
    @property
    def count(self) -> int: ...


G = TypeVar("G", bound=_Group)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = [*lines]
    if told:
        yield from ("", f"## {title}", "", *(f"- {line}" for line in told))


def _groups(groups: Sequence[G], line: Callable[[G], str], most: int, noun: str, each: str) -> Iterator[str]:
    """Tell the first groups, and how many are left out with how much in them."""
    yield from map(line, groups[:most])
    if rest := groups[most:]:
        within = f" ({counted(sum(group.count for group in rest), each)})" if each else ""
        yield f"and {counted(len(rest), f'more {noun}')}{within}, in the report"


def _action(action: Action) -> str:
    step = f". {prose(action.step)}" if action.step else ""
    return f"**{action.kind_words}**: {prose(action.title)} ({counted(action.hosts, 'host')}){step}"


def _finding(group: FindingGroup) -> str:
    rule = group.rule
    return f"**{rule.severity_words}**: {prose(rule.title)}, {counted(group.count, 'host')}: {name(group.names)}"


def _unknown(group: UnknownGroup) -> str:
    reasons = ", ".join(reason.short for reason in group.reasons)
    return f"{prose(group.rule.title)} ({reasons}): {name(group.names)}"


def _fault(fault: Fault) -> str:
    return f"{prose(fault.rule.title)}, {counted(fault.count, 'host')}"


def _incomplete(group: IncompleteGroup) -> str:
    return f"{group.short}, {counted(group.count, 'host')}: {name(group.names)}"
