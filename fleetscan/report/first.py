"""The three things to do first.

Laws: while a host was not scanned, one of the three says so; three grave findings must not hide it. There is nothing to
do only when every check was judged and none found anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fleetscan.model import Severity
from fleetscan.report.sections import Action, Fault, FindingGroup, IncompleteGroup, UnknownGroup
from fleetscan.report.words import counted

MOST = 3
"""How many actions stand at the top of a report."""

_SHORT = 160
_REASONS = 3
_NOT_SCANNED, _PARTIAL, _UNKNOWN, _BROKEN = "not-scanned", "partial", "unknown", "broken"

ORDER = (
    str(Severity.ERROR),
    _NOT_SCANNED,
    str(Severity.WARNING),
    _PARTIAL,
    _UNKNOWN,
    _BROKEN,
    str(Severity.BEST_PRACTICE),
    str(Severity.NON_DEFAULT),
    str(Severity.INFO),
)
"""Kinds of action in the order in which they matter; within one kind, most hosts first."""


def first_actions(
    findings: Iterable[FindingGroup],
    unknown: Iterable[UnknownGroup],
    not_scanned: Sequence[IncompleteGroup],
    partial: Sequence[IncompleteGroup],
    faults: Iterable[Fault],
    *,
    partly_read: int,
) -> tuple[Action, ...]:
    """Choose what to do first, at most three. ``partly_read`` is the number of hosts that stand in ``partial``."""
    actions = [
        *map(_from_finding, findings),
        *_from_incomplete(not_scanned, _NOT_SCANNED, "Not scanned", sum(group.count for group in not_scanned)),
        *_from_incomplete(partial, _PARTIAL, "Partly read", partly_read),
        *(_from_unknown(group) for group in unknown if group.reasons),
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
        hosts=group.count,
        step=_steps(group.rule.fix),
        anchor=group.rule.anchor,
    )


def _steps(fix: Sequence[str]) -> str:
    """Give the first step, and those after it while they are short."""
    steps = ""
    for step in fix:
        if steps and len(steps) + len(step) > _SHORT:
            break
        steps = f"{steps} {step}".strip()
    return steps


def _from_incomplete(groups: Sequence[IncompleteGroup], kind: str, words: str, hosts: int) -> Iterator[Action]:
    """Make one action of all reasons; its step is that for the reason with most hosts."""
    if not groups:
        return
    reasons = [f"{group.count:,} {group.short}" for group in groups]
    rest = len(reasons) - _REASONS
    more = f" and {counted(rest, 'more reason')}" if rest > 0 else ""
    yield Action(
        kind=kind,
        kind_words=words,
        title=f"{', '.join(reasons[:_REASONS])}{more}",
        hosts=hosts,
        step=groups[0].remedy,
        anchor=f"{kind}-{groups[0].reason}" if len(groups) == 1 else kind,
    )


def _from_unknown(group: UnknownGroup) -> Action:
    return Action(
        kind=_UNKNOWN,
        kind_words="Unknown",
        title=group.rule.title,
        hosts=group.count,
        step=group.reasons[0].remedy,
        anchor=f"unknown-{group.rule.anchor}",
    )


def _from_fault(fault: Fault) -> Action:
    return Action(
        kind=_BROKEN,
        kind_words="Broken rule",
        title=fault.rule.title,
        hosts=fault.count,
        step=f"Mend the rule {fault.rule.id} in its pack: it gave no answer although all its facts were known.",
        anchor=f"broken-{fault.rule.anchor}",
    )
