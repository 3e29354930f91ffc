"""Both ways over real sockets: WinRM as the lab speaks it, SMB as Samba does; each fault on one way, the other sound.

Every host has a credential of its own, so that nothing that one of them accepts is known when another one is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import pytest

from fleetscan.collect import Collected, Limits, Unobserved, collect_fleet
from fleetscan.lab import Fault, Fleet, Lab, LabHost
from fleetscan.lab.registered import registered
from fleetscan.lab.registry import Datum, Registry
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.windows import fold
from fleetscan.model import CimRows, Known, Outcome, Question, Reason, Service, Services, SmbSettings, Unknown
from fleetscan.transport.interface import Target, Transport
from fleetscan.transport.registry import factories
from tests.transport.winrm import world
from tests.transport.winrm.world import MACHINE, PASSWORD, QUESTIONS, USER, pretend, target

SERVICES = [replace(each, display=each.name) for each in MACHINE.services.values()]
WINDOWS = replace(
    MACHINE,
    services={fold(each.name): each for each in SERVICES},
    registry=Registry(
        {
            r"HKLM\SOFTWARE\Thing": {
                fold("Number"): Datum(name="Number", type="REG_DWORD", data=4_294_967_295),
            },
            **{
                key: {fold(name): datum for name, datum in values.items()}
                for key, values in registered(SERVICES, {}).items()
            },
        }
    ),
)
"""A machine that keeps its services in its registry, with display names, as all do."""

EXPECTED: dict[Question, Outcome] = {
    **world.EXPECTED,
    Service(name="ALPHA"): Known(
        value={"state": "Running", "start": "Auto", "account": "LocalSystem", "display": "Alpha", "pid": 44},
        type="service",
    ),
    Services(pattern="b*"): Known(
        value={"Beta": {"state": "Stopped", "start": "Auto", "account": "LocalSystem", "display": "Beta", "pid": 0}},
        type="services",
    ),
}
CIM = next(question for question in QUESTIONS if isinstance(question, CimRows))
REST = {question: outcome for question, outcome in EXPECTED.items() if question != CIM}
LIMITS = Limits(deadline=18.0)

SMB_FAULTS = (
    SmbFault.REFUSED,
    SmbFault.BLACK_HOLE,
    SmbFault.HANG_ACCEPT,
    SmbFault.GARBAGE,
    SmbFault.WRONG_PASSWORD,
    SmbFault.NTLM_DISABLED,
    SmbFault.PIPES_MISSING,
    SmbFault.HANG_PIPE,
    SmbFault.DROP,
    SmbFault.WINREG_DENIED,
    SmbFault.HANG_QUERY_VALUE,
    SmbFault.HANG_OPEN_SERVICE,
    SmbFault.STATUS_DENIED,
    SmbFault.MORE_DATA,
)
"""One of each kind: before the logon, at it, at a pipe, in the middle, and single things denied."""


def both(name: str, number: int, *, fault: Fault = Fault.NONE, smb_fault: SmbFault = SmbFault.NONE) -> LabHost:
    """Make a host that offers both ways."""
    host = pretend(name, f"127.36.{number // 250}.{number % 250 + 1}", fault=fault)
    return replace(host, machine=WINDOWS, ways=("winrm", "smb"), smb_fault=smb_fault)


BY_WINRM = {fault: both(fault.value, number, fault=fault) for number, fault in enumerate(Fault)}
BY_SMB = {fault: both(f"smb-{fault}", number, smb_fault=fault) for number, fault in enumerate(SMB_FAULTS, start=300)}


@dataclass(frozen=True)
class Scene:
    """The lab, and what was collected of each of its hosts."""

    lab: Lab
    found: Mapping[str, Collected]


def aim(lab: Lab, host: LabHost, ways: tuple[str, ...]) -> Target:
    """Aim at a host, over its ways in this order, with a credential that nobody else has."""
    found = target(lab, host)
    smb = SmbSettings(port=lab.smb_port)
    credential = replace(found.credential, name=f"reader of {host.name}")
    return replace(found, host=replace(found.host, transports=ways, smb=smb), credential=credential)


async def collected(targets: Sequence[Target]) -> dict[str, Collected]:
    """Ask them all, through the transports that there are."""
    transports: dict[str, Transport] = {name: make(workers=64) for name, make in factories().items()}
    fleet = collect_fleet(targets, QUESTIONS, transports, limits=LIMITS, observer=Unobserved(), stop=asyncio.Event())
    async with aclosing(fleet):
        found = {each.host.name: each async for each in fleet}
    for transport in transports.values():
        await transport.aclose()
    return found


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Ask every host once: those with a fault of WinRM over that first, the others over SMB first."""
    hosts = (*BY_WINRM.values(), *BY_SMB.values())
    with Lab(Fleet(seed=1, hosts=hosts), user=USER, password=PASSWORD) as lab:
        winrm = [aim(lab, host, ("winrm", "remote_registry")) for host in BY_WINRM.values()]
        smb = [aim(lab, host, ("remote_registry", "winrm")) for host in BY_SMB.values()]
        yield Scene(lab, asyncio.run(collected([*winrm, *smb])))


ENOUGH = frozenset({Fault.NONE, Fault.HANG_DELETE, Fault.SLOW, Fault.RESET_ONCE})
"""Faults with which WinRM answers everything."""

LAST = {Fault.WRONG_PASSWORD: Reason.AUTH_FAILED, Fault.HANG_AUTHENTICATE: Reason.TIMED_OUT}
"""Faults that no other way may follow: a rejected proof, and one that nobody answered."""


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault in ENOUGH], ids=str)
def test_a_host_that_answers_over_winrm_is_not_asked_over_smb(scene: Scene, fault: Fault) -> None:
    """Not one pipe is opened."""
    found = scene.found[fault.value]
    assert (found.transport, found.answer.failure, found.answer.outcomes) == ("winrm", None, EXPECTED)
    assert scene.lab.smb is not None
    assert scene.lab.smb.opened(fault.value) == 0


@pytest.mark.parametrize("fault", LAST, ids=str)
def test_a_logon_that_was_rejected_or_not_answered_is_the_last(scene: Scene, fault: Fault) -> None:
    """SMB would have taken the password, and never saw it."""
    found = scene.found[fault.value]
    assert found.transport == "winrm"
    assert found.answer.failure is not None
    assert found.answer.failure.reason is LAST[fault]
    assert not set(found.answer.outcomes)
    assert scene.lab.smb is not None
    assert scene.lab.smb.opened(fault.value) == 0


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in ENOUGH | set(LAST)], ids=str)
def test_whatever_else_happens_on_winrm_the_rest_comes_over_smb(scene: Scene, fault: Fault) -> None:
    """All but CIM is known, each with its way; CIM has the reason and the words of WinRM."""
    found = scene.found[fault.value]
    outcomes = dict(found.answer.outcomes)
    outcomes.pop(CIM, None)
    assert outcomes == REST
    assert (found.transport, set(found.answer.ways.values())) == (
        "winrm, remote_registry",
        {"winrm", "remote_registry"},
    )
    assert found.answer.failure is not None
    assert found.answer.failure == replace(
        found.answer.failure, reason=_failed(found, "winrm"), detail=f"winrm: {_words(found, 'winrm')}"
    )
    assert found.seconds < LIMITS.deadline + 1


def _failed(found: Collected, way: str) -> Reason:
    failure = found.ways[way]
    assert failure is not None
    return failure.reason


def _words(found: Collected, way: str) -> str:
    failure = found.ways[way]
    assert failure is not None
    return failure.detail


@pytest.mark.parametrize("fault", [fault for fault in SMB_FAULTS if fault is not SmbFault.WRONG_PASSWORD], ids=str)
def test_whatever_happens_on_smb_the_rest_comes_over_winrm(scene: Scene, fault: SmbFault) -> None:
    """The other way round: everything is known in the end, and what failed is a note."""
    found = scene.found[f"smb-{fault}"]
    assert found.answer.outcomes == EXPECTED
    assert found.answer.failure is None
    assert found.transport == "remote_registry, winrm"
    assert found.answer.ways[CIM] == "winrm"
    assert found.seconds < LIMITS.deadline + 1


def test_a_password_that_smb_rejected_is_not_tried_over_winrm(scene: Scene) -> None:
    """WinRM saw no logon at all."""
    name = f"smb-{SmbFault.WRONG_PASSWORD}"
    found = scene.found[name]
    assert found.transport == "remote_registry"
    assert found.answer.failure is not None
    assert found.answer.failure.reason is Reason.AUTH_FAILED
    assert scene.lab.logons(name) == (0, 0)


def test_what_smb_denies_is_asked_of_winrm_alone(scene: Scene) -> None:
    """The rest has come over SMB and is not asked again."""
    found = scene.found[f"smb-{SmbFault.STATUS_DENIED}"]
    over = {way: {question for question, used in found.answer.ways.items() if used == way} for way in found.ways}
    assert over["remote_registry"]
    assert CIM in over["winrm"]
    assert len(over["remote_registry"]) + len(over["winrm"]) == len(EXPECTED)


def outcome_of(found: Collected, question: Question) -> Outcome:
    """Give an outcome that must be there."""
    return found.answer.outcomes[question]


def test_what_neither_way_gives_says_so_in_the_words_of_both() -> None:
    """WinRM has no shell for the account, and SMB denies the registry: denied, by name."""
    host = replace(both("closed", 600, fault=Fault.ACCESS_DENIED), smb_fault=SmbFault.WINREG_DENIED)
    with Lab(Fleet(seed=1, hosts=(host,)), user=USER, password=PASSWORD) as lab:
        found = asyncio.run(collected([aim(lab, host, ("winrm", "remote_registry"))]))["closed"]
    registry = outcome_of(found, QUESTIONS[0])
    assert isinstance(registry, Unknown)
    assert registry.reason is Reason.DENIED
    assert registry.detail.startswith("winrm: logged on, but the account may not use this endpoint")
    assert "; remote_registry: " in registry.detail
    assert isinstance(outcome_of(found, QUESTIONS[3]), Known)
