"""Somebody in between who flips single bits of what a host sends once there are keys to protect it.

Law: each fact is the true one, or unknown with a reason; a conversation that brings fewer facts has a failure. Whatever
was altered ends the conversation, or did not matter, so that the host need not be there: its frames are those of a real
conversation, played again to a client with the same keys. What comes before the keys is altered in
``test_tampering_live.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from fleetscan.model import Failure, File, FileAspect, Known, Outcome, Question, RegistryValue
from fleetscan.transport.remote_registry.failures import failure_of
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.frame_fuzz import Credulous
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.player import Player, Recording, record
from tests.transport.remote_registry.tamper import HONEST, Place, judge, places
from tests.transport.remote_registry.world import KEY, MODES, TRUTH, serving

PLACES = 5_000
"""Bits that are flipped in each mode, one in each conversation; every bit of a header is among them."""

FACTS: Mapping[Question, Outcome] = {
    **{question: outcome for question, outcome in TRUTH.items() if not isinstance(question, File)},
    File(path="C:\\Fleet\\settings.txt", aspect=FileAspect.TEXT): Known(
        value={"text": "fleet", "truncated": False}, type="file"
    ),
}
"""Questions for which nothing has to be known of the machine, and their answers."""


@pytest.fixture(scope="module", params=MODES, ids=str)
def recording(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """Record a conversation in each mode."""
    with serving(*MODES[request.param]) as samba:
        yield record(target(samba), lambda channel: put(channel, tuple(FACTS), {}, 2))


def replayed(recording: Recording, place: Place | None) -> tuple[dict[Question, Outcome], Failure | None, Player]:
    """Play the recording with one bit flipped, or with none."""
    outcomes: dict[Question, Outcome] = {}
    failure = None

    def change(number: int, wire: bytes) -> bytes:
        return relay.flipped(wire, place[1]) if place and number == place[0] else wire

    with recording.played(change) as (channel, player):
        try:
            put(channel, tuple(FACTS), outcomes, 2)
        except Exception as error:  # noqa: BLE001 - a conversation names them all
            failure = failure_of(error)
    return outcomes, failure, player


def test_no_bit_flipped_after_the_logon_makes_a_wrong_fact(recording: Recording) -> None:
    """At 5,000 places: the client goes on where nothing that counts was changed, and else says not one word more."""
    assert replayed(recording, None)[:2] == (FACTS, None)
    words: Counter[str] = Counter()
    for place in places([len(each) for each in recording.server], PLACES, seed=23):
        outcomes, failure, player = replayed(recording, place)
        word = judge(FACTS, outcomes, failure)
        words[word] += 1
        assert word == "true" or not player.late, place
    assert words.keys() <= HONEST
    assert words.total() >= PLACES
    assert words["malformed"] > PLACES / 3  # interim replies, of which slow hosts send one a request, carry nothing


ENABLED = re.compile(rb"\0{4}\x04\0{3}(\x01\0{3})")
"""The value in the answer to its query: none of its bytes left out, four that are there, and these (NDR)."""


@pytest.mark.parametrize("recording", ["2.1 signed"], indirect=True)
def test_whoever_verifies_nothing_is_deceived(recording: Recording) -> None:
    """One bit makes 0 of ``Enabled``, which is 1: what is flipped is what facts are made of."""
    believing = replace(recording, session=replace(recording.session, shield=Credulous()))
    ((number, byte),) = (
        (number, found.start(1)) for number, wire in enumerate(recording.server) for found in ENABLED.finditer(wire)
    )
    outcomes, failure, _ = replayed(believing, (number, 8 * byte))
    assert failure is None
    assert outcomes == {**FACTS, RegistryValue(key=KEY, value="Enabled"): Known(value=0, type="REG_DWORD")}
