"""What a pipeline may run."""

from __future__ import annotations

import json

import pytest

from fleetscan.lab.script import Failed, Invocation, Printed, run, thrown
from tests.lab.wire import SCRIPT

REQUEST = '{"v": 1}'


def ask(request: dict[str, object]) -> dict[str, object]:
    """Answer with the request; know only version 1."""
    if request.get("v") != 1:
        msg = "not version 1"
        raise ValueError(msg)
    return {"asked": request, "text": "\u00e4\ud800"}


def invocation(text: str, parameter: object = REQUEST, *, is_script: bool = True, commands: int = 1) -> Invocation:
    """Make an invocation with a parameter."""
    return Invocation(text=text, is_script=is_script, parameters={"Request": parameter}, commands=commands)


@pytest.mark.parametrize(
    ("asked", "constrained"),
    [
        (invocation(SCRIPT), False),
        (invocation("\ufeff# fleetscan-collect v1\r\nparam($Request)"), False),
        (invocation("Get-FleetScanFact", is_script=False), True),
        (invocation("get-fleetscanfact", is_script=False), True),
    ],
)
def test_the_collector(asked: Invocation, *, constrained: bool) -> None:
    """The script on a full endpoint and the command on a constrained one give the answer as one string."""
    outcome = run(asked, constrained=constrained, ask=ask)
    assert isinstance(outcome, Printed)
    assert outcome.text.isascii()
    assert json.loads(outcome.text) == {"asked": {"v": 1}, "text": "\u00e4\ud800"}


@pytest.mark.parametrize(
    ("asked", "constrained", "identifier"),
    [
        (invocation(SCRIPT), True, "ScriptsNotAllowed"),
        (invocation("Get-FleetScanFact", is_script=False), False, "CommandNotFoundException"),
        (invocation("Get-Service", is_script=False), True, "CommandNotFoundException"),
        (invocation("Get-Service"), False, "CommandNotFoundException"),
        (invocation(""), False, "CommandNotFoundException"),
        (invocation("# fleetscan-collect v10\n"), False, "CommandNotFoundException"),
        (invocation(SCRIPT, commands=2), False, "CommandNotFoundException"),
        (invocation(SCRIPT, None), False, "MissingMandatoryParameter"),
        (
            invocation(SCRIPT, "{"),
            False,
            "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
        ),
        (invocation(SCRIPT, "[]"), False, "The request is not an object."),
        (invocation(SCRIPT, '{"v": 2}'), False, "not version 1"),
    ],
)
def test_everything_else_fails(asked: Invocation, identifier: str, *, constrained: bool) -> None:
    """Everything else fails with the error id that PowerShell gives."""
    outcome = run(asked, constrained=constrained, ask=ask)
    assert isinstance(outcome, Failed)
    assert outcome.error.identifier == identifier


def test_thrown() -> None:
    """A script that throws says why."""
    assert thrown("why").error.message == "why"
