"""Read the inventory files of an environment. Reading files is all this room does to the outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fleetscan.authored import Document, Position, parse_yaml, read_bytes
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.inventory.build import build_inventory, new_tree
from fleetscan.inventory.interface import Inventory
from fleetscan.inventory.sources import EXTENSIONS, VariableFiles, environment_of, folder_of, inventory_files
from fleetscan.inventory.tree import Tree, Variables, read_groups, read_variables

_LET_ANSIBLE: Final = "let Ansible read it: --inventory-command 'ansible-inventory -i FILE --list'"
_INI: Final = re.compile(rb"(?:[ \t]*(?:[#;][^\n]*)?\r?\n)*\[[\w.-]+(?::\w+)?\][ \t]*\r?\n")
"""The first thing in it is a section; in YAML that would be a list, which no inventory is."""

_NO_HOST: Final = "write `all:`, `hosts:` below it, and the names below that, each with a colon behind it"


def load_inventory(paths: Sequence[Path]) -> Inventory:
    """Read one or several inventory files or folders, with the ``group_vars`` and ``host_vars`` beside each.

    Raise AuthoredError with every mistake in every file at once.
    """
    reading = _Reading()
    for source in paths:
        reading.read_source(source)
    folders = [folder_of(source) for source in paths]
    by_folder = {
        folder: (
            reading.variables_in(folder / "group_vars", reading.tree.groups),
            reading.variables_in(folder / "host_vars", reading.tree.hosts),
        )
        for folder in folders
    }
    if not reading.tree.hosts and not reading.tree.mistakes:
        reading.refuse(paths[0] if paths else Path(), "there is no host in this inventory", _NO_HOST)
    return build_inventory(
        reading.tree,
        "+".join(dict.fromkeys(environment_of(source) for source in paths)),
        files=reading.files,
        warnings=[one for one in reading.warnings if Position(one.file, one.line, one.column) not in reading.tree.days],
        group_files=[by_folder[folder][0] for folder in folders],
        host_files=[by_folder[folder][1] for folder in folders],
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read so far; mistakes are collected in the tree."""

    tree: Tree = field(default_factory=new_tree)
    files: list[Path] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def refuse(self, path: Path, message: str, remedy: str) -> None:
        self.tree.mistakes.append(Mistake(file=str(path), line=1, column=1, message=message, remedy=remedy))

    def read_source(self, source: Path) -> None:
        for path in self._listed(source, inventory_files):
            if path.suffix not in ("", *EXTENSIONS):
                self.refuse(path, f"a file ending in {path.suffix} is not a YAML inventory", _LET_ANSIBLE)
                continue
            document = self._read(path)
            if document is None:
                continue
            if document.data is None:
                self.refuse(path, "the file is empty", _NO_HOST)
            else:
                read_groups(self.tree, document)

    def variables_in(self, folder: Path, names: Iterable[str]) -> Callable[[str], Variables]:
        """Read the files for these names in a ``group_vars`` or ``host_vars`` folder, and give a look-up by name."""
        listing = VariableFiles(folder=folder)
        found: dict[str, Variables] = {}
        for name in names:
            for path in self._listed(Path(name), lambda path: listing.of(path.name)):
                if document := self._read(path):
                    found.setdefault(name, {}).update(read_variables(self.tree, document, ()))
        return lambda name: found.get(name, {})

    def _listed(self, path: Path, listing: Callable[[Path], Iterable[Path]]) -> Sequence[Path]:
        try:
            return list(listing(path))
        except OSError as error:
            folder = Path(error.filename or path)
            self.refuse(folder, f"cannot be listed: {error.strerror}", "check the permissions of the folder")
            return ()

    def _read(self, path: Path) -> Document | None:
        try:
            raw = read_bytes(path)
            self.files.append(path)
            if raw.startswith(b"$ANSIBLE_VAULT"):
                self.refuse(path, "the file is encrypted with ansible-vault, which only Ansible can open", _LET_ANSIBLE)
                return None
            if _INI.match(raw):
                self.refuse(path, "this is an inventory in INI form, not in YAML", _LET_ANSIBLE)
                return None
            document = parse_yaml(raw, str(path))
        except AuthoredError as error:
            self.tree.mistakes.extend(error.mistakes)
            return None
        self.warnings.extend(document.surprises)
        return document
