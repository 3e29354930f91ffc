"""How the hosts of one group are held against each other.

Laws
1. A finding stands on what is known. That there is none is only said when all peers were seen
   (:mod:`fleetscan.rules.fleet`), but for FINE, which is answered where it cannot matter what others have.
2. Only counts decide, so that neither the order of the hosts nor their names matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Final, TypeAlias

from fleetscan.rules.interface import Comparison
from fleetscan.rules.kinds import Kind

Key: TypeAlias = bool | int | str | tuple[str, ...] | tuple[int, ...]
"""What two hosts are alike by."""

LEAST_PEERS: Final = "least_peers"
"""The parameter that says how many peers an outlier must have."""


def key_of(value: bool | int | str | list[str] | list[int]) -> Key:  # noqa: FBT001 - one kind of value among others
    """Give what a variable is compared by: texts without case, lists of texts without order, versions by number."""
    match value:
        case str():
            return _fold(value)
        case [str(), *_]:
            return _set(tuple(map(str, value)))
        case list():
            return tuple(int(item) for item in value)
        case _:
            return value


@lru_cache(maxsize=256)
def _set(items: tuple[str, ...]) -> Key:
    """Order a list; thousands of hosts have the same."""
    return tuple(sorted({item.casefold() for item in items}))


_LONGEST: Final = 256


def _fold(text: str) -> str:
    """Forget the case; of a text that is longer than any name or version, keep the digest alone."""
    folded = text.casefold()
    return folded if len(folded) <= _LONGEST else f"sha256:{sha256(folded.encode(errors='surrogatepass')).hexdigest()}"


class Standing(StrEnum):
    """How a host stands among those peers that are known."""

    APART = "apart"
    """A finding, whatever the others are."""
    ALIKE = "alike"
    """Nothing to find; the others, when there are any, could change that."""
    FINE = "fine"
    """Nothing to find, whatever the others are."""
    ALONE = "alone"
    """Too few peers to compare with."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The known values of one group, how many hosts have each, and how many hosts that are."""

    counts: Mapping[Key, int]
    known: int

    @classmethod
    def of(cls, values: Iterable[Key]) -> Tally:
        """Count."""
        counts = Counter(values)
        return cls(counts, counts.total())


def _mixed(tally: Tally, value: Key, _least: int) -> Standing:
    """Find every host that does not have the value of more than half of them; all, when there is no such value."""
    if tally.known == 1:
        return Standing.ALONE
    agreed = 2 * tally.counts[value] > tally.known
    return Standing.ALIKE if agreed else Standing.APART


def _outlier(tally: Tally, value: Key, least: int) -> Standing:
    """Find the only host that has another value than all others, when these are at least ``least``.

    One that has its value in common, or whose peers disagree, is not the only one, whatever those have that were not
    seen.
    """
    if tally.known - 1 < max(least, 1):
        return Standing.ALONE
    others_agree = len(tally.counts) - (tally.counts[value] == 1) == 1
    return Standing.APART if others_agree and tally.counts[value] == 1 else Standing.FINE


def _missing(tally: Tally, value: Key, _least: int) -> Standing:
    """Find every host on which the condition is false and of whose peers more than half meet it."""
    peers = tally.known - 1
    if not peers:
        return Standing.ALONE
    if value is True:
        return Standing.FINE
    return Standing.APART if 2 * tally.counts.get(True, 0) > peers else Standing.ALIKE


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One row of the table of comparisons: how it decides, the parameters it needs, what it finds in words."""

    decide: Callable[[Tally, Key, int], Standing]
    finds: str
    parameters: Mapping[str, Kind] = field(default_factory=dict)
    by_condition: bool = False


WAYS: Final[Mapping[Comparison, Way]] = MappingProxyType(
    {
        Comparison.MIXED: Way(
            decide=_mixed,
            finds="every host of the group that does not have the value of more than half of them; all of them, when "
            "no value is that frequent",
        ),
        Comparison.OUTLIER: Way(
            decide=_outlier,
            finds=f"the one host of the group that differs from all others, when these agree and are at least "
            f"`{LEAST_PEERS}`",
            parameters=MappingProxyType({LEAST_PEERS: Kind.INT}),
        ),
        Comparison.MISSING: Way(
            decide=_missing,
            finds="every host of the group on which this is false while it is true on more than half of its peers",
            by_condition=True,
        ),
    }
)
"""Every comparison. A rule over a new one needs a row here, and nothing else."""
