"""What changed between two runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleetscan.model import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule on one host whose verdict is another one now. ``None``: there was, or is, none."""

    host: str
    rule: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two runs compared: hosts that came and went, and every verdict that changed on the others."""

    new_hosts: tuple[str, ...]
    gone_hosts: tuple[str, ...]
    changes: tuple[Change, ...]


def compare(before: Iterable[Verdict], after: Iterable[Verdict]) -> Difference:
    """Compare by host, rule and word; other words in a summary are no change. Sorted by host and rule."""
    old = {(verdict.host, verdict.rule): verdict for verdict in before}
    new = {(verdict.host, verdict.rule): verdict for verdict in after}
    old_hosts = {host for host, _ in old}
    new_hosts = {host for host, _ in new}
    return Difference(
        new_hosts=tuple(sorted(new_hosts - old_hosts)),
        gone_hosts=tuple(sorted(old_hosts - new_hosts)),
        changes=tuple(
            Change(host=host, rule=rule, before=old.get((host, rule)), after=new.get((host, rule)))
            for host, rule in sorted(old.keys() | new.keys())
            if host in old_hosts & new_hosts and _word(old.get((host, rule))) != _word(new.get((host, rule)))
        ),
    )


def _word(verdict: Verdict | None) -> str | None:
    return verdict.word if verdict else None
