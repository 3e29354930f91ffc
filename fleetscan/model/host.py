"""A host of the inventory, as everything above the inventory sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from fleetscan.model.outcome import Value
from fleetscan.model.told import Attestation, Locator

AUTO: Final = ("winrm", "remote_registry")
"""The ways to a host whose inventory says ``auto``, or nothing: by name, in the order in which they are tried."""


class MessageEncryption(StrEnum):
    """When to encrypt the messages themselves, in the words of ``ansible_psrp_message_encryption``."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class WinrmSettings:
    """How to speak WinRM to one host; names and meanings follow Ansible's ``psrp`` connection.

    ``ca_cert`` is a path to a PEM bundle or ``None`` for the system's; ``port`` is on the host.
    ``auth`` is ``None`` when the credential decides.
    """

    protocol: Literal["http", "https"] = "https"
    path: str = "wsman"
    auth: str | None = None
    ca_cert: str | None = None
    configuration_name: str = "Microsoft.PowerShell"
    message_encryption: MessageEncryption = MessageEncryption.AUTO
    negotiate_service: str = "host"
    negotiate_hostname_override: str | None = None


class SmbEncryption(StrEnum):
    """When to encrypt SMB: whenever the host can, or not to speak to a host that cannot."""

    AUTO = "auto"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmbSettings:
    """How to speak SMB to one host. ``hostname_override`` is the host part of its Kerberos name, else the address."""

    port: int = 445
    encrypt: SmbEncryption = SmbEncryption.AUTO
    hostname_override: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One server to scan.

    ``name`` is its name in the inventory and in every result; ``address`` is where to connect, ``port`` WinRM's there.
    ``transports`` names the ways to it, at least one, in the order in which they are tried.
    ``deadline`` is the hard limit in seconds from the first byte to the last, ``None`` for the run's.
    ``parameters`` overrides thresholds: rule id -> parameter -> value.
    ``locators`` and ``attestations`` are what the environment says of told facts, by fact id.
    ``variables`` are all merged inventory variables.
    """

    name: str
    address: str
    port: int | None = None
    groups: tuple[str, ...] = ()
    site: str = ""
    transports: tuple[str, ...] = AUTO
    credential: str = ""
    deadline: float | None = None
    winrm: WinrmSettings = field(default_factory=WinrmSettings)
    smb: SmbSettings = field(default_factory=SmbSettings)
    parameters: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    locators: Mapping[str, Locator] = field(default_factory=dict)
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
