"""A certificate authority for one lab: a server certificate for each host, one client certificate for the account.

All keys live in the lab's temporary folder and die with it.
"""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

_UPN = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
"""The user principal name in an alternative name, by which Windows maps a client certificate."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerIdentity:
    """What a host shows on TLS: its context, and the hash of its certificate for channel bindings (RFC 5929)."""

    context: ssl.SSLContext
    digest: bytes


class Authority:
    """Sign certificates that are good from yesterday to tomorrow."""

    def __init__(self, directory: Path) -> None:
        """Make the authority's key and certificate; write ``ca.pem``."""
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._host_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fleetscan lab authority")])
        certificate = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = directory / "ca.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, name: str, address: str) -> ServerIdentity:
        """Make one host's identity. All hosts share a key, which makes a thousand of them quick to make."""
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(address))])
        certificate = self._leaf(name, self._host_key, names, ExtendedKeyUsageOID.SERVER_AUTH)
        file = self._directory / "server.pem"
        file.write_bytes(_pem(self._host_key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.load_verify_locations(self.certificate)
        context.verify_mode = ssl.CERT_OPTIONAL
        return ServerIdentity(context=context, digest=certificate.fingerprint(hashes.SHA256()))

    def client(self, user: str) -> tuple[Path, Path]:
        """Make the account's certificate; give the paths of certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        upn = user.encode()
        names = x509.SubjectAlternativeName([x509.OtherName(_UPN, bytes([0x0C, len(upn)]) + upn)])
        certificate = self._leaf(user, key, names, ExtendedKeyUsageOID.CLIENT_AUTH)
        certificate_file, key_file = self._directory / "client.pem", self._directory / "client.key"
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.touch(mode=0o600)
        key_file.write_bytes(_pem(key))
        return certificate_file, key_file

    def _leaf(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        names: x509.SubjectAlternativeName,
        purpose: ObjectIdentifier,
    ) -> x509.Certificate:
        """Sign one end's certificate."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        return (
            self._builder(subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(names, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        """Begin a certificate."""
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """Say what a key is for."""
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Render a private key."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
