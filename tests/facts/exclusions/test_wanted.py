from __future__ import annotations

import pytest

from fleetscan.model import Known, Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, value_of

FILE = known("14.0.0.3000", "version")
THERE = Known(value={"size": 0, "modified": "2026-11-20T03:00:00Z"}, type="file")
V14, V7 = known("14.0", "version"), known("7.0", "version")
SMEX = r"%ProgramFiles%\Trend Micro\Smex"
EXCHANGE = r"C:\Program Files\Microsoft\Exchange Server\V15"
MAILBOX = (
    r"ClientAccess\OAB",
    "FIP-FS",
    "GroupMetrics",
    "Logging",
    r"TransportRoles\Data\Queue",
    r"TransportRoles\Data\SenderReputation",
    r"TransportRoles\Data\Temp",
    r"TransportRoles\Logs",
    r"TransportRoles\Pickup",
    r"TransportRoles\Replay",
    r"Working\OleConverter",
)
WINDOWS = (r"%SystemDrive%\inetpub\temp\IIS Temporary Compressed Files", r"%SystemRoot%\Temp\OICE_*")


def _below(*names: str) -> tuple[str, ...]:
    return tuple(rf"{EXCHANGE}\{name}" for name in names)


def _exchange(
    build: str = "15.2.1748.10",
    roles: tuple[str, ...] = ("Mailbox",),
    *,
    install: Outcome | None = None,
    group: Outcome = GONE,
    config: Outcome = GONE,
) -> Outcome:
    path = known(f"{EXCHANGE}\\") if install is None else install
    return derive("exchange_folders", known(build, "version"), known(roles, "strings"), path, group, config)


def test_scanmail_works_in_storage_and_temp() -> None:
    """Its program in the default folder shows where it lives."""
    assert value_of(derive("scanmail_folders", FILE, GONE, V14, GONE)) == (rf"{SMEX}\storage", rf"{SMEX}\temp")
    assert value_of(derive("scanmail_folders", FILE, DENIED, DENIED, GONE)) == (rf"{SMEX}\storage", rf"{SMEX}\temp")


def test_a_moved_temp_folder_takes_the_place_of_temp() -> None:
    """TempDir replaces the default temporary folder."""
    folders = value_of(derive("scanmail_folders", FILE, GONE, V14, known("D:\\smex\\temp\0")))
    assert folders == (rf"{SMEX}\storage", r"D:\smex\temp")


@pytest.mark.parametrize(
    ("pool", "old_pool", "names"),
    [
        (THERE, GONE, ("SharedResPool",)),
        (GONE, THERE, ("ShareResPool",)),
        (THERE, THERE, ("SharedResPool", "ShareResPool")),
        (GONE, GONE, ("SharedResPool",)),
    ],
)
def test_further_folders_are_debug_and_the_pool(pool: Outcome, old_pool: Outcome, names: tuple[str, ...]) -> None:
    """The pool is spelled as it is there."""
    expected = tuple(rf"{SMEX}\{name}" for name in ("debug", *names))
    assert value_of(derive("scanmail_further_folders", FILE, GONE, V14, pool, old_pool)) == expected


def test_version_7_is_located_by_its_folder() -> None:
    """It lacks the program of later versions; a later version without that program is elsewhere."""
    assert value_of(derive("scanmail_folders", GONE, THERE, V7, GONE)) == (rf"{SMEX}\storage", rf"{SMEX}\temp")
    for folder, version in ((GONE, V7), (THERE, V14), (THERE, known("8.0", "version")), (THERE, GONE)):
        assert reason_of(derive("scanmail_folders", GONE, folder, version, GONE))[0] is Reason.NOT_LOCATED


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ((DENIED, THERE, V14), Reason.DENIED),
        ((GONE, TIMED_OUT, V7), Reason.TIMED_OUT),
        ((GONE, THERE, DENIED), Reason.DENIED),
        ((GONE, GONE, V14), Reason.NOT_LOCATED),
    ],
)
def test_folders_are_not_guessed(inputs: tuple[Outcome, ...], reason: Reason) -> None:
    """A ScanMail outside its default folder is not located, and what was not seen is not taken for absent."""
    assert reason_of(derive("scanmail_folders", *inputs, GONE))[0] is reason
    assert reason_of(derive("scanmail_further_folders", *inputs, THERE, GONE))[0] is reason


def test_what_was_not_seen_of_scanmail_is_named() -> None:
    """The program, its folder or the version: the first of them that was not seen."""
    names = ("servPolicyController.dll", SMEX, "ScanMail's version")
    for place, name in enumerate(names):
        inputs = [DENIED if each == place else GONE for each in range(len(names))]
        assert reason_of(derive("scanmail_folders", *inputs, GONE)) == (Reason.DENIED, f"{name}: Access is denied.")


def test_an_unknown_temp_folder_or_pool_is_not_taken_for_absent() -> None:
    """Each folder that may be another one makes the list unknown."""
    assert reason_of(derive("scanmail_folders", FILE, GONE, V14, TIMED_OUT)) == (
        Reason.TIMED_OUT,
        "TempDir: the budget was spent",
    )
    assert reason_of(derive("scanmail_further_folders", FILE, GONE, V14, DENIED, GONE))[0] is Reason.DENIED
    assert reason_of(derive("scanmail_further_folders", FILE, GONE, V14, THERE, DENIED))[0] is Reason.DENIED


def test_the_guide_of_officescan_adds_the_pool_of_version_7() -> None:
    """Storage, temp and ShareResPool."""
    assert value_of(derive("scanmail_7_folders", known(("a", "b"), "strings"))) == ("a", "b", rf"{SMEX}\ShareResPool")
    assert derive("scanmail_7_folders", GONE) == GONE
    assert reason_of(derive("scanmail_7_folders", DENIED))[0] is Reason.DENIED


def test_told_folders_are_joined_by_pipes() -> None:
    """What nobody told stays unknown in its own words."""
    assert value_of(derive("told_folders", known("D:\\DB01| D:\\Logs |"))) == ("D:\\DB01", " D:\\Logs ")
    assert derive("told_folders", DENIED) == DENIED
    assert derive("told_folders", GONE) == GONE
    assert reason_of(derive("told_folders", known(1)))[0] is Reason.MALFORMED


@pytest.mark.parametrize(
    ("build", "roles", "expected"),
    [
        ("15.2.1748.10", ("Mailbox",), (*_below(*MAILBOX), *WINDOWS)),
        ("15.1.2507.6", ("Mailbox",), (*_below(*MAILBOX), *WINDOWS)),
        (
            "15.1.2507.6",
            ("Mailbox", "UnifiedMessaging"),
            (
                *_below(*MAILBOX, *(rf"UnifiedMessaging\{n}" for n in ("Grammars", "Prompts", "Temp", "Voicemail"))),
                *WINDOWS,
            ),
        ),
        ("15.2.221.12", ("Mailbox", "UnifiedMessaging"), (*_below(*MAILBOX), *WINDOWS)),
        (
            "15.0.1497.2",
            ("Mailbox",),
            (*_below(*MAILBOX, r"Mailbox\MdbTemp"), *WINDOWS, r"%SystemRoot%\Temp", r"%SystemRoot%\Temp\ExchangeSetup"),
        ),
        ("15", ("Mailbox",), (*_below(*MAILBOX), *WINDOWS)),
        ("15.2.1748.10", ("EdgeTransport",), _below(r"TransportRoles\Data\Adam", r"TransportRoles\Data\IpFilter")),
    ],
)
def test_exchange_wants_these_folders(build: str, roles: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """By version and role, as Microsoft's script lists them."""
    assert value_of(_exchange(build, roles)) == expected


def test_a_member_of_a_group_wants_the_clusters_folder() -> None:
    """Only a host in a database availability group."""
    assert value_of(_exchange(group=known("DAG-PARIS"))) == (*_below(*MAILBOX), *WINDOWS, r"%SystemRoot%\Cluster")


def test_the_queue_is_where_the_configuration_says() -> None:
    """The folders of the file are wanted beside the default one, each once."""
    settings = "".join(
        f'<add key="{key}" value="{value}" />'
        for key, value in (("QueueDatabasePath", "Q:\\Data"), ("QueueDatabaseLoggingPath", "Q:\\Data"))
    )
    config = known(f"<configuration><appSettings>{settings}</appSettings></configuration>", "file")
    assert value_of(_exchange(config=config)) == (*_below(*MAILBOX), "Q:\\Data", *WINDOWS)
    edge = value_of(_exchange(roles=("EdgeTransport",), config=config))
    assert edge == _below(r"TransportRoles\Data\Adam", r"TransportRoles\Data\IpFilter")


def test_other_servers_want_nothing() -> None:
    """Exchange 2010 and older and servers without a role have no list."""
    assert _exchange("14.3.513.0") == GONE
    assert _exchange(roles=()) == GONE
    assert _exchange(roles=("Cafe",)) == GONE
    assert derive("exchange_folders", GONE, GONE, GONE, GONE, GONE) == GONE
    assert derive("exchange_folders", known("15.2.1", "version"), GONE, GONE, GONE, GONE) == GONE


def test_what_is_unknown_of_the_server_is_unknown_of_the_list() -> None:
    """Nothing that could add a folder is taken for absent."""
    build, roles, path = known("15.2.1748.10", "version"), known(("Mailbox",), "strings"), known(EXCHANGE)
    whole: tuple[Outcome, ...] = (build, roles, path, GONE, GONE)
    assert isinstance(derive("exchange_folders", *whole), Known)
    names = ("the build", "the roles", "MsiInstallPath", "the group", "EdgeTransport.exe.config")
    for place, name in enumerate(names):
        some = [DENIED if each == place else outcome for each, outcome in enumerate(whole)]
        assert reason_of(derive("exchange_folders", *some)) == (Reason.DENIED, f"{name}: Access is denied.")
    assert reason_of(_exchange(install=GONE))[0] is Reason.NOT_LOCATED
