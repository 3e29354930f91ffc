"""A fact: an id, a type, and where it comes from (a question to the host, or a derivation)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from fleetscan.model.outcome import Outcome
from fleetscan.model.question import Question

if TYPE_CHECKING:
    from datetime import datetime


class FactType(StrEnum):
    """What a fact is to a rule. Record types give a condition one dotted name per field."""

    BOOL = "bool"
    INT = "int"
    STRING = "string"
    STRINGS = "strings"
    VERSION = "version"
    SERVICE = "service"
    SERVICES = "services"
    VALUES = "values"
    STAT = "stat"
    NEWEST = "newest"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A fact that is the answer to one question. ``property`` picks a CIM property of the only row."""

    question: Question
    property: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A fact worked out from others: the derivation's name and the ids of its inputs, in order."""

    derivation: str
    inputs: tuple[str, ...]


Origin: TypeAlias = Asked | Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that can be known of a host. ``about`` is a sentence for the catalogue."""

    id: str
    type: FactType
    origin: Origin
    about: str = ""
    confidence: str = "documented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A named pure function from the outcomes of its inputs to one outcome.

    ``inputs`` gives the type of each input; ``...`` as ``repeat`` of the last one is allowed when
    ``variadic``. ``function`` gets the outcomes and the moment of the reading (aware, UTC), and must answer
    Unknown when it needs an input that is Unknown.
    """

    name: str
    inputs: tuple[FactType, ...]
    result: FactType
    function: Callable[[Sequence[Outcome], datetime], Outcome]
    about: str
    variadic: bool = False
