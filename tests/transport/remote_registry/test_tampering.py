"""Somebody in between who flips single bits of what the host sends.

Law: each fact is the true one, or unknown with a reason; a conversation that brings fewer facts has a failure.

What comes before the session's keys is flipped in real conversations, since the host hears what the client makes of it.
What comes after them ends the conversation, or changes nothing: there the host's frames are played from a recording.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count

import pytest

from fleetscan.model import Answer, Failure, Known, Outcome, Question, Reason, RegistryValue, Unknown
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry.conversation import Conversation
from fleetscan.transport.remote_registry.failures import failure_of
from fleetscan.transport.remote_registry.frames import NEGOTIATE, SESSION_SETUP, Response
from fleetscan.transport.remote_registry.shield import Signing
from tests.samba import Samba
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.player import Player, Recording, record
from tests.transport.remote_registry.world import KEY, MODES, TRUTH, serving

PLACES = 5_000
"""Bits that are flipped in each mode after the logon, one in each conversation."""

LOGON_PLACES, OTHER_PLACES = 300, 60
"""Bits that are flipped in each mode in real conversations: during the logon, and after it."""

HEAD = 8 * (4 + 64)
"""Bits of the length before a frame and of the header of its first message, all of which are flipped somewhere."""

AT_A_TIME = 16
SECONDS = 2.0
"""What a real conversation may take; a longer length makes the client wait until then."""

Place = tuple[int, int]
"""The number of a frame of the host's, and of a bit in it; its length before it counts, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A host, and a conversation with it."""

    samba: Samba
    recording: Recording


@pytest.fixture(scope="module", params=MODES, ids=str)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Serve the world in each mode."""
    with serving(*MODES[request.param]) as samba:
        yield Scene(samba=samba, recording=record(target(samba), lambda channel: put(channel, tuple(TRUTH), {}, 2)))


def places(sizes: Sequence[int], wanted: int, seed: int) -> list[Place]:
    """Choose bits of frames of these sizes in bytes: each bit of the head in one, and as many in every frame."""
    chance = random.Random(seed)  # noqa: S311 - the same places each time
    chosen = dict.fromkeys((chance.randrange(len(sizes)), bit) for bit in range(min(HEAD, wanted)))
    for number in count():
        if len(chosen) >= wanted:
            break
        index = number % len(sizes)
        chosen[index, chance.randrange(8 * sizes[index])] = None
    return list(chosen)


def judge(outcomes: Mapping[Question, Outcome], failure: Failure | None) -> str:
    """Give a word for how a conversation ended: wrong, or honest in one of two ways."""
    if any(outcome != TRUTH[each] and not _reasoned(outcome) for each, outcome in outcomes.items()):
        return "wrong"
    if failure is None:
        return "true" if outcomes == TRUTH else "incomplete"
    return f"{failure.reason}" if failure.detail and "please report" not in failure.detail else "unexplained"


def _reasoned(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) and bool(outcome.detail)


HONEST = {"true", *map(str, Reason)}
"""Words that the law allows."""


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


def test_no_bit_flipped_in_a_real_conversation_makes_a_wrong_fact(scene: Scene) -> None:
    """The length, the negotiation, the logon, and some of all that follows."""
    frames = undisturbed(scene.samba)
    first = sum(map(is_logon, frames))
    assert first == 3
    chosen = places([len(each) for each in frames[:first]], LOGON_PLACES, seed=21)
    others = places([len(each) for each in frames[first:]], OTHER_PLACES, seed=22)
    chosen += [(first + number, bit) for number, bit in others]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        answers = list(pool.map(lambda place: through(scene.samba, place), chosen))
    words = Counter(judge(each.outcomes, each.failure) for each in answers)
    assert words.keys() <= HONEST
    assert words.total() >= LOGON_PLACES + OTHER_PLACES
    assert words["malformed"] > words["true"]


def replayed(recording: Recording, place: Place | None) -> tuple[dict[Question, Outcome], Failure | None, Player]:
    """Play the recording with one bit flipped, or with none."""
    number, bit = place or (-1, 0)
    data = relay.flipped(recording.server[number], bit) if place else b""
    outcomes: dict[Question, Outcome] = {}
    failure = None
    with recording.played(number if place else len(recording.frames), data) as (channel, player):
        try:
            put(channel, tuple(TRUTH), outcomes, 2)
        except Exception as error:  # noqa: BLE001 - a conversation names them all
            failure = failure_of(error)
    return {each: outcomes[each] for each in TRUTH if each in outcomes}, failure, player


def test_no_bit_flipped_after_the_logon_makes_a_wrong_fact(scene: Scene) -> None:
    """At 5,000 places: the client goes on where nothing that counts was changed, and else says not one word more."""
    assert replayed(scene.recording, None)[:2] == (TRUTH, None)
    words: Counter[str] = Counter()
    for place in places([len(each) for each in scene.recording.server], PLACES, seed=23):
        outcomes, failure, player = replayed(scene.recording, place)
        word = judge(outcomes, failure)
        words[word] += 1
        assert word == "true" or not player.late, place
    assert words.keys() <= HONEST
    assert words.total() >= PLACES
    assert words["malformed"] > 0.8 * PLACES


ENABLED = re.compile(rb"\0{4}\x04\0{3}(\x01\0{3})")
"""The value in the answer to its query: none of its bytes left out, four that are there, and these (NDR)."""


class Credulous(Signing):
    """A protection that verifies nothing."""

    def verified(self, response: Response) -> Response:
        """Believe whatever comes."""
        return response


@pytest.mark.parametrize("scene", ["2.1 signed"], indirect=True)
def test_whoever_verifies_nothing_is_deceived(scene: Scene) -> None:
    """One bit makes 0 of ``Enabled``, which is 1: what is flipped is what facts are made of."""
    believing = replace(scene.recording.session, shield=Credulous(lambda _: bytes(16)))
    ((number, byte),) = (
        (number, found.start(1))
        for number, wire in enumerate(scene.recording.server)
        for found in ENABLED.finditer(wire)
    )
    outcomes, failure, _ = replayed(replace(scene.recording, session=believing), (number, 8 * byte))
    assert failure is None
    assert outcomes == {**TRUTH, RegistryValue(key=KEY, value="Enabled"): Known(value=0, type="REG_DWORD")}
