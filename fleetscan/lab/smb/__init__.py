"""Pretend hosts over SMB: a real smbd in front, registry and services of ours behind its pipes."""

from fleetscan.lab.smb.config import Dialect, Encryption, Security, Signing
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.smb.host import SmbHost
from fleetscan.lab.smb.samba import SambaFailed, SambaMissing, installed
from fleetscan.lab.smb.server import SmbServer
from fleetscan.lab.smb.site import Call

__all__ = [
    "Call",
    "Dialect",
    "Encryption",
    "SambaFailed",
    "SambaMissing",
    "Security",
    "Signing",
    "SmbFault",
    "SmbHost",
    "SmbServer",
    "installed",
]
