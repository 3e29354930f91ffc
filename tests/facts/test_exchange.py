from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fleetscan.model import Known, Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, dword, known, reason_of, services, value_of

NOTHING: tuple[Outcome, ...] = (GONE,) * 4


def _msi(*numbers: int) -> tuple[Outcome, ...]:
    return tuple(dword(number) for number in numbers)


def _build(text: str) -> Known:
    return known(text, "version")


def test_build_comes_from_the_newest_generation() -> None:
    """The v15 values win over keys that an older Exchange left behind, even unreadable ones."""
    older = (DENIED,) * 4
    assert derive("exchange_build", *_msi(15, 2, 1544, 4), *older, *older, DENIED) == known("15.2.1544.4", "version")


@pytest.mark.parametrize(
    ("inputs", "build"),
    [
        ((*NOTHING, *_msi(14, 3, 123, 4), *(DENIED,) * 5), "14.3.123.4"),
        ((*NOTHING, *NOTHING, *_msi(8, 3, 83, 6), DENIED), "8.3.83.6"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(7683)), "6.5.7683"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(6900)), "6.5.6900"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(6899)), "6.0.6899"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(4000)), "6.0.4000"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(2653)), "5.5.2653"),
        ((*NOTHING, *NOTHING, *NOTHING, dword(8999)), "6.5.8999"),
    ],
)
def test_build_of_older_generations(inputs: tuple[Outcome, ...], build: str) -> None:
    """Where newer keys are absent, the next older generation answers."""
    assert build == value_of(derive("exchange_build", *inputs))


def test_no_exchange_at_all_is_absent() -> None:
    """A host on which every Setup key is absent has no build."""
    assert derive("exchange_build", *NOTHING, *NOTHING, *NOTHING, GONE) == GONE


@pytest.mark.parametrize(
    ("inputs", "reason", "words"),
    [
        ((*_msi(15, 2, 1544), DENIED, *(GONE,) * 9), Reason.DENIED, "v15 MsiBuildMinor: Access is denied."),
        ((TIMED_OUT, *(GONE,) * 3, *_msi(14, 3, 1, 1), *(GONE,) * 5), Reason.TIMED_OUT, "v15 MsiProductMajor"),
        ((*_msi(15, 2, 1544), GONE, *(GONE,) * 9), Reason.MALFORMED, "v15 holds only a part of the build"),
        ((known("15"), *_msi(2, 1544, 4), *(GONE,) * 9), Reason.MALFORMED, "v15 MsiProductMajor holds '15'"),
        ((*(GONE,) * 12, DENIED), Reason.DENIED, "NewestBuild: Access is denied."),
        ((*(GONE,) * 12, dword(9000)), Reason.MALFORMED, "NewestBuild 9000 is no build"),
    ],
)
def test_build_is_unknown_when_a_part_that_matters_is(inputs: tuple[Outcome, ...], reason: Reason, words: str) -> None:
    """An unknown or missing number of the newest generation makes the build unknown, and is named."""
    why, detail = reason_of(derive("exchange_build", *inputs))
    assert why is reason
    assert detail.startswith(words)


@pytest.mark.parametrize(
    ("inputs", "installed"),
    [
        ((_build("15.2.1544.4"), dword(15), GONE, GONE), True),
        ((DENIED, dword(15), GONE, GONE), True),
        ((DENIED, DENIED, dword(14), GONE), True),
        ((_build("6.5.7683"), GONE, GONE, GONE), True),
        ((GONE, GONE, GONE, GONE), False),
    ],
)
def test_installed_needs_one_number_only(inputs: tuple[Outcome, ...], *, installed: bool) -> None:
    """Exchange is installed as soon as one generation shows a number, and is not when there is no build."""
    assert value_of(derive("exchange_installed", *inputs, services())) is installed
    assert value_of(derive("exchange_installed", *inputs, GONE)) is installed


def test_installed_is_unknown_when_nothing_could_be_read() -> None:
    """A host that denied every key may or may not have Exchange."""
    denied = derive("exchange_installed", DENIED, DENIED, GONE, GONE, GONE)
    assert reason_of(denied) == (Reason.DENIED, "the build: Access is denied.")
    late = derive("exchange_installed", GONE, GONE, GONE, GONE, TIMED_OUT)
    assert reason_of(late) == (Reason.TIMED_OUT, "MSExchange*: the budget was spent")


def test_services_without_a_build_are_not_no_exchange() -> None:
    """An Exchange whose build is not where we look is unknown; with a build the services do not matter."""
    some = services(MSExchangeIS="Running")
    assert reason_of(derive("exchange_installed", GONE, GONE, GONE, GONE, some))[0] is Reason.NOT_LOCATED
    assert value_of(derive("exchange_installed", _build("6.5.7683"), GONE, GONE, GONE, DENIED)) is True


@pytest.mark.parametrize(
    ("build", "product", "level"),
    [
        ("15.2.1544.4", "Exchange 2019", "CU14"),
        ("15.2.2561.99", "Exchange 2019", "newer than CU15"),
        ("15.2.2562.17", "Exchange SE", "RTM"),
        ("15.0.516.32", "Exchange 2013", "RTM"),
        ("14.3.123.4", "Exchange 2010", "SP3"),
    ],
)
def test_names_product_and_level(build: str, product: str, level: str) -> None:
    """Product and cumulative update come from the build."""
    assert product == value_of(derive("exchange_product", _build(build)))
    assert level == value_of(derive("exchange_cumulative_update", _build(build)))


BUILD_ONLY = ("exchange_product", "exchange_cumulative_update", "exchange_support_ended")


@pytest.mark.parametrize("name", BUILD_ONLY)
def test_without_a_build_nothing_is_named(name: str) -> None:
    """Absent stays absent, unknown stays unknown, and a build of no product is unsupported, not a guess."""
    assert derive(name, GONE) == GONE
    assert reason_of(derive(name, DENIED)) == (Reason.DENIED, "the build: Access is denied.")
    assert reason_of(derive(name, _build("15.3.1.1")))[0] is Reason.UNSUPPORTED
    assert reason_of(derive(name, _build("no build")))[0] is Reason.MALFORMED
    assert reason_of(derive(name, dword(15)))[0] is Reason.MALFORMED


@pytest.mark.parametrize(
    ("build", "last_day"),
    [
        ("15.0.1497.2", (2023, 4, 11)),
        ("14.3.123.4", (2023, 4, 11)),
        ("15.1.2507.6", (2025, 10, 14)),
        ("15.2.1748.10", (2025, 10, 14)),
        ("15.2.2562.17", (2035, 12, 31)),
    ],
)
def test_support_ends_after_its_last_day(build: str, last_day: tuple[int, int, int]) -> None:
    """On its last day a product is still supported, on the next it is not."""
    last = datetime(*last_day, 23, 59, tzinfo=UTC)
    following = datetime.fromtimestamp(last.timestamp() + 120, tz=UTC)
    assert value_of(derive("exchange_support_ended", _build(build), at=last)) is False
    assert value_of(derive("exchange_support_ended", _build(build), at=following)) is True


@pytest.mark.parametrize(
    ("exsetup", "update", "behind"),
    [
        ("15.2.1544.4", "none", True),
        ("15.2.1544.36", "Oct25SU", True),
        ("15.2.1544.38", "Dec25SU", True),
        ("15.2.1544.39", "Feb26SU", False),
        ("15.2.1544.40", "after Feb26SU", False),
    ],
)
def test_update_is_read_from_exsetup(exsetup: str, update: str, *, behind: bool) -> None:
    """The file version of ExSetup.exe says which update is installed and whether a newer one is known."""
    inputs = (_build("15.2.1544.4"), known(exsetup, "file"))
    assert update == value_of(derive("exchange_security_update", *inputs))
    assert value_of(derive("exchange_update_behind", *inputs)) is behind


@pytest.mark.parametrize(
    ("exsetup", "reason", "words"),
    [
        (DENIED, Reason.DENIED, "ExSetup.exe: Access is denied."),
        (GONE, Reason.NOT_LOCATED, "ExSetup.exe is not in the install folder"),
        (known("15.2.1748.10", "file"), Reason.MALFORMED, "ExSetup.exe is 15.2.1748.10, setup's build 15.2.1544.4"),
        (known("junk", "file"), Reason.MALFORMED, "ExSetup.exe is no version"),
        (known("16.0.0.0", "file"), Reason.UNSUPPORTED, "ExSetup.exe 16.0.0.0 is of no known product"),
    ],
)
def test_update_is_unknown_when_exsetup_is(exsetup: Outcome, reason: Reason, words: str) -> None:
    """Setup's own build is never taken for the update level when ExSetup.exe cannot be used."""
    for name in ("exchange_security_update", "exchange_update_behind"):
        why, detail = reason_of(derive(name, _build("15.2.1544.4"), exsetup))
        assert why is reason
        assert detail.startswith(words)


@pytest.mark.parametrize("build", ["15.2.1258.12", "15.1.225.42", "15.1.200.1", "14.3.123.4", "8.3.83.6", "6.5.7683"])
def test_a_level_without_support_is_behind_whatever_exsetup_says(build: str) -> None:
    """Where no update will come any more, the update level cannot matter."""
    assert value_of(derive("exchange_update_behind", _build(build), DENIED)) is True


def test_a_level_newer_than_the_table_is_not_called_current() -> None:
    """The table cannot know the updates of a level that it does not list."""
    reason, detail = reason_of(derive("exchange_update_behind", _build("15.2.2900.5"), known("15.2.2900.9", "file")))
    assert reason is Reason.UNSUPPORTED
    assert "newer than the table of builds (Feb26SU)" in detail


def test_without_exchange_there_is_no_update() -> None:
    """No build, no update; an unknown build, an unknown update."""
    for name in ("exchange_security_update", "exchange_update_behind"):
        assert derive(name, GONE, DENIED) == GONE
        assert reason_of(derive(name, TIMED_OUT, known("15.2.1544.39", "file")))[0] is Reason.TIMED_OUT


def test_update_of_exchange_2010_is_not_asked() -> None:
    """ExSetup.exe is located through the v15 key alone, and that is said."""
    assert reason_of(derive("exchange_security_update", _build("14.3.123.4"), GONE))[0] is Reason.NOT_ASKED


def test_roles_are_those_that_setup_configured() -> None:
    """A role counts when its key has a ConfiguredVersion."""
    mark = known("15.2.1544.4")
    roles = derive("exchange_roles", _build("15.2.1544.4"), mark, mark, mark, mark, mark, GONE, GONE)
    assert value_of(roles) == ("Cafe", "ClientAccess", "FrontendTransport", "HubTransport", "Mailbox")
    edge = derive("exchange_roles", _build("15.2.1544.4"), *(GONE,) * 6, mark)
    assert value_of(edge) == ("EdgeTransport",)


def test_management_tools_alone_are_no_role() -> None:
    """A build without any configured role gives an empty list, not an absent one."""
    assert value_of(derive("exchange_roles", _build("15.2.1544.4"), *(GONE,) * 7)) == ()


def test_roles_without_knowledge() -> None:
    """No Exchange means no roles; an unknown key or build, or an older Exchange, means unknown roles."""
    assert derive("exchange_roles", GONE, *(DENIED,) * 7) == GONE
    assert reason_of(derive("exchange_roles", DENIED, *(GONE,) * 7))[0] is Reason.DENIED
    assert reason_of(derive("exchange_roles", _build("14.3.1.1"), *(GONE,) * 7))[0] is Reason.NOT_ASKED
    why = derive("exchange_roles", _build("15.2.1544.4"), *(GONE,) * 6, TIMED_OUT)
    assert reason_of(why) == (Reason.TIMED_OUT, "EdgeTransportRole: the budget was spent")


def test_a_part_of_a_role_is_no_role_from_exchange_2016_on() -> None:
    """A client access role alone is a server on Exchange 2013, and a setup that broke off on any later one."""
    mark = known("15.x")
    alone = (mark, mark, *(GONE,) * 5)
    for build in ("15", "15.0.1497.2"):
        assert value_of(derive("exchange_roles", _build(build), *alone)) == ("Cafe", "ClientAccess")
    for build in ("15.1", "15.1.225.42", "15.2.1748.10"):
        reason, detail = reason_of(derive("exchange_roles", _build(build), *alone))
        assert reason is Reason.MALFORMED
        assert "only Cafe, ClientAccess" in detail


@pytest.mark.parametrize(
    ("build", "v14", "v8", "missing"),
    [
        ("14.3.123.4", "14.3.512.9999", None, True),
        ("14.3.123.4", "14.3.513.0", None, False),
        ("14.3.123.4", "14.3.513", None, False),
        ("14.3.123.4", "14.3.514.0", None, False),
        ("14.2.247.5", None, None, True),
        ("14.0.639.21", None, None, True),
        ("8.3.83.6", None, "8.3.516.9999", True),
        ("8.3.83.6", None, "8.3.517.0", False),
        ("8.2.176.2", None, None, True),
        ("6.5.7682", None, None, True),
        ("6.5.7683", None, None, False),
        ("6.5.7684", None, None, False),
        ("6.0.6248", None, None, True),
        ("6.0.6249", None, None, False),
        ("5.5.2652", None, None, True),
        ("5.5.2653", None, None, False),
    ],
)
def test_the_last_update_of_an_old_exchange(build: str, v14: str | None, v8: str | None, missing: bool) -> None:  # noqa: FBT001
    """Each release has a last build, and the one below it lacks an update."""
    files = [GONE if found is None else known(found, "file") for found in (v14, v8)]
    assert value_of(derive("exchange_last_update_missing", _build(build), *files)) is missing


def test_the_last_update_is_read_from_the_program_of_its_own_release() -> None:
    """A file of another release says nothing; one that is not there or cannot be read is unknown."""
    name, ours = "exchange_last_update_missing", known("14.3.513.0", "file")
    assert reason_of(derive(name, _build("14.3.123.4"), GONE, ours))[0] is Reason.NOT_LOCATED
    late = derive(name, _build("8.3.83.6"), ours, TIMED_OUT)
    assert reason_of(late) == (Reason.TIMED_OUT, "ExSetup.exe: the budget was spent")
    assert reason_of(derive(name, _build("14.3.123.4"), known("14.2.390.3", "file"), GONE))[0] is Reason.MALFORMED


def test_later_releases_have_no_last_update() -> None:
    """From Exchange 2013 on another derivation judges; without a build there is nothing to judge."""
    name = "exchange_last_update_missing"
    assert reason_of(derive(name, _build("15.0.516.32"), GONE, GONE))[0] is Reason.NOT_ASKED
    assert derive(name, GONE, DENIED, DENIED) == GONE
    assert reason_of(derive(name, DENIED, GONE, GONE))[0] is Reason.DENIED
