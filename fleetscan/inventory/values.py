"""From data as it was read to values as the model holds them."""

from __future__ import annotations

from collections.abc import Mapping

from fleetscan.model import Value


def value_of(data: object) -> Value | None:
    """Give the value; what was written without one inside it is left out, as the model holds no null.

    Raise TypeError for what neither YAML as we read it nor JSON can hold.
    """
    match data:
        case None | bool() | int() | float() | str():
            return data
        case Mapping():
            parts = {str(name): value_of(part) for name, part in data.items()}
            return {name: part for name, part in parts.items() if part is not None}
        case list():
            items = [value_of(item) for item in data]
            return [item for item in items if item is not None]
        case _:
            message = f"{type(data).__name__} is no value"
            raise TypeError(message)
