"""Expand ``ex[01:20]`` into host names, as Ansible's ``expand_hostname_range`` does.

Law: a name expands to what Ansible makes of it, or it is refused. Ansible's own looseness (``[ab:cd]`` read as
``[a:d]``, a begin after the end giving no host) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from string import ascii_letters
from typing import Final

MAX_HOSTS_OF_ONE_NAME: Final = 100_000

_RANGE: Final = re.compile(r"\[([^\[\]]*)\]")
_BOUNDS: Final = re.compile(
    r"(?P<first>[0-9]*|[A-Za-z]):(?P<last>[0-9]+|[A-Za-z])(?::(?P<step>[0-9]+))?",
    re.ASCII,
)
_HOST: Final = re.compile(r"\w[\w.-]*")


class RangeError(ValueError):
    """Refuse a host name; the message is for the person who wrote it."""


def is_host_name(name: str) -> bool:
    """Tell whether a name can be a host's: letters, digits, ``.``, ``-`` and ``_``."""
    return _HOST.fullmatch(name) is not None


def expand(pattern: str) -> list[str]:
    """Give the host names that a pattern stands for, the first range turning slowest; raise RangeError."""
    parts = _RANGE.split(pattern)
    ranges = [_members(bounds) for bounds in parts[1::2]]
    count = 1
    for members in ranges:
        count *= len(members)
        if count > MAX_HOSTS_OF_ONE_NAME:
            message = f"`{pattern}` stands for more than {MAX_HOSTS_OF_ONE_NAME} hosts"
            raise RangeError(message)
    fixed = parts[::2]
    names = ["".join(map("".join, zip(fixed, (*chosen, ""), strict=True))) for chosen in product(*ranges)]
    for name in names:
        if not is_host_name(name):
            raise RangeError(_complaint(pattern))
    return names


def _complaint(pattern: str) -> str:
    if "[" in _RANGE.sub("", pattern):
        return f"a bracket of `{pattern}` is not closed: write a range like [01:20]"
    if ":" in _RANGE.sub("", pattern):
        return f"`{pattern}` holds a colon: give the port as `ansible_port`, an IPv6 address as `ansible_host`"
    return f"`{pattern}` is not a host name: use letters, digits, `.`, `-`, `_` and ranges like [01:20]"


def _members(bounds: str) -> Sequence[str]:
    parsed = _BOUNDS.fullmatch(bounds)
    if parsed is None:
        message = f"`[{bounds}]` is not a range: write [begin:end] or [begin:end:step], numbers or single letters"
        raise RangeError(message)
    first, last, step = parsed["first"] or "0", parsed["last"], int(parsed["step"] or 1)
    if step == 0:
        message = f"the step of `[{bounds}]` is 0"
        raise RangeError(message)
    if first.isdigit() != last.isdigit():
        message = f"`[{bounds}]` mixes a number and a letter"
        raise RangeError(message)
    return _numbers(bounds, first, last, step) if first.isdigit() else _letters(bounds, first, last, step)


def _numbers(bounds: str, first: str, last: str, step: int) -> Sequence[str]:
    padded = len(first) > 1 and first.startswith("0")
    if padded and len(first) != len(last):
        message = f"`[{bounds}]`: with a leading zero both ends must have the same number of digits"
        raise RangeError(message)
    if len(last) > len(str(MAX_HOSTS_OF_ONE_NAME)) + 6:
        message = f"the end of `[{bounds}]` is too large"
        raise RangeError(message)
    members = range(int(first), int(last) + 1, step)
    if not members:
        message = f"`[{bounds}]` begins after its end"
        raise RangeError(message)
    if len(members) > MAX_HOSTS_OF_ONE_NAME:
        message = f"`[{bounds}]` stands for more than {MAX_HOSTS_OF_ONE_NAME} hosts"
        raise RangeError(message)
    width = len(first) if padded else 0
    return [str(number).zfill(width) for number in members]


def _letters(bounds: str, first: str, last: str, step: int) -> Sequence[str]:
    begin, end = ascii_letters.index(first), ascii_letters.index(last)
    if begin > end:
        message = f"`[{bounds}]` begins after its end"
        raise RangeError(message)
    return ascii_letters[begin : end + 1 : step]
