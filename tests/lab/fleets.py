"""Small fleets for the lab's own tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Fleet, LabHost, Transport, Way
from fleetscan.lab.machine import Machine

MACHINE = Machine(computer="EX01", fqdn="ex01.lab.example")

_ADDRESSES = itertools.count(1)


def host(
    name: str = "ex01",
    *,
    fault: Fault = Fault.NONE,
    protocol: Literal["http", "https"] = "http",
    configuration_name: str = "Microsoft.PowerShell",
    site: str = "Paris",
    ways: tuple[Way, ...] = ("winrm",),
    transport: Transport = "winrm",
) -> LabHost:
    """Make a host at an address that no other host of the tests has."""
    number = next(_ADDRESSES)
    return LabHost(
        name=name,
        address=f"127.77.{number // 250}.{number % 250 + 1}",
        site=site,
        persona="test",
        machine=MACHINE,
        fault=fault,
        protocol=protocol,
        configuration_name=configuration_name,
        ways=ways,
        transport=transport,
    )


def fleet(hosts: Iterable[LabHost]) -> Fleet:
    """Make a fleet."""
    return Fleet(seed=1, hosts=tuple(hosts))
