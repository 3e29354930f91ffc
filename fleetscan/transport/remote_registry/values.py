"""The bytes of a registry value -> the value as every transport gives it. Pure.

Outside fact: the other transport reads values through .NET, and what it makes of text that is off is kept here
(dotnet/runtime, RegistryKey.GetValue and GetValueKind): one NUL at the end of a text is taken away and no other, an
odd byte is filled up with a zero. Types without a name of .NET are not read.
Law: a number has all its bytes, and no others. .NET fills up one that is too short, even one of no bytes, with zeros:
that is a default, and nothing that anybody has set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fleetscan.model import Known, Reason, Unknown, Value
from fleetscan.transport.words import TEXT_LIMIT, valid

_OTHER_TYPES = {
    5: "REG_DWORD_BIG_ENDIAN",
    6: "REG_LINK",
    8: "REG_RESOURCE_LIST",
    9: "REG_FULL_RESOURCE_DESCRIPTOR",
    10: "REG_RESOURCE_REQUIREMENTS_LIST",
}
"""Types that have a name and are not read (MS-RRP, 3.1.1.5)."""


class _Off(Exception):  # noqa: N818 - it says what the data is
    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.outcome = Unknown(reason=reason, detail=words)


def registry_value(kind: int, data: bytes) -> Known | Unknown:
    """Read the data of one value by the number of its type."""
    name, read = _TYPES.get(kind, ("", None))
    if read is None:
        words = f"the registry type {_OTHER_TYPES.get(kind, kind)} is not read"
        return Unknown(reason=Reason.UNSUPPORTED, detail=words)
    try:
        return Known(value=read(data), type=name)
    except _Off as off:
        return off.outcome


def _bounded(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise _Off(Reason.TOO_LARGE, f"a text of {len(text)} characters; at most {TEXT_LIMIT} are read")
    return text


def _units(data: bytes) -> str:
    return (data + bytes(len(data) % 2)).decode("utf-16-le", "surrogatepass")


def _text(data: bytes) -> Value:
    return valid(_bounded(_units(data).removesuffix("\0")))


def _texts(data: bytes) -> Value:
    """Split at each NUL; the empty text before the last one is the end of the list."""
    texts = _units(data).removesuffix("\0").split("\0")
    if not texts[-1]:
        texts.pop()
    return [valid(_bounded(text)) for text in texts]


def _hexadecimal(data: bytes) -> Value:
    return _bounded(data.hex())


def _number(name: str, size: int) -> Callable[[bytes], Value]:
    def read(data: bytes) -> Value:
        if len(data) != size:
            raise _Off(Reason.MALFORMED, f"a {name} of {len(data)} bytes is no number")
        return int.from_bytes(data, "little")

    return read


_TYPES: Mapping[int, tuple[str, Callable[[bytes], Value]]] = {
    0: ("REG_NONE", _hexadecimal),
    1: ("REG_SZ", _text),
    2: ("REG_EXPAND_SZ", _text),
    3: ("REG_BINARY", _hexadecimal),
    4: ("REG_DWORD", _number("REG_DWORD", 4)),
    7: ("REG_MULTI_SZ", _texts),
    11: ("REG_QWORD", _number("REG_QWORD", 8)),
}
"""Number -> name and reader (MS-RRP, 3.1.1.5)."""
