"""One host as its pipes see it: the machine, the play, and a record of all that was asked."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field

from fleetscan.lab.machine import Machine
from fleetscan.lab.smb.faults import Moment, Play


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    r"""One operation that a client asked for, whether it was answered or not.

    ``interface`` is ``winreg`` or ``svcctl``. ``access`` is the mask an open asks for. ``key`` is the whole path as
    the client wrote it (``HKLM\SOFTWARE\...``), ``value`` a value's name, ``service`` a service's; empty where the
    operation has none.
    """

    interface: str
    opnum: int
    operation: Moment
    access: int | None = None
    key: str = ""
    value: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class OpenPipe:
    """One open instance of a pipe: its name, and the handles that are open on it."""

    name: str
    handles: Sized


@dataclass(slots=True, kw_only=True)
class Site:
    """One host. ``pipes`` are the open ones, ``opened`` counts all that ever were."""

    machine: Machine
    play: Play
    calls: list[Call] = field(default_factory=list)
    pipes: dict[int, OpenPipe] = field(default_factory=dict)
    opened: int = 0
