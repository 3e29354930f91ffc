from __future__ import annotations

import pytest

from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, derive, dword, known, reason_of, value_of

SERVER = known("Windows Server 2019 Standard")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (known("Server"), "Windows Server 2019 Standard"),
        (known("Server Core"), "Windows Server 2019 Standard (Server Core)"),
        (GONE, "Windows Server 2019 Standard"),
    ],
)
def test_names_windows(kind: Outcome, name: str) -> None:
    """The product name is Windows' own, with Server Core named."""
    assert name == value_of(derive("os_name", SERVER, kind))


def test_an_unknown_part_of_the_name_is_named() -> None:
    """Whether it is a Server Core matters, so an unknown installation type makes the name unknown."""
    assert reason_of(derive("os_name", SERVER, DENIED)) == (Reason.DENIED, "InstallationType: Access is denied.")
    assert reason_of(derive("os_name", DENIED, GONE))[0] is Reason.DENIED
    assert derive("os_name", GONE, GONE) == GONE


@pytest.mark.parametrize(
    ("build", "revision", "version"),
    [(known("17763"), dword(1971), "17763.1971"), (known("9600"), GONE, "9600"), (known("7601\0"), dword(0), "7601.0")],
)
def test_joins_build_and_revision(build: Outcome, revision: Outcome, version: str) -> None:
    """Build and revision make the version; older releases have no revision."""
    assert version == value_of(derive("os_build", build, revision))


@pytest.mark.parametrize(
    ("build", "revision", "reason"),
    [
        (known("1.511.1 () (Obsolete data - do not use)"), GONE, Reason.MALFORMED),
        (known("17763"), DENIED, Reason.DENIED),
        (DENIED, dword(1), Reason.DENIED),
        (dword(17763), dword(1), Reason.MALFORMED),
        (known("17763"), dword(-1), Reason.MALFORMED),
    ],
)
def test_build_is_unknown_when_a_part_is(build: Outcome, revision: Outcome, reason: Reason) -> None:
    """A remark in place of a number, or an unknown part, gives no build."""
    assert reason_of(derive("os_build", build, revision))[0] is reason


def test_no_build_is_absent() -> None:
    """A build that is not there is absent."""
    assert derive("os_build", GONE, DENIED) == GONE
