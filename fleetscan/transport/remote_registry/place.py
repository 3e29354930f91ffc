r"""What must be known of a machine before its paths can be read: its bits, and its environment variables.

Law: a variable that was not read is never left in a path, and never taken for empty: :meth:`Place.expand` refuses, and
says why. Outside facts, each with its place in the registry:

- The machine's variables are the values of ``HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment``
  (Microsoft, "Environment Variables"); ``PROCESSOR_ARCHITECTURE`` there is that of the Windows itself.
- ``SystemRoot`` is a value of ``HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion``; ``SystemDrive`` is its drive
  (Microsoft, "Recognized environment variables").
- The program folders are values of ``HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion``; on a 64-bit Windows
  ``ProgramW6432`` and ``CommonProgramW6432`` are what a 64-bit process has as ``ProgramFiles`` and
  ``CommonProgramFiles`` (Microsoft, "WOW64 Implementation Details").
- ``ProgramData``, ``ALLUSERSPROFILE`` and ``PUBLIC`` come from
  ``HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fleetscan.model import (
    Absent,
    File,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Unknown,
)
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.keyread import KeyQuestion, KeyWork, key_flow, key_queue
from fleetscan.transport.remote_registry.line import Line, Rack
from fleetscan.transport.remote_registry.winreg import WINREG
from fleetscan.transport.remote_registry.wow64 import Bits, locate
from fleetscan.transport.words import plain

Variable: TypeAlias = str | Unknown

_ENVIRONMENT = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
_WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion"
_WINDOWS_NT = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_PROFILES = _WINDOWS_NT + r"\ProfileList"

_MACHINE = RegistryList(key=_ENVIRONMENT, list="values")
_ARCHITECTURE = RegistryValue(key=_ENVIRONMENT, value="PROCESSOR_ARCHITECTURE")
_BITS: Mapping[str, Bits] = {"X86": 32, "ARM": 32, "AMD64": 64, "IA64": 64, "ARM64": 64}

_SOURCES: Mapping[str, RegistryValue] = {
    "SystemRoot": RegistryValue(key=_WINDOWS_NT, value="SystemRoot"),
    "ProgramFiles": RegistryValue(key=_WINDOWS, value="ProgramFilesDir"),
    "ProgramFiles(x86)": RegistryValue(key=_WINDOWS, value="ProgramFilesDir (x86)"),
    "CommonProgramFiles": RegistryValue(key=_WINDOWS, value="CommonFilesDir"),
    "CommonProgramFiles(x86)": RegistryValue(key=_WINDOWS, value="CommonFilesDir (x86)"),
    "ProgramData": RegistryValue(key=_PROFILES, value="ProgramData"),
    "PUBLIC": RegistryValue(key=_PROFILES, value="Public"),
}
"""Variables that Windows sets itself, and the values that it takes them from."""

_SAME_64 = {"ProgramW6432": "ProgramFiles", "CommonProgramW6432": "CommonProgramFiles"}
_SAME = {"windir": "SystemRoot", "ALLUSERSPROFILE": "ProgramData"}
_DRIVE = "SystemDrive"

_VARIABLE = re.compile(r"%([^%]+)%")
_LENGTH = 32_767
"""Characters that a variable can have (Microsoft, "Environment Variables")."""

_PASSES = 4
"""How often what a variable's own text names is replaced; real ones need one or two."""


_LONG = Unknown(reason=Reason.TOO_LARGE, detail=f"a path or a variable of more than {_LENGTH} characters")


class NotExpandedError(Exception):
    """Refuse to expand a path: ``outcome`` says why its place is not known."""

    def __init__(self, outcome: Unknown) -> None:
        """Keep the outcome."""
        super().__init__(outcome.detail)
        self.outcome = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The machine's bits, or why they are not known, and its environment variables by folded name.

    ``others`` is what becomes of a variable that is not among them. ``trouble`` is set when the remote registry could
    not be asked at all.
    """

    bits: Bits | Unknown = 64
    variables: Mapping[str, Variable] = field(default_factory=dict)
    others: Unknown | None = None
    trouble: Unknown | None = None

    def expand(self, text: str) -> str:
        """Replace each ``%VAR%`` of a text once, as Windows does. Raises NotExpandedError."""
        return _expanded(text, self._variable)

    def _variable(self, name: str) -> str:
        unset = Unknown(reason=Reason.NOT_LOCATED, detail=f"%{plain(name, 80)}% is not a variable of the machine")
        found = self.variables.get(name.casefold(), self.trouble or self.others or unset)
        if isinstance(found, Unknown):
            raise NotExpandedError(found)
        return found


def _expanded(text: str, variable: Callable[[str], str]) -> str:
    """Replace each variable once; what would be longer than a variable can be is refused before it is made."""
    left = _LENGTH - len(text)

    def replacement(found: re.Match[str]) -> str:
        nonlocal left
        value = variable(found[1])
        left -= len(value)
        if left < 0:
            raise NotExpandedError(_LONG)
        return value

    if left < 0:
        raise NotExpandedError(_LONG)
    return _VARIABLE.sub(replacement, text)


def place_flow(questions: Iterable[Question], rack: Rack) -> Flow[Place]:
    """Read what these questions need to know of the machine; nothing is asked when they need nothing.

    Bits are read for the 32-bit view, variables for files that have some in their path or a directory from the
    registry.
    """
    wanted = place_reads(questions)
    if not wanted:
        return Place()
    answers: dict[Question, Outcome] = {}
    line = Line(WINREG, rack)
    yield from key_flow(key_queue(_works(wanted), answers, 1), line, answers)
    if line.trouble is not None:
        return Place(bits=line.trouble.outcome, trouble=line.trouble.outcome)
    return _place(answers)


def place_reads(questions: Iterable[Question]) -> tuple[KeyQuestion, ...]:
    """Choose what :func:`place_flow` reads for these questions."""
    narrow = False
    for question in questions:
        match question:
            case File(base=RegistryValue()):
                return (_MACHINE, *_SOURCES.values())
            case File(path=path) if "%" in path:
                return (_MACHINE, *_SOURCES.values())
            case RegistryValue(view=32) | RegistryList(view=32):
                narrow = True
            case _:
                pass
    return (_ARCHITECTURE,) if narrow else ()


def _works(questions: Iterable[KeyQuestion]) -> list[KeyWork]:
    keys: dict[str, list[KeyQuestion]] = {}
    for question in questions:
        keys.setdefault(question.key, []).append(question)
    found = ((locate(key, 64, 64), asked) for key, asked in keys.items())
    return [KeyWork(location, asked) for location, asked in found if location is not None]


def _place(answers: Mapping[Question, Outcome]) -> Place:
    machine = answers.get(_MACHINE, Absent())
    raw = _machine(machine)
    bits = _bits(raw, answers.get(_ARCHITECTURE))
    for name, source in _SOURCES.items():
        found = _raw(answers.get(source, Absent()))
        if found is not None:
            raw[name.casefold()] = found
    _derive(raw, bits)
    others = machine if isinstance(machine, Unknown) else None
    return Place(bits=bits, variables={name: _resolved(name, raw) for name in raw}, others=others)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A variable as the registry has it: what it names is still to be replaced when ``open``."""

    text: str
    open: bool


_Raws: TypeAlias = dict[str, "_Raw | Unknown"]


def _machine(machine: Outcome) -> _Raws:
    if not isinstance(machine, Known) or not isinstance(machine.value, Mapping):
        return {}
    found: _Raws = {}
    for name, datum in machine.value.items():
        if isinstance(datum, Mapping):
            raw = _raw(Known(value=datum["value"], type=str(datum["type"])))
            if raw is not None:
                found[name.casefold()] = raw
    return found


def _raw(outcome: Outcome) -> _Raw | Unknown | None:
    """Take a text as a variable's; ``None`` for what is not there or is no text."""
    match outcome:
        case Known(value=str() as text, type=kind):
            return _Raw(text.rstrip("\0"), kind == "REG_EXPAND_SZ")
        case Unknown():
            return outcome
        case _:
            return None


def _bits(raw: _Raws, answer: Outcome | None) -> Bits | Unknown:
    found = raw.get(_ARCHITECTURE.value.casefold()) if answer is None else _raw(answer)
    match found:
        case Unknown():
            return found
        case _Raw(text=text) if text.upper() in _BITS:
            return _BITS[text.upper()]
        case _:
            detail = f"{_ARCHITECTURE.where} does not tell how many bits the machine has"
            return Unknown(reason=Reason.NOT_LOCATED, detail=detail)


def _derive(raw: _Raws, bits: Bits | Unknown) -> None:
    """Add the variables that Windows makes of others."""
    root = raw.get("systemroot")
    if root is not None:
        raw[_DRIVE.casefold()] = _Raw(root.text[:2], open=False) if isinstance(root, _Raw) else root
    for name, source in (_SAME if bits == 32 else _SAME | _SAME_64).items():  # noqa: PLR2004 - the machine's bits
        found = raw.get(source.casefold())
        if found is not None:
            raw[name.casefold()] = found


def _resolved(name: str, raw: _Raws) -> Variable:
    """Replace what a variable's own text names, as often as is needed and at most :data:`_PASSES` times."""

    def text_of(inner: str) -> str:
        found = raw.get(inner.casefold())
        if isinstance(found, _Raw):
            return found.text
        unset = Unknown(reason=Reason.NOT_LOCATED, detail=f"%{plain(inner, 80)}% is not a variable of the machine")
        raise NotExpandedError(found or unset)

    variable = raw[name]
    if isinstance(variable, Unknown):
        return variable
    text = variable.text
    try:
        for _ in range(_PASSES if variable.open else 0):
            text = _expanded(text, text_of)
    except NotExpandedError as refused:
        return refused.outcome
    if variable.open and _VARIABLE.search(text):
        return Unknown(reason=Reason.NOT_LOCATED, detail=f"the variable %{plain(name, 80)}% is made of itself")
    return text
