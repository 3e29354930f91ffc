"""A snapshot as a file: JSON, sorted, the same bytes for the same tree.

Law: a snapshot is written whole or not at all, for its owner only, and never over another file unless told to.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from fleetscan.errors import OperatorError, UsageError
from fleetscan.model import Absent, Reason, Unknown
from fleetscan.probe.tree import Data, Datum, Key, Snapshot, Subkeys, Values, fold

FORMAT: Final = 1
"""The version of the file's form."""

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file that is read."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def dump(snapshot: Snapshot) -> str:
    """Write a snapshot as JSON: a header, then the keys, sorted."""
    ordered = sorted(snapshot.keys.items(), key=lambda item: (fold(item[0]), item[0]))
    document = {
        "format": FORMAT,
        "host": snapshot.host,
        "key": snapshot.key,
        "view": snapshot.view,
        "transport": snapshot.transport,
        "credential": snapshot.credential,
        "at": snapshot.at.astimezone(UTC).strftime(_TIME),
        "complete": snapshot.complete,
        "cut": list(snapshot.cut),
        "keys": {path: {"values": _part(key.values), "subkeys": _part(key.subkeys)} for path, key in ordered},
    }
    return f"{json.dumps(document, indent=1)}\n"


def _part(part: Values | Subkeys | Absent | Unknown) -> dict[str, Any]:
    match part:
        case Values(data=data):
            names = sorted(data, key=lambda name: (fold(name), name))
            return {"known": {name: {"type": data[name].type, "value": data[name].data} for name in names}}
        case Subkeys(names=names):
            return {"known": sorted(names, key=lambda name: (fold(name), name))}
        case Absent():
            return {"absent": True}
        case Unknown(reason=reason, detail=detail):
            return {"unknown": str(reason), "detail": detail}


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse to write over a file unless told to. Raises UsageError."""
    if path.exists() and not force:
        message = f"{path}: is there already (name another --out, or add --force)"
        raise UsageError(message)


def save(snapshot: Snapshot, path: Path, *, force: bool) -> None:
    """Write a snapshot at once: whoever reads the file sees all of it. Raises OperatorError."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(dump(snapshot))
                file.flush()
                os.fsync(file.fileno())
            _put(fresh, path, force=force)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error} (make room or mend its rights)"
        raise OperatorError(message) from error


def _put(fresh: Path, path: Path, *, force: bool) -> None:
    if force:
        fresh.replace(path)
        return
    try:
        os.link(fresh, path)
    except FileExistsError:  # whoever made it meanwhile
        refuse_existing(path, force=False)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Datum(_Strict):
    type: str
    value: int | str | list[str]

    def meaning(self) -> Datum:
        data: Data = tuple(self.value) if isinstance(self.value, list) else self.value
        return Datum(type=self.type, data=data)


class _KnownValues(_Strict):
    known: dict[str, _Datum]

    def meaning(self) -> Values:
        return Values({name: datum.meaning() for name, datum in self.known.items()})


class _KnownSubkeys(_Strict):
    known: list[Annotated[str, Field(min_length=1, pattern=r"^[^\\]+$")]]

    def meaning(self) -> Subkeys:
        return Subkeys(tuple(self.known))


class _Absent(_Strict):
    absent: Literal[True]

    def meaning(self) -> Absent:
        return Absent()


class _Unknown(_Strict):
    unknown: Literal[tuple(str(reason) for reason in Reason)]  # type: ignore[valid-type]  # the words of an enum
    detail: str = ""

    def meaning(self) -> Unknown:
        return Unknown(reason=Reason(self.unknown), detail=self.detail)


class _Key(_Strict):
    values: _KnownValues | _Absent | _Unknown
    subkeys: _KnownSubkeys | _Absent | _Unknown


class _Snapshot(_Strict):
    format: Literal[1]
    host: str
    key: Annotated[str, Field(min_length=1)]
    view: Literal[64, 32]
    transport: str
    credential: str
    at: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
    complete: bool
    cut: list[str]
    keys: dict[str, _Key]


_ADAPTER: Final[TypeAdapter[_Snapshot]] = TypeAdapter(_Snapshot)


def load(path: Path) -> Snapshot:
    """Read a snapshot. Raises UsageError when the file cannot be read, or is not one."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise _refusal(path, f"it has more than {LARGEST} bytes")
        return _snapshot(path, json.loads(raw, object_pairs_hook=_unique))
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise UsageError(message) from error
    except (ValueError, RecursionError) as error:
        raise _refusal(path, "it is no JSON, or has a name twice") from error


def _snapshot(path: Path, written: object) -> Snapshot:
    match written:
        case {"format": int() as number} if number != FORMAT:
            raise _refusal(path, f"its format is {number}, this fleetscan reads {FORMAT}")
    try:
        read = _ADAPTER.validate_python(written)
        at = datetime.strptime(read.at, _TIME).replace(tzinfo=UTC)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = " > ".join(map(repr, first["loc"][:4]))
        raise _refusal(path, f"{place or 'the file'}: {first['msg']}") from error
    except ValueError as error:
        raise _refusal(path, "`at` is no moment") from error
    keys = {name: Key(values=key.values.meaning(), subkeys=key.subkeys.meaning()) for name, key in read.keys.items()}
    if not _is_tree(read.key, keys):
        raise _refusal(path, "its keys are no tree: one is there twice, or without the one above it")
    return Snapshot(
        host=read.host,
        key=read.key,
        view=read.view,
        transport=read.transport,
        credential=read.credential,
        at=at,
        cut=tuple(read.cut),
        keys=keys,
    )


def _is_tree(root: str, keys: Mapping[str, Key]) -> bool:
    """Tell whether every key is the first one or listed by the one above it, and none is there twice."""
    listed = {fold(root)}
    for path, key in keys.items():
        listed |= {fold(f"{path}\\{name}") for name in (key.subkeys.names if isinstance(key.subkeys, Subkeys) else ())}
    folded = {fold(path) for path in keys}
    return len(folded) == len(keys) and folded <= listed


def _refusal(path: Path, why: str) -> UsageError:
    return UsageError(f"{path}: is not a snapshot of fleetscan: {why}")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name is given twice"
        raise ValueError(message)
    return found
