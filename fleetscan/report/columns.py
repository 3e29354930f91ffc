"""The data block: everything that a run says of its hosts, as columns, for the script of the report.

``docs/report.md`` tells its form. Every string in it is safe to show (:mod:`fleetscan.report.text`), every list that
is about hosts is in the order of ``hosts.name``, and what is said more than once is told by its number. So ten thousand
hosts stay small, and hosts that were not scanned cost next to nothing, in the file as well as in time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fleetscan.model import NO_WORD, RULING_LETTERS, HostRecord, Outcome, Reason, Run, Severity, Stated
from fleetscan.report.attested import AttestationView
from fleetscan.report.desk import Desk
from fleetscan.report.fact_columns import fact_columns, topology_columns
from fleetscan.report.host_columns import host_columns
from fleetscan.report.interning import Interned
from fleetscan.report.nouns import Header, RuleView
from fleetscan.report.past import Changes, Past, stated_text
from fleetscan.report.readings import NO_REASON, Reading
from fleetscan.report.text import VALUE_LIMIT, visible
from fleetscan.report.verdict_columns import Table, VerdictColumns
from fleetscan.report.words import REASONS, SEVERITIES, STATUSES, VERDICTS

FORMAT: Final = 1
"""The number of the form; one that reads another one must be told."""


def columns(
    desk: Desk,
    header: Header,
    run: Run,
    records: Sequence[HostRecord],
    topologies: Mapping[str, Mapping[str, Outcome]],
    past: Past,
    attestations: Sequence[AttestationView],
) -> Mapping[str, object]:
    """Make the data block. Pure, and linear in hosts times rules and facts."""
    strings: Interned[str] = Interned("")
    by_name = {record.host: record for record in records}
    epoch = int(run.started.timestamp())
    read = fact_columns(desk, strings, records)
    verdicts = VerdictColumns(desk, strings, read, {name: record.facts for name, record in by_name.items()}, past)
    numbers = {fact.anchor: number for number, fact in enumerate(desk.facts.values())}
    rules = [_rule(rule, numbers, verdicts.of(name)) for name, rule in desk.rules.items()]
    block: dict[str, object] = {
        "format": FORMAT,
        "run": _run(header, epoch, past),
        **_words(),
        "rules": rules,
        "facts": read.columns,
        "topology": topology_columns(desk, strings, topologies),
        "evidence": verdicts.evidence.things,
        "missing": verdicts.missing.things,
        "hosts": host_columns(desk, strings, by_name, topologies, read.at, epoch),
        "changes": _changes(desk, strings, past.changes),
        "attestations": [_attestation(desk, attestation) for attestation in attestations],
    }
    return block | {"strings": strings.things}


def _run(header: Header, epoch: int, past: Past) -> Mapping[str, object]:
    return {
        "environment": header.environment,
        "id": header.run,
        "started": header.started,
        "ended": header.ended,
        "duration": header.duration,
        "ending": header.ending_words,
        "version": header.version,
        "epoch": epoch,
        "previous": visible(past.run),
        "why": visible(past.why),
    }


def _words() -> Mapping[str, object]:
    """Give every closed list with its words, in the order of its numbers."""
    return {
        "severities": [{"key": str(severity), "words": SEVERITIES[severity]} for severity in Severity],
        "words": [{"key": word, "words": words} for word, words in VERDICTS.items()],
        "statuses": [{"key": str(status), "words": words} for status, words in STATUSES.items()],
        "reasons": [
            {
                "key": str(reason),
                "short": REASONS[reason].short,
                "words": REASONS[reason].words,
                "remedy": REASONS[reason].remedy,
            }
            for reason in Reason
        ],
    }


def _rule(rule: RuleView, facts: Mapping[str, int], table: Table) -> Mapping[str, object]:
    verdicts: dict[str, object] = {
        "word": table.word,
        "summary": table.summary,
        "since": table.since,
        "evidence": table.evidence,
        "missing": table.missing,
    }
    return {
        "id": rule.id,
        "anchor": rule.anchor,
        "title": rule.title,
        "severity": Severity(rule.severity).rank,
        "confidence": rule.confidence,
        "pack": rule.pack,
        "facts": [facts[fact.anchor] for fact in rule.facts],
        "when": rule.when,
        "counts": {
            "finding": rule.findings,
            "unknown": rule.unknown,
            "broken": rule.broken,
            "pass": rule.passed,
            "not_applicable": rule.not_applicable,
        },
        "verdicts": verdicts | {"severity": table.severity} if table.severity else verdicts,
    }


def _changes(desk: Desk, strings: Interned[str], changes: Changes) -> Mapping[str, object]:
    hosts, letters = desk.place, {"": NO_WORD, **RULING_LETTERS}
    rules = {name: number for number, name in enumerate(desk.rules)}
    facts = {name: number for number, name in enumerate(desk.facts)}
    return {
        "verdicts": [
            (hosts[change.host], rules[change.rule], letters[change.before], letters[change.after])
            for change in changes.verdicts
        ],
        "facts": [
            (hosts[change.host], facts[change.fact], _stated(strings, change.before), _stated(strings, change.after))
            for change in changes.facts
        ],
        "new_hosts": list(map(visible, changes.new_hosts)),
        "gone_hosts": list(map(visible, changes.gone_hosts)),
        "unread": [(hosts[name], number) for name, number in changes.unread.items()],
        "silent": [(hosts[each.host], each.findings, each.checks, each.facts) for each in changes.silent],
        "back": [hosts[name] for name in changes.back],
        "new_rules": list(map(visible, changes.new_rules)),
        "gone_rules": list(map(visible, changes.gone_rules)),
    }


def _attestation(desk: Desk, attestation: AttestationView) -> Mapping[str, object]:
    return {
        "fact": attestation.fact,
        "value": attestation.value,
        "by": attestation.by,
        "since": attestation.since,
        "until": attestation.until,
        "state": str(attestation.state),
        "note": attestation.note,
        "hosts": [desk.place[host] for host in attestation.hosts],
    }


def _stated(strings: Interned[str], stated: Stated) -> Reading:
    text = visible(stated_text(stated), VALUE_LIMIT) if stated.known else ""
    state = 0 if stated.known else 1
    return (state, strings.number(text), strings.number(visible(stated.type)), NO_REASON, 0, 0, 0)
