"""A folder that is gone when nobody needs it any more, however its maker ends.

Law: the folder is removed by a process of its own, which waits on a pipe that the maker holds and that everything
started in the folder inherits. When the maker is killed, the folder goes with the last process that was started in it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Self

_BROOM = 'cat >/dev/null; rm -rf -- "$1"'
_PATIENCE = 30.0


class Folder:
    """A new folder under the system's place for temporary files, as long as the ``with`` block lasts."""

    def __init__(self, prefix: str) -> None:
        """Remember the beginning of its name; make nothing yet."""
        self._prefix = prefix

    def __enter__(self) -> Self:
        """Make it; others may pass through it, not list it."""
        self.path = Path(tempfile.mkdtemp(prefix=self._prefix))
        self.path.chmod(0o711)
        watched, self.held = os.pipe()
        self._broom = subprocess.Popen(  # noqa: S603 - a script of ours
            ["/bin/sh", "-c", _BROOM, "sh", str(self.path)],
            stdin=watched,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(watched)
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go, and wait until it is gone; what is started in it must have ended before."""
        os.close(self.held)
        self._broom.wait(timeout=_PATIENCE)
