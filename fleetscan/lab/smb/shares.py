"""The disks of pretend machines as folders of Linux, so that a file server can share them.

One folder per drive letter. Sizes are real and cost no space (sparse files), dates are those that the machine gives,
program files have their version, and what the machine refuses has no permission for anybody.

Laws: machines with the same disk at the same moment share one tree. Nothing is ever changed once it is laid out.
Outside fact: who may list a folder may also see the name, size and date of a file in it that is refused to him
([MS-FSA] 2.1.5.1.2.1); so it is here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from fleetscan.lab.disk import Disk, File, normal
from fleetscan.lab.machine import Machine
from fleetscan.lab.smb.pe import image
from fleetscan.lab.windows import Bits

LINKS = 10_000
"""How many names one file may have; ext4 ends at 65,000."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OPEN_FOLDER, _OPEN_FILE, _CLOSED = 0o755, 0o644, 0
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC

_Tree: TypeAlias = tuple[Disk, datetime, frozenset[str], Bits]


@dataclass(frozen=True, slots=True)
class _Kind:
    """All that makes two files the same but their names. ``apart`` is the tree of one that others cannot reach into."""

    file: File
    modified: datetime
    mode: int
    bits: Bits
    apart: str


@dataclass(slots=True)
class Shares:
    """A folder in which disks are laid out."""

    directory: Path
    _trees: dict[_Tree, Path] = field(default_factory=dict)
    _files: dict[tuple[_Kind, int], str] = field(default_factory=dict)
    _names: Counter[_Kind] = field(default_factory=Counter)

    def folder(self, machine: Machine) -> Path:
        """Lay out the disks of a machine; give the folder in which its drives are (``C``, ``D``).

        Everybody may read what is not refused. Raises OSError, and ValueError for a name that Linux cannot hold (NUL,
        half a surrogate pair) and for a version that no program file can have.
        """
        moment = machine.now - machine.extra_age
        tree = (machine.disk, moment, frozenset(map(normal, machine.refusals.files)), machine.registry.bits)
        if tree not in self._trees:
            self._trees[tree] = self.directory / f"disk-{len(self._trees) + 1}"
            self._lay_out(machine, moment, str(self._trees[tree]))
        return self._trees[tree]

    def _lay_out(self, machine: Machine, moment: datetime, top: str) -> None:
        """Make folders and files; then date and close the folders, the inmost first."""
        refused = frozenset(map(normal, machine.refusals.files))
        missing = [place for place in machine.refusals.files if machine.disk.file(place) is None]
        _folder(top)
        apart = top if refused else ""
        made = []
        for whole, files in machine.disk.folders(missing):
            path = f"{top}/{_linux(whole)}"
            _folder(path)
            made.append((path, _CLOSED if normal(whole) in refused else _OPEN_FOLDER))
            closed = _closed(refused, whole, files)
            for file in files:
                plain = File(name="", size=file.size, version=file.version, text=file.text)
                mode = _CLOSED if normal(file.name) in closed else _OPEN_FILE
                kind = _Kind(plain, moment - file.age, mode, machine.registry.bits, apart)
                self._place(f"{path}/{file.name}", kind)
        for path, mode in reversed(made):
            _date(path, moment)
            os.chmod(path, mode)  # noqa: PTH101 - thousands of times

    def _place(self, path: str, kind: _Kind) -> None:
        """Give the file a name: a further one, when there is such a file already."""
        key = (kind, self._names[kind] // LINKS)
        self._names[kind] += 1
        if key in self._files:
            os.link(self._files[key], path)
        else:
            self._files[key] = path
            _write(path, kind)


def _linux(whole: str) -> str:
    """Turn a Windows path into one below a machine's folder."""
    drive, colon, rest = whole.partition(":")
    return f"{drive.upper()}{rest}".replace("\\", "/") if colon else whole


def _closed(refused: frozenset[str], whole: str, files: Iterable[File]) -> frozenset[str]:
    """Find the folded names of the files of a folder that are refused themselves."""
    names = (normal(file.name) for file in files) if refused else ()
    return frozenset(name for name in names if normal(f"{whole}\\{name}") in refused)


def _folder(path: str) -> None:
    os.mkdir(path)  # noqa: PTH102 - hundreds of times
    os.chmod(path, _OPEN_FOLDER)  # noqa: PTH101 - whatever the umask


def _write(path: str, kind: _Kind) -> None:
    """Make a file. A program, or a text, is not cut: it is as long as it has to be."""
    file = kind.file
    data = image(file.version, kind.bits) if file.version else file.text.encode(errors="surrogatepass")
    size = len(data) if file.text else max(file.size, len(data))
    descriptor = os.open(path, _NEW, _OPEN_FILE)
    try:
        os.write(descriptor, data)
        os.ftruncate(descriptor, size)
        os.fchmod(descriptor, kind.mode)
    finally:
        os.close(descriptor)
    _date(path, kind.modified)


def _date(path: str, moment: datetime) -> None:
    nanoseconds = (moment - _EPOCH) // _MICROSECOND * 1000
    os.utime(path, ns=(nanoseconds, nanoseconds))
