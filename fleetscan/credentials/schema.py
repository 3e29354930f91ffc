"""The JSON Schema of ``credentials.yml``, for editors."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter

from fleetscan.credentials.entry import CredentialsFile

_TEXT: Final = {"type": "string", "minLength": 1}
_SECRET: Final = {
    "description": "Where the secret comes from: exactly one source.",
    "type": ["object", "null"],
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "env": {"description": "An environment variable of the run.", **_TEXT},
        "file": {
            "description": "A file in systemd's credentials directory, else from the folder of this file on.",
            **_TEXT,
        },
        "command": {
            "description": "A program and its arguments; it prints one line. No shell reads it.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
        "prompt": {"description": "Ask at the terminal.", "const": True},
        "keyring": {"description": "The service under which the desktop's keyring holds it.", **_TEXT},
    },
}


def json_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12) of a credentials file; it knows less than :func:`.load_credentials`."""
    schema: dict[str, object] = TypeAdapter(CredentialsFile).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_with_secret(schema)}


def _with_secret(part: dict[str, object]) -> dict[str, object]:
    """Put our description of ``secret`` in place of "any object"."""
    return {
        name: _SECRET if name == "secret" else _with_secret(inner) if isinstance(inner, dict) else inner
        for name, inner in part.items()
        if name != "title" or not isinstance(inner, str)
    }
