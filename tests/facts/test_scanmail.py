from __future__ import annotations

import pytest

from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, dword, known, reason_of, services, value_of

MASTER = services(ScanMail_Master="Running", ScanMail_SystemWatcher="Stopped")
NONE = services()
THERE = known({"size": 0, "modified": "2026-11-01T00:00:00Z"}, "file")
FILE = known("14.0.0.3092", "file")


@pytest.mark.parametrize(
    ("some", "release", "installed"),
    [
        (MASTER, GONE, True),
        (MASTER, DENIED, True),
        (DENIED, known("14.0"), True),
        (NONE, known("14.0"), True),
        (NONE, GONE, False),
        (GONE, GONE, False),
    ],
)
def test_one_trace_of_scanmail_is_enough(some: Outcome, release: Outcome, *, installed: bool) -> None:
    """A service or a version shows ScanMail; only the absence of both shows that it is not there."""
    assert value_of(derive("scanmail_installed", some, release)) is installed


@pytest.mark.parametrize(
    ("some", "release", "reason"),
    [(DENIED, GONE, Reason.DENIED), (NONE, TIMED_OUT, Reason.TIMED_OUT), (NONE, dword(1), Reason.MALFORMED)],
)
def test_scanmail_is_not_called_absent_unseen(some: Outcome, release: Outcome, reason: Reason) -> None:
    """Nothing found in one place proves nothing while the other could not be read."""
    assert reason_of(derive("scanmail_installed", some, release))[0] is reason


@pytest.mark.parametrize(
    ("release", "controller", "version"),
    [
        (known("14.0"), FILE, "14.0"),
        (known("14.00.3092"), DENIED, "14.0.3092"),
        (GONE, FILE, "14.0.0.3092"),
        (DENIED, FILE, "14.0.0.3092"),
        (known("unclear"), FILE, "14.0.0.3092"),
    ],
)
def test_version_has_two_sources(release: Outcome, controller: Outcome, version: str) -> None:
    """The registry's version comes first, the file's stands in for it."""
    assert version == value_of(derive("scanmail_version", release, controller))


def test_version_is_unknown_when_both_sources_fail() -> None:
    """The registry's reason is named first; absent only when both are."""
    assert reason_of(derive("scanmail_version", TIMED_OUT, DENIED))[0] is Reason.TIMED_OUT
    assert reason_of(derive("scanmail_version", GONE, DENIED))[0] is Reason.DENIED
    assert reason_of(derive("scanmail_version", known("unclear"), GONE))[0] is Reason.MALFORMED
    assert derive("scanmail_version", GONE, GONE) == GONE


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("scanmail_installed", ("ScanMail_*", "Version")),
        ("scanmail_version", ("Version", "servPolicyController.dll")),
        ("scanmail_services", ("ScanMail_*",)),
    ],
)
def test_what_was_not_seen_is_named(name: str, names: tuple[str, ...]) -> None:
    """Beside what is absent, the answer says which place to look at."""
    for place, words in enumerate(names):
        inputs = [DENIED if each == place else GONE for each in range(len(names))]
        assert reason_of(derive(name, *inputs)) == (Reason.DENIED, f"{words}: Access is denied.")


def test_running_services_are_listed_by_name() -> None:
    """Only services that run are listed, sorted."""
    some = services(ScanMail_RemoteConfig="Running", ScanMail_Master="Running", ScanMail_SystemWatcher="Stopped")
    assert value_of(derive("scanmail_services", some)) == ("ScanMail_Master", "ScanMail_RemoteConfig")
    assert value_of(derive("scanmail_services", NONE)) == ()
    assert reason_of(derive("scanmail_services", DENIED))[0] is Reason.DENIED
    assert derive("scanmail_services", GONE) == GONE


@pytest.mark.parametrize(
    ("folder", "controller", "small"),
    [(THERE, GONE, True), (THERE, FILE, False), (GONE, GONE, False), (GONE, DENIED, False), (DENIED, FILE, False)],
)
def test_the_small_business_variant_is_its_folder_without_scanmails_program(
    folder: Outcome, controller: Outcome, *, small: bool
) -> None:
    """A folder that was left behind beside a full ScanMail does not make it the small one."""
    assert value_of(derive("scanmail_small_business", folder, controller)) is small


@pytest.mark.parametrize(
    ("folder", "controller", "reason"),
    [
        (DENIED, GONE, Reason.DENIED),
        (THERE, TIMED_OUT, Reason.TIMED_OUT),
        (DENIED, TIMED_OUT, Reason.DENIED),
        (known("x"), GONE, Reason.MALFORMED),
    ],
)
def test_the_small_business_variant_is_not_guessed(folder: Outcome, controller: Outcome, reason: Reason) -> None:
    """What was not seen of the two folders leaves the variant unknown."""
    seen, detail = reason_of(derive("scanmail_small_business", folder, controller))
    assert seen is reason
    assert detail.startswith("servPolicyController.dll: " if folder == THERE else "Messaging Security Agent")
