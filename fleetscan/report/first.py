"""The three things to do first.

Law: while a host was not scanned, one of the three says so; three grave findings must not hide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fleetscan.model import Severity
from fleetscan.report.nouns import Action, Fault, FindingGroup, IncompleteGroup

MOST = 3
"""How many actions stand at the top of a report."""

_NOT_SCANNED, _PARTIAL, _BROKEN = "not-scanned", "partial", "broken"

ORDER = (
    str(Severity.ERROR),
    _NOT_SCANNED,
    str(Severity.WARNING),
    _PARTIAL,
    _BROKEN,
    str(Severity.BEST_PRACTICE),
    str(Severity.NON_DEFAULT),
    str(Severity.INFO),
)
"""Kinds of action in the order in which they matter; within one kind, most hosts first."""


def first_actions(
    findings: Iterable[FindingGroup],
    not_scanned: Sequence[IncompleteGroup],
    partial: Sequence[IncompleteGroup],
    faults: Iterable[Fault],
) -> tuple[Action, ...]:
    """Choose what to do first, at most three."""
    actions = [
        *map(_from_finding, findings),
        *_from_incomplete(not_scanned, _NOT_SCANNED, "Not scanned", "Not scanned: {}"),
        *_from_incomplete(partial, _PARTIAL, "Partly read", "Read only in part: {}"),
        *map(_from_fault, faults),
    ]
    ranked = sorted(actions, key=lambda a: (ORDER.index(a.kind), -a.hosts, a.anchor))
    chosen = ranked[:MOST]
    missing = [action for action in ranked[MOST:] if action.kind == _NOT_SCANNED]
    return tuple([*chosen[:-1], *missing] if missing else chosen)


def _from_finding(group: FindingGroup) -> Action:
    return Action(
        kind=group.rule.severity,
        kind_words=group.rule.severity_words,
        title=group.rule.title,
        hosts=len(group.hosts),
        step=group.rule.fix[0] if group.rule.fix else "",
        anchor=group.rule.anchor,
    )


def _from_incomplete(groups: Sequence[IncompleteGroup], kind: str, words: str, title: str) -> Iterator[Action]:
    """Make one action of all reasons; its step is that for the reason with most hosts."""
    if not groups:
        return
    hosts = len({row.host for group in groups for row in group.hosts})
    reasons = ", ".join(f"{group.short} {len(group.hosts)}" if len(groups) > 1 else group.short for group in groups)
    yield Action(
        kind=kind,
        kind_words=words,
        title=title.format(reasons),
        hosts=hosts,
        step=groups[0].remedy,
        anchor=f"{kind}-{groups[0].reason}" if len(groups) == 1 else kind,
    )


def _from_fault(fault: Fault) -> Action:
    return Action(
        kind=_BROKEN,
        kind_words="Broken rule",
        title=fault.rule.title,
        hosts=len(fault.hosts),
        step=f"Mend the rule {fault.rule.id} in its pack: it gave no answer although all its facts were known.",
        anchor=f"broken-{fault.rule.anchor}",
    )
