"""How a rule is written in a pack: its keys and their shapes. Pydantic stops at this file's edge."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from fleetscan.model import Confidence, Severity

REQUIRED_CASES: Final = ("finding", "pass", "unknown")
"""The verdicts that the cases of every rule must reach."""

VERDICTS: Final = ("finding", "pass", "not_applicable", "unknown")
"""The verdicts that a case can want. Like the other words of a rule they are text to the schema, so that a wrong one
is said together with what is wrong in conditions."""

_Text: TypeAlias = Annotated[str, Field(min_length=1)]


def _rule_id(word: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", word):
        return word
    message = "must be made of small letters and digits, joined by dashes"
    raise ValueError(message)


def _parameter_name(word: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9_]*", word):
        return word
    message = "must be made of small letters, digits and underscores"
    raise ValueError(message)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WrittenParameter(_Strict):
    """A threshold."""

    default: object
    about: _Text
    unit: str = ""


class WrittenCase(_Strict):
    """An example of the rule."""

    name: _Text
    given: dict[str, object]
    verdict: _Text
    unknown: list[str] = []
    parameters: dict[str, object] = {}


class WrittenFleetCase(_Strict):
    """An example of a fleet rule: hosts by name, and the verdicts on some of them."""

    name: _Text
    hosts: Annotated[dict[_Text, dict[str, object]], Field(min_length=1)]
    verdicts: Annotated[dict[_Text, _Text], Field(min_length=1)]
    unknown: dict[_Text, list[str]] = {}
    parameters: dict[str, object] = {}


class WrittenAnyRule(_Strict):
    """What every rule says, before its words were checked against the shelf."""

    id: Annotated[str, AfterValidator(_rule_id)]
    title: _Text
    severity: _Text
    confidence: _Text
    summary: _Text
    applies_to: _Text
    reads: Annotated[list[str], Field(min_length=1)]
    applies: str | None = None
    absent: dict[str, object] = {}
    parameters: dict[Annotated[str, AfterValidator(_parameter_name)], WrittenParameter] = {}
    why: _Text
    fix: Annotated[list[_Text], Field(min_length=1)]
    sources: Annotated[list[_Text], Field(min_length=1)]


class WrittenRule(WrittenAnyRule):
    """A rule about one host."""

    when: _Text
    cases: Annotated[list[WrittenCase], Field(min_length=1)]


class WrittenFleetRule(WrittenAnyRule):
    """A rule that holds hosts against each other; ``across`` tells it from the others."""

    across: Literal["dag", "site", "fleet"]
    kind: Literal["mixed", "outlier", "missing"]
    compare: _Text
    cases: Annotated[list[WrittenFleetCase], Field(min_length=1)]


RULE: Final = TypeAdapter(WrittenRule)
FLEET_RULE: Final = TypeAdapter(WrittenFleetRule)
SEVERITIES: Final = {severity.value: severity for severity in Severity}
CONFIDENCES: Final = {confidence.value: confidence for confidence in Confidence}
