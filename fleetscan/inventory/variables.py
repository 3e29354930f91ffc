"""The variables that fleetscan knows, as tables. They drive what is refused, the JSON Schema and the documentation.

Names, meanings and defaults of ``ansible_*`` are those of the connection plugins ``psrp`` and ``winrm`` of ansible-core
(``ansible-doc -t connection ansible.builtin.psrp``). As in Ansible, the ``psrp`` names count when
``ansible_connection`` is ``psrp`` (our default) and the ``winrm`` names when it is ``winrm``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fleetscan.authored import kind_of, suggest
from fleetscan.inventory.kinds import (
    ADDRESS,
    INTEGER,
    NAME,
    PARAMETERS,
    PORT,
    SECONDS,
    TEXT,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Names that are refused when they have a value: the pattern (whole name), why, and what to do instead."""

    names: re.Pattern[str]
    message: str
    remedy: str


VARIABLES: Final = (
    Variable(name="fleetscan_credential", kind=NAME, meaning="Which entry of `credentials.yml` to log on with."),
    Variable(
        name="fleetscan_site", kind=TEXT, meaning="The site that the report files the host under.", default="none"
    ),
    Variable(name="fleetscan_transport", kind=NAME, meaning="How to reach the host.", default="`winrm`"),
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

_SECRET: Final = Refusal(
    names=re.compile(r"(.*_)?(pass|passwd|password|passphrase)", re.IGNORECASE),
    message="holds a password in clear text",
    remedy="remove it, name a credential with `fleetscan_credential` and give its source in credentials.yml",
)
REFUSALS: Final = (
    _SECRET,
    Refusal(
        names=re.compile(r"ansible_(psrp|winrm)_proxy"),
        message="is not supported: fleetscan connects directly",
        remedy="remove it, or scan from a machine that reaches the host",
    ),
    Refusal(
        names=re.compile(r"ansible_psrp_negotiate_delegate|ansible_winrm_kerberos_delegation"),
        message="is not supported: fleetscan never hands its credentials on",
        remedy="remove it",
    ),
)

_KINDS: Final[Mapping[str, Kind]] = {variable.name: variable.kind for variable in VARIABLES} | {
    variable.twin: variable.twin_kind or variable.kind for variable in VARIABLES if variable.twin
}
_GUARDED: Final = re.compile(r"(fleetscan|ansible_psrp|ansible_winrm)(_.*)?")
_JINJA: Final = re.compile(r"\{[{%#]")
_REMEDIES: Final[Mapping[str, str]] = {
    "ansible_psrp_cert_validation": "remove it, and name a PEM file in `ansible_psrp_ca_cert`",
    "ansible_winrm_server_cert_validation": "remove it, and name a PEM file in `ansible_winrm_ca_trust_path`",
    "ansible_connection": "fleetscan reads Windows hosts over WinRM; keep other hosts in another file",
}


def complain(name: str, value: object) -> tuple[str, str] | None:
    """Say what is wrong with a variable, as message and remedy; ``None`` when nothing is. Never shows the value."""
    for refusal in REFUSALS:
        if _is_given(name, value, refusal.names):
            return f"`{name}` {refusal.message}", refusal.remedy
    if has_jinja(value):
        return f"`{name}` holds a Jinja template, which only Ansible can fill in", "write the value out"
    if name in _KINDS:
        return _wrong_kind(name, value)
    if name not in WITHOUT_EFFECT and is_ours(name):
        return f"unknown variable `{name}`", suggest(name, _known_like(name))
    return None


def is_secret(name: str, value: object) -> bool:
    """Tell whether the variable, or a part of it, is a password with a value."""
    return _is_given(name, value, _SECRET.names)


def is_ours(name: str) -> bool:
    """Tell whether fleetscan reads the variable, or would have to know it."""
    return name in _KINDS or _GUARDED.fullmatch(name.replace("-", "_").lower()) is not None


def _is_given(name: str, value: object, names: re.Pattern[str]) -> bool:
    """Tell whether the name, or a key within the value, is one of ``names`` and has a value but yes or no."""
    if isinstance(value, Mapping):
        return any(_is_given(key, part, names) for key, part in value.items())
    if isinstance(value, list):
        return any(_is_given(name, part, names) for part in value)
    return value is not None and not isinstance(value, bool) and names.fullmatch(name) is not None


def has_jinja(value: object) -> bool:
    """Tell whether a text in the value would be a template to Ansible."""
    match value:
        case str():
            return _JINJA.search(value) is not None
        case Mapping():
            return any(has_jinja(part) for part in value.values())
        case list():
            return any(has_jinja(part) for part in value)
        case _:
            return False


def _wrong_kind(name: str, value: object) -> tuple[str, str] | None:
    kind = _KINDS[name]
    if kind.accepts(value):
        return None
    is_known = isinstance(value, str) or (isinstance(value, int | float) and "number" in kind.words)
    given = "" if is_known and not isinstance(value, bool) else f", not {kind_of(value)}"
    return f"`{name}` must be {kind.words}{given}", _REMEDIES.get(name, "")


def _known_like(name: str) -> list[str]:
    prefix = "fleetscan_" if name.lower().startswith("fleetscan") else "ansible_"
    return [known for known in _KINDS if known.startswith(prefix)]
