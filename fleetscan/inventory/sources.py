"""Which files make up an inventory: the sources themselves, and the ``group_vars`` and ``host_vars`` beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

EXTENSIONS: Final = (".yml", ".yaml", ".json")
_NOT_INVENTORY: Final = re.compile(
    r"\..*|(host_vars|group_vars|vars_plugins)|credentials(\..*)?\.ya?ml|.*\.schema\.json"
    r"|.*(\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)",
)
"""What Ansible leaves out of a folder of inventories, and our own credentials files and schemas."""


def inventory_files(source: Path) -> Iterator[Path]:
    """Give the inventory files of one source in the order of their names; OSError when a folder cannot be listed."""
    if not source.is_dir():
        yield source
        return
    for entry in sorted(source.iterdir(), key=lambda path: path.name):
        if not _NOT_INVENTORY.fullmatch(entry.name):
            yield from inventory_files(entry)


@dataclass(frozen=True, kw_only=True)
class VariableFiles:
    """The variable files of one kind (``group_vars`` or ``host_vars``) in one folder, listed once."""

    folder: Path

    @cached_property
    def _entries(self) -> Mapping[str, Path]:
        return {entry.name: entry for entry in self.folder.iterdir()} if self.folder.is_dir() else {}

    def of(self, name: str) -> Iterator[Path]:
        """Give the files for one group or host: NAME (a file or a folder), or else NAME with one extension."""
        for extension in ("", *EXTENSIONS):
            if found := self._entries.get(f"{name}{extension}"):
                yield from _in_folder(found) if found.is_dir() else (found,)
                return


def _in_folder(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        extension = Path(entry.name).suffix
        if entry.is_dir() and not extension:
            yield from _in_folder(entry)
        elif entry.is_file() and extension in ("", *EXTENSIONS):
            yield entry


def folder_of(source: Path) -> Path:
    """Give the folder that a source's ``group_vars`` and ``host_vars`` are in."""
    return source if is_folder(source) else source.parent


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; what cannot be looked at is none, and is refused when it is read."""
    try:
        return path.is_dir()
    except OSError:
        return False


def environment_of(source: Path) -> str:
    """Name the environment after a source: the stem of a file, the name of a folder."""
    try:
        whole = source.resolve()
    except (OSError, RuntimeError):  # a circle of links, a working folder that is gone
        whole = source
    name = whole.name if is_folder(source) else whole.stem
    return re.sub(r"[^\w.-]", "-", name) or "inventory"
