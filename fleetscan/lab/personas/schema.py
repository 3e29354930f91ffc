"""What a persona file may say, for people who know Windows and not Python. Unknown keys are mistakes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fleetscan.lab.machine import CimValue, Section

Word = Literal["finding", "pass", "not_applicable", "unknown"]
_Count = Annotated[int, Field(ge=0)]
_Hexadecimal = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2})*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sz(_Part):
    """``{sz: text}``: REG_SZ."""

    sz: str


class Expand(_Part):
    """``{expand: text}``: REG_EXPAND_SZ, not expanded."""

    expand: str


class Multi(_Part):
    """``{multi: [text, ...]}``: REG_MULTI_SZ."""

    multi: list[str]


class Dword(_Part):
    """``{dword: number}``: REG_DWORD, unsigned."""

    dword: Annotated[int, Field(ge=0, lt=2**32)]


class Qword(_Part):
    """``{qword: number}``: REG_QWORD, unsigned."""

    qword: Annotated[int, Field(ge=0, lt=2**64)]


class Binary(_Part):
    """``{binary: hexadecimal}``: REG_BINARY."""

    binary: _Hexadecimal


class Untyped(_Part):
    """``{none: hexadecimal}``: REG_NONE."""

    none: _Hexadecimal


RegistryEntry = Sz | Expand | Multi | Dword | Qword | Binary | Untyped


class ServiceEntry(_Part):
    """A service; ``{}`` is one that starts by itself and runs. ``display`` is the short name when not given."""

    state: str = "Running"
    start: Literal["Auto", "Manual", "Disabled", "Boot", "System"] = "Auto"
    account: str = "LocalSystem"
    display: str = ""


class FileEntry(_Part):
    """A file: size in bytes (that of ``text`` when not given), age in days at the lab's moment."""

    version: str = ""
    size: _Count = 0
    age_days: Annotated[float, Field(ge=0)] = 30.0
    text: str = ""


class DirectoryEntry(_Part):
    """A directory that holds this many files without a name of their own."""

    directory: _Count


class Messages(_Part):
    """What is refused, place or name -> the host's words. Keys and directories stand for all below them.

    The class ``Win32_Service`` stands for the collector's list of services, of which the service manager knows nothing.
    """

    registry: dict[str, str] = Field(default_factory=dict)
    services: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    cim: dict[str, str] = Field(default_factory=dict)


class Expectation(_Part):
    """What a truthful scanner must say of this machine: the record's status, and a verdict for every rule."""

    status: Literal["complete", "partial"]
    verdicts: dict[str, Word]


class PartFile(_Part):
    """What personas are made of. ``null`` takes away what was inherited; ``extends`` is read left to right.

    Registry keys are those of the 64-bit view (write ``Wow6432Node`` for the other one); ``(default)`` is a
    key's default value. ``slow`` is what one item of a section costs the collector, in milliseconds.
    """

    extends: list[str] = Field(default_factory=list)
    bits: Literal[32, 64] | None = None
    powershell: str | None = None
    computer: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    registry: dict[str, dict[str, RegistryEntry | None] | None] = Field(default_factory=dict)
    services: dict[str, ServiceEntry | None] = Field(default_factory=dict)
    files: dict[str, FileEntry | DirectoryEntry | None] = Field(default_factory=dict)
    cim: dict[str, list[dict[str, CimValue]] | None] = Field(default_factory=dict)
    denied: Messages = Messages()
    errors: Messages = Messages()
    slow: dict[Section, _Count] = Field(default_factory=dict)


class PersonaFile(PartFile):
    """A whole machine: one sentence about it, and the expectation."""

    about: str
    expect: Expectation
