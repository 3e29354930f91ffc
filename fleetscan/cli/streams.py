"""The three standard streams, whatever the caller made of them.

Law: a closed stream, one that cannot write a character, or a reader who left neither ends the work nor changes its
exit code.
"""

from __future__ import annotations

import contextlib
import os
import sys
from io import TextIOWrapper
from pathlib import Path

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
"""In the order of their numbers: what is opened takes the lowest number that is free."""


def mend() -> None:
    r"""Stand in for streams that were closed (``2>&-``), lest a file of a run takes their number; refuse no character.

    What a terminal or a log cannot write comes out as ``\u2026``.
    """
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flush() -> None:
    """Write what is left; when the reader of a pipe left or a disk is full, drop it in silence."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # without this Python would try once more when it ends, complain, and exit with 120
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
