"""From a host's merged variables to the :class:`~fleetscan.model.Host` that the rest of the house knows."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fleetscan.inventory.kinds import AUTO_WORD
from fleetscan.inventory.told import ATTESTED, LOCATORS, attestations_of, locators_of
from fleetscan.inventory.variables import VARIABLES, WINRM_AUTH
from fleetscan.model import AUTO, Host, MessageEncryption, SmbEncryption, SmbSettings, Value, WinrmSettings

_HTTP_PORT: Final = 5985
_TWINS: Final[Mapping[str, str]] = {
    variable.name: variable.twin for variable in VARIABLES if variable.name.startswith("ansible_psrp_")
}


def make_host(name: str, groups: tuple[str, ...], variables: Mapping[str, Value]) -> Host:
    """Make a host from variables that were found right one by one (see :func:`~.complaints.complain`)."""
    connection = _Connection(variables=variables, twins=variables.get("ansible_connection") == "winrm")
    deadline = variables.get("fleetscan_deadline")
    return Host(
        name=name,
        address=connection.text("ansible_psrp_host") or _text(variables.get("ansible_host")) or name,
        port=connection.port,
        groups=groups,
        site=_text(variables.get("fleetscan_site")),
        transports=_ways(variables.get("fleetscan_transport")),
        credential=_text(variables.get("fleetscan_credential")),
        deadline=float(deadline) if isinstance(deadline, int | float) else None,
        winrm=connection.winrm_settings(),
        smb=connection.smb_settings(),
        parameters=_parameters(variables.get("fleetscan_parameters")),
        variables=variables,
        locators=locators_of(variables.get(LOCATORS)),
        attestations=attestations_of(variables.get(ATTESTED)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connection:
    """The connection variables of one host, asked for by their ``psrp`` names whichever family counts."""

    variables: Mapping[str, Value]
    twins: bool

    def value(self, name: str) -> Value | None:
        return self.variables.get(_TWINS[name] if self.twins else name)

    def text(self, name: str) -> str:
        return _text(self.value(name))

    @property
    def port(self) -> int | None:
        for port in (self.value("ansible_psrp_port"), self.variables.get("ansible_port")):
            if isinstance(port, int):
                return port
        return None

    @property
    def protocol(self) -> Literal["http", "https"]:
        match self.text("ansible_psrp_protocol"):
            case "http" | "https" as given:
                return given
            case _:
                return "http" if self.port == _HTTP_PORT else "https"

    @property
    def auth(self) -> str | None:
        auth = self.value("ansible_psrp_auth")
        word = _text(auth[0]) if isinstance(auth, list) else _text(auth)
        return (WINRM_AUTH[word] if self.twins else word) if word else None

    @property
    def kerberos_name(self) -> str | None:
        return self.text("ansible_psrp_negotiate_hostname_override") or None

    def smb_settings(self) -> SmbSettings:
        usual = SmbSettings()
        port = self.variables.get("fleetscan_smb_port")
        return SmbSettings(
            port=port if isinstance(port, int) else usual.port,
            encrypt=SmbEncryption(_text(self.variables.get("fleetscan_smb_encrypt")) or usual.encrypt),
            hostname_override=_text(self.variables.get("fleetscan_smb_hostname_override")) or self.kerberos_name,
        )

    def winrm_settings(self) -> WinrmSettings:
        usual = WinrmSettings()
        ca_cert = self.text("ansible_psrp_ca_cert") or self.text("ansible_psrp_cert_trust_path")
        own_endpoint = _text(self.variables.get("fleetscan_configuration_name"))
        return WinrmSettings(
            protocol=self.protocol,
            path=self.text("ansible_psrp_path").removeprefix("/") or usual.path,
            auth=self.auth,
            ca_cert=os.path.expanduser(ca_cert) if ca_cert else None,  # noqa: PTH111  # pathlib would also tidy the text
            configuration_name=own_endpoint or self.text("ansible_psrp_configuration_name") or usual.configuration_name,
            message_encryption=MessageEncryption(self.text("ansible_psrp_message_encryption") or "auto"),
            negotiate_service=self.text("ansible_psrp_negotiate_service") or usual.negotiate_service,
            negotiate_hostname_override=self.kerberos_name,
        )


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _ways(value: Value | None) -> tuple[str, ...]:
    match value:
        case list() as names:
            return tuple(map(_text, names))
        case str() as name if name != AUTO_WORD:
            return (name,)
        case _:
            return AUTO


def _parameters(value: Value | None) -> Mapping[str, Mapping[str, Value]]:
    if not isinstance(value, Mapping):
        return {}
    return {rule: parameters for rule, parameters in value.items() if isinstance(parameters, Mapping)}
