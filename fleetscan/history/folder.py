"""Where a run lives on disk: ``OUT/<UTC time>-<environment>/``, and ``OUT/latest``.

Law: files that hold a fleet's weaknesses are for their owner only: folders 0700, files 0600.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from fleetscan.errors import OperatorError

RUN = "run.json"
RECORDS = "records.ndjson.gz"
VERDICTS = "verdicts.ndjson.gz"
STANDING = "standing.json.gz"
LATEST = "latest"

FOLDER_MODE = 0o700
FILE_MODE = 0o600


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an error of the file system into words for the operator."""
    try:
        yield
    except OSError as error:
        place = error.filename or path
        remedy = "make room or mend its rights, or name another --out"
        message = f"{place}: cannot be written: {error.strerror or error} ({remedy})"
        raise OperatorError(message) from error


def time_of(started: datetime) -> str:
    """Write the start of a run as the name of its folder begins."""
    return f"{started:%Y%m%dT%H%M%SZ}"


def new_folder(out: Path, environment: str, started: datetime) -> Path:
    """Make the folder of a run that starts now; a number is appended when the second is taken. Raises OperatorError."""
    stem = f"{time_of(started)}-{re.sub(r'[^A-Za-z0-9._-]', '_', environment)}"
    with writing(out):
        if out.exists() and not out.is_dir():
            message = f"{out}: is not a folder (name another --out)"
            raise OperatorError(message)
        out.mkdir(parents=True, exist_ok=True)
        for name in (stem, *(f"{stem}-{number}" for number in range(2, 100))):
            with contextlib.suppress(FileExistsError):
                (out / name).mkdir(mode=FOLDER_MODE)
                return out / name
    message = f"{out / stem}: a hundred runs within one second"
    raise OperatorError(message)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once: whoever reads it sees the old or the new one, whole. Raises OperatorError."""
    write_pieces(path, (content,))


def write_pieces(path: Path, content: Iterable[bytes]) -> None:
    """Replace a file at once by what comes piece by piece, so that it need not fit in memory. Raises OperatorError."""
    fresh = path.with_name(f".{path.name}.new")
    with writing(path):
        try:
            with open_private(fresh) as file:
                file.writelines(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


def open_private(path: Path) -> BinaryIO:
    """Open a new or emptied file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE), "wb")


def point_latest(out: Path, folder: Path) -> None:
    """Let ``latest`` name a run folder, without a moment in which it names none. Raises OperatorError."""
    fresh = out / f".{LATEST}.{os.getpid()}"
    with writing(out / LATEST):
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(out / LATEST)
