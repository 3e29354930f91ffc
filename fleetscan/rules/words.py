"""The sentences of verdicts, and how a value is shown inside one.

Law: what a host said enters a sentence bounded, on one line, and without control or direction characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, assert_never

from fleetscan.model import (
    Broken,
    Finding,
    NotApplicable,
    Pass,
    Reason,
    Ruling,
    Undetermined,
    UnknownFact,
    Value,
)
from fleetscan.rules.interface import AnyRule

MOST_OF_VALUE: Final = 120
"""Characters of one value in a sentence."""
MOST_OF_SENTENCE: Final = 600
"""Characters of a whole sentence."""
MOST_OF_ADVICE: Final = 500
"""Characters of what we say ourselves of a fact that nobody told."""
MOST_LISTED: Final = 8
"""Items of one list in a sentence."""

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.UNREACHABLE: "was not read: the host could not be reached",
        Reason.AUTH_FAILED: "was not read: the logon failed",
        Reason.DENIED: "was denied",
        Reason.TIMED_OUT: "timed out",
        Reason.WRONG_TYPE: "has the wrong type",
        Reason.TOO_LARGE: "is too large",
        Reason.MALFORMED: "is malformed",
        Reason.UNSUPPORTED: "is not supported by the host",
        Reason.NOT_LOCATED: "could not be located",
        Reason.NOT_ASKED: "was not asked",
    }
)
"""What a reason is called after the name of a fact."""

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
"""``{name}`` in the summary of a rule."""


def show(value: Value) -> str:
    """Write a value in a sentence: one line, printable, at most MOST_OF_VALUE characters."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = value
        case Mapping():
            text = _listed(tuple(value))
        case Sequence():
            text = _listed(tuple(map(show, value)))
        case _:
            text = str(value)
    return cut(printable(text), MOST_OF_VALUE)


def placeholders(text: str) -> tuple[str, ...]:
    """Name every placeholder in ``text``, in its order."""
    return tuple(PLACEHOLDER.findall(text))


def printable(text: str) -> str:
    """Replace every character that is not printable by U+FFFD; white space of any kind becomes one space."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def cut(text: str, most: int) -> str:
    """Shorten ``text`` to ``most`` characters, with an ellipsis at the end."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _listed(items: Sequence[str]) -> str:
    rest = len(items) - MOST_LISTED
    tail = f" and {rest} more" if rest > 0 else ""
    return ", ".join(items[:MOST_LISTED]) + tail if items else "none"


def sentence(rule: AnyRule, ruling: Ruling, shown: Mapping[str, str], untold: frozenset[str] = frozenset()) -> str:
    """Say the ruling in one sentence about this host; ``shown`` gives the words for each placeholder of a finding.

    ``untold`` are the facts whose detail says how to settle them: that is said whole.
    """
    if isinstance(ruling, Undetermined):
        told = [fact for fact in ruling.facts if fact.fact in untold]
        others = [fact for fact in ruling.facts if fact.fact not in untold]
        said = [*map(complain, others), *(complain(fact, MOST_OF_ADVICE) for fact in told)]
        return cut(f"unknown: {'; '.join(said)}", MOST_OF_SENTENCE + MOST_OF_ADVICE * len(told))
    return cut(_sentence(rule, ruling, shown), MOST_OF_SENTENCE)


def _sentence(rule: AnyRule, ruling: Finding | Pass | NotApplicable | Broken, shown: Mapping[str, str]) -> str:
    match ruling:
        case Finding():
            return PLACEHOLDER.sub(lambda found: shown.get(found[1], "(unknown)"), rule.summary)
        case Pass():
            return f"does not hold: {rule.title}"
        case NotApplicable():
            return f"not applicable: this rule is about {rule.applies_to}"
        case Broken(fault=fault):
            return f"the rule is broken: {printable(fault)}"
        case _:
            assert_never(ruling)


def complain(unknown: UnknownFact, most: int = MOST_OF_VALUE) -> str:
    """Say of an unknown fact why it is unknown, with the host's own words in parentheses, at most ``most`` of them."""
    detail = f" ({cut(printable(unknown.detail), most)})" if unknown.detail else ""
    where = f" of {printable(unknown.of)}" if unknown.of else ""
    return f"{unknown.fact}{where} {REASONS[unknown.reason]}{detail}"
