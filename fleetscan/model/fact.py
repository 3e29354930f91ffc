"""A fact: an id, a type, and where it comes from (a question to the host, a derivation, or the environment's word)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, assert_never

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Indirect:
    """An outcome that speaks for a told fact: a derivation and its inputs, which can only be known or unknown.

    ``days`` is how old the outcome may be; where it is given, it is the last input of the derivation.
    """

    derivation: str
    inputs: tuple[str, ...]
    days: int | None = None

    @property
    def where(self) -> str:
        """Name the derivation and its inputs."""
        return f"{self.derivation}({', '.join(self.inputs)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact that no documented place of a host holds.

    It is read where a locator of the environment points, or attested by a person, or else ``indirect``: bool, int or
    string, and known or unknown, never absent.
    """

    indirect: Indirect | None = None

    @property
    def where(self) -> str:
        """Name the places in the order in which they are looked at."""
        return f"told by the inventory{f', else {self.indirect.where}' if self.indirect else ''}"


Origin: TypeAlias = Asked | Derived | Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that can be known of a host. ``about`` is a sentence for the catalogue."""

    id: str
    type: FactType
    origin: Origin
    about: str = ""
    confidence: str = "documented"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Name the facts that this one is worked out from, or inferred from when nobody tells it."""
        match self.origin:
            case Derived(inputs=inputs) | Told(indirect=Indirect(inputs=inputs)):
                return inputs
            case Asked() | Told():
                return ()
            case _:
                assert_never(self.origin)


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
