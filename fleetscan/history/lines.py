"""Files of one JSON object a line, compressed, that can be read although their writer was killed.

Law: a line that was added and flushed survives the death of the process; a torn tail costs at most the lines after it.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from fleetscan.errors import OperatorError
from fleetscan.history.folder import open_private, writing

_CHUNK = 1 << 16
_GZIP = 31  # zlib's window bits for a gzip stream
_LEVEL = 1  # a third of the time of the usual 6; verdicts are many, and alike


class LineWriter:
    """A file of lines that grows. The beginning takes the place of an older file at once, whole."""

    def __init__(self, path: Path, beginning: Iterable[str] = ()) -> None:
        """Write the first lines beside the file, then put them in its place. Raises OperatorError."""
        self._path = path
        fresh = path.with_name(f".{path.name}.new")
        self._stream = zlib.compressobj(_LEVEL, wbits=_GZIP)
        with writing(path):
            self._file = open_private(fresh)
            try:
                for line in beginning:
                    self._write(line)
                self._flush()
                fresh.replace(path)
            except BaseException:
                fresh.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    self._file.close()
                raise

    def add(self, line: str) -> None:
        """Append an object in ASCII on one line, or several, each on its own. Raises OperatorError."""
        with writing(self._path):
            self._write(line)

    def flush(self) -> None:
        """Hand what was added to the system. Raises OperatorError."""
        with writing(self._path):
            self._flush()

    def close(self) -> None:
        """End the file properly. Raises OperatorError."""
        with writing(self._path):
            try:
                self._file.write(self._stream.flush(zlib.Z_FINISH))
            finally:
                self._file.close()

    def __enter__(self) -> Self:
        """Write in a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _write(self, line: str) -> None:
        self._file.write(self._stream.compress(line.encode("ascii") + b"\n"))

    def _flush(self) -> None:
        self._file.write(self._stream.flush(zlib.Z_SYNC_FLUSH))
        self._file.flush()


def read_lines(path: Path) -> Iterator[str]:
    """Give the whole lines of a file, without a torn or damaged end. Raises OperatorError if it cannot be opened."""
    rest = b""
    for piece in _decompressed(path):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode("ascii", errors="replace")


def _decompressed(path: Path) -> Iterator[bytes]:
    """Give what can be decompressed, up to the first damage."""
    stream = zlib.decompressobj(_GZIP)
    for chunk in _chunks(path):
        before = stream.copy()
        try:
            yield stream.decompress(chunk)
        except zlib.error:  # a machine that lost its power leaves zeros at the end
            yield from _salvaged(before, chunk)
            return


def _salvaged(stream: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Give what comes before the damage in a chunk: whoever decompresses it in one go gets nothing."""
    for number in range(len(chunk)):
        try:
            piece = stream.decompress(chunk[number : number + 1])
        except zlib.error:
            break
        yield piece


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise OperatorError(message) from error
