"""The verdicts by rule: findings, what could not be judged and why, rules at fault, rules with nothing to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from fleetscan.model import Broken, Reason, Severity, Undetermined, Verdict
from fleetscan.report.crowds import FEW, Missing, gaps, listed, said, short
from fleetscan.report.desk import Desk
from fleetscan.report.nouns import RuleView
from fleetscan.report.sections import Fault, FindingGroup, UnknownGroup, UnknownReason
from fleetscan.report.words import REASONS


def gravity(rule: RuleView) -> int:
    """Count from 0, the gravest."""
    return Severity(rule.severity).rank


def group_findings(desk: Desk) -> tuple[FindingGroup, ...]:
    """Group the findings by rule: gravest first, then the rule with most hosts, then by id."""
    groups = [_finding_group(rule, pile) for rule, pile in _piles(desk, "finding")]
    return tuple(sorted(groups, key=lambda g: (gravity(g.rule), -g.count, g.rule.id)))


def _piles(desk: Desk, word: str) -> Iterator[tuple[RuleView, Sequence[Verdict]]]:
    for name, rule in desk.rules.items():
        if pile := desk.pile(name, word):
            yield rule, pile


def _finding_group(rule: RuleView, pile: Sequence[Verdict]) -> FindingGroup:
    hosts = [verdict.host for verdict in pile]
    says, rest = said((verdict.host, verdict.summary, "") for verdict in pile)
    alike = len(says) == 1
    return FindingGroup(
        rule=rule,
        count=len(pile),
        summary=says[0].text if alike else "",
        says=() if alike else says,
        rest=rest,
        names=short(hosts),
        listed=listed(hosts),
    )


def group_unknown(desk: Desk, not_scanned: Collection[str]) -> tuple[UnknownGroup, ...]:
    """Group what could not be judged by rule and reason: gravest rule first, then most hosts, then by id."""
    groups = [_unknown_group(desk, rule, pile, not_scanned) for rule, pile in _piles(desk, "unknown")]
    return tuple(sorted(groups, key=lambda g: (gravity(g.rule), -g.count, g.rule.id)))


def _unknown_group(desk: Desk, rule: RuleView, pile: Sequence[Verdict], not_scanned: Collection[str]) -> UnknownGroup:
    scanned = [verdict for verdict in pile if verdict.host not in not_scanned]
    hosts = [verdict.host for verdict in scanned]
    rows: dict[Reason, list[Missing]] = defaultdict(list)
    for verdict in scanned:
        if isinstance(verdict.ruling, Undetermined):
            for fact in verdict.ruling.facts:
                rows[fact.reason].append((verdict.host, fact.fact, fact.of, fact.detail))
    reasons = [_unknown_reason(desk, reason, found) for reason, found in rows.items()]
    return UnknownGroup(
        rule=rule,
        count=len(pile),
        reasons=tuple(sorted(reasons, key=lambda r: (-r.count, r.reason))),
        not_scanned=len(pile) - len(scanned),
        names=short(hosts),
        listed=listed(hosts),
    )


def _unknown_reason(desk: Desk, reason: Reason, rows: Sequence[Missing]) -> UnknownReason:
    hosts = list(dict.fromkeys(row[0] for row in rows))
    missing, rest = gaps(desk, rows, FEW)
    return UnknownReason(
        reason=str(reason),
        short=REASONS[reason].short,
        words=REASONS[reason].words,
        remedy=REASONS[reason].remedy,
        count=len(hosts),
        names=short(hosts),
        gaps=missing,
        rest=rest,
    )


def group_faults(desk: Desk) -> tuple[Fault, ...]:
    """Group the verdicts that are the rule's own fault by rule."""
    return tuple(sorted((_fault(*found) for found in _piles(desk, "broken")), key=lambda fault: fault.rule.id))


def _fault(rule: RuleView, pile: Sequence[Verdict]) -> Fault:
    hosts = [verdict.host for verdict in pile]
    says, rest = said((v.host, v.ruling.fault, "") for v in pile if isinstance(v.ruling, Broken))
    return Fault(rule=rule, count=len(pile), says=says, rest=rest, names=short(hosts), listed=listed(hosts))


def quiet_rules(desk: Desk) -> tuple[RuleView, ...]:
    """List the rules without a finding: those that could not be judged everywhere first, then by gravity."""
    quiet = [rule for rule in desk.rules.values() if not rule.findings]
    return tuple(sorted(quiet, key=lambda r: (-(r.unknown + r.broken), gravity(r), r.id)))
