"""The verdicts by rule: findings, what could not be judged and why, rules at fault, rules with nothing to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from fleetscan.model import Broken, Finding, Reason, Severity, Undetermined, UnknownFact, Verdict
from fleetscan.report.desk import Desk, evidence_reading, fault_text, shared_how, unknown_reading
from fleetscan.report.names import compact, natural
from fleetscan.report.nouns import HostRef, RuleView
from fleetscan.report.sections import Fault, FindingGroup, HostFinding, UnknownGroup, UnknownHost, UnknownReason
from fleetscan.report.text import DETAIL_LIMIT, visible
from fleetscan.report.words import REASONS, SEVERITIES

NAMES_SHOWN = 8
"""How many names or ranges stand for all hosts of a group."""


def host_ref(desk: Desk, name: str) -> HostRef:
    """Find a host, or name it without a record: a verdict may outlive the record it was made from."""
    return desk.hosts.get(name) or HostRef(name=visible(name), anchor="", site="")


def gravity(rule: RuleView) -> int:
    """Count from 0, the gravest."""
    return Severity(rule.severity).rank


def group_findings(desk: Desk, verdicts: Iterable[Verdict]) -> tuple[FindingGroup, ...]:
    """Group the findings by rule: gravest first, then the rule with most hosts, then by id."""
    by_rule: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if isinstance(verdict.ruling, Finding):
            by_rule[verdict.rule].append(verdict)
    groups = [_finding_group(desk, rule, found) for rule, found in by_rule.items()]
    return tuple(sorted(groups, key=lambda g: (gravity(g.rule), -len(g.hosts), g.rule.id)))


def _finding_group(desk: Desk, rule: str, found: Sequence[Verdict]) -> FindingGroup:
    ordered = sorted(found, key=lambda v: (v.severity.rank, natural(v.host)))
    sentences = {verdict.summary for verdict in ordered}
    return FindingGroup(
        rule=desk.rules[rule],
        summary=visible(ordered[0].summary, DETAIL_LIMIT) if len(sentences) == 1 else "",
        hosts=tuple(_host_finding(desk, verdict) for verdict in ordered),
        names=compact([verdict.host for verdict in ordered], NAMES_SHOWN),
    )


def _host_finding(desk: Desk, verdict: Verdict) -> HostFinding:
    evidence = tuple(map(evidence_reading, verdict.evidence))
    return HostFinding(
        host=host_ref(desk, verdict.host),
        severity=str(verdict.severity),
        severity_words=SEVERITIES[verdict.severity],
        summary=visible(verdict.summary, DETAIL_LIMIT),
        evidence=evidence,
        how=shared_how(evidence),
    )


def group_unknown(desk: Desk, verdicts: Iterable[Verdict], not_scanned: Collection[str]) -> tuple[UnknownGroup, ...]:
    """Group what could not be judged by rule and reason: gravest rule first, then most hosts, then by id."""
    by_rule: dict[str, list[tuple[Verdict, Undetermined]]] = defaultdict(list)
    for verdict in verdicts:
        if isinstance(verdict.ruling, Undetermined):
            by_rule[verdict.rule].append((verdict, verdict.ruling))
    groups = [_unknown_group(desk, rule, found, not_scanned) for rule, found in by_rule.items()]
    return tuple(sorted(groups, key=lambda g: (gravity(g.rule), -g.count, g.rule.id)))


def _unknown_group(
    desk: Desk, rule: str, found: Sequence[tuple[Verdict, Undetermined]], not_scanned: Collection[str]
) -> UnknownGroup:
    by_reason: dict[Reason, list[tuple[Verdict, tuple[UnknownFact, ...]]]] = defaultdict(list)
    ordered = sorted(found, key=lambda pair: natural(pair[0].host))
    for verdict, ruling in ordered:
        if verdict.host in not_scanned:
            continue
        for reason in dict.fromkeys(fact.reason for fact in ruling.facts):
            missing = tuple(fact for fact in ruling.facts if fact.reason is reason)
            by_reason[reason].append((verdict, missing))
    reasons = [_unknown_reason(desk, reason, rows) for reason, rows in by_reason.items()]
    return UnknownGroup(
        rule=desk.rules[rule],
        count=len(found),
        reasons=tuple(sorted(reasons, key=lambda r: (-len(r.hosts), r.reason))),
        not_scanned=tuple(host_ref(desk, verdict.host) for verdict, _ in ordered if verdict.host in not_scanned),
        names=compact([verdict.host for verdict, _ in ordered if verdict.host not in not_scanned], NAMES_SHOWN),
    )


def _unknown_reason(
    desk: Desk, reason: Reason, rows: Sequence[tuple[Verdict, tuple[UnknownFact, ...]]]
) -> UnknownReason:
    words = REASONS[reason]
    return UnknownReason(
        reason=str(reason),
        short=words.short,
        words=words.words,
        remedy=words.remedy,
        hosts=tuple(_unknown_host(desk, verdict, missing) for verdict, missing in rows),
    )


def _unknown_host(desk: Desk, verdict: Verdict, missing: Iterable[UnknownFact]) -> UnknownHost:
    facts = tuple(unknown_reading(desk, verdict, fact) for fact in missing)
    return UnknownHost(host=host_ref(desk, verdict.host), facts=facts, how=shared_how(facts))


def group_faults(desk: Desk, verdicts: Iterable[Verdict]) -> tuple[Fault, ...]:
    """Group the verdicts that are the rule's own fault by rule."""
    by_rule: dict[str, list[tuple[HostRef, str]]] = defaultdict(list)
    for verdict in verdicts:
        if isinstance(verdict.ruling, Broken):
            by_rule[verdict.rule].append((host_ref(desk, verdict.host), fault_text(verdict.ruling)))
    return tuple(
        Fault(rule=desk.rules[rule], hosts=tuple(sorted(hosts, key=lambda pair: natural(pair[0].name))))
        for rule, hosts in sorted(by_rule.items())
    )


def quiet_rules(desk: Desk) -> tuple[RuleView, ...]:
    """List the rules without a finding: those that could not be judged everywhere first, then by gravity."""
    quiet = [rule for rule in desk.rules.values() if not rule.findings]
    return tuple(sorted(quiet, key=lambda r: (-(r.unknown + r.broken), gravity(r), r.id)))
