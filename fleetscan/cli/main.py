"""Run the command line: a verb does the work, and whatever goes wrong becomes words and an exit code here.

Laws: nobody sees a traceback for something that they can mend, nor for Ctrl-C, from the first import on.
The exit code is that of the work, whatever became of the words about it.
"""

from __future__ import annotations

import errno
import gc
import sys

from fleetscan.cli.streams import flush, mend
from fleetscan.errors import BrokenOffError, OperatorError

WRONG_USAGE = 2
STOPPED = 4
TYPERS_INTERRUPT = 130
GARBAGE = (10_000, 20, 10)
"""When to look for garbage in circles. Almost all that a scan makes lives to its end; to look through it again and
again takes a quarter of the time of a large one."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    mend()
    code = _outcome()
    flush()
    sys.exit(code)


def _outcome() -> int:
    """Run a verb; give its exit code, and say on standard error why it is not that of its work."""
    try:
        return _run()
    except BrokenOffError as error:
        return _said(error, STOPPED)
    except OperatorError as error:
        return _said(error, WRONG_USAGE)
    except KeyboardInterrupt:
        return _said("stopped", STOPPED)
    except OSError as error:
        if error.filename is not None or error.errno not in {errno.ENOSPC, errno.EIO}:
            raise
        return _said(f"the output cannot be written: {error.strerror} (make room, or send it elsewhere)", STOPPED)


def _run() -> int:
    from fleetscan.cli.app import app  # noqa: PLC0415 - takes a second, in which Ctrl-C has to work as well

    gc.freeze()
    gc.set_threshold(*GARBAGE)
    try:
        app(prog_name="fleetscan")
    except SystemExit as left:  # how typer ends
        if left.code == TYPERS_INTERRUPT:
            raise KeyboardInterrupt from left
        return int(left.code or 0)
    return 0


def _said(words: object, code: int) -> int:
    text = str(words)
    sys.stderr.write(f"{text}\n" if "\n" in text else f"fleetscan: {text}\n")
    return code
