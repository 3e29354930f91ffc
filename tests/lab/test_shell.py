"""Open shells: who waits in them, what they give, when they end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from psrpcore.types import PSInvocationState

from fleetscan.lab.fault import Fault
from fleetscan.lab.soap import SHELL, Answer
from fleetscan.lab.wsman import TERMINATE
from tests.lab.offline import REQUEST, UNKNOWN, Host
from tests.lab.wire import Session, envelope


def test_idle_shells_are_closed() -> None:
    """A shell that nobody used for its idle timeout is closed; one that was used is looked at again."""
    host = Host()
    session = Session()
    host.say(session.create(idle="PT60S"))
    host.say(session.receive(""))
    seconds, look = host.due.pop()
    assert seconds == 60
    look()
    assert len(host.service.shells) == 1
    seconds, look = host.due.pop()
    look()
    assert (host.service.shells, host.due) == ({}, [])
    look()


def test_a_receive_that_waits_keeps_its_shell() -> None:
    """A shell in which somebody waits is not idle."""
    host = Host()
    session = host.opened()
    host.hold(session.receive(""))
    for _ in range(3):
        host.due.pop()[1]()
    assert len(host.service.shells) == 1


def test_a_held_receive_runs_out_of_time() -> None:
    """When its time is over it is answered with the timeout fault and forgotten."""
    host = Host()
    session = host.opened()
    held = host.hold(session.receive("", timeout="3"))
    assert held.request.timeout == 3
    answer = host.service.expire(held)
    assert (answer.status, "2150858793" in answer.text) == (500, True)
    assert host.service.shells[session.shell_id].waiting == []
    host.service.drop(held)


def test_a_held_receive_is_woken_by_output() -> None:
    """While a slow script runs, its Receive is held; it is woken when the output is there."""
    host = Host(fault=Fault.SLOW)
    session = host.opened()
    host.say(session.command(Request=REQUEST))
    held, woken = host.hold(session.receive()), []
    held.wake = lambda: woken.append(host.service.resume(held))
    host.due.pop()[1]()
    (answer,) = woken
    assert isinstance(answer, Answer)
    session.heard(answer.text.encode())
    assert session.state is PSInvocationState.Completed


def test_a_held_receive_of_a_deleted_shell() -> None:
    """When its shell is deleted, a Receive that waits is aborted with code 995."""
    host = Host()
    session = host.opened()
    held, woken = host.hold(session.receive("")), []
    held.wake = lambda: woken.append(host.service.resume(held))
    assert host.say(session.delete()).status == 200
    (answer,) = woken
    assert isinstance(answer, Answer)
    assert 'Code="995"' in answer.text
    host.service.drop(held)


def test_a_stopped_pipeline_stays_stopped() -> None:
    """A script that ends after it was stopped changes nothing."""
    host = Host(fault=Fault.SLOW)
    session = host.opened()
    host.say(session.command(Request=REQUEST))
    assert host.say(session.signal("powershell/signal/crtl_c")).status == 200
    host.due.pop()[1]()
    session.heard(host.say(session.receive()).body)
    assert (session.state, session.output) == (PSInvocationState.Stopped, [])


def test_terminate_forgets_the_command() -> None:
    """After the signal the command is not there any more."""
    host = Host()
    session = host.opened()
    host.say(session.command(Request=REQUEST))
    assert host.say(session.signal(TERMINATE)).status == 200
    assert host.say(session.receive()).fault == UNKNOWN


def test_replies_keep_to_the_envelope_of_the_client() -> None:
    """A long answer comes in many replies, none larger than the client's MaxEnvelopeSize, and ends once."""
    host = Host()
    session = host.opened()
    names = [f"Service{number}" for number in range(2000)]
    request = json.dumps({"v": 1, "services": names})
    host.say(session.command(Request=request))
    replies = 0
    while session.state is not PSInvocationState.Completed:
        reply = host.say(session.receive(size="32768"))
        assert len(reply.body) <= 32_768
        session.heard(reply.body)
        replies += 1
    assert replies > 1
    assert len(json.loads(str(session.output[0]))["services"]) == 2000


@pytest.mark.parametrize("make", [Session.delete, Session.receive, lambda s: s.signal(TERMINATE), Session.command])
def test_an_unknown_shell(make: Callable[[Session], str]) -> None:
    """Whatever is asked of a shell that is not there is refused with the fault of bad selectors."""
    session = Session()
    session.pool.open()
    session.pool.data_to_send()
    assert Host().say(make(session)).fault == UNKNOWN


def test_a_shell_can_be_deleted_once() -> None:
    """The second Delete finds no shell."""
    host = Host()
    session = host.opened()
    assert host.say(session.delete()).status == 200
    assert host.say(session.delete()).fault == UNKNOWN
    assert host.service.deletes == 1


def test_an_unknown_command() -> None:
    """Receive, Signal and Send for a command that is not there, or has given its end, are refused."""
    host = Host()
    session = host.opened()
    assert host.say(session.receive()).fault == UNKNOWN
    assert host.say(session.signal(TERMINATE)).fault == UNKNOWN
    stream = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{session.command_id}">AAAA</rsp:Stream></rsp:Send>'
    assert host.say(envelope(f"{SHELL}/Send", stream, shell_id=session.shell_id)).fault == UNKNOWN
    host.say(session.command(Request=REQUEST))
    assert host.say(session.receive()).fault is None
    assert host.say(session.receive()).fault == UNKNOWN
