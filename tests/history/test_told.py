"""What was told survives the way to the disk and back, and is judged again as it was."""

from __future__ import annotations

import json

import pytest

from fleetscan.history.codec import record_from_json, verdict_from_json
from fleetscan.history.encoder import Encoder
from fleetscan.history.fields import Fields
from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    INVENTORY,
    LOCATED,
    Confidence,
    Evidence,
    Known,
    Outcome,
    Pass,
    Reason,
    Severity,
    Unknown,
    Verdict,
)
from tests.history.nouns import NIGHT, record

WAYS = [
    (Known(value=True, type=LOCATED), r"HKLM\SOFTWARE\Example\EnableUpdate holds 1", "winrm", "reader"),
    (Known(value="Ö", type=ATTESTED), "attested by Ö. Åberg on 2026-10-01, until 2027-03-31", INVENTORY, ""),
    (Known(value=True, type=INDIRECT), "pattern_arrives(scanmail.pattern_file)", "winrm", "reader"),
    (Unknown(reason=Reason.NOT_LOCATED, detail="nobody has told it."), "told by the inventory", INVENTORY, ""),
]


@pytest.mark.parametrize(("outcome", "where", "transport", "credential"), WAYS)
def test_told_evidence_comes_back_as_it_was(outcome: Outcome, where: str, transport: str, credential: str) -> None:
    """Value, way, place, transport: in a record and in a verdict that rests on it."""
    told = Evidence(
        fact="it.updates", outcome=outcome, where=where, transport=transport, credential=credential, at=NIGHT
    )
    kept = record("ex01", facts={told.fact: told})
    assert record_from_json(Fields.parse(Encoder().record(kept, {}))) == kept
    verdict = Verdict(
        host="ex01",
        rule="a-rule",
        severity=Severity.WARNING,
        confidence=Confidence.INFERRED,
        ruling=Pass(),
        summary=f"does not hold: a rule (it.updates is {where})",
        evidence=(told,),
    )
    line = Encoder().verdict(verdict)
    assert verdict_from_json(Fields.parse(line)) == verdict
    assert json.loads(line)["evidence"][0]["transport"] == transport
