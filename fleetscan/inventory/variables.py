"""The variables that fleetscan knows, as tables. They drive what is refused, the JSON Schema and the documentation.

Names, meanings and defaults of ``ansible_*`` are those of the connection plugins ``psrp`` and ``winrm`` of ansible-core
(``ansible-doc -t connection ansible.builtin.psrp``). As in Ansible, the ``psrp`` names count when
``ansible_connection`` is ``psrp`` (our default) and the ``winrm`` names when it is ``winrm``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fleetscan.inventory.kinds import (
    ADDRESS,
    INTEGER,
    NAME,
    PARAMETERS,
    PORT,
    SECONDS,
    TEXT,
    WAYS,
    Kind,
    choice,
    one_or_list,
)
from fleetscan.inventory.told_kinds import TOLD

WINRM_AUTH: Final[Mapping[str, str]] = {
    "kerberos": "kerberos",
    "ntlm": "ntlm",
    "certificate": "certificate",
    "basic": "basic",
    "plaintext": "basic",
    "ssl": "basic",
}
"""The words of ``ansible_winrm_transport`` (pywinrm's) and what they are in ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable: what it may be, what it means, its default in words, and its name with the ``winrm`` plugin."""

    name: str
    kind: Kind
    meaning: str
    default: str = ""
    twin: str = ""
    twin_kind: Kind | None = None


VARIABLES: Final = (
    Variable(name="fleetscan_credential", kind=NAME, meaning="Which entry of `credentials.yml` to log on with."),
    Variable(
        name="fleetscan_site", kind=TEXT, meaning="The site that the report files the host under.", default="none"
    ),
    Variable(
        name="fleetscan_transport",
        kind=WAYS,
        meaning="How to reach the host: `auto` is `[winrm, remote_registry]`. A later way is asked for what an earlier "
        "one could not give; after a rejected logon no other is tried.",
        default="`auto`",
    ),
    Variable(
        name="fleetscan_smb_port", kind=PORT, meaning="Port for SMB on the host (`remote_registry`).", default="445"
    ),
    Variable(
        name="fleetscan_smb_encrypt",
        kind=choice("auto", "required"),
        meaning="`required`: leave a host alone that cannot encrypt SMB; `auto`: sign at least, encrypt where it can.",
        default="`auto`",
    ),
    Variable(
        name="fleetscan_smb_hostname_override",
        kind=ADDRESS,
        meaning="Host part of the Kerberos name for SMB, when connecting by address.",
        default="`ansible_psrp_negotiate_hostname_override`",
    ),
    Variable(
        name="fleetscan_deadline",
        kind=SECONDS,
        meaning="Hard limit in seconds for this host, first byte to last.",
        default="that of the run",
    ),
    Variable(
        name="fleetscan_configuration_name",
        kind=NAME,
        meaning="PowerShell endpoint to use in place of Ansible's, such as a JEA endpoint.",
        default="`ansible_psrp_configuration_name`",
    ),
    Variable(
        name="fleetscan_parameters",
        kind=PARAMETERS,
        meaning="Thresholds of rules: rule id, parameter, value. The nearest definition counts as a whole.",
    ),
    *(Variable(name=name, kind=kind, meaning=meaning) for name, kind, meaning in TOLD),
    Variable(
        name="ansible_connection",
        kind=choice("psrp", "winrm"),
        meaning="Which of the two families of names below counts.",
        default="`psrp`",
    ),
    Variable(name="ansible_host", kind=ADDRESS, meaning="Where to connect.", default="the host's name"),
    Variable(name="ansible_port", kind=PORT, meaning="Port on the host.", default="5986, with http 5985"),
    Variable(
        name="ansible_psrp_host",
        kind=ADDRESS,
        meaning="Where to connect; beats `ansible_host`.",
        default="`ansible_host`",
        twin="ansible_winrm_host",
    ),
    Variable(
        name="ansible_psrp_port",
        kind=PORT,
        meaning="Port on the host; beats `ansible_port`.",
        default="`ansible_port`",
        twin="ansible_winrm_port",
    ),
    Variable(
        name="ansible_psrp_protocol",
        kind=choice("http", "https"),
        meaning="Whether to use TLS.",
        default="`http` when the port is given as 5985, else `https`",
        twin="ansible_winrm_scheme",
    ),
    Variable(
        name="ansible_psrp_path", kind=TEXT, meaning="Path of the URI.", default="`wsman`", twin="ansible_winrm_path"
    ),
    Variable(
        name="ansible_psrp_auth",
        kind=choice("negotiate", "kerberos", "ntlm", "certificate", "basic"),
        meaning="How to log on; beats `auth` of the credential. CredSSP hands the password over and is refused.",
        default="`auth` of the credential",
        twin="ansible_winrm_transport",
        twin_kind=one_or_list(choice(*WINRM_AUTH)),
    ),
    Variable(
        name="ansible_psrp_ca_cert",
        kind=TEXT,
        meaning="PEM file of authorities to trust. `~` is expanded; a relative path starts at the working folder.",
        default="the system's",
        twin="ansible_winrm_ca_trust_path",
    ),
    Variable(
        name="ansible_psrp_cert_trust_path",
        kind=TEXT,
        meaning="Older name of `ansible_psrp_ca_cert`, which beats it.",
    ),
    Variable(
        name="ansible_psrp_cert_validation",
        kind=choice("validate"),
        meaning="Certificates are always checked.",
        default="`validate`",
        twin="ansible_winrm_server_cert_validation",
    ),
    Variable(
        name="ansible_psrp_configuration_name",
        kind=NAME,
        meaning="PowerShell endpoint.",
        default="`Microsoft.PowerShell`",
    ),
    Variable(
        name="ansible_psrp_message_encryption",
        kind=choice("auto", "always", "never"),
        meaning="When to encrypt the messages themselves: `auto` is over http.",
        default="`auto`",
        twin="ansible_winrm_message_encryption",
    ),
    Variable(
        name="ansible_psrp_negotiate_service",
        kind=NAME,
        meaning="Service part of the Kerberos name.",
        default="`host`",
        twin="ansible_winrm_service",
    ),
    Variable(
        name="ansible_psrp_negotiate_hostname_override",
        kind=ADDRESS,
        meaning="Host part of the Kerberos name, when connecting by address.",
        default="where we connect",
        twin="ansible_winrm_kerberos_hostname_override",
    ),
    Variable(
        name="ansible_group_priority",
        kind=INTEGER,
        meaning="In a group: among groups of the same depth the higher number wins, then the later name.",
        default="1",
    ),
)

WITHOUT_EFFECT: Final = frozenset(
    [f"ansible_psrp_{name}" for name in (
        "user", "connection_timeout", "read_timeout", "operation_timeout", "reconnection_retries",
        "reconnection_backoff", "connection_backoff", "max_envelope_size", "ignore_proxy", "certificate_key_pem",
        "certificate_pem", "credssp_auth_mechanism", "credssp_disable_tlsv1_2", "credssp_minimum_version",
        "negotiate_send_cbt",
    )]
    + [f"ansible_winrm_{name}" for name in (
        "user", "connection_timeout", "read_timeout_sec", "operation_timeout_sec", "kinit_cmd", "kinit_args",
        "kinit_env_vars", "kinit_mode", "realm", "keytab", "cert_pem", "cert_key_pem", "credssp_disable_tlsv1_2",
        "send_cbt", "username",
    )]
)  # fmt: skip
"""Ansible's own: accepted, so that one file serves both, and not used. The account is the credential's."""
