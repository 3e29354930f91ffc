"""What changed since an earlier run, in numbers and a few sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from fleetscan.report.crowds import short
from fleetscan.report.nouns import Tally
from fleetscan.report.past import Changes, Past, VerdictChange
from fleetscan.report.sections import ChangesView
from fleetscan.report.text import visible
from fleetscan.report.words import counted, moment

Rows: TypeAlias = Sequence[tuple[str, Sequence[str], str, str]]
"""Kind of change, the host of each, the words for one and for many."""


def changes_view(past: Past) -> ChangesView:
    """Say what changed; a finding that could not be judged this time is never told as gone."""
    rows = [row for row in (*_verdicts(past.changes), *_others(past.changes)) if row[1]]
    return ChangesView(
        previous=visible(past.run),
        started=moment(past.started) if past.started else "",
        why=visible(past.why),
        tallies=tuple(
            Tally(key=kind, words=many if len(on) != 1 else one, count=len(on)) for kind, on, one, many in rows
        ),
        sentences=tuple(f"{counted(len(on), one, many)} ({short(on)})" for _, on, one, many in rows),
    )


def in_brief(view: ChangesView) -> str:
    """Say in one line what changed, without names; empty where there is nothing to compare with."""
    if not view.previous:
        return ""
    return ", ".join(f"{tally.count:,} {tally.words}" for tally in view.tallies) or "nothing changed"


def _verdicts(changes: Changes) -> Rows:
    """Sort changed verdicts by kind; none is of two kinds."""
    kinds: Mapping[str, list[str]] = {kind: [] for kind in VERDICT_KINDS}
    for change in changes.verdicts:
        if kind := kind_of(change):
            kinds[kind].append(change.host)
    kinds["lost"].extend(each.host for each in changes.silent for _ in range(each.findings))
    return [(kind, kinds[kind], *words) for kind, words in VERDICT_KINDS.items()]


def kind_of(change: VerdictChange) -> str:
    """Tell of which kind a change of a verdict is, empty when it is nothing that a summary tells."""
    return _KINDS.get((_state(change.before), _state(change.after)), "")


def _state(word: str) -> str:
    """Tell a finding, what was judged and found nothing, and what was not judged apart."""
    return {"finding": "finding", "pass": "fine", "not_applicable": "fine"}.get(word, "unknown")


_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("fine", "finding"): "new",
    ("unknown", "finding"): "found",
    ("finding", "fine"): "gone",
    ("finding", "unknown"): "lost",
    ("fine", "unknown"): "unjudged",
    ("unknown", "fine"): "judged",
}

VERDICT_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "new": ("new finding", "new findings"),
    "found": ("finding was not judged the time before", "findings were not judged the time before"),
    "gone": ("finding is gone", "findings are gone"),
    "lost": ("finding could not be judged this time", "findings could not be judged this time"),
    "unjudged": ("other check is not judged any more", "other checks are not judged any more"),
    "judged": ("check is judged again and found nothing", "checks are judged again and found nothing"),
}
"""Kind of changed verdict -> the words for one and for many."""


def _others(changes: Changes) -> Rows:
    unread = [host for host, facts in changes.unread.items() for _ in range(facts)]
    silent = [each.host for each in changes.silent]
    return [
        ("silent", silent, "host could not be judged this time", "hosts could not be judged this time"),
        ("back", changes.back, "host could be judged again", "hosts could be judged again"),
        ("facts", [change.host for change in changes.facts], "fact has another value", "facts have other values"),
        ("unread", unread, "fact could not be read this time", "facts could not be read this time"),
        ("new_hosts", changes.new_hosts, "host is new", "hosts are new"),
        ("gone_hosts", changes.gone_hosts, "host is gone", "hosts are gone"),
        ("new_rules", changes.new_rules, "rule is new", "rules are new"),
        ("gone_rules", changes.gone_rules, "rule is gone", "rules are gone"),
    ]
