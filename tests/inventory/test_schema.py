"""The JSON Schema and the table of variables: fresh, and in agreement with the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fleetscan.authored import parse_yaml
from fleetscan.inventory import json_schema, schema_text, variables_table
from fleetscan.inventory.complaints import complain
from tests.inventory.test_variables import RIGHT, WRONG

TOP = Path(__file__).parents[2]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def variables_errors(variables: dict[str, Any]) -> list[str]:
    """Give what the schema has against some variables."""
    return [error.message for error in VALIDATOR.iter_errors({"all": {"vars": variables}})]


def test_the_committed_schema_is_fresh() -> None:
    """The file that editors read is what the code would write, and is itself a schema."""
    jsonschema.Draft202012Validator.check_schema(json_schema())
    committed = (TOP / "inventory/fleetscan-inventory.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(json_schema())


def test_the_documented_table_is_fresh() -> None:
    """docs/inventory.md prints the table that the code gives."""
    assert variables_table() in (TOP / "docs/inventory.md").read_text(encoding="utf-8")


def test_schema_and_reader_agree_on_values() -> None:
    """What the reader takes the schema takes, and what it refuses the schema refuses."""
    for name, values in RIGHT.items():
        for value in values:
            assert variables_errors({name: value}) == [], (name, value)
    for name, values in WRONG.items():
        for value in values:
            assert variables_errors({name: value}) != [], (name, value)


@pytest.mark.parametrize(
    "name", ["fleetscan_sight", "ansible_psrp_x", "ansible_password", "smtp_pass", "ansible_psrp_proxy"]
)
def test_schema_and_reader_agree_on_names(name: str) -> None:
    """Unknown names of ours and passwords are refused by both."""
    assert variables_errors({name: "x"}) != []
    assert complain(name, "x") is not None


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("all: {hosts: {ex1: , ex2: {a: 1}}}", True),
        ("all: {hosts: ex1, children: {a: , b: {vars: {x: 1}}}}", True),
        ("all: {host: {ex1: }}", False),
        ("all: {hosts: [ex1]}", False),
        ("plugin: x", False),
        ("_meta: {}", False),
        ("all: 7", False),
        ("{}", False),
        ("- a", False),
    ],
)
def test_the_shape_is_checked(text: str, is_right: bool) -> None:  # noqa: FBT001  # a table of cases
    """Groups hold hosts, children and vars, and nothing else."""
    assert (not list(VALIDATOR.iter_errors(parse_yaml(text.encode(), "f.yml").data))) == is_right
