from __future__ import annotations

from collections import deque

import pytest

from fleetscan.model import Absent, Known, Outcome, Question, Reason, Service, Services, Unknown, Value
from fleetscan.transport.remote_registry.flow import Code, Reply
from fleetscan.transport.remote_registry.keyread import LIST_LIMIT
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.services import service_flows
from tests.transport.remote_registry import rpchost, stubs
from tests.transport.remote_registry.pipehost import BROKEN, BUSY, DENIED, NOT_FOUND, PipeHost, converse
from tests.transport.remote_registry.rpchost import Key, Rpc

SERVICES = r"HKLM\SYSTEM\CURRENTCONTROLSET\SERVICES"
STATUS, MANAGER, OPEN, CONFIG, STATUS_EX = 6, 15, 16, 17, 40
ENUM_KEY = 9
A, B = Service(name="AlphaOne"), Service(name="AlphaTwo")
ALPHA, ALL = Services(pattern="alpha*"), Services(pattern="*")
RECORD: dict[str, Value] = {
    "state": "Running",
    "start": "Auto",
    "account": "LocalSystem",
    "display": "A service",
    "pid": 4711,
}
RUNNING = Known(value=RECORD, type="service")


def text(words: str) -> tuple[int, bytes]:
    """Make a REG_SZ."""
    return 1, (words + "\0").encode("utf-16-le")


def number(value: int) -> tuple[int, bytes]:
    """Make a REG_DWORD."""
    return 4, value.to_bytes(4, "little")


def registered(names: tuple[str, ...], **values: tuple[int, bytes] | int) -> dict[str, Key]:
    """Make the services' key with its subkeys, each of them with these values."""
    keys = {f"{SERVICES}\\{name.upper()}": Key(values=values) for name in names}
    return keys | {SERVICES: Key(subkeys=names)}


def machine(*names: str, **services: rpchost.Service) -> PipeHost:
    """Make a host with these services, and with plain ones of these names."""
    found = {name.upper(): service for name, service in services.items()}
    found |= {name.upper(): rpchost.Service() for name in names}
    return PipeHost(rpc=Rpc(keys=registered((*services, *names)), services=found))


def ask(host: PipeHost, *questions: Service | Services, pipes: int = 1) -> dict[Question, Outcome]:
    """Put questions, each of which gets an outcome."""
    outcomes: dict[Question, Outcome] = {}
    converse(host, service_flows(questions, outcomes, pipes, Rack()))
    assert outcomes.keys() == set(questions)
    assert host.strays == 0
    return outcomes


def one(service: rpchost.Service, **values: tuple[int, bytes] | int) -> Outcome:
    """Ask for one service, of which the registry holds these values."""
    host = PipeHost(rpc=Rpc(services={"ALPHAONE": service}, keys=registered(("AlphaOne",), **values)))
    return ask(host, A)[A]


def reason(outcome: Outcome) -> Reason:
    """Give the reason of an outcome that is unknown."""
    assert isinstance(outcome, Unknown)
    return outcome.reason


def test_a_service_is_known_in_the_words_of_win32_service() -> None:
    """Four calls: the manager, the service, its status, its configuration; the next service needs three."""
    host = machine("AlphaOne", "AlphaTwo")
    assert ask(host, A, B) == {A: RUNNING, B: RUNNING}
    assert [opnum for _, opnum in host.calls] == [MANAGER, *[OPEN, STATUS_EX, CONFIG] * 2]
    assert {name for name, _ in host.calls} == {"svcctl"}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (1, "Stopped"),
        (2, "Start Pending"),
        (3, "Stop Pending"),
        (4, "Running"),
        (5, "Continue Pending"),
        (6, "Pause Pending"),
        (7, "Paused"),
    ],
)
def test_states_have_words(state: int, word: str) -> None:
    """All of them, the pending ones too."""
    assert one(rpchost.Service(state=state)) == Known(value=RECORD | {"state": word}, type="service")


@pytest.mark.parametrize(("start", "word"), list(enumerate(["Boot", "System", "Auto", "Manual", "Disabled"])))
def test_start_types_have_words(start: int, word: str) -> None:
    """All of them."""
    assert one(rpchost.Service(start=start)) == Known(value=RECORD | {"start": word}, type="service")


@pytest.mark.parametrize("service", [rpchost.Service(state=0), rpchost.Service(state=8), rpchost.Service(start=5)])
def test_a_number_without_a_word_is_malformed(service: rpchost.Service) -> None:
    """It is not guessed at."""
    assert reason(one(service)) is Reason.MALFORMED


@pytest.mark.parametrize(("code", "outcome"), [(1060, Absent()), (123, Absent())])
def test_a_service_that_is_not_installed_is_absent(code: int, outcome: Outcome) -> None:
    """Or that cannot be, by its name."""
    assert one(rpchost.Service(code=code)) == outcome
    assert ask(PipeHost(), A) == {A: Absent()}


@pytest.mark.parametrize("name", ["x" * 257, "a\0b"])
def test_a_name_that_no_service_can_have_is_absent(name: str) -> None:
    """It cannot even be asked for."""
    host = PipeHost()
    assert ask(host, Service(name=name)) == {Service(name=name): Absent()}
    assert host.calls == []


@pytest.mark.parametrize(
    ("code", "why"), [(1072, Reason.UNSUPPORTED), (1115, Reason.UNREACHABLE), (87, Reason.UNSUPPORTED)]
)
def test_other_codes_are_told(code: int, why: Reason) -> None:
    """Of the service, its status, its configuration."""
    assert reason(one(rpchost.Service(code=code))) is why
    assert reason(one(rpchost.Service(status_code=code))) is why
    assert reason(one(rpchost.Service(config_code=code))) is why


@pytest.mark.parametrize(("kind", "listed"), [(0x10, True), (0x20, True), (0x110, True), (0xD0, True), (0xE0, True)])
def test_services_of_win32_are_listed(kind: int, listed: bool) -> None:  # noqa: FBT001 - a table's column
    """Own and shared processes, interactive ones, and a user's own instances."""
    assert (one(rpchost.Service(kind=kind)) == RUNNING) is listed


@pytest.mark.parametrize("kind", [1, 2, 4, 8, 0x50, 0x60])
def test_what_win32_service_does_not_list_is_absent(kind: int) -> None:
    """Drivers, and the templates of users' services: also when the manager denies them."""
    assert one(rpchost.Service(kind=kind)) == Absent()
    assert one(rpchost.Service(denied=(5, 4)), Type=number(kind)) == Absent()


def test_a_service_that_may_be_queried_only_for_its_state_gets_its_start_from_the_registry() -> None:
    """It is opened with 0x5, then with 0x4; account and name are told as far as the registry has them."""
    limited = rpchost.Service(denied=(5,), state=1, pid=0)
    known: dict[str, Value] = {"state": "Stopped", "start": "Disabled", "pid": 0}
    assert one(limited, Start=number(4)) == Known(value=known, type="service")
    more = {"ObjectName": text("NT AUTHORITY\\LocalService"), "DisplayName": text("Alpha")}
    words: dict[str, Value] = {"account": "NT AUTHORITY\\LocalService", "display": "Alpha"}
    assert one(limited, Start=number(4), **more) == Known(value=known | words, type="service")


def test_a_configuration_that_is_denied_is_read_from_the_registry() -> None:
    """The same; a name that lies in a library on the host stays untold."""
    limited = rpchost.Service(config_code=5)
    outcome = one(limited, Start=number(2), DisplayName=text("@%SystemRoot%\\a.dll,-1"))
    assert outcome == Known(value={"state": "Running", "start": "Auto", "pid": 4711}, type="service")


@pytest.mark.parametrize("values", [{}, {"Start": text("2")}, {"Start": 5}])
def test_a_start_type_that_nobody_tells_leaves_the_service_denied(values: dict[str, tuple[int, bytes] | int]) -> None:
    """A state alone is no answer."""
    assert reason(one(rpchost.Service(denied=(5,)), **values)) is Reason.DENIED


def test_a_service_that_is_denied_is_unknown() -> None:
    """With the remedy; also where the registry cannot be asked about it."""
    for values in ({}, {"Type": number(0x10)}):
        outcome = one(rpchost.Service(denied=(5, 4)), **values)
        assert reason(outcome) is Reason.DENIED
        assert "query the service" in repr(outcome)
    host = PipeHost(rpc=Rpc(services={"ALPHAONE": rpchost.Service(denied=(5, 4))}), missing={"winreg": DENIED})
    assert reason(ask(host, A)[A]) is Reason.DENIED


def test_a_host_that_knows_only_the_older_query_is_asked_so() -> None:
    """Then no process is told."""
    host = machine("AlphaOne")
    host.faults = {("svcctl", STATUS_EX): 0x1C010002}
    record = {name: value for name, value in RECORD.items() if name != "pid"}
    assert ask(host, A) == {A: Known(value=record, type="service")}
    assert [opnum for _, opnum in host.calls] == [MANAGER, OPEN, STATUS_EX, STATUS, CONFIG]


@pytest.mark.parametrize("operation", [OPEN, STATUS_EX, CONFIG])
@pytest.mark.parametrize("pattern", [True, False])
def test_what_goes_wrong_with_one_call_is_the_services_own(operation: int, pattern: bool) -> None:  # noqa: FBT001 - a table's column
    """A fault and an answer that makes no sense; over a pattern, too."""
    question = ALPHA if pattern else A
    host = machine("AlphaOne")
    host.faults = {("svcctl", operation): 5}
    assert reason(ask(host, question)[question]) is Reason.DENIED
    host = machine("AlphaOne")
    host.answers = {("svcctl", operation): b"????"}
    assert reason(ask(host, question)[question]) is Reason.MALFORMED


@pytest.mark.parametrize("pipes", [1, 3])
def test_a_manager_that_is_denied_leaves_all_services_unknown(pipes: int) -> None:
    """Those of patterns as well, for which nothing is listed then."""
    host = machine("AlphaOne", "AlphaTwo")
    host.rpc.services = {"*": rpchost.Service(code=5)}
    outcomes = ask(host, A, B, ALPHA, pipes=pipes)
    assert {reason(outcome) for outcome in outcomes.values()} == {Reason.DENIED}
    assert {name for name, _ in host.calls} == {"svcctl"}


@pytest.mark.parametrize("failure", [{"faults": 5}, {"answers": b"?"}])
def test_a_manager_that_cannot_be_opened_leaves_all_services_unknown(failure: dict[str, int | bytes]) -> None:
    """A fault, or an answer that makes no sense."""
    host = machine("AlphaOne")
    for name, what in failure.items():
        setattr(host, name, {("svcctl", MANAGER): what})
    outcomes = ask(host, A, ALPHA)
    assert all(isinstance(outcome, Unknown) for outcome in outcomes.values())


@pytest.mark.parametrize("pipes", [1, 2, 3, 8])
def test_a_pattern_finds_its_services_by_name(pipes: int) -> None:
    """Without case; names are the registry's; other services are not opened; drivers are left out."""
    host = machine("AlphaOne", "Beta", "alphaTWO", AlphaDrive=rpchost.Service(kind=1))
    empty = Services(pattern="gamma*")
    outcomes = ask(host, ALPHA, empty, B, pipes=pipes)
    assert outcomes == {
        ALPHA: Known(value={"AlphaOne": RECORD, "alphaTWO": RECORD}, type="services"),
        empty: Known(value={}, type="services"),
        B: RUNNING,
    }
    assert [opnum for name, opnum in host.calls if name == "svcctl"].count(OPEN) == 3


def test_two_patterns_share_what_both_match() -> None:
    """A service is asked for once."""
    host = machine("AlphaOne", "Beta")
    assert ask(host, ALL, ALPHA, A) == {
        ALL: Known(value={"AlphaOne": RECORD, "Beta": RECORD}, type="services"),
        ALPHA: Known(value={"AlphaOne": RECORD}, type="services"),
        A: RUNNING,
    }
    assert [opnum for name, opnum in host.calls if name == "svcctl"].count(OPEN) == 2


def test_two_spellings_of_a_name_are_one_service() -> None:
    """Each question gets its outcome."""
    other = Service(name="ALPHAONE")
    host = machine("AlphaOne")
    assert ask(host, A, other) == {A: RUNNING, other: RUNNING}
    assert [opnum for _, opnum in host.calls].count(OPEN) == 1


def test_one_service_that_is_not_known_leaves_the_list_unknown() -> None:
    """It is named."""
    host = machine("AlphaOne", AlphaTwo=rpchost.Service(denied=(5, 4)))
    outcome = ask(host, ALPHA)[ALPHA]
    assert reason(outcome) is Reason.DENIED
    assert "AlphaTwo: " in repr(outcome)


def test_a_name_without_a_service_is_left_out() -> None:
    """Keys below the services' key need not be services; what looks like a pattern is no name."""
    host = machine("AlphaOne")
    host.rpc.keys = registered(("AlphaOne", "AlphaKey", "Alpha*"))
    assert ask(host, ALPHA) == {ALPHA: Known(value={"AlphaOne": RECORD}, type="services")}


@pytest.mark.parametrize("pipes", [1, 4])
@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, Reason.UNSUPPORTED),
        ({SERVICES: Key(code=5)}, Reason.DENIED),
        ({"HKLM": Key(code=5)}, Reason.DENIED),
        ({SERVICES: Key(subkeys=tuple(map(str, range(LIST_LIMIT + 1))))}, Reason.TOO_LARGE),
    ],
)
def test_names_that_cannot_be_listed_leave_the_list_unknown(pipes: int, keys: dict[str, Key], why: Reason) -> None:
    """The services that are named are known all the same."""
    host = machine("AlphaOne")
    host.rpc.keys = keys
    outcomes = ask(host, A, ALPHA, pipes=pipes)
    assert outcomes[A] == RUNNING
    assert reason(outcomes[ALPHA]) is why


@pytest.mark.parametrize("answer", [stubs.subkey(None, 0, 5), b"?"])
def test_a_name_that_cannot_be_read_leaves_the_list_unknown(answer: bytes) -> None:
    """It might be the one."""
    host = machine("AlphaOne")
    host.answers = {("winreg", ENUM_KEY): answer}
    assert isinstance(ask(host, ALPHA)[ALPHA], Unknown)


def test_a_list_that_changes_while_it_is_read_is_unknown() -> None:
    """Two flows that disagree about its end may have missed a name."""
    host = machine(*[f"Alpha{number}" for number in range(9)])
    full, short = host.rpc.keys, registered(("Alpha0",))
    reads = 0

    def change(reply: Reply) -> Reply:
        nonlocal reads
        reads = [opnum for _, opnum in host.calls].count(ENUM_KEY)
        host.rpc.keys = short if reads == 2 else full
        return reply

    host.change = change
    outcome = ask(host, ALPHA, pipes=2)[ALPHA]
    assert "changed while it was read" in repr(outcome)


@pytest.mark.parametrize("pipes", [1, 3])
@pytest.mark.parametrize(("pipe", "known"), [("winreg", 1), ("svcctl", 0)])
def test_a_pipe_that_is_missing_is_the_trouble_of_those_who_need_it(pipes: int, pipe: str, known: int) -> None:
    """The manager's is everybody's, the registry's is the patterns'."""
    host = machine("AlphaOne", "AlphaTwo")
    host.missing = {pipe: NOT_FOUND}
    outcomes = ask(host, A, ALPHA, pipes=pipes)
    assert [isinstance(outcomes[each], Known) for each in (A, ALPHA)] == [bool(known), False]
    assert reason(outcomes[ALPHA]) is Reason.UNREACHABLE
    assert "not available" in repr(outcomes[ALPHA])


def test_pipes_share_the_services() -> None:
    """There are no more of them than services; a pipe that cannot be opened leaves its work to the others."""
    host = machine(*map(str, range(6)))
    host.opens = deque([0, *[BUSY] * 8])
    asked = [Service(name=str(name)) for name in range(6)]
    assert set(map(repr, ask(host, *asked, pipes=3).values())) == {repr(RUNNING)}
    assert [command.code for command in host.seen].count(Code.CREATE) >= 3
    assert len(service_flows(asked[:2], {}, 4, Rack())) == 2
    assert service_flows([], {}, 4, Rack()) == []


@pytest.mark.parametrize("pipes", [1, 2])
@pytest.mark.parametrize("at", range(2, 40))
def test_a_pipe_that_breaks_once_changes_nothing(pipes: int, at: int) -> None:
    """Wherever it breaks, it is opened again, and what was under way is begun once more."""
    host = machine("AlphaOne", "AlphaTwo", "Beta")
    count = 0

    def change(reply: Reply) -> Reply:
        nonlocal count
        count += 1
        return Reply(BROKEN, b"") if count == at and len(reply.body) < 80 else reply

    host.change = change
    assert ask(host, B, ALPHA, pipes=pipes) == {
        B: RUNNING,
        ALPHA: Known(value={"AlphaOne": RECORD, "AlphaTwo": RECORD}, type="services"),
    }


@pytest.mark.parametrize("pipes", [1, 4])
@pytest.mark.parametrize("pipe", ["winreg", "svcctl"])
def test_pipes_that_always_break_leave_their_questions_unknown(pipes: int, pipe: str) -> None:
    """Each flow opens four at most, and ends."""
    host = machine("AlphaOne", "AlphaTwo", "Beta")
    calls = 0

    def change(reply: Reply) -> Reply:
        nonlocal calls
        new, calls = len(host.calls) > calls, len(host.calls)
        return Reply(BROKEN, b"") if new and host.calls[-1][0] == pipe else reply

    host.change = change
    outcomes = ask(host, A, B, ALPHA, pipes=pipes)
    assert reason(outcomes[ALPHA]) is Reason.UNREACHABLE
    assert all(isinstance(outcomes[each], Known) is (pipe == "winreg") for each in (A, B))
    assert [command.code for command in host.seen].count(Code.CREATE) <= 8 * pipes


def test_texts_of_the_host_are_made_valid() -> None:
    """Half a surrogate pair cannot be written to a file."""
    outcome = one(rpchost.Service(account="a\ud800", display=None))
    assert outcome == Known(value=RECORD | {"account": "a\ufffd", "display": ""}, type="service")
