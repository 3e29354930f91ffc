"""Records, verdicts and runs on their way to the disk and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given

from fleetscan.history.codec import record_from_json, run_from_json, run_to_json, verdict_from_json
from fleetscan.history.encoder import Encoder
from fleetscan.history.fields import Fields, value_from_json
from fleetscan.history.values import LONGEST_VALUE, Json, dump, plain
from fleetscan.model import (
    Absent,
    Broken,
    Counts,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Run,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
    Verdict,
)
from tests.history import nouns

WORD: dict[str, Json] = {
    "fact": "a.b",
    "value": True,
    "by": "J. Doe",
    "since": "2026-11-01",
    "until": "2026-12-01",
    "note": "",
}


def through(data: Json) -> Fields:
    """Write and read one line."""
    line = dump(data)
    assert line.isascii()
    assert "\n" not in line
    return Fields.parse(line)


def record_to_json(record: HostRecord, topology: Mapping[str, Outcome]) -> dict[str, Json]:
    """Give what the line of a record says."""
    return parsed(Encoder().record(record, topology))


def verdict_to_json(verdict: Verdict) -> dict[str, Json]:
    """Give what the line of a verdict says."""
    return parsed(Encoder().verdict(verdict))


def parsed(line: str) -> dict[str, Json]:
    """Read one line."""
    assert line.isascii()
    assert "\n" not in line
    data = json.loads(line)
    assert isinstance(data, dict)
    return data


@given(nouns.records)
def test_a_record_comes_back_as_it_was(record: HostRecord) -> None:
    """Whatever a host says, lone surrogates and control characters included."""
    assert record_from_json(through(record_to_json(record, {}))) == record


@given(nouns.verdicts)
def test_a_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    """With short values nothing is cut."""
    assert verdict_from_json(through(verdict_to_json(verdict))) == verdict


@given(nouns.runs)
def test_a_run_comes_back_as_it_was(run: Run) -> None:
    """Counts or none, ended or not."""
    assert run_from_json(through(run_to_json(run))) == run


@given(nouns.values)
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    """Values are what JSON can hold."""
    assert value_from_json(json.loads(dump(plain(value)))) == value


def test_a_record_has_the_promised_fields() -> None:
    """The names are the product's interface."""
    known = nouns.evidence("os.build", Known(value="10.0.17763", type="cim"))
    denied = nouns.evidence("ad.site", Unknown(reason=Reason.DENIED, detail="Access is denied."))
    record = nouns.record(
        "ex01", status=Status.PARTIAL, failure=nouns.FAILURE, facts={"os.build": known, "ad.site": denied}
    )
    shared = {"transport": "winrm", "credential": "reader", "at": "2026-11-22T01:02:03.456789Z"}
    assert record_to_json(record, {"dag": Absent()}) == {
        "host": "ex01",
        "address": "192.0.2.1",
        "site": "paris",
        "groups": ["exchange"],
        "status": "partial",
        "reason": "timed_out",
        "detail": "no answer",
        "transport": "winrm",
        "credential": "reader",
        "started": "2026-11-22T01:02:03.456789Z",
        "seconds": 1.5,
        "attempts": 1,
        "round_trips": 9,
        "bytes_received": 16_000,
        "notes": ["a shell could not be deleted"],
        "parameters": {"scanmail-pattern-old": {"days": 3}},
        "attested": [],
        "facts": {
            "os.build": {
                "fact": "os.build",
                "outcome": "known",
                "value": "10.0.17763",
                "type": "cim",
                "where": "HKLM\\os.build",
                **shared,
            },
            "ad.site": {
                "fact": "ad.site",
                "outcome": "unknown",
                "value": None,
                "type": "",
                "reason": "denied",
                "detail": "Access is denied.",
                "where": "HKLM\\ad.site",
                **shared,
            },
        },
        "topology": {"dag": {"outcome": "absent", "value": None, "type": ""}},
    }


def test_a_verdict_has_the_promised_fields() -> None:
    """``unknown`` is there for unknown, ``fault`` for broken."""
    stuck = Undetermined(facts=(UnknownFact(fact="a.b", reason=Reason.DENIED, detail="no"),))
    assert verdict_to_json(nouns.verdict("ex01", "r1", stuck)) == {
        "host": "ex01",
        "rule": "r1",
        "verdict": "unknown",
        "severity": "warning",
        "confidence": "documented",
        "summary": "It is so.",
        "evidence": [],
        "unknown": [{"fact": "a.b", "reason": "denied", "detail": "no"}],
    }
    assert verdict_to_json(nouns.verdict("ex01", "r1", Broken(fault="overflow")))["fault"] == "overflow"
    peers = Undetermined(facts=(UnknownFact(fact="a.b", reason=Reason.DENIED, detail="no", of="ex02 and 3 more"),))
    assert verdict_to_json(nouns.verdict("ex01", "r1", peers))["unknown"] == [
        {"fact": "a.b", "reason": "denied", "detail": "no", "of": "ex02 and 3 more"}
    ]
    assert "unknown" not in verdict_to_json(nouns.verdict("ex01", "r1"))


def test_run_json_has_the_coverage() -> None:
    """Readers of the file need not know how it is made."""
    counts = Counts(hosts=1, pairs=3, judged=2)
    written = run_to_json(nouns.run(counts=counts))["counts"]
    assert isinstance(written, dict)
    assert written["coverage"] == 66


def test_a_long_value_is_cut_in_a_verdict_and_whole_in_a_record() -> None:
    """The verdict says how long it was, and its digest."""
    text = "x" * 10_000
    fact = nouns.evidence("agents", Known(value=text, type="file"))
    verdict = verdict_to_json(replace(nouns.verdict("ex01", "r1"), evidence=(fact,)))
    [cut] = Fields(verdict).items("evidence")
    assert Fields(cut).text("value") == ('"' + text)[:LONGEST_VALUE]
    assert Fields(cut).any("cut") == {"characters": 10_002, "sha256": sha256(f'"{text}"'.encode()).hexdigest()}
    record = record_from_json(through(record_to_json(nouns.record("ex01", facts={"agents": fact}), {})))
    assert record.facts["agents"].outcome == Known(value=text, type="file")


@pytest.mark.parametrize(("number", "name"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")])
def test_a_number_that_json_cannot_hold_becomes_its_name(number: float, name: str) -> None:
    """The file stays JSON whatever a host sends."""
    assert plain({"a": [number]}) == {"a": [name]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": 3}, "host is not a string"),
        ({"groups": ["a", 1]}, "groups is not a list of strings"),
        ({"groups": "a"}, "groups is not a list"),
        ({"attempts": True}, "attempts is not a whole number"),
        ({"attempts": 1.5}, "attempts is not a whole number"),
        ({"seconds": "long"}, "seconds is not a number"),
        ({"facts": []}, "facts is not an object"),
        ({"facts": {"a": 1}}, "an object was expected, not int"),
        ({"status": "fine"}, "'fine' is not a valid Status"),
        ({"started": "yesterday"}, "yesterday"),
        ({"parameters": {"r1": {"days": None}}}, "a value is null"),
        ({"attested": [{"fact": "a"}]}, "value is missing"),
        ({"attested": [{"value": 1.5}]}, "value is not true, false, a whole number or a string"),
        ({"attested": [WORD | {"until": "soon"}]}, "soon"),
        ({"facts": {"a": {"fact": "a", "outcome": "maybe"}}}, "'maybe' is no outcome"),
    ],
)
def test_what_is_no_record_is_refused_by_name(change: dict[str, Json], words: str) -> None:
    """A damaged line says what is wrong with it."""
    with pytest.raises(ValueError, match=words):
        record_from_json(through({**record_to_json(nouns.record("ex01"), {}), **change}))


def test_a_missing_field_is_named() -> None:
    """So is one that is not there at all."""
    data = record_to_json(nouns.record("ex01"), {})
    del data["site"]
    with pytest.raises(ValueError, match="site is missing"):
        record_from_json(through(data))


def test_what_older_versions_kept_can_be_read() -> None:
    """Their records know nothing of attestations, their runs nothing of limits; a newer one says both by name."""
    record = record_to_json(nouns.record("ex01"), {})
    del record["attested"]
    assert record_from_json(through(record)).attestations == ()
    [word] = record_from_json(through(record | {"attested": [WORD]})).attestations
    assert (word.by, word.until, word.value) == ("J. Doe", date(2026, 12, 1), True)
    run = run_to_json(replace(nouns.run(), limit="paris:!ex07"))
    assert run_from_json(through(run)).limit == "paris:!ex07"
    del run["limit"]
    assert run_from_json(through(run)).limit == ""


def test_an_unknown_verdict_word_is_refused() -> None:
    """The list of verdicts is closed."""
    with pytest.raises(ValueError, match="'fine' is no verdict"):
        verdict_from_json(through({**verdict_to_json(nouns.verdict("a", "b")), "verdict": "fine"}))
