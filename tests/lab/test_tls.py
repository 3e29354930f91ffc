"""The lab's certificates."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from cryptography import x509

from fleetscan.lab.tls import Authority


def test_a_handshake(tmp_path: Path) -> None:
    """A client that trusts the authority and shows its own certificate gets through by address and by name."""
    authority = Authority(tmp_path)
    identity = authority.server("ex01.lab.example", "127.0.0.7")
    certificate, key = authority.client("LAB\\svc")
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.load_cert_chain(certificate, key)
    for name in ("127.0.0.7", "ex01.lab.example"):
        shown, named = handshake(identity.context, context, name)
        assert hashlib.sha256(shown).digest() == identity.digest
        assert x509.load_der_x509_certificate(named).subject.rfc4514_string() == "CN=LAB\\\\svc"


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> tuple[bytes, bytes]:
    """Shake hands in memory; give what the server showed, and the client."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(down, up, server_hostname=name)
    theirs = server.wrap_bio(up, down, server_side=True)
    for side in (ours, theirs) * 3:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown, named = ours.getpeercert(binary_form=True), theirs.getpeercert(binary_form=True)
    assert shown is not None
    assert named is not None
    return shown, named


def test_the_client_key_is_private(tmp_path: Path) -> None:
    """Only its owner can read the key."""
    _, key = Authority(tmp_path).client("u")
    assert key.stat().st_mode & 0o077 == 0


def test_the_client_certificate_names_its_user(tmp_path: Path) -> None:
    """The name by which Windows maps it is in the alternative names."""
    certificate, _ = Authority(tmp_path).client("LAB\\svc")
    names = x509.load_pem_x509_certificate(certificate.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    (name,) = names.value.get_values_for_type(x509.OtherName)
    assert name.value == b"\x0c\x07LAB\\svc"
