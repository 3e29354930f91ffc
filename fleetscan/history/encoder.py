"""Hosts as lines of JSON, without writing the same thing twice.

Law: what a line says does not depend on the lines before it. They are remembered only because much of a line stands in
others too: the evidence of a host in its record and in each verdict that rests on it, and all but the name in the
lines of the hosts that a stopped run left untried. Remembered is what was written last for each fact and each rule, so
that memory does not grow with the fleet, and it is taken again only for the very same objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import is_
from typing import assert_never

from fleetscan.history.codec import host_to_json, ruling_to_json, run_to_json
from fleetscan.history.values import LONGEST_VALUE, bounded, dump, moment_to_json, plain
from fleetscan.model import Absent, Evidence, HostRecord, Known, Outcome, Run, Unknown, Verdict


@dataclass(frozen=True, slots=True)
class _Shown:
    """One piece of evidence: whole, as a record has it, and with a long value cut, as a verdict has it."""

    evidence: Evidence
    whole: str
    cut: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a verdict says after the name of its host."""

    verdict: Verdict
    text: str


class Encoder:
    """Write runs, records and verdicts, each as one line."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._shown: dict[str, _Shown] = {}
        self._said: dict[str, _Said] = {}

    def run(self, run: Run) -> str:
        """Write a run."""
        return dump(run_to_json(run))

    def record(self, record: HostRecord, topology: Mapping[str, Outcome]) -> str:
        """Write a record; ``topology`` was made of its facts and is there for readers of the file only."""
        facts = ",".join(f"{_text(fact)}:{self._show(evidence).whole}" for fact, evidence in record.facts.items())
        places = ",".join(f"{_text(name)}:{{{_outcome(outcome)}}}" for name, outcome in topology.items())
        return f'{dump(host_to_json(record))[:-1]},"facts":{{{facts}}},"topology":{{{places}}}}}'

    def verdict(self, verdict: Verdict) -> str:
        """Write a verdict: its ``unknown`` and ``fault`` only when it is unknown or broken."""
        said = self._said.get(verdict.rule)
        if said is None or not all(map(is_, _but_host(said.verdict), _but_host(verdict))):
            said = self._said[verdict.rule] = _Said(verdict, self._say(verdict))
        return f'{{"host":{dump(verdict.host)},{said.text}'

    def _say(self, verdict: Verdict) -> str:
        evidence = ",".join(self._show(each).cut for each in verdict.evidence)
        ruling = ruling_to_json(verdict.ruling)
        rest = f",{dump(ruling)[1:]}" if ruling else "}"
        return (
            f'"rule":{_text(verdict.rule)},"verdict":"{verdict.word}","severity":"{verdict.severity.value}",'
            f'"confidence":"{verdict.confidence.value}","summary":{dump(verdict.summary)},"evidence":[{evidence}]{rest}'
        )

    def _show(self, evidence: Evidence) -> _Shown:
        shown = self._shown.get(evidence.fact)
        if shown is None or shown.evidence is not evidence:
            whole = _evidence(evidence)
            cut = whole if len(whole) <= LONGEST_VALUE else _evidence(evidence, cut=True)
            shown = self._shown[evidence.fact] = _Shown(evidence, whole, cut)
        return shown


def _evidence(evidence: Evidence, *, cut: bool = False) -> str:
    """Write one piece of evidence, with a long value whole or cut."""
    head, tail = _text(evidence.fact), _way(evidence.transport, evidence.credential, evidence.at)
    return f'{{"fact":{head},{_outcome(evidence.outcome, cut=cut)},"where":{_text(evidence.where)},{tail}}}'


def _outcome(outcome: Outcome, *, cut: bool = False) -> str:
    """Write what an outcome says, without the braces around it."""
    match outcome:
        case Known(value=value, type=kind):
            shown = dump(bounded(value))[1:-1] if cut else f'"value":{dump(plain(value))}'
            return f'"outcome":"known",{shown},"type":{_text(kind)}'
        case Absent():
            return '"outcome":"absent","value":null,"type":""'
        case Unknown(reason=reason, detail=detail):
            why = f'"reason":"{reason.value}","detail":{_text(detail)}'
            return f'"outcome":"unknown","value":null,"type":"",{why}'
        case _:
            assert_never(outcome)


@lru_cache(maxsize=64)
def _way(transport: str, credential: str, at: datetime) -> str:
    """Write how evidence came, which all facts of a host share."""
    return dump({"transport": transport, "credential": credential, "at": moment_to_json(at)})[1:-1]


def _but_host(verdict: Verdict) -> tuple[object, ...]:
    return verdict.severity, verdict.confidence, verdict.ruling, verdict.summary, verdict.evidence


@lru_cache(maxsize=1024)
def _text(text: str) -> str:
    """Write a text that thousands of hosts have in common."""
    return dump(text)
