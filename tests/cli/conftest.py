"""A caller of the command line, and a small lab for it to scan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fleetscan.cli import main
from fleetscan.lab import Fault, Fleet, Lab
from fleetscan.lab.environment import PASSWORD_VARIABLE
from fleetscan.lab.fleet import build_fleet

PASSWORD = "correct horse battery staple"
USER = r"LAB\svc-fleetscan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a call left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Caller = Callable[..., Called]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Call ``fleetscan`` with words, in this process."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def caller(*words: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["fleetscan", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Called(code=code, out=out, err=err)

    return caller


@pytest.fixture(scope="session")
def small_fleet() -> Fleet:
    """Give twelve hosts without a fault."""
    fleet = build_fleet(hosts=12)
    assert {host.fault for host in fleet.hosts} == {Fault.NONE}
    return fleet


@pytest.fixture(scope="session")
def lab(small_fleet: Fleet) -> Iterator[Lab]:
    """Serve the small fleet."""
    with Lab(small_fleet, user=USER, password=PASSWORD) as serving:
        yield serving


@pytest.fixture
def inventory(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the lab's inventory and put its password where the credentials file looks."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    return lab.environment(tmp_path / "lab")
