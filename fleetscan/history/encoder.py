"""Hosts as lines of JSON, without writing the same thing twice.

Law: what a line says does not depend on the lines before it. They are remembered only because much of a line stands in
others too: the evidence of a host in its record and in each verdict that rests on it, and all but the name in the
lines of the hosts that a stopped run left untried. Remembered is what was written last for each fact and each rule, so
that memory does not grow with the fleet, and it is taken again only for the very same objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import is_

from fleetscan.history.codec import evidence_to_json, host_to_json, outcome_to_json, ruling_to_json, saying_to_json
from fleetscan.history.values import LONGEST_VALUE, Json, dump
from fleetscan.model import Evidence, HostRecord, Outcome, Verdict


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
    """Write records and verdicts, each as one line."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._shown: dict[str, _Shown] = {}
        self._said: dict[str, _Said] = {}

    def record(self, record: HostRecord, topology: Mapping[str, Outcome]) -> str:
        """Write a record; ``topology`` was made of its facts and is there for readers of the file only."""
        facts = ",".join(f"{_name(fact)}:{self._show(evidence).whole}" for fact, evidence in record.facts.items())
        place: Json = {name: outcome_to_json(outcome) for name, outcome in topology.items()}
        return f'{_opened(host_to_json(record))},"facts":{{{facts}}},"topology":{dump(place)}}}'

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
        return f'{_opened(saying_to_json(verdict))[1:]},"evidence":[{evidence}]{rest}'

    def _show(self, evidence: Evidence) -> _Shown:
        shown = self._shown.get(evidence.fact)
        if shown is None or shown.evidence is not evidence:
            whole = dump(evidence_to_json(evidence))
            cut = whole if len(whole) <= LONGEST_VALUE else dump(evidence_to_json(evidence, cut=True))
            shown = self._shown[evidence.fact] = _Shown(evidence, whole, cut)
        return shown


def _but_host(verdict: Verdict) -> tuple[object, ...]:
    return verdict.severity, verdict.confidence, verdict.ruling, verdict.summary, verdict.evidence


def _opened(data: dict[str, Json]) -> str:
    """Write an object that is not empty, without its end."""
    return dump(data)[:-1]


@lru_cache(maxsize=1024)
def _name(text: str) -> str:
    return dump(text)
