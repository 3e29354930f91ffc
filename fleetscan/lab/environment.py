"""Writes the inventory and the credentials with which a lab is scanned like any other environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.wsman import FULL_LANGUAGE

PASSWORD_VARIABLE = "FLEETSCAN_LAB_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable in which the lab's password is to be."""

PATIENCE = 60
"""Seconds for a host that answers, however busy the computer is that plays them all; others have those of the run."""

Group: TypeAlias = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a lab is and who may log on to it."""

    user: str
    port: int
    tls_port: int
    smb_port: int
    ca_cert: Path


def write(fleet: Fleet, places: Places, directory: Path) -> Path:
    """Write both files into a directory; give the inventory's path."""
    directory.mkdir(parents=True, exist_ok=True)
    inventory = directory / "inventory.yml"
    _dump(inventory, {"all": {"children": _groups(fleet.hosts, places)}})
    lab = {"user": places.user, "auth": "ntlm", "secret": {"env": PASSWORD_VARIABLE}}
    _dump(directory / "credentials.yml", {"credentials": {"lab": lab}})
    return inventory


def _groups(hosts: tuple[LabHost, ...], places: Places) -> dict[str, Group]:
    """Make the groups: protocols, which have the addresses; ways; sites; constrained endpoints."""
    groups: dict[str, Group] = {}
    for protocol in sorted({host.protocol for host in hosts}):
        members = {host.name: _own(host) for host in hosts if host.protocol == protocol}
        groups[f"lab_{protocol}"] = {"vars": _connection(protocol, places), "hosts": members}
    for transport in sorted({host.transport for host in hosts}):
        members_of = (host.name for host in hosts if host.transport == transport)
        groups[_name("way", transport)] = _group(_way(transport, places), members_of)
    for site in sorted({host.site for host in hosts}):
        members_of = (host.name for host in hosts if host.site == site)
        groups[_name("site", site)] = _group({"fleetscan_site": site}, members_of)
    for configuration in sorted({host.configuration_name for host in hosts} - {FULL_LANGUAGE}):
        members_of = (host.name for host in hosts if host.configuration_name == configuration)
        groups[_name("endpoint", configuration)] = _group(
            {"ansible_psrp_configuration_name": configuration}, members_of
        )
    return groups


def _own(host: LabHost) -> dict[str, Any]:
    """Say what is one host's alone: its address, the patience with it, and what somebody vouches for."""
    own: dict[str, Any] = {"ansible_host": host.address}
    if host.expected_status != "not_scanned" and host.expected_reason != "timed_out":
        own["fleetscan_deadline"] = PATIENCE
    if host.attested:
        own["fleetscan_attested"] = {fact: dict(words) for fact, words in host.attested.items()}
    return own


def _connection(protocol: str, places: Places) -> dict[str, str | int]:
    """Say how hosts of a protocol are reached."""
    variables: dict[str, str | int] = {
        "ansible_connection": "psrp",
        "ansible_port": places.tls_port if protocol == "https" else places.port,
        "ansible_psrp_protocol": protocol,
        "ansible_psrp_auth": "ntlm",
        "fleetscan_credential": "lab",
    }
    if protocol == "https":
        variables["ansible_psrp_ca_cert"] = str(places.ca_cert)
    return variables


def _way(transport: str, places: Places) -> dict[str, str | int]:
    """Say over which transports hosts are reached, and where SMB is."""
    smb = {} if transport == "winrm" else {"fleetscan_smb_port": places.smb_port}
    return {"fleetscan_transport": transport, **smb}


def _group(variables: Mapping[str, str | int], names: Iterable[str]) -> Group:
    """Make a group of hosts that are described elsewhere."""
    return {"vars": dict(variables), "hosts": dict.fromkeys(names)}


def _name(kind: str, name: str) -> str:
    """Make a group name of the letters Ansible allows."""
    return f"{kind}_{re.sub(r'[^0-9A-Za-z]+', '_', name).strip('_').lower()}"


def _dump(path: Path, document: dict[str, Any]) -> None:
    """Write YAML that people may read."""
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
