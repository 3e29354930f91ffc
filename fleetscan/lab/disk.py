"""The files of a pretend machine. Paths are Windows paths, compared without case; nothing is ever changed."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from fleetscan.lab.windows import fold, matches


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: name as written, bytes, age before the machine's moment, file version ("" for none), contents."""

    name: str
    size: int = 0
    age: timedelta = timedelta(0)
    version: str = ""
    text: str = ""


def normal(path: str) -> str:
    r"""Bring a path to one form: backslashes, no ``.`` and ``..``, no slash at the end (a root is ``C:``), folded."""
    return fold(ntpath.normpath(path)).rstrip("\\")


def _parent(whole: str) -> str:
    return whole.rpartition("\\")[0]


class Disk:
    """All volumes of a machine. A directory is there when it was named or when a file is in it."""

    __slots__ = ("_directories", "_files", "_in")

    def __init__(self, files: Iterable[tuple[str, File]], directories: Iterable[str] = ()) -> None:
        """Lay out files by whole path, and directories that may be empty."""
        self._files = {normal(path): file for path, file in files}
        self._in: dict[str, list[File]] = {}
        self._directories: set[str] = set()
        for path, file in self._files.items():
            self._in.setdefault(_parent(path), []).append(file)
            self._raise_directories(_parent(path))
        for path in directories:
            self._raise_directories(normal(path))

    def file(self, path: str) -> File | None:
        """Find one file, ``None`` when there is none (a directory is no file)."""
        return self._files.get(normal(path))

    def is_directory(self, path: str) -> bool:
        """Tell whether a directory is there."""
        return normal(path) in self._directories

    def listing(self, path: str, pattern: str) -> tuple[File, ...]:
        """List the matching files of one directory, not those below it."""
        return tuple(file for file in self._in.get(normal(path), ()) if matches(file.name, pattern))

    def _raise_directories(self, path: str) -> None:
        while path not in self._directories and path:
            self._directories.add(path)
            path = _parent(path)
