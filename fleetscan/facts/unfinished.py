"""Setups of Exchange that broke off.

Source: the ExchangeDsc module (documented): the key of a role has UnpackedVersion and no ConfiguredVersion, or it still
has Action or Watermark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fleetscan.facts.exchange import ROLES
from fleetscan.facts.senses import mapping, some_texts
from fleetscan.facts.values import datum
from fleetscan.model import Absent, Outcome, Unknown, Value

SETUP_ROLES = tuple(role for role in ROLES if role != "UnifiedMessaging")
"""The roles whose keys are looked at, in the order of the inputs; what Unified Messaging leaves behind is not."""


def exchange_setup_unfinished(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the roles that setup has not finished; a role without a key was never begun."""
    found: list[str] = []
    for role, outcome in zip(SETUP_ROLES, inputs, strict=True):
        values = mapping(outcome, f"{role}Role")
        if isinstance(values, Unknown):
            return values
        if not isinstance(values, Absent) and (mark := _mark(values)):
            found.append(f"{role}Role ({mark})")
    return some_texts(found)


def _mark(values: Mapping[str, Value]) -> str:
    """Say by what an unfinished role shows; nothing for a finished one."""
    for name in ("Action", "Watermark"):
        if datum(values, name) is not None:
            return name
    unpacked = datum(values, "UnpackedVersion") is not None
    return "no ConfiguredVersion" if unpacked and not _filled(datum(values, "ConfiguredVersion")) else ""


def _filled(found: Mapping[str, Value] | None) -> bool:
    """Tell whether a value is there and says something: an empty version is none, as for the list of roles."""
    value = "" if found is None else found.get("value", "")
    return not isinstance(value, str) or bool(value.strip(" \t\r\n\0"))
