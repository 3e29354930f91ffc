"""What can be asked of a host. One small class per section of the collector contract.

Questions are values: equal questions are asked once per host, whoever wants the answer.
``where`` names the place in the words an engineer would type into a tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

View: TypeAlias = Literal[64, 32]
"""Which registry view to read on a 64-bit Windows."""

_SUFFIX: dict[View, str] = {64: "", 32: " (32-bit view)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryValue:
    r"""One value: ``HKLM\...`` key, value name (``""`` is the default value), view.

    Answered by ``Known(value, "REG_...")``: int for DWORD and QWORD, str for SZ, EXPAND_SZ (not
    expanded), BINARY and NONE (hexadecimal), sequence of str for MULTI_SZ.
    """

    key: str
    value: str
    view: View = 64

    @property
    def where(self) -> str:
        """Name the place: key, value and, when it is the 32-bit one, the view."""
        return f"{self.key}\\{self.value or '(default)'}{_SUFFIX[self.view]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryList:
    """All values of a key (name -> ``{"type", "value"}``), or the names of its subkeys."""

    key: str
    list: Literal["values", "subkeys"]
    view: View = 64

    @property
    def where(self) -> str:
        """Name the place."""
        return f"{self.key} [{self.list}]{_SUFFIX[self.view]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service by short name, without case.

    Answered by ``Known({"state", "start", "account"?, "display"?, "pid"?}, "service")`` in the words of
    ``Win32_Service`` (``State``, ``StartMode``), or Absent when it is not installed.
    """

    name: str

    @property
    def where(self) -> str:
        """Name the place."""
        return f"service {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All services whose short name matches a pattern ending in ``*``: name -> record as in :class:`Service`.

    Nothing matched is ``Known({}, "services")``: the host did look.
    """

    pattern: str

    @property
    def where(self) -> str:
        """Name the place."""
        return f"services {self.pattern}"


class FileAspect(StrEnum):
    """What to ask of a file. Keys of the answer: see :class:`File`."""

    VERSION = "version"
    STAT = "stat"
    NEWEST = "newest"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    r"""One file or, with ``pattern``, the matching files of one directory (not recursive).

    ``path`` may hold ``%VAR%``, expanded on the host; ``base`` is a registry value that holds the
    directory to which ``path`` is appended. Answers, all with type ``file``:
    version -> str ``"15.2.1544.39"``; stat -> ``{"size": bytes, "modified": ISO UTC}``;
    newest -> ``{"name", "size", "modified"}``; count -> int; text -> ``{"text", "truncated": bool}``.
    """

    path: str
    aspect: FileAspect
    pattern: str = ""
    base: RegistryValue | None = None
    max_bytes: int = 262_144

    @property
    def where(self) -> str:
        """Name the place, with the registry value in angle brackets when the directory comes from one."""
        head = f"<{self.base.where}>" if self.base else ""
        tail = f"\\{self.pattern}" if self.pattern else ""
        return f"{self.aspect} of {head}{self.path}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CimRows:
    """Named properties of every instance of a CIM class in ``root/cimv2``.

    Answered by ``Known([{property: value}, ...], "cim")``; a property that is null is left out of its row.
    """

    cim_class: str
    properties: tuple[str, ...]

    @property
    def where(self) -> str:
        """Name the place."""
        return f"CIM {self.cim_class} ({', '.join(self.properties)})"


Question: TypeAlias = RegistryValue | RegistryList | Service | Services | File | CimRows
