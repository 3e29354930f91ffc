"""What one host costs over SMB: sends, depth, bytes, wall and CPU, beside impacket's own helpers.

    .venv/bin/python benchmarks/remote_registry.py [--runs 30] [--delay 20]

The errand is that of ``tests/transport/remote_registry/errand.py``: 20 values in 10 keys, and 10 services with their
start types, from a real smbd with the lab behind it, in processes of their own. Every client goes once in each round,
so that a busy machine troubles all of them alike; figures are medians. CPU is that of the client's thread (user and
system). ``depth`` is how many sends were made one after another, the logon's included (of a whole conversation it is
not told). One more visit goes over a line with a round trip of ``--delay`` milliseconds.
"""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing.connection import Connection

from fleetscan.lab.smb import Encryption, Security, SmbServer
from fleetscan.model import Outcome, Question
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Target, ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.conversation import Conversation
from fleetscan.transport.remote_registry.transport import silence
from tests.samba import PASSWORD, USER
from tests.transport.remote_registry import errand, relay
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.talk import session

ADDRESS = "127.39.1.1"
PROTECTIONS = {"signed": Encryption.OFF, "encrypted": Encryption.OFFERED}
SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A way to run the errand; ``go`` gives its depth where it can tell."""

    name: str
    go: Callable[[Target], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Medians of one client: counts, kilobytes, milliseconds; ``far`` is the wall time over the long line."""

    sends: int
    depth: int | None
    kilobytes: float
    wall: float
    cpu: float
    far: float


def helpers(target: Target) -> None:
    """Go with impacket's helpers."""
    found = errand.by_helpers(target)
    if found != errand.HELPERS_TRUTH:
        message = "the helpers read something else"
        raise ValueError(message)


def engine(pipes: int, target: Target) -> int:
    """Go with so many pipes of a kind."""
    outcomes: dict[Question, Outcome] = {}
    with session(target, seconds=SECONDS) as opened:
        channel = Channel(opened, target.host.address)
        put(channel, errand.QUESTIONS, outcomes, pipes)
    if outcomes != errand.TRUTH:
        message = "fleetscan read something else"
        raise ValueError(message)
    return channel.depth


def logon(target: Target) -> int:
    """Log on, and ask nothing."""
    with session(target, seconds=SECONDS) as opened:
        return opened.stream.sends


def whole(target: Target) -> None:
    """Have the transport's own conversation, as a scan does."""
    conversation = Conversation(target, errand.QUESTIONS, Deadline(SECONDS), ignore_step, Tickets())
    conversation.run(lambda: None)
    if conversation.result.outcomes != errand.TRUTH:
        message = f"fleetscan read something else: {conversation.result.failure}"
        raise ValueError(message)


CLIENTS = (
    Client(name="impacket's helpers", go=helpers),
    *(Client(name=f"fleetscan, {pipes}+{pipes} pipes", go=partial(engine, pipes)) for pipes in (1, 2, 4, 8)),
    Client(name="fleetscan, a scan's conversation", go=whole),
    Client(name="fleetscan, the logon alone", go=logon),
)


def serve(encryption: Encryption, delay: float, told: Connection) -> None:
    """Serve the host, near and far away, until the other end is closed."""
    security = Security(encryption=encryption)
    with SmbServer([errand.host(ADDRESS)], user=USER, password=PASSWORD, security=security) as server:
        asyncio.run(far(server.port, delay, told))


async def far(port: int, delay: float, told: Connection) -> None:
    """Lay a line to the host on which everything takes ``delay`` seconds each way; tell both ports."""
    over, carried = asyncio.Event(), list[asyncio.Task[None]]()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            asyncio.get_running_loop().call_later(delay, writer.write, data)
        await asyncio.sleep(delay)
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_host, to_host = await asyncio.open_connection(ADDRESS, port)
        carried.extend(asyncio.ensure_future(each) for each in (carry(reader, to_host), carry(from_host, writer)))

    async with await asyncio.start_server(meet, ADDRESS, 0) as line:
        told.send((port, line.sockets[0].getsockname()[1]))
        asyncio.get_running_loop().add_reader(told.fileno(), over.set)
        await over.wait()
        await asyncio.gather(*carried)


@contextmanager
def served(encryption: Encryption, delay: float) -> Iterator[tuple[Target, Target]]:
    """Serve the host in a process of its own; aim at it, and at it through the long line."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(encryption, delay, theirs))
    process.start()
    theirs.close()
    try:
        near, distant = ours.recv()
        yield errand.target(ADDRESS, near), errand.target(ADDRESS, distant)
    finally:
        ours.close()
        process.join()


def timed(client: Client, target: Target) -> tuple[float, float]:
    """Go once; give wall and CPU in milliseconds."""
    wall, cpu = time.perf_counter(), time.thread_time()
    client.go(target)
    return 1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)


def counts(client: Client, target: Target) -> tuple[int, int | None, float]:
    """Go once and listen: sends, depth, kilobytes. Who never sends twice before an answer has all sends in a row."""
    with relay.tapped(target) as (through, heard):
        depth = client.go(through)
        ours = [frame.ours for frame in heard]
        if depth is None and not any(first and second for first, second in pairwise(ours)):
            depth = sum(ours)
        return sum(ours), depth, sum(4 + len(frame.data) for frame in heard) / 1000


def measured(near: Target, distant: Target, runs: int) -> list[Figures]:
    """Count each client once, then let all of them go in turn."""
    counted = [counts(client, near) for client in CLIENTS]
    rounds = [[timed(client, near) for client in CLIENTS] for _ in range(runs)]
    walls = [timed(client, distant)[0] for client in CLIENTS]
    figures = []
    for number, (sends, depth, size) in enumerate(counted):
        wall, cpu = (statistics.median(each[number][index] for each in rounds) for index in (0, 1))
        figures.append(Figures(sends=sends, depth=depth, kilobytes=size, wall=wall, cpu=cpu, far=walls[number]))
    return figures


def table(name: str, figures: Sequence[Figures], delay: float) -> str:
    """Print the figures, and how often the helpers' CPU they go into."""
    far_away = f"at {2000 * delay:g} ms"
    lines = [
        f"{name:33} {'sends':>6} {'depth':>6} {'kB':>7} {'wall ms':>9} {far_away:>9} {'CPU ms':>8} {'of theirs':>10}"
    ]
    for client, each in zip(CLIENTS, figures, strict=True):
        depth, share = each.depth or "-", f"1/{figures[0].cpu / each.cpu:.1f}"
        lines.append(
            f"{client.name:33} {each.sends:6} {depth:>6} {each.kilobytes:7.1f} {each.wall:9.1f} {each.far:9.0f} "
            f"{each.cpu:8.1f} {share:>10}"
        )
    return "\n".join(lines) + "\n\n"


def main() -> None:
    """Measure signed and encrypted, and print both."""
    parser = argparse.ArgumentParser(description="What one host costs over SMB.")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--delay", type=float, default=20.0, metavar="MS", help="round trip of the long line")
    words = parser.parse_args()
    delay = words.delay / 2000
    silence()
    for name, encryption in PROTECTIONS.items():
        with served(encryption, delay) as (near, distant):
            sys.stdout.write(table(name, measured(near, distant, words.runs), delay))


if __name__ == "__main__":
    main()
