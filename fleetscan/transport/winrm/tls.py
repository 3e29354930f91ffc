"""TLS: contexts that verify always, and the channel binding of a certificate.

Law: there is no way to turn verification off; a host whose certificate is not accepted is never sent anything.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from typing import TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.words import plain

_WEAK = ("md5", "sha1")
Key: TypeAlias = tuple[str | None, str | None, str | None]


class Contexts:
    """One context per CA bundle and client certificate; loading a bundle takes longer than asking a host."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._known: dict[Key, ssl.SSLContext] = {}

    def get(
        self,
        ca_cert: str | None,
        certificate: str | None = None,
        key: str | None = None,
        passphrase: str | None = None,
    ) -> ssl.SSLContext:
        """Give the context; paths are to PEM files, ``None`` for the system's bundle.

        Raises HostFailure when a file cannot be read.
        """
        identity = (ca_cert, certificate, key)
        with self._lock:
            if identity not in self._known:
                self._known[identity] = _context(ca_cert, certificate, key, passphrase)
            return self._known[identity]


def _context(ca_cert: str | None, certificate: str | None, key: str | None, passphrase: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_cert)
    except OSError as error:
        message = f"the CA bundle {ca_cert} cannot be read ({plain(str(error), 120)}); correct ansible_psrp_ca_cert"
        raise HostFailure(Reason.UNREACHABLE, message) from error
    if certificate is not None:
        # WinRM asks for the certificate after the request; with TLS 1.3 that needs the client's consent.
        context.post_handshake_auth = True
        try:
            context.load_cert_chain(certificate, key, passphrase or "")
        except (OSError, ValueError) as error:
            message = f"the client certificate {certificate} cannot be used ({plain(str(error), 120)})"
            raise HostFailure(Reason.AUTH_FAILED, message) from error
    return context


def channel_binding(certificate: bytes) -> bytes:
    """Hash a certificate (DER) for ``tls-server-end-point`` (RFC 5929, section 4.1)."""
    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    name = "sha256" if algorithm is None or algorithm.name in _WEAK else algorithm.name
    return b"tls-server-end-point:" + hashlib.new(name, certificate).digest()
