from __future__ import annotations

import time

import pytest

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.flow import Code, Command, Exchange, Flow, Pause
from tests.transport.remote_registry.peer import Peer, reply, talking, tree
from tests.transport.remote_registry.talk import exchange

READ = Command(Code.READ, b"read me ")
CREATE = Command(Code.CREATE, b"open me")


def test_nothing_is_sent_without_credits() -> None:
    """With one credit there is one request under way at a time, each asking for more."""
    wanted: list[int] = []

    def play(peer: Peer) -> None:
        (asked,) = peer.read()
        peer.write(tree(asked))
        for _ in range(3):
            (asked,) = peer.read()
            wanted.append(asked.credits)
            peer.write(reply(asked))

    with talking(play, granted=1) as channel:
        channel.run([_once() for _ in range(3)])
        assert channel.depth == 2
    assert wanted == [257, 257, 257]


def _once() -> Flow[None]:
    yield from exchange("IPC$", READ)


def test_a_large_request_costs_its_charge_and_as_many_message_ids() -> None:
    """The next request begins behind the ids that a large one takes."""

    def play(peer: Peer) -> None:
        peer.share()
        (large,), (small,) = peer.read(), peer.read()
        assert (large.charge, small.charge) == (4, 1)
        assert small.message_id == large.message_id + 4
        peer.write(reply(small), reply(large))

    def large() -> Flow[None]:
        yield Exchange("IPC$", (Command(Code.READ, b"", charge=4),))

    with talking(play) as channel:
        channel.run([large(), _once()])


def test_a_host_without_large_requests_gets_none() -> None:
    """The charge is 1 then, whatever a flow wants (MS-SMB2, 3.2.4.1.5)."""

    def play(peer: Peer) -> None:
        peer.share()
        (asked,) = peer.read()
        assert asked.charge == 1
        peer.write(reply(asked))

    def large() -> Flow[None]:
        yield Exchange("IPC$", (Command(Code.READ, b"", charge=4),))

    with talking(play, capabilities=0) as channel:
        channel.run([large()])


def test_a_host_that_gives_no_credits_is_not_waited_for() -> None:
    """A compound that needs more than there ever will be ends the conversation at once."""
    with (
        talking(lambda peer: peer.share(), granted=1) as channel,
        pytest.raises(HostFailure, match="does not allow enough") as caught,
    ):
        channel.run_one(exchange("IPC$", CREATE, READ))
    assert caught.value.reason is Reason.UNSUPPORTED


def test_a_pause_holds_up_one_flow_only() -> None:
    """The others go on meanwhile; the answer to a pause is nothing."""
    order: list[str] = []

    def play(peer: Peer) -> None:
        peer.share()
        for _ in range(2):
            peer.write(reply(peer.read()[0]))

    def patient() -> Flow[None]:
        began = time.monotonic()
        assert (yield Pause(0.2)) == ()
        assert time.monotonic() - began >= 0.2
        order.append("patient")

    def busy() -> Flow[None]:
        for _ in range(2):
            yield from exchange("IPC$", READ)
        order.append("busy")

    with talking(play) as channel:
        channel.run([patient(), busy()])
    assert order == ["busy", "patient"]


def test_pauses_end_in_their_order() -> None:
    """The shorter one is over first, whoever began."""
    order: list[float] = []

    def flow(seconds: float) -> Flow[None]:
        yield Pause(seconds)
        order.append(seconds)

    with talking(lambda _: None) as channel:
        channel.run([flow(0.15), flow(0.05), flow(0.0)])
    assert order == [0.0, 0.05, 0.15]


def test_a_pause_does_not_outlast_the_time_that_there_is() -> None:
    """The deadline counts during a pause as well."""

    def flow() -> Flow[None]:
        yield Pause(30.0)

    with talking(lambda _: None, seconds=0.2) as channel, pytest.raises(TimeoutError):
        channel.run([flow()])


def test_a_host_that_hangs_up_during_a_pause_is_noticed() -> None:
    """Nobody waits for the end of the pause."""

    def flow() -> Flow[None]:
        yield Pause(30.0)

    def play(peer: Peer) -> None:
        peer.close()

    with talking(play) as channel, pytest.raises(ConnectionError):
        channel.run([flow()])


def test_a_failure_in_a_flow_ends_all_of_them() -> None:
    """What a flow raises comes out."""

    def flow() -> Flow[None]:
        yield from exchange("IPC$", READ)
        raise HostFailure(Reason.MALFORMED, "said by the flow")

    def play(peer: Peer) -> None:
        peer.share()
        peer.write(reply(peer.read()[0]))

    with talking(play) as channel, pytest.raises(HostFailure, match="said by the flow"):
        channel.run([flow(), _endless()])


def _endless() -> Flow[None]:
    while True:
        yield Pause(0.01)
