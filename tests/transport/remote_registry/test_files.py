from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Absent, File, FileAspect, Known, Outcome, Question, Reason, RegistryValue, Unknown
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.flow import Code, Exchange, Reply
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.words import TEXT_LIMIT
from tests.transport.remote_registry.file_fuzz import fuzz
from tests.transport.remote_registry.programs import with_version
from tests.transport.remote_registry.scripted import (
    DENIED,
    ERROR_BODY,
    PLACE,
    Entry,
    Host,
    Node,
    ask,
    converse,
)

MOMENT = "2026-01-19T00:00:00Z"


def _file(path: str, aspect: FileAspect, pattern: str = "", max_bytes: int = 262_144) -> File:
    return File(path=f"C:\\{path}", aspect=aspect, pattern=pattern, max_bytes=max_bytes)


def _text(data: bytes, max_bytes: int = 262_144) -> Outcome:
    question = _file("x", FileAspect.TEXT, max_bytes=max_bytes)
    return ask(Host({"C$": {"x": Node(data=data)}}), question)[question]


def _known_text(text: str, *, truncated: bool = False) -> Known:
    return Known(value={"text": text, "truncated": truncated}, type="file")


def _reason(outcome: Outcome) -> Reason | None:
    return outcome.reason if isinstance(outcome, Unknown) else None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"abc", "abc"),
        (b"\xef\xbb\xbf\xc3\xa4", "ä"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa"),
        (b"\xff\xfea\0\xe4\0", "aä"),
        (b"\xfe\xff\0a\0\xe4", "aä"),
        (b"\xff\xfe\0\xd8a\0", "\ufffda"),
        (b"\xff\xfea\0b", "a\ufffd"),
        (b"\xff\xfe", ""),
        (b"\xffa", "\ufffda"),
        (b"a\r\n\0b", "a\r\n\0b"),
        (b"\xe4", "\ufffd"),
    ],
)
def test_a_text_is_decoded_as_its_byte_order_mark_says(data: bytes, text: str) -> None:
    """UTF-8 without one; what cannot be decoded is U+FFFD, also at the end of a whole text."""
    assert _text(data) == _known_text(text)


@pytest.mark.parametrize(
    ("data", "limit", "text"),
    [
        (b"abc", 2, "ab"),
        (b"abc", 0, ""),
        (b"abc", -1, ""),
        ("ä".encode() * 2, 3, "ä"),
        ("🙂".encode() * 2, 7, "🙂"),
        (b"\xff\xfea\0b\0", 5, "a"),
        (b"\xff\xfe\x3d\xd8\x42\xde", 4, ""),
        (b"\xef\xbb\xbfabc", 2, ""),
    ],
)
def test_a_text_that_is_cut_says_so_and_loses_the_character_that_was_cut_in_two(
    data: bytes, limit: int, text: str
) -> None:
    """Whatever the encoding."""
    assert _text(data, limit) == _known_text(text, truncated=True)


@given(st.binary(max_size=50), st.integers(0, 60))
def test_any_bytes_are_a_text_of_at_most_so_many_characters(data: bytes, limit: int) -> None:
    """And cut exactly when the file is longer."""
    outcome = _text(data, limit)
    assert isinstance(outcome, Known)
    assert isinstance(outcome.value, dict)
    text = outcome.value["text"]
    assert isinstance(text, str)
    assert len(text) <= limit
    assert outcome.value["truncated"] is (len(data) > limit)


def test_a_text_that_is_longer_than_a_value_may_be_is_too_large() -> None:
    """Refused by its size when that is enough, else by its characters."""
    limit = 16 * TEXT_LIMIT
    assert _reason(_text(b"a" * (TEXT_LIMIT + 1), limit)) is Reason.TOO_LARGE
    assert _text("🙂".encode() * TEXT_LIMIT, limit) == _known_text("🙂" * TEXT_LIMIT)
    host = Host({"C$": {"x": Node(size=4 * TEXT_LIMIT + 4)}})
    question = _file("x", FileAspect.TEXT, max_bytes=limit)
    assert _reason(ask(host, question)[question]) is Reason.TOO_LARGE
    assert len(host.seen) == 3


def test_a_text_that_shrinks_while_it_is_read_is_what_was_there() -> None:
    """The end of the file comes before its size."""
    question = _file("x", FileAspect.TEXT)
    assert ask(Host({"C$": {"x": Node(data=b"abc", size=9)}}), question)[question] == _known_text("abc")


def test_a_text_in_crumbs_is_malformed() -> None:
    """A host that gives one byte at a time is not followed for ever."""

    def crumbs(reply: Reply) -> Reply:
        return Reply(0, struct.pack("<HBBIII", 17, 80, 0, 1, 0, 0) + b"a") if reply.body[:1] == b"\x11" else reply

    question = _file("x", FileAspect.TEXT)
    host = Host({"C$": {"x": Node(data=b"a" * 1000)}}, change=crumbs)
    assert _reason(ask(host, question)[question]) is Reason.MALFORMED
    assert len(host.seen) < 20


def test_a_stat_is_one_exchange_and_a_program_a_few() -> None:
    """Opening and closing together tell size and time; a version takes its headers, its resources and the closing."""
    program = _file("x", FileAspect.VERSION)
    host = Host({"C$": {"x": Node(data=with_version((1, 2, 3, 4)).build())}})
    assert converse(host, file_flows([_file("x", FileAspect.STAT)], {}, PLACE, {}, 1)) == 1
    assert [each.code for each in host.seen] == [Code.CREATE, Code.CLOSE]
    assert converse(host, file_flows([program], {}, PLACE, {}, 1)) == 2


def test_a_directory_has_no_size() -> None:
    """Whatever its server says of it."""
    question = _file("d", FileAspect.STAT)
    host = Host({"C$": {"d": Node(pages=(), size=4096)}})
    assert ask(host, question)[question] == Known(value={"size": 0, "modified": MOMENT}, type="file")


@pytest.mark.parametrize("aspect", FileAspect)
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (DENIED, Reason.DENIED),
        (0xC000_0043, Reason.UNSUPPORTED),
        (0x8000_002D, Reason.UNSUPPORTED),
        (0xC000_0257, Reason.UNSUPPORTED),
        (0xC000_0185, Reason.UNSUPPORTED),
    ],
)
def test_a_file_that_does_not_open_says_why(aspect: FileAspect, status: int, reason: Reason) -> None:
    """Denied, in use, a link, elsewhere, a broken disk."""
    question = _file("x", aspect)
    assert _reason(ask(Host({"C$": {"x": status}}), question)[question]) is reason


@pytest.mark.parametrize("aspect", [FileAspect.VERSION, FileAspect.TEXT, FileAspect.NEWEST, FileAspect.COUNT])
@pytest.mark.parametrize("status", [0xC000_0034, DENIED, 0xC000_0054, 0xC000_0123])
def test_a_file_that_fails_after_it_opened_is_unknown_and_closed(aspect: FileAspect, status: int) -> None:
    """Even when the host says then that it is not there: it was."""
    later = iter(range(1, 100))

    def failing(reply: Reply) -> Reply:
        return reply if next(later) != 2 else Reply(status, ERROR_BODY)

    listed = aspect in (FileAspect.NEWEST, FileAspect.COUNT)
    node = Node(pages=((Entry("a"),),)) if listed else Node(data=b"MZ")
    question = _file("x", aspect)
    assert isinstance(ask(Host({"C$": {"x": node}}, change=failing), question)[question], Unknown)


def test_a_base_and_a_variable_lead_to_the_file() -> None:
    """The registry's answer is looked up when the question's turn comes."""
    base = RegistryValue(key="HKLM\\A", value="B")
    question = File(path="%Sub%\\x", base=base, aspect=FileAspect.STAT)
    gone = File(path="x", base=RegistryValue(key="HKLM\\A", value="C"), aspect=FileAspect.STAT)
    bases: dict[RegistryValue, Outcome] = {}
    outcomes: dict[Question, Outcome] = {}
    flows = file_flows([question, gone], bases, Place(variables={"sub": "b"}), outcomes, 2)
    bases[base] = Known(value="d:\\a\\", type="REG_SZ")
    assert gone.base is not None
    bases[gone.base] = Absent()
    converse(Host({"D$": {"a\\b\\x": Node(data=b"12")}}), flows)
    assert outcomes == {question: Known(value={"size": 2, "modified": MOMENT}, type="file"), gone: Absent()}


def test_names_of_the_host_are_made_valid() -> None:
    """Half a pair of surrogates could not be written to any file of ours."""
    question = _file("d", FileAspect.NEWEST)
    host = Host({"C$": {"d": Node(pages=((Entry("a\ud800b", 1),),))}})
    outcome = ask(host, question)[question]
    assert outcome == Known(value={"name": "a\ufffdb", "size": 1, "modified": MOMENT}, type="file")


def test_a_time_of_a_file_that_no_calendar_has_is_malformed() -> None:
    """For its own question only."""
    bad, good = _file("bad", FileAspect.STAT), _file("good", FileAspect.STAT)
    host = Host({"C$": {"bad": Node(modified=2**64 - 1), "good": Node()}})
    outcomes = ask(host, bad, good)
    assert _reason(outcomes[bad]) is Reason.MALFORMED
    assert isinstance(outcomes[good], Known)


def test_lanes_share_the_questions_and_there_are_no_more_than_these() -> None:
    """Equal questions are asked once; nothing to ask, no flow."""
    questions = [_file(str(number), FileAspect.STAT) for number in range(5)]
    assert file_flows([], {}, PLACE, {}, 4) == []
    assert len(file_flows(questions[:2] * 2, {}, PLACE, {}, 4)) == 2
    host = Host({"C$": {str(number): Node() for number in range(5)}})
    assert len(ask(host, *questions, lanes=3)) == 5


def test_what_is_known_when_a_flow_is_cut_stays_known() -> None:
    """The outcome is written before the file is closed, and before the next question."""
    outcomes: dict[Question, Outcome] = {}
    questions = [_file("x", FileAspect.TEXT), _file("y", FileAspect.TEXT)]
    (flow,) = file_flows(questions, {}, PLACE, outcomes, 1)
    host = Host({"C$": {"x": Node(data=b"1"), "y": Node(data=b"2")}})
    step = next(flow)
    assert isinstance(step, Exchange)
    step = flow.send(host.answer(step))
    assert isinstance(step, Exchange)
    assert [each.code for each in step.commands] == [Code.CLOSE]
    flow.close()
    assert outcomes == {questions[0]: _known_text("1")}


def test_two_hundred_thousand_damaged_replies_leave_no_question_without_an_outcome() -> None:
    """Every outcome is one of the three, nothing else escapes, nothing goes on for ever."""
    kinds = fuzz(200_000, seed=20261122)
    assert all(number > 1000 for number in kinds.values())
