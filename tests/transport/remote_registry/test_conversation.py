from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Mapping
from functools import partial

import pytest

from fleetscan.credentials.interface import Auth
from fleetscan.model import Answer, Outcome, Question, Reason, Unknown
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry.conversation import Conversation, lanes
from tests.samba import Samba
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.world import CIM, MODES, TRUTH, ask, serving

PLACES = 40
"""Bits that are flipped in each mode, one in each conversation."""

STRIDE = 3
"""Every how many frames one is disturbed."""


@pytest.fixture(scope="module", params=MODES, ids=str)
def samba(request: pytest.FixtureRequest) -> Iterator[Samba]:
    """Serve the world in each mode."""
    with serving(*MODES[request.param]) as server:
        yield server


def frames(samba: Samba) -> list[int]:
    """Count the bytes of each frame that an undisturbed host sends."""
    sizes: list[int] = []

    def watch(_: int, frame: bytes) -> list[bytes]:
        sizes.append(len(frame))
        return [frame]

    with relay.before(target(samba), watch) as watched:
        (answer,) = ask(watched)
    assert answer.outcomes == TRUTH
    return sizes


def honest(outcomes: Mapping[Question, Outcome]) -> bool:
    """Tell whether each outcome is the truth, or unknown with a reason."""
    return all(outcome == TRUTH[question] or isinstance(outcome, Unknown) for question, outcome in outcomes.items())


def changed(bit: int, frame: bytes) -> list[bytes]:
    """Flip one bit of a frame, which may be shorter this time."""
    return [relay.flipped(frame, bit % (len(frame) * 8))]


def ended(answer: Answer, reason: Reason) -> bool:
    """Tell whether the conversation failed for this reason, or came to its end before the disturbance."""
    return answer.outcomes == TRUTH if answer.failure is None else answer.failure.reason is reason


def disturbed(samba: Samba, *meddlers: relay.Meddle, budget: float = 15.0) -> list[Answer]:
    """Ask through relays, each of which does one thing to what the host says."""
    with contextlib.ExitStack() as stack:
        return ask(*(stack.enter_context(relay.before(target(samba), each)) for each in meddlers), budget=budget)


def test_everything_is_answered(samba: Samba) -> None:
    """All facts come back, and how much it took is counted."""
    (answer,) = ask(target(samba))
    assert answer.outcomes == TRUTH
    assert answer.failure is None
    assert answer.round_trips > 3
    assert answer.bytes_received > 1000


def test_a_host_that_hangs_up_at_any_moment_leaves_the_facts_so_far(samba: Samba) -> None:
    """Whatever was answered before is kept and true; the rest has a reason."""
    sizes = frames(samba)
    for answer in disturbed(samba, *(relay.at(number, lambda _: None) for number in range(0, len(sizes), STRIDE))):
        assert honest(answer.outcomes)
        assert ended(answer, Reason.UNREACHABLE)


def test_a_host_that_falls_silent_at_any_moment_costs_its_budget_only(samba: Samba) -> None:
    """The time is spent, the step that was reached is named, and what was answered is kept."""
    sizes = frames(samba)
    silent = [relay.at(number, lambda _: []) for number in range(0, len(sizes), STRIDE)]
    for answer in disturbed(samba, *silent, budget=3.0):
        assert honest(answer.outcomes)
        assert ended(answer, Reason.TIMED_OUT)


def test_a_frame_that_is_cut_short_is_no_answer(samba: Samba) -> None:
    """Each frame, less its last byte: the conversation ends, and what was answered is true."""
    sizes = frames(samba)
    cut = [relay.at(number, lambda frame: [frame[:-1]]) for number in range(1, len(sizes), STRIDE)]
    for answer in disturbed(samba, *cut):
        assert honest(answer.outcomes)
        assert ended(answer, Reason.MALFORMED)


def test_a_frame_that_comes_again_is_no_answer(samba: Samba) -> None:
    """A replayed frame answers nothing that was asked, or comes too late to matter."""
    sizes = frames(samba)
    twice = [relay.at(number, lambda frame: [frame, frame]) for number in range(0, len(sizes), STRIDE)]
    for answer in disturbed(samba, *twice):
        assert honest(answer.outcomes)
        assert ended(answer, Reason.MALFORMED)


def test_no_flipped_bit_makes_a_wrong_fact(samba: Samba) -> None:
    """One bit, anywhere in what the host sends: each fact is true or unknown, each missing one has a reason."""
    sizes = frames(samba)
    choice = random.Random(PLACES)  # noqa: S311 - the same places each time
    numbers = choice.choices(range(len(sizes)), weights=sizes, k=PLACES)
    meddlers = [relay.at(each, partial(changed, choice.randrange(sizes[each] * 8))) for each in numbers]
    for answer in disturbed(samba, *meddlers):
        assert honest(answer.outcomes)
        assert answer.failure is not None or answer.outcomes.keys() == TRUTH.keys()


def test_what_cannot_be_asked_is_unsupported(samba: Samba) -> None:
    """CIM classes are unknown with a remedy, even when the host is not reached."""
    (answer,) = ask(target(samba), questions=[CIM, CIM])
    (outcome,) = answer.outcomes.values()
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.UNSUPPORTED


def test_a_credential_of_http_contacts_nobody(samba: Samba) -> None:
    """Nothing is sent, and the words say what to do."""
    (answer,) = ask(target(samba, auth=Auth.BASIC))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNSUPPORTED
    assert (answer.round_trips, answer.bytes_received) == (0, 0)


@pytest.mark.parametrize(("seconds", "count"), [(0.0005, 4), (0.02, 4), (0.021, 8), (0.3, 8)])
def test_the_farther_the_host_the_more_is_asked_at_a_time(seconds: float, count: int) -> None:
    """Four pipes of a kind on a LAN, eight beyond 20 ms or when services are looked for."""
    assert lanes(seconds, listing=False) == count
    assert lanes(seconds, listing=True) == 8


def test_a_thread_that_is_stuck_is_told_by_where_it_is(samba: Samba) -> None:
    """Before there is a connection it is the name server; what is known already counts."""
    stuck = Conversation(target(samba), [CIM], Deadline(1), ignore_step, Tickets())
    answer = stuck.overdue()
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNREACHABLE
    assert answer.outcomes.keys() == {CIM}


def test_a_conversation_that_failed_keeps_its_failure(samba: Samba) -> None:
    """A thread that ends a moment too late has said why."""
    late = Conversation(target(samba, auth=Auth.BASIC), [CIM], Deadline(1), ignore_step, Tickets())
    late.run(lambda: None)
    assert late.overdue() == late.result
