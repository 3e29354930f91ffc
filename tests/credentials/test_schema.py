"""The JSON Schema of credentials.yml: fresh, and in agreement with the reader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from fleetscan.authored import parse_yaml
from fleetscan.credentials import json_schema

SCHEMA = json_schema()


def test_the_committed_schema_is_fresh() -> None:
    """The file that editors read is what the code would write, and is itself a schema."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    path = Path(__file__).parents[2] / "inventory/fleetscan-credentials.schema.json"
    assert path.read_text(encoding="utf-8") == json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("entry", "is_right"),
    [
        ("{auth: kerberos}", True),
        ("{user: x, secret: {env: X}}", True),
        ("{user: x, secret: {command: [a, b]}}", True),
        ("{user: x, secret: {prompt: true}}", True),
        ("{user: x, secret: {vault: 7}}", True),
        ("{user: x, secret: {}}", False),
        ("{user: x, secret: {env: X, file: Y}}", False),
        ("{user: x, secret: hunter2}", False),
        ("{user: x, secret: {command: a b}}", False),
        ("{user: x, secret: {prompt: false}}", False),
        ("{user: x, password: hunter2}", False),
        ("{auth: credssp}", False),
        ("{user: ''}", False),
    ],
)
def test_the_shape_is_checked(entry: str, is_right: bool) -> None:  # noqa: FBT001  # a table of cases
    """The schema takes and refuses what the reader takes and refuses, as far as shapes go."""
    data = parse_yaml(f"credentials: {{a: {entry}}}".encode(), "f.yml").data
    assert (not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))) == is_right
