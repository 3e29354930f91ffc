"""Exchange: build, product, level, update and roles.

Setup writes the build into four values of the ``Setup`` key of its generation and keeps it at the level of the
cumulative update; security updates raise the file version of ExSetup.exe (inferred). The newest generation wins: the
keys of an older one are left behind by upgrades.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fleetscan.facts.build_table import TABLE_AS_OF, Support
from fleetscan.facts.builds import Place, is_behind, level_name, place, update_name
from fleetscan.facts.senses import (
    ABSENT,
    NO,
    YES,
    a_bool,
    a_text,
    a_version,
    mapping,
    number,
    some_texts,
    text,
    unknown,
    version,
)
from fleetscan.facts.version import Version, compare_versions, format_version
from fleetscan.model import Absent, Outcome, Reason, Unknown

_PARTS = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
_GENERATIONS = ("v15", "v14", "v8.0")
_FIRST_2003 = 6900
_FIRST_2000 = 4000
_NO_LEGACY = 9000
ROLES = (
    "Cafe",
    "ClientAccess",
    "FrontendTransport",
    "HubTransport",
    "Mailbox",
    "UnifiedMessaging",
    "EdgeTransport",
)
"""Names of the roles, in the order of the derivation's inputs: the registry's keys without ``Role``."""
_WHOLE, _TWO_ROLES = {"Mailbox", "EdgeTransport"}, (15, 1)
_LAST_BUILDS: Mapping[str, Version] = {
    "Exchange 2010": (14, 3, 513, 0),
    "Exchange 2007": (8, 3, 517, 0),
    "Exchange 2003": (6, 5, 7683),
    "Exchange 2000": (6, 0, 6249),
    "Exchange 5.5": (5, 5, 2653),
}
_PROGRAMS: Mapping[str, int] = {"Exchange 2010": 1, "Exchange 2007": 2}  # the input with ExSetup.exe's version


def _generation(name: str, outcomes: Sequence[Outcome]) -> Version | Absent | Unknown:
    """Put the four numbers of one Setup key together; all absent is absent, some absent is malformed."""
    parts = [number(outcome, f"{name} {part}") for part, outcome in zip(_PARTS, outcomes, strict=True)]
    known = tuple(part for part in parts if isinstance(part, int))
    if len(known) == len(parts):
        return known
    for part in parts:
        if isinstance(part, Unknown):
            return part
    return unknown(Reason.MALFORMED, f"{name} holds only a part of the build") if known else ABSENT


def _legacy(outcome: Outcome) -> Version | Absent | Unknown:
    """Tell 2003, 2000 and 5.5 apart by the build number alone (inferred)."""
    newest = number(outcome, "NewestBuild")
    if not isinstance(newest, int):
        return newest
    if newest >= _NO_LEGACY:
        return unknown(Reason.MALFORMED, f"NewestBuild {newest} is no build of Exchange 2003 or older")
    if newest >= _FIRST_2003:
        return (6, 5, newest)
    return (6, 0, newest) if newest >= _FIRST_2000 else (5, 5, newest)


def exchange_build(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take the build of the newest generation that is there; an unknown one hides those below it."""
    for place_of, name in enumerate(_GENERATIONS):
        build = _generation(name, inputs[4 * place_of : 4 * place_of + 4])
        if not isinstance(build, Absent):
            return build if isinstance(build, Unknown) else a_version(build)
    build = _legacy(inputs[12])
    return a_version(build) if isinstance(build, tuple) else build


def exchange_installed(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Say yes when any generation shows a number, even when the whole build is unknown.

    Say no when there is neither a build nor a service of Exchange: where Exchange 2003 keeps its build is inferred, so
    services without a build are an Exchange that was not recognised.
    """
    build, services = version(inputs[0], "the build"), mapping(inputs[4], "MSExchange*")
    majors = [number(outcome, "MsiProductMajor") for outcome in inputs[1:4]]
    if isinstance(build, tuple) or any(isinstance(major, int) for major in majors):
        return YES
    for why in (build, services):
        if isinstance(why, Unknown):
            return why
    if services and not isinstance(services, Absent):
        return unknown(Reason.NOT_LOCATED, "services of Exchange are installed, and no Setup key names a build")
    return NO


def _placed(outcome: Outcome, name: str = "the build") -> Place | Absent | Unknown:
    build = version(outcome, name)
    if not isinstance(build, tuple):
        return build
    return place(build) or unknown(Reason.UNSUPPORTED, f"{name} {format_version(build)} is of no known product")


def exchange_product(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Name the product."""
    found = _placed(inputs[0])
    return a_text(found.product.name) if isinstance(found, Place) else found


def exchange_cumulative_update(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Name the cumulative update or service pack."""
    found = _placed(inputs[0])
    return a_text(level_name(found)) if isinstance(found, Place) else found


def exchange_support_ended(inputs: Sequence[Outcome], at: datetime) -> Outcome:
    """Say whether the day of the reading lies behind the last day of support."""
    found = _placed(inputs[0])
    return a_bool(value=at.date() > found.product.supported_until) if isinstance(found, Place) else found


def _patched(build: Place, outcome: Outcome) -> Place | Unknown:
    """Place ExSetup.exe's version; it must be of the same product and level as the build."""
    patched = _placed(outcome, "ExSetup.exe")
    if isinstance(patched, Absent):
        return unknown(Reason.NOT_LOCATED, "ExSetup.exe is not in the install folder")
    if isinstance(patched, Unknown):
        return patched
    if (patched.product, patched.level) != (build.product, build.level):
        both = f"{format_version(patched.build)}, setup's build {format_version(build.build)}"
        return unknown(Reason.MALFORMED, f"ExSetup.exe is {both}: another cumulative update")
    return patched


def exchange_security_update(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Name the security or hotfix update from ExSetup.exe's version; the build alone cannot tell it."""
    build = _placed(inputs[0])
    if not isinstance(build, Place):
        return build
    if build.build < (15,):
        return unknown(Reason.NOT_ASKED, "ExSetup.exe is read on Exchange 2013 and later only")
    patched = _patched(build, inputs[1])
    return a_text(update_name(patched)) if isinstance(patched, Place) else patched


def exchange_update_behind(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Say no only at or above the newest update of a supported level; a level without support is behind by itself."""
    build = _placed(inputs[0])
    if not isinstance(build, Place):
        return build
    verdict = is_behind(build)
    if verdict is None:
        detail = f"{format_version(build.build)} is newer than the table of builds ({TABLE_AS_OF})"
        return unknown(Reason.UNSUPPORTED, detail)
    if build.level is None or build.level.support is Support.ENDED:
        return YES
    patched = _patched(build, inputs[1])
    return a_bool(value=is_behind(patched) is not False) if isinstance(patched, Place) else patched


def exchange_last_update_missing(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Hold Exchange 2010 and older against the last build that was ever made for it.

    Rollup updates of 2010 and 2007 raise ExSetup.exe and leave setup's build at the service pack (inferred), so
    setup's build decides alone only where the last service pack is missing.
    """
    build = _placed(inputs[0])
    if not isinstance(build, Place):
        return build
    last = _LAST_BUILDS.get(build.product.name)
    if last is None:
        return unknown(Reason.NOT_ASKED, "only Exchange 2010 and older have a last update")
    file = _PROGRAMS.get(build.product.name)
    if file is None or build.build[:2] < last[:2]:
        return a_bool(value=build.build < last)
    return _rolled_up(build, inputs[file], last)


def _rolled_up(build: Place, outcome: Outcome, last: Version) -> Outcome:
    """Compare ExSetup.exe's version with the last build; it must be of the same service pack as setup's build."""
    patched = version(outcome, "ExSetup.exe")
    if isinstance(patched, Absent):
        return unknown(Reason.NOT_LOCATED, "ExSetup.exe is not in the install folder")
    if isinstance(patched, Unknown):
        return patched
    if patched[:2] != build.build[:2]:
        both = f"{format_version(patched)}, setup's build {format_version(build.build)}"
        return unknown(Reason.MALFORMED, f"ExSetup.exe is {both}: another service pack")
    return a_bool(value=compare_versions(patched, last) < 0)


def exchange_roles(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the roles that have a ConfiguredVersion; management tools alone are no role.

    From Exchange 2016 on each server is a mailbox or an Edge server; a part of a role alone is a setup that broke off.
    Without Exchange the roles are absent; those of Exchange 2010 and older are not asked for.
    """
    build = version(inputs[0], "the build")
    if not isinstance(build, tuple):
        return build
    if build < (15,):
        return unknown(Reason.NOT_ASKED, "roles are read on Exchange 2013 and later only")
    marks = [(role, text(outcome, f"{role}Role")) for role, outcome in zip(ROLES, inputs[1:], strict=True)]
    for _, mark in marks:
        if isinstance(mark, Unknown):
            return mark
    found = [role for role, mark in marks if isinstance(mark, str)]
    if found and build >= _TWO_ROLES and not _WHOLE & set(found):
        return unknown(Reason.MALFORMED, f"of all roles only {', '.join(found)} are configured: setup has not finished")
    return some_texts(found)
