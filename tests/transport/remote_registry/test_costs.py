"""What one errand costs: how many frames are sent, and how many of them one after another.

Times are measured by ``benchmarks/remote_registry.py``; here things are counted.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from fleetscan.lab.smb import Encryption, Security, SmbServer
from fleetscan.model import Outcome, Question
from fleetscan.transport.interface import Target
from fleetscan.transport.remote_registry.channel import Channel
from tests.samba import PASSWORD, USER
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.audit import IOCTL
from tests.transport.remote_registry.errand import HELPERS_TRUTH, QUESTIONS, TRUTH, by_helpers, host, target
from tests.transport.remote_registry.relay import Frame, tapped
from tests.transport.remote_registry.talk import session

ADDRESS = "127.39.0.1"
LOGON = 3
"""Negotiation and the two messages of NTLM."""

MOST = {1: (40, 70), 4: (16, 90)}
"""By pipes of a kind: how many sends one after another, the logon's included, and how many in all, may be needed."""


TRIES = 5
"""A server that is late with one pipe has its work done over the others, one thing after another: the best counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What left, how deep, and what a conversation was made of."""

    sends: int
    depth: int
    heard: Sequence[Frame]


@pytest.fixture(scope="module", params=[Encryption.OFF, Encryption.OFFERED], ids=str)
def aim(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Serve the host, signed or encrypted."""
    security = Security(encryption=request.param)
    with SmbServer([host(ADDRESS)], user=USER, password=PASSWORD, security=security) as server:
        yield target(ADDRESS, server.port)


def errand(aim: Target, pipes: int) -> Cost:
    """Run the errand."""
    outcomes: dict[Question, Outcome] = {}
    with tapped(aim) as (through, heard), session(through) as opened:
        channel = Channel(opened, through.host.address)
        put(channel, QUESTIONS, outcomes, pipes)
        cost = Cost(sends=opened.stream.sends, depth=channel.depth, heard=tuple(heard))
    assert outcomes == TRUTH
    return cost


@pytest.mark.parametrize("pipes", MOST)
def test_few_sends_follow_one_another(aim: Target, pipes: int) -> None:
    """At most 40 with one pipe of a kind, at most 16 with several; every frame is counted."""
    costs = [errand(aim, pipes) for _ in range(TRIES)]
    deepest, most = MOST[pipes]
    assert min(cost.depth for cost in costs) <= deepest
    for cost in costs:
        assert cost.sends == sum(frame.ours for frame in cost.heard) <= most


@pytest.mark.parametrize("aim", [Encryption.OFF], indirect=True, ids=str)
@pytest.mark.parametrize("pipes", MOST)
def test_the_depth_is_that_of_the_busiest_pipe(aim: Target, pipes: int) -> None:
    """Counted anew from the wire: the logon, the share, the opening of a pipe, and its calls, one after another."""
    cost = errand(aim, pipes)
    ours = [frame.data for frame in cost.heard if frame.ours]
    calls = Counter(data[72:88] for data in ours if struct.unpack_from("<H", data, 12) == (IOCTL,))
    assert len(calls) == 2 * pipes
    assert cost.depth == LOGON + 1 + 1 + max(calls.values())


def test_the_helpers_bring_the_same_at_several_times_the_cost(aim: Target) -> None:
    """Impacket's helpers read the same values, states and starts, and everything they send waits for an answer."""
    with tapped(aim) as (through, heard):
        assert by_helpers(through) == HELPERS_TRUTH
    assert sum(frame.ours for frame in heard) > 3 * MOST[1][0]
