"""What is read of a host beside the questions themselves, so that they can be answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fleetscan.model import File, Question, RegistryList, Service, Services
from fleetscan.transport.remote_registry.place import place_reads
from fleetscan.transport.remote_registry.scmread import SERVICES_PATH, registered

_ANY = "<service>"
"""Stands for the name of each service that is asked for."""


def beside(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Name what may be read for these questions: of the machine, of services, and directories of files."""
    return tuple(dict.fromkeys(_reads(questions)))


def _reads(questions: Sequence[Question]) -> Iterator[Question]:
    yield from place_reads(questions)
    for question in questions:
        match question:
            case Services():
                yield RegistryList(key=rf"HKLM\{SERVICES_PATH}", list="subkeys")
                yield from registered(_ANY)
            case Service():
                yield from registered(_ANY)
            case File(base=base) if base is not None:
                yield base
            case _:
                pass
