"""What is wrong with a variable of an inventory, by the tables of :mod:`fleetscan.inventory.variables`.

Law: no value is ever shown, for it may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fleetscan.authored import kind_of, suggest
from fleetscan.inventory.kinds import Kind
from fleetscan.inventory.variables import VARIABLES, WITHOUT_EFFECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Names that are refused when they have a value: the pattern (whole name), why, and what to do instead."""

    names: re.Pattern[str]
    message: str
    remedy: str


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
    "ansible_connection": "fleetscan reads Windows hosts; keep other hosts in another file",
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
