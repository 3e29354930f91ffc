"""The files of a pretend machine. Paths are Windows paths, compared without case; nothing is ever changed."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable, Iterator
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
    return fold(_plain(path))


def _plain(path: str) -> str:
    return ntpath.normpath(path).rstrip("\\")


def _parent(whole: str) -> str:
    return whole.rpartition("\\")[0]


def _raised(names: dict[str, str], path: str) -> None:
    """Name a directory and all above it, each as it was written first."""
    folded = fold(path)
    while folded and folded not in names:
        names[folded] = path.rpartition("\\")[2]
        path, folded = _parent(path), _parent(folded)


class Disk:
    """All volumes of a machine. A directory is there when it was named or when a file is in it."""

    __slots__ = ("_files", "_in", "_names")

    def __init__(self, files: Iterable[tuple[str, File]], directories: Iterable[str] = ()) -> None:
        """Lay out files by whole path, and directories that may be empty."""
        whole = {normal(path): (_parent(_plain(path)), file) for path, file in files}
        self._files = {path: file for path, (_, file) in whole.items()}
        self._in: dict[str, list[File]] = {}
        self._names: dict[str, str] = {}
        for parent, file in whole.values():
            self._in.setdefault(fold(parent), []).append(file)
            _raised(self._names, parent)
        for path in directories:
            _raised(self._names, _plain(path))

    def file(self, path: str) -> File | None:
        """Find one file, ``None`` when there is none (a directory is no file)."""
        return self._files.get(normal(path))

    def is_directory(self, path: str) -> bool:
        """Tell whether a directory is there."""
        return normal(path) in self._names

    def listing(self, path: str, pattern: str) -> tuple[File, ...]:
        """List the matching files of one directory, not those below it."""
        return tuple(file for file in self._in.get(normal(path), ()) if matches(file.name, pattern))

    def folders(self, more: Iterable[str] = ()) -> Iterator[tuple[str, tuple[File, ...]]]:
        """Give every directory (and ``more`` of them) by its whole path as written, parents first, with its files."""
        names = dict(self._names)
        for path in more:
            _raised(names, _plain(path))
        whole = {"": ""}
        for folded in sorted(names, key=lambda path: path.count("\\")):
            above = whole[_parent(folded)]
            whole[folded] = f"{above}\\{names[folded]}" if above else names[folded]
            yield whole[folded], tuple(self._in.get(folded, ()))
