from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from fleetscan.errors import HostFailure
from fleetscan.lab import collector
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.machine import Machine
from fleetscan.lab.server import Lab
from fleetscan.model import Reason
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.winrm.answer import decode
from fleetscan.transport.winrm.request import plan
from fleetscan.transport.winrm.route import route_to
from fleetscan.transport.winrm.script import collector as script
from fleetscan.transport.winrm.session import Session, silence
from fleetscan.transport.winrm.tls import Contexts
from fleetscan.transport.winrm.wire import Wire
from tests.transport.winrm.world import EXPECTED, PASSWORD, QUESTIONS, USER, pretend, target

HOST = pretend("plain", "127.32.0.1")
SECURE = pretend("secure", "127.32.0.2", secure=True)
CONSTRAINED = pretend("constrained", "127.32.0.3", configuration="FleetScan")


def _answer(machine: Machine, request: dict[str, object]) -> dict[str, object]:
    """Answer as the lab does, without what differs from run to run."""
    del request["budget_ms"]
    return collector.answer(machine, request)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Serve three hosts to all tests."""
    with Lab(Fleet(seed=1, hosts=(HOST, SECURE, CONSTRAINED)), user=USER, password=PASSWORD, answer=_answer) as running:
        yield running


@contextmanager
def _session(lab: Lab, host: LabHost = HOST) -> Iterator[Session]:
    """Prepare a session, and hang up at the end."""
    silence()
    deadline = Deadline(10)
    wire = Wire(route_to(target(lab, host), Contexts(), Tickets()), deadline, list[Step]().append)
    yield Session(wire, host.configuration_name, deadline)
    wire.close()


def test_the_pool_is_read_through_one_method() -> None:
    """The second seam: pypsrp receives through ``_receive`` only, with these parameters."""
    assert list(inspect.signature(RunspacePool._receive).parameters) == ["self", "id", "timeout"]  # noqa: SLF001 - the seam
    assert "self._receive()" in inspect.getsource(RunspacePool.open)
    assert "self.runspace_pool._receive(self.id, timeout=timeout)" in inspect.getsource(PowerShell.poll_invoke)
    assert "_process_runspacepool_warning" in inspect.getsource(RunspacePool)


@pytest.mark.parametrize("host", [HOST, SECURE], ids=lambda host: host.name)
def test_the_stock_transport_of_pypsrp_gets_the_same_string(lab: Lab, host: object) -> None:
    """The oracle: another HTTP stack, another logon code, the same answer byte for byte."""
    chosen = SECURE if host is SECURE else HOST
    request = plan(QUESTIONS).encode(1000)
    stock = WSMan(
        chosen.address,
        port=lab.tls_port if chosen is SECURE else lab.port,
        username=USER,
        password=PASSWORD,
        ssl=chosen is SECURE,
        auth="ntlm",
        cert_validation=str(lab.ca_cert),  # type: ignore[arg-type] # a path is allowed, too
        no_proxy=True,
    )
    with stock, RunspacePool(stock, no_profile=True) as pool:
        shell = PowerShell(pool)
        shell.add_script(script()).add_parameter("Request", request)
        (expected,) = shell.invoke()
    with _session(lab, chosen) as session:
        session.open()
        ours = session.run(request)
        session.delete(Deadline(2))
    assert ours == expected
    assert decode(ours, plan(QUESTIONS)) == EXPECTED
    assert json.loads(ours)["host"] == "EX01"


def test_a_shell_that_is_gone_is_deleted(lab: Lab) -> None:
    """Deleting twice is no error, and a shell that was never made is deleted by the id proposed for it."""
    with _session(lab) as session:
        session.open()
        session.delete(Deadline(2))
        session.delete(Deadline(2))
    assert lab.shells(HOST.name) == 0
    with _session(lab) as session:
        session.delete(Deadline(2))


def test_an_endpoint_without_the_function_is_unsupported(lab: Lab) -> None:
    """The words send the reader to the documentation."""
    with _session(lab) as session:
        session.open()
        session._constrained = True  # noqa: SLF001 - a full-language endpoint asked as if it were a constrained one
        with pytest.raises(HostFailure, match="does not offer Get-FleetScanFact") as caught:
            session.run("{}")
        session.delete(Deadline(2))
    assert caught.value.reason is Reason.UNSUPPORTED


def test_a_refused_shell_is_not_deleted(lab: Lab) -> None:
    """There is nothing to clean up, so nobody logs on again."""
    with _session(lab, replace(HOST, configuration_name="Elsewhere")) as session:
        with pytest.raises(WSManFaultError, match="not found in the WS-Management catalog"):
            session.open()
        assert not session.may_exist
