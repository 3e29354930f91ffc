"""What smbd is told: one configuration per process, one file per address (smb.conf(5), Samba 4.17).

Laws: every file that smbd makes lies in its own folder. Nothing outside of it is asked: no winbindd, nmbd, printer or
name server. What stands here for an address is read by smbd after the dialect is negotiated, so that dialects and
signing are the process's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_PROCESS = """\
[global]
    workgroup = {domain}
    netbios name = FLEETLAB
    server string = fleetscan lab
    server role = standalone server
    interfaces = {interfaces}
    bind interfaces only = yes
    smb ports = {port}
    server min protocol = {least}
    server max protocol = {most}
    server signing = {signing}
    server smb encrypt = {encryption}
    private dir = {private}
    lock directory = {own}/lock
    state directory = {own}/state
    cache directory = {own}/cache
    pid directory = {own}/pid
    ncalrpc dir = {pipes}
    winbindd socket directory = {own}/winbindd
    usershare path = {own}/shares
    log file = {own}/log
    log level = 0
    passdb backend = tdbsam
    username map = {users}
    map to guest = never
    restrict anonymous = 2
    rpc start on demand helpers = no
    hostname lookups = no
    dns proxy = no
    disable netbios = yes
    disable spoolss = yes
    load printers = no
    printing = bsd
    printcap name = /dev/null
    usershare max shares = 0
    kernel oplocks = no
    mangled names = no
    store dos attributes = no
    map archive = no
{options}
    include = {own}/hosts/%i.conf
"""
_ACCOUNTS = """\
[global]
    netbios name = FLEETLAB
    private dir = {private}
    lock directory = {private}
    state directory = {private}
    cache directory = {private}
    log level = 0
    passdb backend = tdbsam
"""
_SHARE = """\
[{letter}$]
    path = {path}
    read only = yes
    browseable = no
    guest ok = no
"""


class Dialect(StrEnum):
    """The dialects of SMB2 and later, as Samba names them."""

    SMB2_02 = "SMB2_02"
    SMB2_10 = "SMB2_10"
    SMB3_00 = "SMB3_00"
    SMB3_02 = "SMB3_02"
    SMB3_11 = "SMB3_11"


class Signing(StrEnum):
    """Whether a client must sign."""

    OFFERED = "auto"
    MANDATORY = "mandatory"


class Encryption(StrEnum):
    """Whether a client may, or must, encrypt."""

    OFF = "off"
    OFFERED = "default"
    DESIRED = "desired"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """How connections are protected. ``options`` are further lines for ``[global]`` by their names."""

    dialects: tuple[Dialect, Dialect] = (Dialect.SMB2_10, Dialect.SMB3_11)
    signing: Signing = Signing.OFFERED
    encryption: Encryption = Encryption.OFFERED
    options: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    r"""Who may log on (``DOMAIN\name`` or ``name@REALM``), and the Unix account that stands behind it."""

    user: str
    unix: str

    @property
    def name(self) -> str:
        """The name alone."""
        return self.user.rpartition("\\")[2].partition("@")[0]

    @property
    def domain(self) -> str:
        """The domain, which becomes the workgroup."""
        return self.user.rpartition("\\")[0] or "LAB"

    @property
    def realm(self) -> str:
        """The Kerberos realm, which a standalone server must be told; it has no other use for one."""
        return self.user.partition("@")[2] or self.domain

    def users(self) -> str:
        """Give the user map: every form in which Samba looks the name up."""
        forms = dict.fromkeys((self.name, self.user, f"{self.domain}\\{self.name}"))
        return f"{self.unix} = " + " ".join(forms) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where one process keeps its files (``own``), and what it shares with others."""

    own: Path
    private: Path
    users: Path
    pipes: Path
    keytab: Path | None


def accounts(private: Path) -> str:
    """Write the configuration with which an account is added."""
    return _ACCOUNTS.format(private=private)


def process(addresses: list[str], port: int, account: Account, places: Places, security: Security) -> str:
    """Write the configuration of a process. A bare address is no interface for Samba: each has its network's size."""
    options = dict(security.options or {})
    if places.keytab is not None:
        options |= {"kerberos method": "dedicated keytab", "dedicated keytab file": str(places.keytab)}
        options |= {"realm": account.realm}
    least, most = security.dialects
    return _PROCESS.format(
        domain=account.domain,
        interfaces=" ".join(f"{address}/8" for address in addresses),
        port=port,
        least=least,
        most=most,
        signing=security.signing,
        encryption=security.encryption,
        private=places.private,
        own=places.own,
        pipes=places.pipes,
        users=places.users,
        options="\n".join(f"    {name} = {value}" for name, value in options.items()),
    )


def address(pipes: Path, settings: tuple[str, ...], disk: Path | None) -> str:
    """Write what is so at one address alone: its pipes, a fault's settings, its drives."""
    lines = [f"ncalrpc dir = {pipes}", *settings]
    drives = sorted(disk.iterdir()) if disk is not None else []
    return "\n".join(lines) + "\n" + "".join(_SHARE.format(letter=drive.name, path=drive) for drive in drives)
