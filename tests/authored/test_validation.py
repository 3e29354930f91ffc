"""From pydantic's complaints to mistakes for people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, TypeAdapter

from fleetscan.authored import kind_of, parse_yaml, suggest, validate
from fleetscan.errors import AuthoredError


def even(value: int) -> int:
    """Refuse odd numbers."""
    if value % 2:
        message = "must be even"
        raise ValueError(message)
    return value


class Rule(BaseModel):
    """Something with every kind of field."""

    model_config = ConfigDict(extra="forbid")

    id: str
    severity: Literal["error", "warning"] = "error"
    count: Annotated[StrictInt, AfterValidator(even)] = 0
    share: Annotated[float, Field(le=1)] = 0.0
    on: StrictBool = False
    fix: list[str] = []
    given: dict[str, int] = {}
    pair: tuple[int, ...] = ()
    odd: object = object()


class RuleFile(BaseModel):
    """A list of them."""

    model_config = ConfigDict(extra="forbid")

    rules: list[Rule]


ADAPTER = TypeAdapter(RuleFile)


def refused(text: str) -> str:
    """Give the only mistake in one rule, written in flow style in line 1."""
    with pytest.raises(AuthoredError) as caught:
        validate(parse_yaml(f"rules: [{{id: x, {text}}}]".encode(), "f.yml"), ADAPTER)
    assert len(caught.value.mistakes) == 1
    return str(caught.value)


def test_what_is_right_is_typed() -> None:
    """A document of the right shape becomes the noun, whole or in part."""
    document = parse_yaml(b"rules: [{id: x, severity: warning}]", "f.yml")
    assert validate(document, ADAPTER) == RuleFile(rules=[Rule(id="x", severity="warning")])
    assert validate(document, TypeAdapter(Rule), at=("rules", 0)).severity == "warning"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sevrity: error", "f.yml:1:17: unknown key `sevrity` (did you mean `severity`?)"),
        (
            "zzz: 1",
            "f.yml:1:17: unknown key `zzz` (known: id, severity, count, share, on, fix, given, pair, odd)",
        ),
        ("severity: erorr", "f.yml:1:27: `severity` must be one of error, warning (did you mean `error`?)"),
        ("severity: 1", "f.yml:1:27: `severity` must be one of error, warning"),
        ("count: 'x'", "f.yml:1:24: `count` must be a whole number, not text (write it without quotes)"),
        ("count: 3", "f.yml:1:24: must be even"),
        ("share: 2.5", "f.yml:1:24: `share` is not valid: Input should be less than or equal to 1"),
        ("'on': 1", "f.yml:1:23: `on` must be true or false, not a whole number (write true or false without quotes)"),
        ("fix: text", "f.yml:1:22: `fix` must be a list, not text (write `[one, two]`, or one `- item` a line)"),
        ("fix: [1]", "f.yml:1:23: an item of `fix` must be text, not a whole number (put it in quotes)"),
        ("given: [1]", "f.yml:1:24: `given` must be a mapping, not a list (write `key: value`, indented)"),
        ("given: {a b: x}", "f.yml:1:30: `given` must be a whole number, not text (write it without quotes)"),
        (
            "pair: {a: 1}",
            "f.yml:1:23: `pair` must be a list, not a mapping (write `[one, two]`, or one `- item` a line)",
        ),
    ],
)
def test_each_complaint_is_worded(text: str, wanted: str) -> None:
    """Each kind of complaint has its place, its words and its remedy, and does not show the value."""
    assert refused(text).replace("`count` must be even", "must be even") == wanted


def test_missing_keys_are_placed_at_what_should_hold_them() -> None:
    """A missing key names itself; the document's own kind is checked too."""
    with pytest.raises(AuthoredError) as caught:
        validate(parse_yaml(b"rules:\n  - severity: error\n", "f.yml"), ADAPTER)
    assert str(caught.value) == "f.yml:2:5: `id` is missing (add `id:`)"
    with pytest.raises(AuthoredError) as caught:
        validate(parse_yaml(b"- 1\n", "f.yml"), ADAPTER)
    assert str(caught.value) == "f.yml:1:1: must be a mapping, not a list (write `key: value`, indented)"


def test_no_value_is_shown() -> None:
    """A secret in the wrong place is not repeated, nor kept as the error's cause."""
    with pytest.raises(AuthoredError) as caught:
        validate(
            parse_yaml(b"rules: [{id: [hunter2], fix: hunter2, password: hunter2, count: hunter2}]", "f.yml"), ADAPTER
        )
    assert len(caught.value.mistakes) == 4
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_unknown_keys_below_unions_are_explained() -> None:
    """A key within a list within a union finds the class that it was meant for."""
    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, list[Rule] | RuleFile])
    with pytest.raises(AuthoredError, match=r"unknown key `sverity`.*did you mean `severity`"):
        validate(parse_yaml(b"a: [{id: x, sverity: error}]", "f.yml"), adapter)


def test_kinds_are_named_for_people() -> None:
    """Every kind of YAML value has a name."""
    values: list[object] = [True, 1, 1.5, "x", {}, [], None]
    assert [kind_of(value) for value in values] == [
        "true or false",
        "a whole number",
        "a number",
        "text",
        "a mapping",
        "a list",
        "nothing",
    ]


def test_suggestions_are_close_or_complete() -> None:
    """A near word is suggested, else all are listed, else nothing."""
    assert suggest("Hosst", ["hosts", "vars"]) == "did you mean `hosts`?"
    assert suggest("zzz", ["hosts", "vars"]) == "known: hosts, vars"
    assert suggest("zzz", []) == ""
