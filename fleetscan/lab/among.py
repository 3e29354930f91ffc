"""What a truthful scanner must say of each host of a fleet when it is held against the others.

Law: this is the rules' own wording, counted out the simplest way, over traits that were written by hand. Nothing of
fleetscan's rules is used, so that each checks the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from fleetscan.lab.host import LabHost
from fleetscan.lab.traits import NONE, PROTECTED, UNSEEN, Trait

Word: TypeAlias = Literal["finding", "pass", "not_applicable", "unknown"]
_LEAST_PEERS: Final = 3
_EVERYBODY: Final = "everybody"


def _mixed(own: str, peers: Counter[str]) -> Word:
    """Find whoever does not have the value of more than half; nobody is mixed with nobody."""
    if not peers:
        return "not_applicable"
    of_my_kind = 1 + peers[own]
    return "pass" if of_my_kind > (1 + peers.total()) / 2 else "finding"


def _outlier(own: str, peers: Counter[str]) -> Word:
    """Find who differs from three others or more that are all of one mind."""
    if peers.total() < _LEAST_PEERS:
        return "not_applicable"
    return "finding" if len(peers) == 1 and own not in peers else "pass"


def _three(_own: str, peers: Counter[str]) -> bool:
    """With three peers or more it is clear who is the odd one out."""
    return peers.total() >= _LEAST_PEERS


def _protected(own: str, peers: Counter[str]) -> bool:
    """Who has it lacks nothing, whatever the others have."""
    return own == PROTECTED and peers.total() > 0


def _never(_own: str, _peers: Counter[str]) -> bool:
    return False


def _missing(own: str, peers: Counter[str]) -> Word:
    """Find who lacks what more than half of the others have."""
    if not peers:
        return "not_applicable"
    return "finding" if own != PROTECTED and peers[PROTECTED] > peers.total() / 2 else "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One fleet rule: the trait that is compared, the one that puts hosts together (all of them when there is none).

    ``firm`` tells whether a pass stands whatever those have that nobody saw.
    """

    trait: Trait
    place: Trait | None
    find: Callable[[str, Counter[str]], Word]
    firm: Callable[[str, Counter[str]], bool]


COMPARED: Final[Mapping[str, Compared]] = MappingProxyType(
    {
        "scanmail-versions-mixed": Compared(trait=Trait.VERSION, place=None, find=_mixed, firm=_never),
        "exchange-levels-mixed-in-dag": Compared(trait=Trait.LEVEL, place=Trait.DAG, find=_mixed, firm=_never),
        "exchange-levels-mixed-in-site": Compared(trait=Trait.LEVEL, place=Trait.SITE, find=_mixed, firm=_never),
        "scanmail-missing-among-peers": Compared(trait=Trait.MAILBOX, place=None, find=_missing, firm=_protected),
        "transport-agents-differ-in-dag": Compared(trait=Trait.AGENTS, place=Trait.DAG, find=_outlier, firm=_three),
        "scanmail-pattern-differs-in-site": Compared(trait=Trait.PATTERN, place=Trait.SITE, find=_outlier, firm=_three),
        "antivirus-products-differ-in-site": Compared(
            trait=Trait.PRODUCTS, place=Trait.SITE, find=_outlier, firm=_three
        ),
    }
)
"""The fleet rules, as their texts say it. A new one must be described here."""


def expected_among(hosts: Iterable[LabHost]) -> Mapping[str, Mapping[str, Word]]:
    """Give the word of every fleet rule for every host, by the name of the host."""
    fleet = tuple(hosts)
    found: dict[str, dict[str, Word]] = {host.name: {} for host in fleet}
    for rule, compared in COMPARED.items():
        for name, word in _words(compared, fleet).items():
            found[name][rule] = word
    return found


def _words(compared: Compared, fleet: Iterable[LabHost]) -> Mapping[str, Word]:
    """Sort the hosts: those that the rule is not about, those of which not all is seen, and the others by place."""
    words: dict[str, Word] = {}
    hidden: Counter[str] = Counter()
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    for host in fleet:
        place = host.traits[compared.place] if compared.place else _EVERYBODY
        own = host.traits[compared.trait]
        if NONE in (place, own):
            words[host.name] = "not_applicable"
        elif UNSEEN in (place, own):
            words[host.name] = "unknown"
            hidden[place] += 1
        else:
            seen[place][host.name] = own
    for place, members in seen.items():
        values = Counter(members.values())
        unsure = hidden[place] + hidden[UNSEEN] > 0
        for name, own in members.items():
            words[name] = _word(compared, own, values, unsure=unsure)
    return words


def _word(compared: Compared, own: str, values: Counter[str], *, unsure: bool) -> Word:
    """Give a host's word among the known ones; a peer that nobody saw leaves a finding, and what is firm."""
    peers = values - Counter([own])
    word = compared.find(own, peers)
    return word if word == "finding" or not unsure or compared.firm(own, peers) else "unknown"
