"""The kinds of values that a known variable can have: what is accepted, its words, its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WORD: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
AUTO_WORD: Final = "auto"
"""What stands for the usual ways to a host, in their order."""

MAX_SECONDS: Final = 86_400
MAX_PORT: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A set of values: in words, as a test, and as JSON Schema."""

    words: str
    accepts: Callable[[object], bool]
    schema: Mapping[str, object]


def choice(*words: str) -> Kind:
    """Accept exactly these words."""
    listed = f"one of {', '.join(words)}" if len(words) > 1 else f"`{words[0]}`"
    return Kind(words=listed, accepts=lambda value: value in words, schema={"enum": list(words)})


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAX_SECONDS


def _is_parameters(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(parameters, Mapping) and all(setting is not None for setting in parameters.values())
        for parameters in value.values()
    )


TEXT: Final = Kind(
    words="text",
    accepts=lambda value: isinstance(value, str) and value.strip() != "",
    schema={"type": "string", "pattern": r"\S"},
)
NAME: Final = Kind(
    words="a name of letters, digits, `.`, `_` and `-`",
    accepts=lambda value: isinstance(value, str) and re.fullmatch(WORD, value) is not None,
    schema={"type": "string", "pattern": f"^{WORD}$"},
)
ADDRESS: Final = Kind(
    words="a host name or an IP address, without a scheme, a port or spaces",
    accepts=lambda value: (
        isinstance(value, str) and re.fullmatch(r"\w[\w.-]*|[0-9A-Fa-f:.]*:[\w.:%]*", value) is not None
    ),
    schema={"type": "string", "pattern": r"^(\w[\w.-]*|[0-9A-Fa-f:.]*:[\w.:%]*)$"},
)
PORT: Final = Kind(
    words=f"a whole number from 1 to {MAX_PORT}, without quotes",
    accepts=lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_PORT,
    schema={"type": "integer", "minimum": 1, "maximum": MAX_PORT},
)
SECONDS: Final = Kind(
    words=f"a number of seconds above 0, up to {MAX_SECONDS}",
    accepts=_is_seconds,
    schema={"type": "number", "exclusiveMinimum": 0, "maximum": MAX_SECONDS},
)
INTEGER: Final = Kind(
    words="a whole number, without quotes",
    accepts=lambda value: isinstance(value, int) and not isinstance(value, bool),
    schema={"type": "integer"},
)


def _is_ways(value: object) -> bool:
    if not isinstance(value, list):
        return NAME.accepts(value)
    named = all(NAME.accepts(way) and way != AUTO_WORD for way in value)
    return named and 0 < len(value) == len(set(value))


WAYS: Final = Kind(
    words=f"`{AUTO_WORD}`, the name of a transport, or a list of different names in the order in which to try them",
    accepts=_is_ways,
    schema={
        "anyOf": [
            dict(NAME.schema),
            {
                "type": "array",
                "items": {**NAME.schema, "not": {"const": AUTO_WORD}},
                "minItems": 1,
                "uniqueItems": True,
            },
        ]
    },
)
PARAMETERS: Final = Kind(
    words="a mapping `rule id: {parameter: value}`",
    accepts=_is_parameters,
    schema={
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": {"not": {"type": "null"}}},
    },
)


def one_or_list(kind: Kind) -> Kind:
    """Accept a value of the kind, or a list that holds exactly one."""

    def accepts(value: object) -> bool:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return len(value) == 1 and kind.accepts(value[0])
        return kind.accepts(value)

    listed = {"type": "array", "items": dict(kind.schema), "minItems": 1, "maxItems": 1}
    return Kind(words=kind.words, accepts=accepts, schema={"anyOf": [dict(kind.schema), listed]})
