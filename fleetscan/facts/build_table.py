"""Builds of Exchange as data: products, cumulative updates, security updates, ends of support.

Source: microsoft/CSS-Exchange, ``Shared/Get-ExchangeBuildVersionInformation.ps1`` of 2 April 2026, whose newest update
is Feb26SU; RTM builds from Microsoft's list of build numbers (2021). A new update is a new ``NAME=BUILD`` in a block
below. Service packs of 2007 and 2010 by the second number are inferred but for 8.3, 14.2 and 14.3.

A line of a block: level, build, ``supported`` when Microsoft still updates it, then its updates in order. A supported
level lists every update, another level only its newest. Deeper lines continue the line above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fleetscan.facts.version import Version, parse_version

TABLE_AS_OF = "Feb26SU"
"""The newest update that the table knows."""


class Support(StrEnum):
    """Whether Microsoft still makes updates for a level, as far as the table knows."""

    SUPPORTED = "supported"
    ENDED = "ended"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A security (SU), hotfix (HU) or rollup update (RU) and the build that it brings."""

    name: str
    build: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A cumulative update or service pack: name, first build, and its updates, oldest first."""

    name: str
    build: Version
    support: Support = Support.ENDED
    updates: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A release of Exchange: builds from ``first`` up to and without ``end``; levels in order of build.

    ``supported_until`` is the last day of support; where no source gives it, that of the product's successor.
    """

    name: str
    first: Version
    end: Version
    supported_until: date
    levels: tuple[Level, ...]


_E2013 = """
RTM 15.0.516.32
CU1 15.0.620.29
CU2 15.0.712.24
CU3 15.0.775.38
CU4 15.0.847.32
CU5 15.0.913.22
CU6 15.0.995.29
CU7 15.0.1044.25
CU8 15.0.1076.9
CU9 15.0.1104.5
CU10 15.0.1130.7
CU11 15.0.1156.6
CU12 15.0.1178.4
CU13 15.0.1210.3
CU14 15.0.1236.3
CU15 15.0.1263.5
CU16 15.0.1293.2
CU17 15.0.1320.4
CU18 15.0.1347.2 Mar18SU=15.0.1347.5
CU19 15.0.1365.1 May18SU=15.0.1365.7
CU20 15.0.1367.3 Aug18SU=15.0.1367.9
CU21 15.0.1395.4 Mar21SU=15.0.1395.12
CU22 15.0.1473.3 Mar21SU=15.0.1473.6
CU23 15.0.1497.2 supported
  Jul19SU=15.0.1497.3 Nov19SU=15.0.1497.4 Feb20SU=15.0.1497.6 Oct20SU=15.0.1497.7 Nov20SU=15.0.1497.8
  Dec20SU=15.0.1497.10 Mar21SU=15.0.1497.12 Apr21SU=15.0.1497.15 May21SU=15.0.1497.18 Jul21SU=15.0.1497.23
  Oct21SU=15.0.1497.24 Nov21SU=15.0.1497.26 Jan22SU=15.0.1497.28 Mar22SU=15.0.1497.33 May22SU=15.0.1497.36
  Aug22SU=15.0.1497.40 Oct22SU=15.0.1497.42 Nov22SU=15.0.1497.44 Jan23SU=15.0.1497.45 Feb23SU=15.0.1497.47
  Mar23SU=15.0.1497.48
"""
_E2016 = """
RTM 15.1.225.42
CU1 15.1.396.30
CU2 15.1.466.34
CU3 15.1.544.27
CU4 15.1.669.32
CU5 15.1.845.34
CU6 15.1.1034.26
CU7 15.1.1261.35 Mar18SU=15.1.1261.39
CU8 15.1.1415.2 Mar21SU=15.1.1415.8
CU9 15.1.1466.3 Mar21SU=15.1.1466.13
CU10 15.1.1531.3 Mar21SU=15.1.1531.12
CU11 15.1.1591.10 Mar21SU=15.1.1591.18
CU12 15.1.1713.5 Mar21SU=15.1.1713.10
CU13 15.1.1779.2 Mar21SU=15.1.1779.8
CU14 15.1.1847.3 Mar21SU=15.1.1847.12
CU15 15.1.1913.5 Mar21SU=15.1.1913.12
CU16 15.1.1979.3 Mar21SU=15.1.1979.8
CU17 15.1.2044.4 Mar21SU=15.1.2044.13
CU18 15.1.2106.2 Mar21SU=15.1.2106.13
CU19 15.1.2176.2 May21SU=15.1.2176.14
CU20 15.1.2242.4 Jul21SU=15.1.2242.12
CU21 15.1.2308.8 Mar22SU=15.1.2308.27
CU22 15.1.2375.7 Nov22SU=15.1.2375.37
CU23 15.1.2507.6 supported
  May22SU=15.1.2507.9 Aug22SU=15.1.2507.12 Oct22SU=15.1.2507.13 Nov22SU=15.1.2507.16 Jan23SU=15.1.2507.17
  Feb23SU=15.1.2507.21 Mar23SU=15.1.2507.23 Jun23SU=15.1.2507.27 Aug23SU=15.1.2507.31 Aug23SUv2=15.1.2507.32
  Oct23SU=15.1.2507.34 Nov23SU=15.1.2507.35 Mar24SU=15.1.2507.37 Apr24HU=15.1.2507.39 Nov24SU=15.1.2507.43
  Nov24SUv2=15.1.2507.44 Apr25HU=15.1.2507.55 May25HU=15.1.2507.57 Aug25SU=15.1.2507.58 Sep25HU=15.1.2507.59
  Oct25SU=15.1.2507.61 Dec25SU=15.1.2507.63 Feb26SU=15.1.2507.66
"""
_E2019 = """
RTM 15.2.221.12
CU1 15.2.330.5 Mar21SU=15.2.330.11
CU2 15.2.397.3 Mar21SU=15.2.397.11
CU3 15.2.464.5 Mar21SU=15.2.464.15
CU4 15.2.529.5 Mar21SU=15.2.529.13
CU5 15.2.595.3 Mar21SU=15.2.595.8
CU6 15.2.659.4 Mar21SU=15.2.659.12
CU7 15.2.721.2 Mar21SU=15.2.721.13
CU8 15.2.792.3 May21SU=15.2.792.15
CU9 15.2.858.5 Jul21SU=15.2.858.15
CU10 15.2.922.7 Mar22SU=15.2.922.27
CU11 15.2.986.5 Mar23SU=15.2.986.42
CU12 15.2.1118.7 Nov23SU=15.2.1118.40
CU13 15.2.1258.12 Nov24SUv2=15.2.1258.39
CU14 15.2.1544.4 supported
  Mar24SU=15.2.1544.9 Apr24HU=15.2.1544.11 Nov24SU=15.2.1544.13 Nov24SUv2=15.2.1544.14 Apr25HU=15.2.1544.25
  May25HU=15.2.1544.27 Aug25SU=15.2.1544.33 Sep25HU=15.2.1544.34 Oct25SU=15.2.1544.36 Dec25SU=15.2.1544.37
  Feb26SU=15.2.1544.39
CU15 15.2.1748.10 supported
  Apr25HU=15.2.1748.24 May25HU=15.2.1748.26 Aug25SU=15.2.1748.36 Sep25HU=15.2.1748.37 Oct25SU=15.2.1748.39
  Dec25SU=15.2.1748.42 Feb26SU=15.2.1748.43
"""
_SE = """
RTM 15.2.2562.17 supported
  Aug25SU=15.2.2562.20 Sep25HU=15.2.2562.27 Oct25SU=15.2.2562.29 Dec25SU=15.2.2562.35 Feb26SU=15.2.2562.37
"""


def build(words: str) -> Version:
    """Read a build of the table itself."""
    numbers = parse_version(words)
    if numbers is None:
        message = f"no build: {words}"
        raise ValueError(message)
    return numbers


def _level(line: str) -> Level:
    name, first, *rest = line.split()
    pairs = [word.split("=") for word in rest if "=" in word]
    return Level(
        name=name,
        build=build(first),
        support=Support.SUPPORTED if "supported" in rest else Support.ENDED,
        updates=tuple(Update(name=update, build=build(its)) for update, its in pairs),
    )


def _levels(block: str) -> Iterator[Level]:
    """Read a block; behind its last level stands one for whatever came after the table was made."""
    levels = [_level(line) for line in re.sub(r"\n +", " ", block).strip().splitlines()]
    yield from levels
    last = levels[-1]
    major, minor, number, *_ = last.build
    yield Level(
        name=f"newer than {last.name}",
        build=(major, minor, number + 1),
        support=Support.NOT_KNOWN,
        updates=last.updates[-1:],
    )


def _old(*pairs: tuple[str, str]) -> tuple[Level, ...]:
    return tuple(Level(name=name, build=build(first)) for name, first in pairs)


_END_2013, _END_2019, _END_SE = date(2023, 4, 11), date(2025, 10, 14), date(2035, 12, 31)


def _product(name: str, builds: tuple[str, str], until: date, levels: tuple[Level, ...]) -> Product:
    return Product(name=name, first=build(builds[0]), end=build(builds[1]), supported_until=until, levels=levels)


PRODUCTS: tuple[Product, ...] = (
    _product("Exchange 5.5", ("5.5", "5.6"), _END_2013, _old(("SP4", "5.5.2653"))),
    _product(
        "Exchange 2000",
        ("6.0", "6.1"),
        _END_2013,
        _old(("RTM", "6.0.4417"), ("RTM or later", "6.0.4418"), ("SP3", "6.0.6249")),
    ),
    _product(
        "Exchange 2003",
        ("6.5", "6.6"),
        _END_2013,
        _old(
            ("RTM", "6.5.6944"),
            ("RTM or later", "6.5.6945"),
            ("SP1", "6.5.7226"),
            ("SP1 or later", "6.5.7227"),
            ("SP2", "6.5.7683"),
        ),
    ),
    _product(
        "Exchange 2007", ("8.0", "8.4"), _END_2013, _old(("RTM", "8.0"), ("SP1", "8.1"), ("SP2", "8.2"), ("SP3", "8.3"))
    ),
    _product(
        "Exchange 2010",
        ("14.0", "14.4"),
        _END_2013,
        _old(("RTM", "14.0"), ("SP1", "14.1"), ("SP2", "14.2"), ("SP3", "14.3")),
    ),
    _product("Exchange 2013", ("15.0", "15.1"), _END_2013, tuple(_levels(_E2013))),
    _product("Exchange 2016", ("15.1", "15.2"), _END_2019, tuple(_levels(_E2016))),
    _product("Exchange 2019", ("15.2", "15.2.2562"), _END_2019, tuple(_levels(_E2019))),
    _product("Exchange SE", ("15.2.2562", "15.3"), _END_SE, tuple(_levels(_SE))),
)
"""Every product, oldest first."""
