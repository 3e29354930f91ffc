"""Read the fields of a JSON object, each with the type it must have."""

from __future__ import annotations

import json
from datetime import datetime

from fleetscan.history.values import Json, moment_from_json
from fleetscan.model import Value


class Fields:
    """One JSON object. Every method raises ValueError, with the name of the field, when it is not what it must be."""

    def __init__(self, data: Json) -> None:
        """Refuse what is not an object."""
        if not isinstance(data, dict):
            message = f"an object was expected, not {type(data).__name__}"
            raise ValueError(message)  # noqa: TRY004 - one exception for whatever is wrong with a file
        self._data = data

    @classmethod
    def parse(cls, text: str) -> Fields:
        """Read a line or a file."""
        data: Json = json.loads(text)
        return cls(data)

    def any(self, name: str) -> Json:
        """Give a field that must be there."""
        if name not in self._data:
            message = f"{name} is missing"
            raise ValueError(message)
        return self._data[name]

    def has(self, name: str) -> bool:
        """Say whether a field is there and not null."""
        return self._data.get(name) is not None

    def text(self, name: str) -> str:
        """Give a string."""
        data = self.any(name)
        if not isinstance(data, str):
            raise _unlike(name, "a string")
        return data

    def count(self, name: str) -> int:
        """Give a whole number."""
        data = self.any(name)
        if isinstance(data, bool) or not isinstance(data, int):
            raise _unlike(name, "a whole number")
        return data

    def number(self, name: str) -> float:
        """Give a number."""
        data = self.any(name)
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise _unlike(name, "a number")
        return float(data)

    def moment(self, name: str) -> datetime:
        """Give a moment, aware and UTC."""
        return moment_from_json(self.text(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of strings."""
        found = self.items(name)
        if not all(isinstance(item, str) for item in found):
            raise _unlike(name, "a list of strings")
        return tuple(item for item in found if isinstance(item, str))

    def items(self, name: str) -> list[Json]:
        """Give a list."""
        data = self.any(name)
        if not isinstance(data, list):
            raise _unlike(name, "a list")
        return data

    def members(self, name: str) -> dict[str, Json]:
        """Give the members of an object."""
        data = self.any(name)
        if not isinstance(data, dict):
            raise _unlike(name, "an object")
        return data

    def counts(self, name: str) -> dict[str, int]:
        """Give an object of whole numbers."""
        inside = Fields(self.members(name))
        return {key: inside.count(key) for key in self.members(name)}

    def value(self, name: str) -> Value:
        """Give a value of a fact."""
        return value_from_json(self.any(name))


def value_from_json(data: Json) -> Value:
    """Give the value that JSON stands for; there is no null among values."""
    match data:
        case None:
            message = "a value is null"
            raise ValueError(message)
        case list():
            return [value_from_json(item) for item in data]
        case dict():
            return {key: value_from_json(item) for key, item in data.items()}
        case _:
            return data


def _unlike(name: str, wanted: str) -> ValueError:
    return ValueError(f"{name} is not {wanted}")
