"""The JSON Schema of an inventory, and the table of variables in words: both made from the table of variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from fleetscan.inventory.variables import VARIABLES, WITHOUT_EFFECT

SCHEMA_ADDRESS: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12) of an inventory file, for editors.

    It knows less than :func:`~fleetscan.inventory.load_inventory`: nothing of templates, ranges and merging.
    """
    return {
        "$schema": SCHEMA_ADDRESS,
        "title": "fleetscan inventory",
        "description": "A strict subset of Ansible's YAML inventory: groups with hosts, children and vars.",
        "type": "object",
        "properties": {"plugin": False, "_meta": False},
        "additionalProperties": {"$ref": "#/$defs/group"},
        "minProperties": 1,
        "$defs": {"group": _group(), "variables": _variables()},
    }


def schema_text(schema: Mapping[str, object]) -> str:
    """Write a schema as it is kept in the repository."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def variables_table() -> str:
    """Give the table of variables in Markdown, as the documentation prints it."""
    rows = [
        f"| `{variable.name}` | {f'`{variable.twin}`' if variable.twin else ''} | {variable.kind.words} "
        f"| {variable.meaning} | {variable.default} |"
        for variable in VARIABLES
    ]
    head = ["| variable | with `winrm` | value | meaning | default |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _group() -> dict[str, object]:
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "hosts": {
                "description": "Host names, ranges such as ex[01:20] allowed, each with its own variables or nothing.",
                "type": ["object", "string", "null"],
                "additionalProperties": {"$ref": "#/$defs/variables"},
            },
            "children": {
                "description": "Groups within this one. Their variables beat those of this group.",
                "type": ["object", "string", "null"],
                "additionalProperties": {"$ref": "#/$defs/group"},
            },
            "vars": {"$ref": "#/$defs/variables"},
        },
    }


def _variables() -> dict[str, object]:
    known: dict[str, object] = {}
    for variable in VARIABLES:
        note = f"{variable.meaning} Default: {variable.default}." if variable.default else variable.meaning
        known[variable.name] = {"description": note, **variable.kind.schema}
        if variable.twin:
            kind = variable.twin_kind or variable.kind
            known[variable.twin] = {"description": f"{note} Twin of {variable.name}.", **kind.schema}
    others = sorted(name for name in WITHOUT_EFFECT)
    allowed = "|".join([*known, *others])
    return {
        "type": ["object", "null"],
        "properties": known,
        "patternProperties": {
            f"^(?!({allowed})$)(fleetscan|ansible_psrp|ansible_winrm)(_|$)": False,
            "(^|_)([Pp][Aa][Ss][Ss]([Ww][Dd]|[Ww][Oo][Rr][Dd]|[Pp][Hh][Rr][Aa][Ss][Ee])?)$": {
                "description": "Passwords do not belong here: name a credential with fleetscan_credential.",
                "type": ["null", "boolean"],
            },
        },
    }
