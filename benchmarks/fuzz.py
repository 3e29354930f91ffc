"""Damaged replies against everything that reads what a host says over SMB: how many, how long, how much memory.

    .venv/bin/python benchmarks/fuzz.py [REPLIES]

A million by default: half of them to the flows of the two pipes, a third to those of files, the rest to whole
conversations and logons that a real Samba had, as if the host itself had signed what chance made of them. It ends at
once when anything escapes that is not meant to, when a question is left without an outcome, or when a conversation
takes more frames than it may. Memory is the most that this process had, its libraries included.
"""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fleetscan.transport.remote_registry.transport import silence
from tests.transport.remote_registry import file_fuzz, frame_fuzz, rpc_fuzz
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.player import record, record_logon
from tests.transport.remote_registry.world import MODES, TRUTH, serving

REPLIES = 1_000_000
SEED = 20_261_122


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One kind of replies: its share of all, and how so many are read; ``run`` says what became of them."""

    name: str
    share: float
    run: Callable[[int], str]


def files(replies: int) -> str:
    """Damage what a file server says."""
    return _kinds(file_fuzz.fuzz(replies, SEED))


def pipes(replies: int) -> str:
    """Damage what the two pipes say."""
    rpc_fuzz.fuzz(replies, SEED)
    return "every question has an outcome"


@contextmanager
def conversations(mode: str) -> Iterator[tuple[Course, Course]]:
    """Record a conversation and a logon with Samba; damage them."""
    with serving(*MODES[mode]) as samba:
        aim = target(samba)
        recording = record(aim, lambda channel: put(channel, tuple(TRUTH), {}, 2))
        logon = record_logon(aim)

        def talk(replies: int) -> str:
            return _kinds(frame_fuzz.fuzz(recording, tuple(TRUTH), replies, SEED)[1])

        def log_on(replies: int) -> str:
            return _kinds(frame_fuzz.fuzz_logon(aim, logon, replies, SEED)[1])

        yield (
            Course(name=f"conversations, {mode}", share=0.075, run=talk),
            Course(name=f"logons, {mode}", share=0.01, run=log_on),
        )


def _kinds(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items(), key=lambda each: -each[1]))


def memory() -> float:
    """Give the most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(course: Course, replies: int) -> int:
    """Run a course, and print what it took; give how many replies there were at least."""
    wanted = round(course.share * replies)
    before, wall, cpu = memory(), time.perf_counter(), time.process_time()
    ends = course.run(wanted)
    sys.stdout.write(
        f"{course.name:30} {wanted:>9,} replies {time.perf_counter() - wall:7.1f} s "
        f"({time.process_time() - cpu:.1f} s of CPU), memory {before:.0f} -> {memory():.0f} MiB: {ends}\n"
    )
    return wanted


def main() -> None:
    """Run all courses."""
    parser = argparse.ArgumentParser(description="Damaged replies against everything that reads them.")
    parser.add_argument("replies", type=int, nargs="?", default=REPLIES)
    replies = parser.parse_args().replies
    silence()
    began, read = time.perf_counter(), 0
    for course in (Course(name="pipes", share=0.5, run=pipes), Course(name="files", share=0.33, run=files)):
        read += measure(course, replies)
    for mode in ("2.1 signed", "3.1.1 signed"):
        with conversations(mode) as courses:
            read += sum(measure(course, replies) for course in courses)
    sys.stdout.write(f"{read:,} replies in {time.perf_counter() - began:.0f} s, at most {memory():.0f} MiB\n")


if __name__ == "__main__":
    main()
