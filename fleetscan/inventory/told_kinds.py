"""The kinds of the two variables that tell facts, with their JSON Schema for editors.

What stands within them is read by :mod:`fleetscan.inventory.told`, which finds every mistake at its own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleetscan.inventory.kinds import Kind
from fleetscan.inventory.told import ATTESTED, DAY, LOCATORS, MOST_NUMBER, MOST_TEXT, MOST_WORDS, VERSION

_WORDS: Final = {"type": "string", "pattern": r"\S", "maxLength": MOST_WORDS}
_NUMBER: Final = {"type": "integer", "minimum": -MOST_NUMBER, "maximum": MOST_NUMBER}
_DAY: Final = {"type": "string", "pattern": f"^{DAY}$"}
_VERSION: Final = {"type": "string", "pattern": f"^{VERSION}$"}
_LINE: Final = {"type": "string", "pattern": r"^$|\S", "maxLength": MOST_TEXT}
_TOLD: Final = {"anyOf": [{"type": "boolean"}, _NUMBER, _LINE]}
_TEXT: Final = {"type": "string", "minLength": 1}


def _object(required: tuple[str, ...], properties: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": dict(properties),
    }


_BESIDE: Final = {
    "absent": {"description": "The value that absence of the place stands for; else absence is unknown.", **_TOLD},
    "versions": {
        "description": "For which versions the place is right.",
        **_object(("fact",), {"fact": _TEXT, "from": _VERSION, "below": _VERSION}),
        "anyOf": [{"required": ["from"]}, {"required": ["below"]}],
    },
}
_REGISTRY_PLACE: Final = _object(
    ("registry", "value"),
    {
        "registry": {"type": "string", "pattern": r"^(HKLM|HKU|HKCR)\\"},
        "value": {"type": "string"},
        "view": {"enum": [64, 32]},
        "is": {"description": "The value that means yes.", "type": ["integer", "string"]},
        **_BESIDE,
    },
)
_FILE_PLACE: Final = _object(
    ("file", "contains"),
    {
        "file": {"type": "string", "pattern": r"^([A-Za-z]:\\|%[A-Za-z_][A-Za-z0-9_()]*%(\\|$))"},
        "contains": {"description": "What the file contains when the fact is true.", **_TEXT},
        **_BESIDE,
    },
)
_ATTESTATION: Final = _object(
    ("value", "by", "since", "until"),
    {"value": _TOLD, "by": _WORDS, "since": _DAY, "until": _DAY, "note": _WORDS},
)


def _by_fact(entry: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": dict(entry)}


TOLD: Final = (
    (
        LOCATORS,
        Kind(
            words="a mapping `fact id: {registry: KEY, value: NAME}` or `fact id: {file: PATH, contains: TEXT}`",
            accepts=lambda value: isinstance(value, Mapping),
            schema=_by_fact({"oneOf": [_REGISTRY_PLACE, _FILE_PLACE]}),
        ),
        "Where facts are read whose place is not documented. The nearest definition counts as a whole.",
    ),
    (
        ATTESTED,
        Kind(
            words="a mapping `fact id: {value: VALUE, by: NAME, since: DAY, until: DAY}`",
            accepts=lambda value: isinstance(value, Mapping),
            schema=_by_fact(_ATTESTATION),
        ),
        "Facts that a person vouches for until a day. The nearest definition counts as a whole.",
    ),
)
"""The variables: name, kind, meaning."""
