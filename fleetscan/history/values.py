"""Between the values of the model and JSON.

Law: a host's words survive the way to the disk and back. JSON is written in ASCII, so control characters and lone
surrogates are escaped and come back as they were. The two exceptions: a tuple comes back as a list, and a float that
JSON cannot hold (NaN, the infinities) as its name.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias, assert_never

from fleetscan.model import Value

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a line of JSON can hold."""

LONGEST_VALUE = 2000
"""Characters of JSON that a value may take in the evidence of a verdict; the record has it whole."""


_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def dump(data: Json) -> str:
    """Write one line of JSON, in ASCII."""
    return _ENCODER.encode(data)


def plain(value: Value) -> Json:
    """Turn a value into what JSON can hold."""
    match value:
        case str():
            return str(value)
        case bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case dict() | Mapping():  # the concrete class first: asking an abstract one is slow
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | Sequence():
            return [plain(item) for item in value]
        case _:
            assert_never(value)


def bounded(value: Value) -> dict[str, Json]:
    """Give ``{"value": ...}``, or the beginning of its JSON with its length and digest when it is too long."""
    data = plain(value)
    text = dump(data)
    if len(text) <= LONGEST_VALUE:
        return {"value": data}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"value": text[:LONGEST_VALUE], "cut": {"characters": len(text), "sha256": digest}}


@lru_cache(maxsize=64)
def moment_to_json(moment: datetime) -> str:
    """Write a moment in ISO 8601, UTC, to the microsecond; all facts of a host share theirs."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment_from_json(text: str) -> datetime:
    """Read what :func:`moment_to_json` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
