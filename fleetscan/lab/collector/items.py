"""What all sections of an answer are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from fleetscan.lab.machine import Refusal

Item: TypeAlias = dict[str, object]
"""One item of a request or of an answer."""

_MESSAGE_LIMIT = 500


def text(item: Mapping[str, object], name: str) -> str:
    """Take a text of an item, "" when there is none."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def error(message: str) -> Item:
    """Answer that something went wrong, in these words."""
    return {"s": "error", "m": message[:_MESSAGE_LIMIT]}


def refused(refusal: Refusal) -> Item:
    """Answer that the machine does not show it, in its own words."""
    return {"s": refusal.state, "m": refusal.message[:_MESSAGE_LIMIT]}


def utc(moment: datetime) -> str:
    """Write a moment as the contract does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
