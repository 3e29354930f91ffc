"""Which files make up an inventory."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.inventory import load_inventory
from fleetscan.inventory.sources import VariableFiles, environment_of, folder_of, inventory_files
from tests.inventory.conftest import Write


def test_variable_files_are_found_as_ansible_finds_them(write: Write) -> None:
    """A name without extension beats one with; a folder gives all its files by name, but backups and other kinds."""
    folder = write("group_vars/paris.yml", "").parent
    inner = ("a", "b.yml", "sub/c.json", "sub.d/d.yml", ".e.yml", "f.yml~", "g.txt")
    for name in ("osaka", "osaka.yml", "lima.json", "lima.yaml", *(f"tokyo/{file}" for file in inner)):
        write(f"group_vars/{name}", "")
    files = VariableFiles(folder=folder)
    found = {
        name: [str(path.relative_to(folder)) for path in files.of(name)] for name in ("paris", "osaka", "tokyo", "lima")
    }
    assert found == {
        "paris": ["paris.yml"],
        "osaka": ["osaka"],
        "tokyo": ["tokyo/a", "tokyo/b.yml", "tokyo/sub/c.json"],
        "lima": ["lima.yaml"],
    }
    assert list(files.of("none")) == []
    assert list(VariableFiles(folder=folder / "none").of("paris")) == []


def test_a_single_file_is_itself(write: Write) -> None:
    """A file is its own only inventory file, whatever its name; its variable files stand beside it."""
    path = write("credentials.yml", "")
    assert list(inventory_files(path)) == [path]
    assert folder_of(path) == path.parent
    assert folder_of(path.parent) == path.parent


def test_environments_are_named_after_their_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file gives its stem and a folder its name, also when it is given as a dot."""
    folder = tmp_path / "site.example"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert environment_of(Path("prod.eu.yml")) == "prod.eu"
    assert environment_of(Path()) == "site.example"
    assert environment_of(Path("/")) == "inventory"


def test_a_folder_that_cannot_be_listed_is_a_mistake(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to list a folder there is a mistake with its name, not a traceback."""
    path = write("a.yml", "all: {hosts: {ex1: }}\n")
    (path.parent / "group_vars").mkdir()

    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(AuthoredError, match=r"group_vars:1:1: cannot be listed: Permission denied"):
        load_inventory([path])


def test_a_source_that_cannot_be_looked_at_is_refused_when_it_is_read(tmp_path: Path) -> None:
    """A circle of links and a name that is too long are mistakes with their place, not tracebacks."""
    circle = tmp_path / "circle.yml"
    circle.symlink_to(circle.name)
    for path, words in ((circle, "Too many levels"), (tmp_path / ("x" * 300), "File name too long")):
        assert environment_of(path) == path.stem
        with pytest.raises(AuthoredError, match=f":1:1: cannot be .*: {words}"):
            load_inventory([path])


@pytest.mark.parametrize("text", ["[all]\nex1\n", "# hosts\n\n; of Paris\n[paris:vars]\r\na=b\n"])
def test_an_ini_file_without_extension_is_recognised(write: Write, text: str) -> None:
    """What YAML would call a mistake of syntax has a better name."""
    with pytest.raises(AuthoredError, match=r"hosts:1:1: .* in INI form.*--inventory-command"):
        load_inventory([write("hosts", text)])


def test_hosts_at_the_top_are_told_where_they_belong(write: Write) -> None:
    """A section without a group above it is read as a group of that name; the remedy says what was meant."""
    with pytest.raises(AuthoredError, match=r":2:3: unknown key `ex1`.*write `all:` above it"):
        load_inventory([write("prod.yml", "hosts:\n  ex1:\n")])
