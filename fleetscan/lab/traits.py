"""What a truthful scanner sees of each pretend server that another one may be held against.

Law: written by hand, from what the part or the persona is made of. A persona has the traits of all that it extends,
in that order, and what stands here under its own name comes last; so a new persona needs a line here only where it
differs in one of these traits from what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias


class Trait(StrEnum):
    """One thing that fleet rules compare, or by which they put hosts together."""

    SITE = "site"
    DAG = "dag"
    VERSION = "version"  # of ScanMail, as it writes it itself
    PATTERN = "pattern"  # of ScanMail 8 and later, in the registry
    LEVEL = "level"  # of Exchange 2013 and later: version of ExSetup.exe
    MAILBOX = "mailbox"  # server with Exchange 2013 or later: PROTECTED by ScanMail, or BARE
    AGENTS = "agents"  # of transport that are enabled on such a mailbox server
    PRODUCTS = "products"  # that run beside ScanMail on a server with Exchange


NONE: Final = "-"
"""There is no such thing on this server, and a scanner sees that."""
UNSEEN: Final = "?"
"""No scanner can tell."""
PROTECTED: Final = "ScanMail"
BARE: Final = "bare"
NO_PRODUCT: Final = "none of them runs"

Traits: TypeAlias = Mapping[Trait, str]

NOTHING_SEEN: Final[Traits] = MappingProxyType(dict.fromkeys(Trait, UNSEEN))
"""The traits of a host that was not scanned."""

_T: Final = Trait
_DEFENDER, _TREND, _MCAFEE = "Microsoft Defender", "Trend Micro agent", "McAfee or Trellix"
_PATTERN = "20.457.00"
_BUILT_IN, _WITH_SCANMAIL = "those of Exchange", "those of Exchange and ScanMail"


def _mailbox(level: str, products: str) -> Traits:
    """Describe a mailbox server as setup leaves it; nobody has written down its agents.config."""
    return {_T.LEVEL: level, _T.MAILBOX: BARE, _T.AGENTS: UNSEEN, _T.PRODUCTS: products}


def _scanmail(version: str) -> Traits:
    return {_T.VERSION: version, _T.PATTERN: _PATTERN, _T.MAILBOX: PROTECTED}


TABLE: Final[Mapping[str, Traits]] = MappingProxyType(
    {
        # The parts of Exchange
        "exchange-2003": {_T.PRODUCTS: NO_PRODUCT},
        "exchange-2010": {_T.PRODUCTS: NO_PRODUCT},
        "exchange-2016-cu23": _mailbox("15.1.2507.66", _DEFENDER),
        "exchange-2019-cu14-su": _mailbox("15.2.1544.39", _DEFENDER),
        "exchange-2019-cu15-su": _mailbox("15.2.1748.43", _DEFENDER),
        "exchange-se-su": _mailbox("15.2.2562.37", _DEFENDER),
        "exchange-edge": {_T.LEVEL: "15.2.1748.43", _T.PRODUCTS: _DEFENDER, _T.SITE: NONE},  # a workgroup has no site
        # the parts of ScanMail
        "scanmail-7": {_T.VERSION: "7.0"},  # its pattern is not compared, it writes no number of it
        "scanmail-10.2": {_T.VERSION: "10.2", _T.PATTERN: _PATTERN},
        "scanmail-12": _scanmail("12.0"),
        "scanmail-12.5": _scanmail("12.5"),
        "scanmail-14": _scanmail("14.0"),
        "scanmail-agent-mailbox": {_T.AGENTS: _WITH_SCANMAIL},
        # Then personas, first those of Exchange
        "exchange-2013": {_T.LEVEL: "15.0.1497.48", _T.MAILBOX: PROTECTED, _T.PRODUCTS: NO_PRODUCT},
        "exchange-cu-old": {_T.LEVEL: "15.1.2176.14"},
        "exchange-update-behind": {_T.LEVEL: "15.2.1544.36"},
        # those of ScanMail
        "edge-with-scanmail": {_T.MAILBOX: NONE},
        "scanmail-agent-disabled": {_T.AGENTS: _BUILT_IN},
        "scanmail-unsupported": {_T.VERSION: "11.0"},
        "worry-free": {_T.MAILBOX: PROTECTED},  # by the small sister of ScanMail, whose version is not compared
        # those of other products
        "antivirus-apex-one": {_T.PRODUCTS: _TREND},
        "antivirus-crowdstrike": {_T.PRODUCTS: "CrowdStrike"},
        "antivirus-symantec": {_T.PRODUCTS: "Symantec"},
        "antivirus-two-products": {_T.PRODUCTS: f"{_DEFENDER}, {_TREND}"},
        "antivirus-virusscan": {_T.PRODUCTS: _MCAFEE},
        "defender-stopped": {_T.PRODUCTS: NO_PRODUCT},
        "legacy-officescan": {_T.PRODUCTS: _TREND},
        "legacy-symantec-mail": {_T.PRODUCTS: "Symantec Mail Security"},
        "legacy-virusscan": {_T.PRODUCTS: _MCAFEE},
        "legacy-virusscan-stopped": {_T.PRODUCTS: NO_PRODUCT},
        # and those that do not say all
        "hostile-messages": {trait: UNSEEN for trait in Trait if trait is not _T.SITE},
        "hostile-text": {_T.SITE: "a site that has a formula for a name", _T.PATTERN: "AAAA"},
        "hostile-types": {_T.SITE: UNSEEN, _T.PATTERN: UNSEEN},
        "slow-collector": {_T.VERSION: UNSEEN, _T.PATTERN: UNSEEN, _T.LEVEL: UNSEEN},  # its files come too late
        "wmi-broken": {_T.DAG: UNSEEN, _T.PRODUCTS: UNSEEN},  # its services cannot be listed
    }
)


def traits_of(lineage: Iterable[str], *, site: str, dag: str) -> Traits:
    """Give the traits of a persona, by the names of all that it is laid over and its own, in a place of the fleet.

    ``dag`` is empty where the host is in no availability group.
    """
    seen: dict[Trait, str] = {**dict.fromkeys(Trait, NONE), _T.SITE: site, _T.DAG: dag or NONE}
    for name in lineage:
        seen |= TABLE.get(name, {})
    return seen
