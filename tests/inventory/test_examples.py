"""The examples in the repository's inventory folder."""

from __future__ import annotations

from pathlib import Path

import jsonschema

from fleetscan.authored import read_yaml
from fleetscan.credentials import json_schema as credentials_schema
from fleetscan.credentials import load_credentials
from fleetscan.inventory import check_credentials, json_schema, load_inventory

FOLDER = Path(__file__).parents[2] / "inventory"


def test_the_example_is_a_right_inventory() -> None:
    """It loads without a mistake or a warning, fits its schema, and names credentials that its example has."""
    path = FOLDER / "example.yml"
    jsonschema.Draft202012Validator(json_schema()).validate(read_yaml(path).data)
    inventory = load_inventory([path])
    assert inventory.warnings == ()
    assert {"group_vars" in str(file) for file in inventory.files} == {True, False}
    assert {host.site for host in inventory.hosts} == {"Paris", "Osaka"}
    check_credentials(inventory, load_credentials(FOLDER / "credentials.example.yml").names)


def test_the_credentials_example_is_right() -> None:
    """It loads without reading a secret, fits its schema, and shows every source."""
    path = FOLDER / "credentials.example.yml"
    data = read_yaml(path).data
    jsonschema.Draft202012Validator(credentials_schema()).validate(data)
    kinds = {kind for entry in load_credentials(path).entries.values() for kind in entry.secret or {}}
    assert kinds == {"env", "file", "command", "prompt", "keyring"}


def test_every_example_names_its_schema() -> None:
    """The first line of each example tells an editor which schema to use, and that file is there."""
    for name in ("example.yml", "credentials.example.yml"):
        first = (FOLDER / name).read_text(encoding="utf-8").splitlines()[0]
        prefix = "# yaml-language-server: $schema="
        assert first.startswith(prefix)
        assert (FOLDER / first.removeprefix(prefix)).is_file()
