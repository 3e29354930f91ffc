from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fleetscan.model import File, Reason
from fleetscan.transport.interface import Step, Target, Transport
from fleetscan.transport.remote_registry import RemoteRegistryTransport
from fleetscan.transport.remote_registry.frames import TREE_CONNECT
from tests.samba import Samba
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.world import CIM, TRUTH, ask, serving


@pytest.fixture(scope="module")
def samba() -> Iterator[Samba]:
    """Serve the world."""
    with serving() as server:
        yield server


@pytest.fixture
def silent(samba: Samba) -> Iterator[Target]:
    """Name a port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield at_port(target(samba), listener.getsockname()[1])


def at_port(aim: Target, port: int) -> Target:
    """Name another port of loopback."""
    host = replace(aim.host, address="127.0.0.1", smb=replace(aim.host.smb, port=port))
    return replace(aim, host=host)


def test_it_is_a_transport() -> None:
    """It has the face that all transports have, and its name in the inventory."""

    async def check() -> None:
        transport = RemoteRegistryTransport(workers=1)
        assert isinstance(transport, Transport)
        assert transport.name == "remote_registry"
        assert not transport.answers(CIM)
        assert all(transport.answers(question) for question in TRUTH)

    asyncio.run(check())


def test_the_steps_of_a_conversation_are_told_in_their_order(samba: Samba) -> None:
    """Each is told once, on the loop's thread, before the answer is there."""
    steps: list[Step] = []

    async def scan() -> None:
        transport = RemoteRegistryTransport()
        answer = await transport.ask(target(samba), list(TRUTH), budget=15, on_step=steps.append)
        assert answer.outcomes == TRUTH

    asyncio.run(scan())
    assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED, Step.OPENED, Step.ANSWERED, Step.CLOSED]


def test_reaching_a_host_needs_no_logon(samba: Samba) -> None:
    """Somebody listens, or nobody does."""

    async def check() -> None:
        transport = RemoteRegistryTransport()
        assert await transport.reach(target(samba, password="wrong"), budget=5) is None
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        failure = await transport.reach(at_port(target(samba), port), budget=5)
        assert failure is not None
        assert failure.reason is Reason.UNREACHABLE
        assert "445" in failure.detail

    asyncio.run(check())


def test_a_knock_logs_on_and_reads_nothing(samba: Samba) -> None:
    """It ends with the logon, taken or turned down."""
    steps: list[Step] = []

    async def check() -> None:
        transport = RemoteRegistryTransport()
        assert await transport.knock(target(samba), budget=10, on_step=steps.append) is None
        failure = await transport.knock(target(samba, password="wrong"), budget=10)
        assert failure is not None
        assert failure.reason is Reason.AUTH_FAILED

    asyncio.run(check())
    assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED, Step.CLOSED]


def test_a_host_that_says_nothing_is_told_with_its_time_and_step(silent: Target) -> None:
    """The answer comes when the budget is spent."""
    began = time.monotonic()
    (answer,) = ask(silent, budget=0.4)
    assert 0.4 <= time.monotonic() - began < 2.4
    assert answer.failure is not None
    assert answer.failure.reason is Reason.TIMED_OUT
    assert "no answer within 0.4 s (last step: connected)" in answer.failure.detail


def test_what_was_answered_in_time_is_kept() -> None:
    """A host that falls silent when its files' share is asked for has told its registry and its services."""
    shares: list[int] = []

    def meddle(_: int, frame: bytes) -> list[bytes]:
        shares.extend([1] if frame[12] == TREE_CONNECT else [])
        return [frame] if len(shares) < 2 else []

    with serving("server smb encrypt = off") as server, relay.before(target(server), meddle) as meddled:
        (answer,) = ask(meddled, budget=5.0)
    assert answer.outcomes == {each: TRUTH[each] for each in TRUTH if not isinstance(each, File)}
    assert answer.failure is not None
    assert answer.failure.reason is Reason.TIMED_OUT


def test_a_scan_that_is_stopped_cuts_its_conversations(silent: Target) -> None:
    """Cancelled, the conversation is over at once, and closing has nothing left to wait for."""

    async def scan() -> None:
        transport = RemoteRegistryTransport()
        connected = asyncio.Event()
        task = asyncio.create_task(transport.ask(silent, list(TRUTH), budget=30, on_step=lambda _: connected.set()))
        await connected.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        began = time.monotonic()
        await transport.aclose()
        assert time.monotonic() - began < 2

    asyncio.run(scan())


def test_closing_cuts_what_is_still_asked(silent: Target) -> None:
    """The answer says that the scan was stopped."""

    async def scan() -> None:
        transport = RemoteRegistryTransport()
        connected = asyncio.Event()
        task = asyncio.create_task(transport.ask(silent, list(TRUTH), budget=30, on_step=lambda _: connected.set()))
        await connected.wait()
        await transport.aclose()
        answer = await task
        assert answer.failure is not None
        assert answer.failure.reason is Reason.NOT_ASKED

    asyncio.run(scan())


def test_workers_that_are_busy_cost_the_own_time(silent: Target) -> None:
    """Who comes later waits for a place, and says so when there was none in time."""

    async def scan() -> None:
        transport = RemoteRegistryTransport(workers=1)
        first = asyncio.create_task(transport.ask(silent, list(TRUTH), budget=1.0))
        await asyncio.sleep(0)
        second = await transport.ask(silent, list(TRUTH), budget=0.2)
        assert second.failure is not None
        assert "busy" in second.failure.detail
        await first

    asyncio.run(scan())


def test_a_name_that_nobody_knows_is_unreachable(samba: Samba) -> None:
    """The words say where to look."""
    aim = target(samba)
    (answer,) = ask(replace(aim, host=replace(aim.host, address="no-such-host.invalid")))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNREACHABLE
