"""Replies of the two pipes, damaged in every way that chance knows, against all flows that read them."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from fleetscan.model import (
    Absent,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
)
from fleetscan.transport.remote_registry.flow import Flow, Reply
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place, place_flow
from fleetscan.transport.remote_registry.registry import registry_flows
from fleetscan.transport.remote_registry.services import service_flows
from fleetscan.transport.remote_registry.troubles import MISSING, OTHERWISE
from tests.transport.remote_registry import rpchost
from tests.transport.remote_registry.pipehost import CLOSED, ERROR_BODY, OVERFLOW, PipeHost, converse
from tests.transport.remote_registry.rpchost import Key, Rpc

MOST_FRAMES = 5_000
"""Frames that a round may take; a sound one takes some 70."""

_K = r"HKLM\SOFTWARE\Vendor"
_SERVICES = r"HKLM\SYSTEM\CURRENTCONTROLSET\SERVICES"
_ENVIRONMENT = r"HKLM\SYSTEM\CURRENTCONTROLSET\CONTROL\SESSION MANAGER\ENVIRONMENT"
_TEXT = (1, "some text\0".encode("utf-16-le"))
_OPEN = (2, "%SystemRoot%\\x\0".encode("utf-16-le"))
_LIST = (7, "one\0two\0\0".encode("utf-16-le"))
_KEYS = {
    _K.upper(): Key(values={"": _TEXT, "dword": (4, bytes(4)), "list": _LIST, "big": (3, bytes(9000))}),
    _ENVIRONMENT: Key(values={"PROCESSOR_ARCHITECTURE": (1, "AMD64\0".encode("utf-16-le")), "x": _OPEN}),
    _SERVICES: Key(subkeys=("Alpha", "AlphaTwo", "Beta")),
    f"{_SERVICES}\\BETA": Key(values={"Start": (4, b"\x02\0\0\0"), "Type": (4, b"\x10\0\0\0"), "DisplayName": _TEXT}),
}
_RUNNING = rpchost.Service()
_MANAGED = {"ALPHA": _RUNNING, "ALPHATWO": _RUNNING, "BETA": rpchost.Service(denied=(5,))}
_REGISTRY = (
    RegistryValue(key=_K, value=""),
    RegistryValue(key=_K, value="dword"),
    RegistryValue(key=_K, value="big"),
    RegistryValue(key=_K, value="gone"),
    RegistryList(key=_K, list="values"),
    RegistryList(key=_SERVICES.title().replace("Hklm", "HKLM"), list="subkeys"),
    RegistryValue(key=r"HKLM\SOFTWARE\Narrow", value="x", view=32),
)
_SERVICE = (Service(name="Alpha"), Service(name="Beta"), Service(name="Gone"), Services(pattern="alpha*"))
_FILE = File(path="%x%", aspect=FileAspect.STAT)
_STATUSES = (*MISSING, *OTHERWISE, OVERFLOW, CLOSED, 0, 0x103, 0xC0000022, 0xC00000AE, 0xC000014B, 0xFFFFFFFF)
_EDGES = (0, 1, 2, 5, 123, 234, 259, 1060, 0x7F, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


@dataclass(slots=True)
class Damage:
    """Changes some replies, and counts all. ``rate`` is how many of a hundred are changed."""

    chance: random.Random
    rate: int = 0
    replies: int = 0

    def __call__(self, reply: Reply) -> Reply:
        """Change a reply, or leave it."""
        self.replies += 1
        if self.chance.randrange(100) >= self.rate:
            return reply
        match self.chance.randrange(8):
            case 0:
                return Reply(self.chance.choice(_STATUSES), self.chance.choice((b"", ERROR_BODY, reply.body)))
            case 1:
                return Reply(reply.status, reply.body[: self.chance.randrange(len(reply.body) + 1)])
            case 2:
                return Reply(reply.status, reply.body + self.chance.randbytes(self.chance.randrange(100)))
            case 3:
                return Reply(OVERFLOW, reply.body)
            case _:
                return Reply(reply.status, self._changed(reply.body))

    def _changed(self, body: bytes) -> bytes:
        """Change some bytes or some numbers, most of them where the stub is."""
        changed = bytearray(body.ljust(4, b"\0"))
        for _ in range(self.chance.randrange(1, 4)):
            place = self.chance.randrange(len(changed) - 3)
            if self.chance.randrange(3):
                struct.pack_into("<I", changed, place & ~3, self.chance.choice(_EDGES))
            else:
                changed[place] = self.chance.randrange(256)
        return bytes(changed)


def fuzz(replies: int, seed: int) -> int:
    """Damage at least so many replies; every round must end, with an outcome for every question. Give the count."""
    damage = Damage(random.Random(seed))  # noqa: S311 - chance that can be repeated, not secrecy
    while damage.replies < replies:
        damage.rate = damage.chance.choice((1, 5, 20, 60))
        _round(damage)
    return damage.replies


def _round(damage: Damage) -> None:
    """Ask one host everything that flows can ask."""
    host = PipeHost(
        rpc=Rpc(keys=_KEYS, services=_MANAGED),
        change=damage,
        refused=damage.chance.choice(((), (), ("compound",), ("transceive",))),
        piece=damage.chance.choice((65536, 65536, 40)),
    )
    outcomes: dict[Question, Outcome] = {}
    places: list[Place] = []
    rack = Rack()
    converse(host, [_kept(places, rack)], MOST_FRAMES)
    pipes = damage.chance.randrange(1, 4)
    flows = [
        *registry_flows(_REGISTRY, outcomes, places[0], pipes, rack),
        *service_flows(_SERVICE, outcomes, pipes, rack),
    ]
    converse(host, flows, MOST_FRAMES)
    _judge(outcomes, (*_REGISTRY, *_SERVICE))


def _kept(places: list[Place], rack: Rack) -> Flow[None]:
    places.append((yield from place_flow((_FILE, *_REGISTRY), rack)))


def _judge(outcomes: dict[Question, Outcome], questions: Sequence[Question]) -> None:
    assert outcomes.keys() == set(questions)
    for outcome in outcomes.values():
        assert isinstance(outcome, Known | Absent | Unknown)
        repr(outcome).encode()
