"""Lines that have much in common."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.history.encoder import Encoder
from fleetscan.model import Evidence, HostRecord, Known, Value, Verdict
from tests.history import nouns


class Counting(Mapping[str, Value]):
    """A value that counts how often it is written."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.written = 0

    def __getitem__(self, key: str) -> Value:
        """Give the one item."""
        return {"state": "Running"}[key]

    def __iter__(self) -> Iterator[str]:
        """Count."""
        self.written += 1
        return iter(("state",))

    def __len__(self) -> int:
        """Give 1."""
        return 1


def counted() -> tuple[Counting, Evidence]:
    """Make evidence with a value that counts."""
    value = Counting()
    return value, nouns.evidence("exchange.services", Known(value=value, type="services"))


@given(st.lists(st.one_of(nouns.records, nouns.verdicts), max_size=6))
def test_a_line_does_not_depend_on_those_before_it(hosts: list[HostRecord | Verdict]) -> None:
    """Whatever was written before, also of the same host, fact and rule."""

    def line(encoder: Encoder, what: HostRecord | Verdict) -> str:
        return encoder.record(what, {}) if isinstance(what, HostRecord) else encoder.verdict(what)

    together = Encoder()
    assert [line(together, each) for each in (*hosts, *hosts)] == [line(Encoder(), each) for each in (*hosts, *hosts)]


def test_evidence_is_written_once_however_many_verdicts_rest_on_it() -> None:
    """The record and three verdicts show the same text."""
    value, evidence = counted()
    encoder = Encoder()
    verdicts = [replace(nouns.verdict("ex01", rule), evidence=(evidence,)) for rule in ("r1", "r2", "r3")]
    lines = [encoder.record(nouns.record("ex01", facts={evidence.fact: evidence}), {}), *map(encoder.verdict, verdicts)]
    assert value.written == 1
    assert all('"value":{"state":"Running"}' in line for line in lines)


def test_what_untried_hosts_share_is_written_once() -> None:
    """A thousand hosts that were left untried for one reason differ in their name alone."""
    value, evidence = counted()
    encoder = Encoder()
    verdict = replace(nouns.verdict("", "r1"), evidence=(evidence,))
    record = nouns.record("", facts={evidence.fact: evidence})
    names = [f"ex{number:04}" for number in range(1000)]
    for name in names:
        assert json.loads(encoder.record(replace(record, host=name), {}))["host"] == name
    written = [json.loads(encoder.verdict(replace(verdict, host=name))) for name in names]
    assert [each.pop("host") for each in written] == names
    assert written == [written[0]] * 1000
    assert value.written == 1


def test_hosts_that_only_seem_alike_are_written_each_for_itself() -> None:
    """The same rule with another summary is another line."""
    encoder = Encoder()
    said = [encoder.verdict(replace(nouns.verdict("ex01", "r1"), summary=words)) for words in ("one", "two", "one")]
    assert [json.loads(line)["summary"] for line in said] == ["one", "two", "one"]
