"""Read from a serialized ``cel.expr.CheckedExpr`` which names it refers to.

Source of the layout: cel-spec, ``proto/cel/expr/checked.proto``: field 2 is the reference map (key 1: expression id,
value 2: a Reference, whose field 1 is the name); the engine wraps the message in a ``google.protobuf.Any`` (value: 2).
"""

from __future__ import annotations

from collections.abc import Iterator


def referenced_names(serialized: bytes) -> tuple[str, ...]:
    """Name every variable and function that the checked expression refers to, each once, in its order."""
    names = (
        name.decode()
        for checked in _fields(serialized, 2)
        for entry in _fields(checked, 2)
        for reference in _fields(entry, 2)
        for name in _fields(reference, 1)
    )
    return tuple(dict.fromkeys(names))


def _fields(message: bytes, wanted: int) -> Iterator[bytes]:
    """Yield the contents of every length-delimited field with the number ``wanted``."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        match tag & 7:
            case 0:
                _, at = _varint(message, at)
            case 2:
                size, at = _varint(message, at)
                if tag >> 3 == wanted:
                    yield message[at : at + size]
                at += size
            case kind:
                at += 8 if kind == 1 else 4


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1
