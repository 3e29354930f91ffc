"""Somebody in between who flips single bits of what a host sends, mostly before there are keys to protect it.

Law: each fact is the true one, or unknown with a reason; a conversation that brings fewer facts has a failure. The
conversations are real ones, since the host hears what the client makes of an altered logon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from fleetscan.model import Answer
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry.conversation import Conversation
from fleetscan.transport.remote_registry.frames import NEGOTIATE, SESSION_SETUP
from tests.samba import Samba
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.tamper import HONEST, Place, judge, places
from tests.transport.remote_registry.world import MODES, TRUTH, serving

LOGON_PLACES, OTHER_PLACES = 300, 60
"""Bits that are flipped in each mode during the logon, and after it, one in each conversation."""

AT_A_TIME = 16
SECONDS = 2.0
"""What a conversation may take; a longer length makes the client wait until then."""


@pytest.fixture(scope="module", params=MODES, ids=str)
def samba(request: pytest.FixtureRequest) -> Iterator[Samba]:
    """Serve the world in each mode."""
    with serving(*MODES[request.param]) as server:
        yield server


def through(samba: Samba, place: Place) -> Answer:
    """Ask through a relay that flips one bit; a frame that is shorter this time has it elsewhere."""
    number, bit = place
    frames = count()

    def change(wire: bytes) -> bytes:
        return relay.flipped(wire, bit % (8 * len(wire))) if next(frames) == number else wire

    with relay.between(target(samba), lambda: (lambda wire: wire, change)) as meddled:
        conversation = Conversation(meddled, tuple(TRUTH), Deadline(SECONDS), ignore_step, Tickets())
        conversation.run(lambda: None)
        return conversation.result


def undisturbed(samba: Samba) -> list[bytes]:
    """Give all frames that the host sends to one who is not disturbed, with their lengths."""
    with relay.tapped(target(samba)) as (aim, heard):
        conversation = Conversation(aim, tuple(TRUTH), Deadline(15), ignore_step, Tickets())
        conversation.run(lambda: None)
        assert conversation.result.outcomes == TRUTH
        return [relay.wired(each.data) for each in heard if not each.ours]


def is_logon(wire: bytes) -> bool:
    """Tell whether a frame of the host's is one of those before there are keys."""
    return wire[4:8] == b"\xfeSMB" and wire[16] in (NEGOTIATE, SESSION_SETUP)


def test_no_bit_flipped_in_a_conversation_makes_a_wrong_fact(samba: Samba) -> None:
    """The length, the negotiation, the logon, and some of all that follows."""
    frames = undisturbed(samba)
    first = sum(map(is_logon, frames))
    assert first == 3
    chosen = places([len(each) for each in frames[:first]], LOGON_PLACES, seed=21)
    others = places([len(each) for each in frames[first:]], OTHER_PLACES, seed=22)
    chosen += [(first + number, bit) for number, bit in others]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        answers = list(pool.map(lambda place: through(samba, place), chosen))
    words = Counter(judge(TRUTH, each.outcomes, each.failure) for each in answers)
    assert words.keys() <= HONEST
    assert words.total() >= LOGON_PLACES + OTHER_PLACES
    assert words["malformed"] > LOGON_PLACES / 4
