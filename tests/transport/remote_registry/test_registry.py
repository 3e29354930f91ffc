from __future__ import annotations

from collections import deque

import pytest

from fleetscan.model import Absent, Known, Outcome, Question, Reason, RegistryList, RegistryValue, Unknown
from fleetscan.transport.remote_registry.flow import Code, Reply
from fleetscan.transport.remote_registry.keyread import LIST_BYTES, LIST_LIMIT, KeyQuestion
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.remote_registry.registry import registry_flows
from fleetscan.transport.remote_registry.winreg import DATA_LIMIT
from tests.transport.remote_registry import stubs
from tests.transport.remote_registry.pipehost import BROKEN, BUSY, DENIED, NOT_FOUND, PipeHost, converse
from tests.transport.remote_registry.rpchost import Key, Rpc

K = r"HKLM\SOFTWARE\Vendor"
ONE = (4, b"\x01\0\0\0")
OPEN_HIVE, ENUM_KEY, ENUM_VALUE, OPEN_KEY, QUERY_INFO, QUERY_VALUE = 2, 9, 10, 15, 16, 17


def value(name: str = "one", key: str = K, **more: int) -> RegistryValue:
    """Ask for a value."""
    return RegistryValue(key=key, value=name, view=32 if more.get("view") == 32 else 64)


VALUES = RegistryList(key=K, list="values")
SUBKEYS = RegistryList(key=K, list="subkeys")


def machine(**keys: Key) -> PipeHost:
    """Make a host with one key, or with keys below it."""
    return PipeHost(rpc=Rpc(keys={f"{K}\\{name}".upper().rstrip("\\"): key for name, key in keys.items()}))


def vendor(**more: tuple[int, bytes] | int) -> PipeHost:
    """Make a host with one key."""
    return PipeHost(rpc=Rpc(keys={K.upper(): Key(values={"one": ONE, **more}, subkeys=("a", "b"))}))


def ask(host: PipeHost, *questions: KeyQuestion, pipes: int = 1, place: Place | None = None) -> dict[Question, Outcome]:
    """Put questions, each of which gets an outcome."""
    outcomes: dict[Question, Outcome] = {}
    converse(host, registry_flows(questions, outcomes, place or Place(), pipes, Rack()))
    assert outcomes.keys() == set(questions)
    return outcomes


def reasons(outcomes: dict[Question, Outcome]) -> list[Reason]:
    """Give the reasons of outcomes that are all unknown."""
    found = [outcome.reason for outcome in outcomes.values() if isinstance(outcome, Unknown)]
    assert len(found) == len(outcomes)
    return found


def test_values_are_known_or_absent() -> None:
    """A key is opened once for all that is asked of it; its default value has no name."""
    host = PipeHost(rpc=Rpc(keys={K.upper(): Key(values={"": (1, "d\0".encode("utf-16-le")), "One": ONE})}))
    asked = [value("ONE"), value(""), value("gone"), value(key=K.upper())]
    assert list(ask(host, *asked).values()) == [
        Known(value=1, type="REG_DWORD"),
        Known(value="d", type="REG_SZ"),
        Absent(),
        Known(value=1, type="REG_DWORD"),
    ]
    assert [opnum for _, opnum in host.calls] == [OPEN_HIVE, OPEN_KEY, *[QUERY_VALUE] * 4]


def test_lists_are_known() -> None:
    """Values with their types, names in the order of the host; an empty key has empty lists."""
    assert ask(vendor(two=(3, b"\xff")), VALUES, SUBKEYS) == {
        VALUES: Known(
            value={"one": {"type": "REG_DWORD", "value": 1}, "two": {"type": "REG_BINARY", "value": "ff"}},
            type="values",
        ),
        SUBKEYS: Known(value=["a", "b"], type="subkeys"),
    }
    empty = PipeHost(rpc=Rpc(keys={K.upper(): Key()}))
    assert ask(empty, VALUES, SUBKEYS) == {
        VALUES: Known(value={}, type="values"),
        SUBKEYS: Known(value=[], type="subkeys"),
    }


def test_a_hive_itself_can_be_asked() -> None:
    """Then no key is opened below it."""
    host = PipeHost(rpc=Rpc(keys={"HKU": Key(subkeys=(".DEFAULT",))}))
    question = RegistryList(key="HKEY_USERS", list="subkeys")
    assert ask(host, question) == {question: Known(value=[".DEFAULT"], type="subkeys")}


def test_a_key_that_is_not_there_is_absent_for_all_its_questions() -> None:
    """The host said so of this key."""
    assert set(ask(PipeHost(), value(), VALUES, SUBKEYS).values()) == {Absent()}


def test_a_key_that_is_denied_is_unknown_for_all_its_questions() -> None:
    """And the others are answered."""
    other = value(key=K + "\\open")
    host = PipeHost(rpc=Rpc(keys={K.upper(): Key(code=5), (K + "\\open").upper(): Key(values={"one": ONE})}))
    outcomes = ask(host, value(), VALUES, other)
    assert outcomes.pop(other) == Known(value=1, type="REG_DWORD")
    assert reasons(outcomes) == [Reason.DENIED] * 2
    assert "SecurePipeServers" in repr(outcomes[value()])


@pytest.mark.parametrize(
    ("code", "reason"),
    [(5, Reason.DENIED), (6, Reason.UNSUPPORTED), (1018, Reason.UNSUPPORTED), (87, Reason.UNSUPPORTED)],
)
def test_other_codes_are_told(code: int, reason: Reason) -> None:
    """Of a value, of an entry, of a hive; none of them is absence."""
    outcomes = ask(vendor(one=code), value(), VALUES)
    assert reasons(outcomes) == [reason] * 2
    assert all(f"(code {code})" in repr(outcome) for outcome in outcomes.values())
    assert reasons(ask(PipeHost(rpc=Rpc(keys={"HKLM": Key(code=code)})), value(), SUBKEYS)) == [reason] * 2


def test_a_hive_that_is_missing_is_not_absent() -> None:
    """Code 2 is about a key only when a key was asked for."""
    assert reasons(ask(PipeHost(rpc=Rpc(keys={"HKLM": Key(code=2)})), value())) == [Reason.UNSUPPORTED]


@pytest.mark.parametrize("size", [65_536, 65_537, DATA_LIMIT - 2])
def test_large_values_are_read(size: int) -> None:
    """What does not fit at first is asked for once more, with the size that the host named."""
    text = "x" * (size // 2)
    host = vendor(big=(1, text.encode("utf-16-le")))
    expected = Known(value=text, type="REG_SZ")
    assert ask(host, value("big")) == {value("big"): expected}
    listed = ask(host, VALUES)[VALUES]
    assert isinstance(listed, Known)
    assert isinstance(listed.value, dict)
    assert listed.value["big"] == {"type": "REG_SZ", "value": text}


def test_a_value_that_is_too_large_is_not_read() -> None:
    """Its size alone is asked for; a list that holds one is unknown as a whole."""
    host = vendor(big=(3, bytes(DATA_LIMIT + 1)))
    assert reasons(ask(host, value("big"), VALUES)) == [Reason.TOO_LARGE] * 2
    assert [opnum for _, opnum in host.calls].count(QUERY_VALUE) == 1


def test_a_host_that_always_wants_more_room_is_given_up() -> None:
    """After two calls for a value, and two for an entry."""
    more = stubs.data_of_value(3, b"", 100_000, 65536, 234)
    answers = {("winreg", QUERY_VALUE): more, ("winreg", ENUM_VALUE): stubs.counted("x", 32768) + more}
    host = vendor()
    host.answers = answers
    assert reasons(ask(host, value(), VALUES)) == [Reason.MALFORMED] * 2
    assert [opnum for _, opnum in host.calls].count(QUERY_VALUE) == 2
    assert [opnum for _, opnum in host.calls].count(ENUM_VALUE) == 2


@pytest.mark.parametrize("size", [0, 10, 65_536])
def test_a_host_that_wants_no_more_room_than_it_had_is_given_up(size: int) -> None:
    """At once."""
    host = vendor()
    host.answers = {("winreg", QUERY_VALUE): stubs.data_of_value(3, b"", size, 65536, 234)}
    assert reasons(ask(host, value())) == [Reason.MALFORMED]
    assert [opnum for _, opnum in host.calls].count(QUERY_VALUE) == 1


def test_an_absurd_count_is_not_believed() -> None:
    """More entries than are read are too many at once; fewer than there are do not end the list."""
    many = PipeHost(rpc=Rpc(keys={K.upper(): Key(info=stubs.info(LIST_LIMIT + 1, 0xFFFFFFFF, 4))}))
    assert reasons(ask(many, VALUES, SUBKEYS)) == [Reason.TOO_LARGE] * 2
    few = vendor()
    few.answers = {("winreg", QUERY_INFO): stubs.info(0, 0, 0xFFFFFFFF)}
    outcomes = ask(few, VALUES, SUBKEYS)
    assert outcomes[SUBKEYS] == Known(value=["a", "b"], type="subkeys")
    assert isinstance(outcomes[VALUES], Known)


def test_a_list_without_end_is_too_large() -> None:
    """Whatever the host said of its length."""
    names = tuple(map(str, range(LIST_LIMIT + 1)))
    endless = Key(subkeys=names, values=dict.fromkeys(names, ONE), info=stubs.info(1, 1, 4))
    host = PipeHost(rpc=Rpc(keys={K.upper(): endless}))
    assert reasons(ask(host, SUBKEYS, VALUES)) == [Reason.TOO_LARGE] * 2
    texts = dict.fromkeys("abcde", (1, bytes(LIST_BYTES // 4)))
    assert reasons(ask(vendor(**texts), VALUES)) == [Reason.TOO_LARGE]


def test_a_name_that_comes_twice_is_malformed() -> None:
    """The second would hide the first."""
    assert reasons(ask(PipeHost(rpc=Rpc(keys={K.upper(): Key(subkeys=("a", "a"))})), SUBKEYS)) == [Reason.MALFORMED]
    host = vendor()
    twice = stubs.counted("x", 32768) + stubs.data_of_value(4, bytes(4), 4, 65536, 0)
    host.answers = {("winreg", ENUM_VALUE): twice}
    assert reasons(ask(host, VALUES)) == [Reason.MALFORMED]


def test_a_value_of_a_type_that_is_not_read_leaves_its_list_unknown() -> None:
    """And is named."""
    outcomes = ask(vendor(link=(6, b"")), VALUES, value("link"), value())
    assert outcomes[VALUES] == Unknown(reason=Reason.UNSUPPORTED, detail="link: the registry type REG_LINK is not read")
    assert isinstance(outcomes[value("link")], Unknown)
    assert isinstance(outcomes[value()], Known)


@pytest.mark.parametrize("operation", [QUERY_INFO, ENUM_KEY, ENUM_VALUE, QUERY_VALUE])
def test_what_goes_wrong_with_one_question_leaves_the_others_alone(operation: int) -> None:
    """A fault, an answer that makes no sense, and a code: each is this question's."""
    for answers, faults in (({("winreg", operation): b"????"}, {}), ({}, {("winreg", operation): 5})):
        host = vendor()
        host.answers, host.faults = answers, faults
        asked: tuple[KeyQuestion, ...] = (value(), VALUES, SUBKEYS)
        outcomes = ask(host, *asked)
        known = {question for question, outcome in outcomes.items() if isinstance(outcome, Known)}
        wrong: dict[int, set[Question]] = {
            QUERY_INFO: {VALUES, SUBKEYS},
            ENUM_KEY: {SUBKEYS},
            ENUM_VALUE: {VALUES},
            QUERY_VALUE: {value()},
        }
        assert known == {*asked} - wrong[operation]


def test_a_list_whose_key_does_not_say_how_much_it_holds() -> None:
    """A class that does not fit is no trouble; anything else is."""
    host = vendor()
    host.answers = {("winreg", QUERY_INFO): stubs.info(0, 0, 0, 234)}
    assert ask(host, SUBKEYS) == {SUBKEYS: Known(value=["a", "b"], type="subkeys")}
    host.answers = {("winreg", QUERY_INFO): stubs.info(0, 0, 0, 5)}
    assert reasons(ask(host, SUBKEYS, VALUES)) == [Reason.DENIED] * 2
    host.answers = {("winreg", ENUM_KEY): stubs.subkey(None, 0, 5)}
    assert reasons(ask(host, SUBKEYS)) == [Reason.DENIED]


@pytest.mark.parametrize("operation", [OPEN_HIVE, OPEN_KEY])
def test_a_key_that_does_not_open_for_a_fault_is_unknown(operation: int) -> None:
    """For all its questions."""
    host = vendor()
    host.faults = {("winreg", operation): 0x1C010002}
    assert reasons(ask(host, value(), VALUES)) == [Reason.UNSUPPORTED] * 2


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (value(key="HKXX\\a"), "'HKXX' is not a registry hive."),
        (value(key="HKLM\\" + "x" * 40_000), "no key can have such a path"),
        (value(key="HKLM\\a\0b"), "no key can have such a path"),
    ],
)
def test_what_is_no_key_is_not_asked_for(question: RegistryValue, words: str) -> None:
    """It has no hive, or cannot be sent."""
    host = PipeHost()
    assert ask(host, question) == {question: Unknown(reason=Reason.UNSUPPORTED, detail=words)}
    assert host.calls == []


def test_what_is_no_name_is_not_asked_for() -> None:
    """A value's name can be too long to be sent, or end too early."""
    outcomes = ask(vendor(), value("x" * 40_000), value("a\0b"), value())
    assert isinstance(outcomes[value()], Known)
    assert [isinstance(outcome, Unknown) for outcome in outcomes.values()] == [True, True, False]


def test_the_32_bit_view_depends_on_the_machine() -> None:
    """On 64 bits it is below Wow6432Node, on 32 bits it is the same; where that is unknown, so is the value."""
    narrow = value(view=32)
    host = PipeHost(
        rpc=Rpc(
            keys={
                K.upper(): Key(values={"one": (4, b"\x20\0\0\0")}),
                r"HKLM\SOFTWARE\WOW6432NODE\VENDOR": Key(values={"one": (4, b"\x40\0\0\0")}),
            }
        )
    )
    assert ask(host, narrow, place=Place(bits=64)) == {narrow: Known(value=0x40, type="REG_DWORD")}
    assert ask(host, narrow, place=Place(bits=32)) == {narrow: Known(value=0x20, type="REG_DWORD")}
    unknown = Unknown(reason=Reason.DENIED, detail="no")
    shared = value(key=r"HKLM\SYSTEM\a", view=32)
    outcomes = ask(host, narrow, value(), shared, place=Place(bits=unknown))
    assert outcomes == {narrow: unknown, value(): Known(value=0x20, type="REG_DWORD"), shared: Absent()}


def test_trouble_with_the_place_is_not_met_twice() -> None:
    """A registry that could not be asked before is not asked again."""
    host = PipeHost()
    unknown = Unknown(reason=Reason.UNREACHABLE, detail="no")
    assert ask(host, value(), VALUES, place=Place(trouble=unknown)) == {value(): unknown, VALUES: unknown}
    assert host.seen == []


@pytest.mark.parametrize("pipes", [1, 3])
@pytest.mark.parametrize(
    ("status", "reason"), [(NOT_FOUND, Reason.UNREACHABLE), (DENIED, Reason.DENIED), (BUSY, Reason.UNREACHABLE)]
)
def test_a_pipe_that_cannot_be_opened_is_every_questions_trouble(pipes: int, status: int, reason: Reason) -> None:
    """And the end of nothing else."""
    host = PipeHost(missing={"winreg": status})
    asked = [value(key=f"{K}\\{name}") for name in "abcde"]
    assert reasons(ask(host, *asked, pipes=pipes)) == [reason] * 5


def keys(count: int) -> tuple[PipeHost, list[RegistryValue]]:
    """Make a host with so many keys, and a question about each."""
    found = {f"{K}\\{number}".upper(): Key(values={"one": ONE}) for number in range(count)}
    return PipeHost(rpc=Rpc(keys=found)), [value(key=f"{K}\\{number}") for number in range(count)]


def test_pipes_share_the_keys() -> None:
    """There are no more of them than keys."""
    host, asked = keys(6)
    assert set(ask(host, *asked, pipes=4).values()) == {Known(value=1, type="REG_DWORD")}
    assert [command.code for command in host.seen].count(Code.CREATE) == 4
    host, asked = keys(2)
    assert len(registry_flows(asked, {}, Place(), 4, Rack())) == 2
    assert registry_flows([], {}, Place(), 4, Rack()) == []


def test_a_host_with_few_instances_is_asked_over_fewer_pipes() -> None:
    """What one pipe could not be opened for is left to the others."""
    host, asked = keys(6)
    host.opens = deque([0, BUSY, BUSY, BUSY])
    assert set(ask(host, *asked, pipes=4).values()) == {Known(value=1, type="REG_DWORD")}


def test_a_pipe_that_breaks_is_opened_again() -> None:
    """The key under way is begun once more, and what was answered of it is kept."""
    host, _ = keys(1)
    host.rpc = Rpc(keys={K.upper(): Key(values={"one": ONE, "two": ONE})})
    count = 0

    def change(reply: Reply) -> Reply:
        nonlocal count
        count += 1
        return Reply(BROKEN, b"") if count == 6 else reply  # create, bind, hive, key, one, two

    host.change = change
    assert set(ask(host, value("one"), value("two")).values()) == {Known(value=1, type="REG_DWORD")}
    assert [opnum for _, opnum in host.calls].count(QUERY_VALUE) == 3


def test_a_key_that_breaks_its_pipe_twice_is_given_up() -> None:
    """The others are answered all the same."""
    host, asked = keys(3)
    bad = value("bad", key=f"{K}\\1")

    calls = 0

    def change(reply: Reply) -> Reply:
        nonlocal calls
        new, calls = len(host.calls) > calls, len(host.calls)
        return Reply(BROKEN, b"") if new and host.calls[-1] == ("winreg", QUERY_INFO) else reply

    host.change = change
    listed = RegistryList(key=f"{K}\\1", list="values")
    outcomes = ask(host, asked[0], listed, bad, asked[2])
    assert isinstance(outcomes[asked[0]], Known)
    assert isinstance(outcomes[asked[2]], Known)
    assert [type(outcomes[question]) for question in (listed, bad)] == [Unknown, Unknown]


def test_a_host_whose_pipes_always_break_is_given_up() -> None:
    """After four pipes, with an outcome for each question; the one pipe's end is not the other's."""
    host, asked = keys(20)
    host.change = lambda reply: Reply(BROKEN, b"") if host.calls else reply
    assert reasons(ask(host, *asked)) == [Reason.UNREACHABLE] * 20
    assert [command.code for command in host.seen].count(Code.CREATE) <= 4


def test_outcomes_are_written_as_they_come() -> None:
    """So that a conversation that is cut keeps what was answered."""
    host, asked = keys(3)
    outcomes: dict[Question, Outcome] = {}
    (flow,) = registry_flows(asked, outcomes, Place(), 1, Rack())
    counts = []
    step = next(flow)
    for _ in range(7):
        assert not isinstance(step, float)
        step = flow.send(host.answer(step))  # type: ignore[arg-type]  # no pauses are asked for here
        counts.append(len(outcomes))
    assert counts == [0, 0, 0, 1, 1, 2, 2]
    flow.close()
    assert len(outcomes) == 2
