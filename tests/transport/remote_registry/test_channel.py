from __future__ import annotations

from collections.abc import Callable

import pytest

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.flow import Code, Command, Exchange, Flow, Reply
from fleetscan.transport.remote_registry.frames import ASYNC, FROM_SERVER, RELATED, SIGNED, TREE_CONNECT, chain
from fleetscan.transport.remote_registry.keys import signed
from tests.transport.remote_registry.peer import SIGN, Asked, Peer, interim, reply, talking, tree
from tests.transport.remote_registry.talk import exchange

READ = Command(Code.READ, b"read me ")
CREATE = Command(Code.CREATE, b"open me")


def linked(*replies: bytes) -> bytes:
    """Make one frame of several replies, each signed as it stands in it."""
    bare = [each[:48] + bytes(16) + each[64:] for each in replies]
    return b"".join(signed(each, SIGN) for each in chain(bare))


def test_a_share_is_connected_when_it_is_first_needed() -> None:
    """Its name is host and share; the commands that waited for it follow with its id."""

    def play(peer: Peer) -> None:
        (asked,) = peer.read()
        assert asked.command == TREE_CONNECT
        assert asked.body[8:].decode("utf-16-le") == "\\\\host\\IPC$"
        peer.write(tree(asked, tree_id=9))
        for text in (b"one", b"two"):
            (asked,) = peer.read()
            assert (asked.command, asked.body, asked.tree_id) == (Code.READ, READ.body, 9)
            peer.write(reply(asked, text))

    def flow() -> Flow[list[Reply]]:
        return [*(yield from exchange("IPC$", READ)), *(yield from exchange("IPC$", READ))]

    with talking(play) as channel:
        assert channel.run_one(flow()) == [Reply(0, b"one"), Reply(0, b"two")]
        assert channel.depth == 3


def test_several_commands_are_one_frame_of_related_operations() -> None:
    """Each has its own message id; the replies may come together, apart, and in any order."""

    def play(peer: Peer) -> None:
        peer.share()
        first, second, third = peer.read()
        assert [each.flags & RELATED for each in (first, second, third)] == [0, RELATED, RELATED]
        assert [each.message_id - first.message_id for each in (first, second, third)] == [0, 1, 2]
        peer.write(reply(third, b"3"), linked(reply(first, b"first..."), reply(second, b"2")))

    with talking(play) as channel:
        replies = channel.run_one(exchange("IPC$", CREATE, READ, READ))
        assert [each.body for each in replies] == [b"first...", b"2", b"3"]


def test_a_share_that_is_refused_gives_each_command_the_status() -> None:
    """Flows that use other shares go on; a refused share is not asked for again."""

    def play(peer: Peer) -> None:
        for _ in range(2):
            (asked,) = peer.read()
            refused = asked.body[8:].decode("utf-16-le").endswith("\\C$")
            peer.write(reply(asked, bytes(9), status=0xC0000022) if refused else tree(asked))
        (asked,) = peer.read()
        peer.write(reply(asked, b"fine"))

    found: dict[str, list[Reply]] = {"C$": [], "IPC$": []}

    def flow(share: str, count: int) -> Flow[None]:
        for _ in range(count):
            found[share] += yield Exchange(share, (CREATE, READ) if share == "C$" else (READ,))

    with talking(play) as channel:
        channel.run([flow("C$", 2), flow("IPC$", 1)])
    assert found == {"C$": [Reply(0xC0000022, b"")] * 4, "IPC$": [Reply(0, b"fine")]}


def test_a_share_that_demands_encryption_is_not_read_without() -> None:
    """Where nothing can be encrypted, such a share counts as refused."""
    with talking(lambda peer: peer.write(tree(peer.read()[0], flags=0x8000))) as channel:
        assert channel.run_one(exchange("C$", READ)) == (Reply(0xC0000022, b""),)


def test_flows_do_not_wait_for_each_other() -> None:
    """All first requests leave at once; replies are handed out as they come, in whatever order."""
    order: list[bytes] = []

    def play(peer: Peer) -> None:
        peer.share()
        asked = [peer.read()[0] for _ in range(3)]
        peer.write(*(reply(each, each.body) for each in reversed(asked)))

    def flow(name: bytes) -> Flow[None]:
        (found,) = yield Exchange("IPC$", (Command(Code.READ, name),))
        order.append(found.body)

    with talking(play) as channel:
        channel.run([flow(b"a"), flow(b"b"), flow(b"c")])
        assert channel.depth == 2
    assert order == [b"c", b"b", b"a"]


@pytest.mark.parametrize(("flags", "wanted"), [(FROM_SERVER | ASYNC | SIGNED, 186), (FROM_SERVER | ASYNC, 195)])
def test_an_interim_reply_means_to_wait(flags: int, wanted: int) -> None:
    """It may come without signature, and gives no credits then; the final reply may not come so."""

    def play(peer: Peer) -> None:
        peer.share()
        (asked,) = peer.read()
        peer.write(interim(asked, flags=flags, credits=9))
        peer.write(reply(asked, b"late", flags=FROM_SERVER | ASYNC | SIGNED, credits=0, tree_id=0x77))
        (asked,) = peer.read()
        assert asked.credits == wanted
        peer.write(reply(asked, b"next"))

    def flow() -> Flow[list[Reply]]:
        return [*(yield from exchange("IPC$", READ)), *(yield from exchange("IPC$", READ))]

    with talking(play) as channel:
        assert channel.run_one(flow()) == [Reply(0, b"late"), Reply(0, b"next")]


def wrong(**fields: int) -> Callable[[Asked], bytes]:
    """Make replies with one field that does not fit."""
    return lambda asked: reply(asked, **fields)  # type: ignore[arg-type] # numbers all of them


@pytest.mark.parametrize(
    "answer",
    [
        wrong(message_id=999),
        wrong(message_id=0xFFFFFFFFFFFFFFFF),
        wrong(command=Code.CREATE),
        wrong(tree_id=6),
        wrong(session_id=1),
        wrong(status=0x103),
        wrong(flags=FROM_SERVER),
        wrong(flags=FROM_SERVER | ASYNC),
        wrong(flags=SIGNED),
        lambda asked: reply(asked)[:70] + b"!" + reply(asked)[71:],
        lambda asked: reply(asked)[:63],
        lambda _: b"\xfdSMB" + bytes(80),
        lambda _: b"",
        lambda asked: interim(asked, flags=FROM_SERVER | ASYNC)[:24] + bytes(40),
    ],
)
def test_a_reply_that_answers_nothing_ends_the_conversation(answer: Callable[[Asked], bytes]) -> None:
    """Wrong message, command, tree or session, no signature or a wrong one, cut short: nothing of it is used."""

    def play(peer: Peer) -> None:
        peer.share()
        peer.write(answer(peer.read()[0]))

    with (
        talking(play) as channel,
        pytest.raises(HostFailure) as caught,
    ):
        channel.run_one(exchange("IPC$", READ))
    assert caught.value.reason is Reason.MALFORMED


def test_a_reply_that_comes_twice_ends_the_conversation() -> None:
    """The second one answers nothing."""

    def play(peer: Peer) -> None:
        peer.share()
        (asked,) = peer.read()
        peer.write(reply(asked, b"once"), reply(asked, b"once"))

    def flow() -> Flow[None]:
        yield from exchange("IPC$", READ)
        yield from exchange("IPC$", READ)

    with talking(play) as channel, pytest.raises(HostFailure, match="nothing that was asked"):
        channel.run_one(flow())


@pytest.mark.parametrize("answer", [lambda asked: tree(asked, tree_id=0), lambda asked: tree(asked, size=10)])
def test_a_share_without_sense_ends_the_conversation(answer: Callable[[Asked], bytes]) -> None:
    """No id, or half an answer."""
    with (
        talking(lambda peer: peer.write(answer(peer.read()[0]))) as channel,
        pytest.raises(HostFailure, match="malformed"),
    ):
        channel.run_one(exchange("IPC$", READ))


@pytest.mark.parametrize("status", [0xC0000203, 0xC000035C])
def test_a_session_that_is_gone_ends_the_conversation(status: int) -> None:
    """No flow is asked to make sense of it."""

    def play(peer: Peer) -> None:
        peer.share()
        peer.write(reply(peer.read()[0], status=status))

    with talking(play) as channel, pytest.raises(HostFailure, match="ended the session") as caught:
        channel.run_one(exchange("IPC$", READ))
    assert caught.value.reason is Reason.UNREACHABLE


def test_refusals_need_no_stack() -> None:
    """A flow that asks a refused share again and again costs no depth of calls."""

    def flow() -> Flow[set[int]]:
        found = set()
        for _ in range(20_000):
            found |= {each.status for each in (yield Exchange("C$", (READ,)))}
        return found

    with talking(lambda peer: peer.write(reply(peer.read()[0], status=0xC00000CC))) as channel:
        assert channel.run_one(flow()) == {0xC00000CC}
