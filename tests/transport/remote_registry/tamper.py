"""Which bits somebody in between flips, and how what comes of it is judged."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeAlias

from fleetscan.model import Failure, Outcome, Question, Reason, Unknown

HEAD = 8 * (4 + 64)
"""Bits of the length before a frame and of the header of its first message."""

Place: TypeAlias = tuple[int, int]
"""The number of a frame of the host's, and of a bit in it; its length before it counts, too."""

HONEST = {"true", *map(str, Reason)}
"""Words of :func:`judge` that the law allows."""


def places(sizes: Sequence[int], wanted: int, seed: int) -> list[Place]:
    """Choose bits of frames of these sizes in bytes: up to half of them in heads, as many as can be in every frame."""
    chance = random.Random(seed)  # noqa: S311 - the same places each time
    heads = chance.sample(range(HEAD), min(HEAD, wanted // 2))
    chosen = dict.fromkeys((chance.randrange(len(sizes)), bit) for bit in heads)
    for number in count():
        if len(chosen) >= wanted:
            break
        index = number % len(sizes)
        chosen[index, chance.randrange(8 * sizes[index])] = None
    return list(chosen)


def judge(truth: Mapping[Question, Outcome], outcomes: Mapping[Question, Outcome], failure: Failure | None) -> str:
    """Give a word for how a conversation ended: that every fact is true, why some are missing, or what is wrong."""
    if any(outcome != truth[each] and not _reasoned(outcome) for each, outcome in outcomes.items()):
        return "wrong"
    if failure is None:
        return "true" if outcomes == truth else "incomplete"
    return f"{failure.reason}" if failure.detail and "please report" not in failure.detail else "unexplained"


def _reasoned(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) and bool(outcome.detail)
