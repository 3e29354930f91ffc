"""A native Samba as a host to log on to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.model import Host, SmbEncryption, SmbSettings
from fleetscan.transport.interface import Target
from tests.samba import Samba, native_samba

USER, PASSWORD = "LAB\\svc-fleetscan", "Lab-Password-1"


def target(
    samba: Samba,
    *,
    user: str = USER,
    password: str | None = PASSWORD,
    auth: Auth = Auth.NTLM,
    encrypt: SmbEncryption = SmbEncryption.AUTO,
    hostname: str | None = None,
) -> Target:
    """Describe it as an inventory does."""
    smb = SmbSettings(port=samba.port, encrypt=encrypt, hostname_override=hostname)
    secret = Secret(password) if password is not None else None
    return Target(
        host=Host(name="native", address=samba.address, smb=smb),
        credential=Credential(name="lab", user=user, auth=auth, secret=secret),
    )


@contextlib.contextmanager
def running(*options: str, drive: Path | None = None) -> Iterator[Samba]:
    """Start one, with further lines for ``[global]``, and a directory as ``C$``."""
    shares = {"C$": drive} if drive else {}
    with native_samba(smb_conf_extra="\n    ".join(options), shares=shares) as samba:
        yield samba
