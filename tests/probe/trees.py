"""Trees for the tests of this room: made by hand, and those of a pretend machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fleetscan.lab.machine import Machine, Refusal, Refusals
from fleetscan.lab.registry import Data as LabData
from fleetscan.lab.registry import Datum as LabDatum
from fleetscan.lab.registry import Registry
from fleetscan.lab.windows import fold
from fleetscan.model import Absent, Reason, Unknown, View
from fleetscan.probe import Datum, Key, Snapshot
from fleetscan.probe.tree import Subkeys, Values

ROOT = r"HKLM\SOFTWARE\Vendor"
DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
GONE = Key(values=Absent(), subkeys=Absent())
CLOSED = Key(values=DENIED, subkeys=DENIED)

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\r\n"


def dword(data: int) -> Datum:
    """Make a number."""
    return Datum(type="REG_DWORD", data=data)


def text(data: str) -> Datum:
    """Make a text."""
    return Datum(type="REG_SZ", data=data)


def key(*names: str, **values: Datum) -> Key:
    """Make a key that was read in full: the names below it, its values."""
    return Key(values=Values(values), subkeys=Subkeys(names))


def snapshot(
    keys: Mapping[str, Key], *, cut: tuple[str, ...] = (), root: str = ROOT, view: View = 64, host: str = "ex01"
) -> Snapshot:
    """Make a snapshot; paths are those below the root, ``""`` is the root."""
    return Snapshot(
        host=host,
        key=root,
        view=view,
        transport="winrm",
        credential="reader",
        at=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        cut=cut,
        keys={f"{root}\\{path}" if path else root: one for path, one in keys.items()},
    )


def _values(**values: tuple[str, LabData]) -> dict[str, LabDatum]:
    return {fold(name): LabDatum(name=name, type=kind, data=data) for name, (kind, data) in values.items()}


def machine(enabled: int = 0) -> Machine:
    """Make a machine with a tree of every type, a hostile text, a key that is denied, and three levels."""
    everything = {
        **_values(
            Number=("REG_DWORD", enabled),
            Large=("REG_QWORD", 2**64 - 1),
            Text=("REG_SZ", "C:\\Pfad für Süd"),
            Path=("REG_EXPAND_SZ", "%TEMP%"),
            Lines=("REG_MULTI_SZ", ("one", "two")),
            Bytes=("REG_BINARY", b"\x01\xff"),
            Nothing=("REG_NONE", b""),
            Hostile=("REG_SZ", HOSTILE),
        ),
        "": LabDatum(name="", type="REG_SZ", data="default"),
    }
    return Machine(
        computer="EX01",
        fqdn="ex01.lab.example",
        registry=Registry(
            {
                ROOT: everything,
                rf"{ROOT}\Open\Deep": _values(Found=("REG_DWORD", 7)),
                rf"{ROOT}\Secret": _values(Hidden=("REG_DWORD", 1)),
                r"HKLM\SOFTWARE\Wow6432Node\Vendor": _values(Narrow=("REG_DWORD", 32)),
            }
        ),
        refusals=Refusals(registry={rf"{ROOT}\Secret": Refusal(state="denied", message="Access is denied.")}),
    )
