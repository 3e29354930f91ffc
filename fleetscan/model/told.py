"""What an environment says of its hosts where no documented place says it: locators and attestations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from fleetscan.model.question import File, RegistryValue

LOCATED: Final = "located"
"""The type of a known value that was read where a locator points."""
ATTESTED: Final = "attested"
"""The type of a known value that a person vouches for, and of what is derived from one."""
INDIRECT: Final = "indirect"
"""The type of a known value that an outcome speaks for, and of what is derived from one."""
INVENTORY: Final = "inventory"
"""The transport of evidence that no host was asked for."""

SETTLE: Final = "To settle it, write in the inventory"
"""How the advice begins that stands in the detail of a told fact that is unknown, and of what is derived from one."""

ToldValue: TypeAlias = bool | int | str
"""What a told fact can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """For which versions a locator is right: those of ``fact`` from ``at_least`` on and below ``below``.

    Both are numbers and dots; ``""`` is no bound.
    """

    fact: str
    at_least: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """Yes when the value read equals this one, no when it is another one of the same kind."""

    value: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """Yes when the text read contains this one."""

    text: str


@dataclass(frozen=True, slots=True)
class Itself:
    """The value read is the value of the fact."""


Reading: TypeAlias = Equals | Contains | Itself
"""How the answer to a locator's question becomes the value of its fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where an environment says that a told fact is read.

    ``absent`` is the value that absence stands for, None when absence decides nothing. ``versions`` is None when the
    place is right for every version.
    """

    fact: str
    question: RegistryValue | File
    reading: Reading
    absent: ToldValue | None = None
    versions: Versions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A person's word for the value of a told fact, from the day ``since`` to the day ``until``, both included."""

    fact: str
    value: ToldValue
    by: str
    since: date
    until: date
    note: str = ""

    @property
    def where(self) -> str:
        """Name who said it, when, and until when it holds."""
        note = f" ({self.note})" if self.note else ""
        return f"attested by {self.by} on {self.since.isoformat()}, until {self.until.isoformat()}{note}"
