"""Kerberos: one ticket per user and run, and what its errors mean.

Law: a password goes to the KDC once. Whoever asks again for the same user gets the same ticket, or the same refusal,
so that a wrong password costs one bad logon and not one per host.
"""

from __future__ import annotations

import contextlib
import re
import threading
from typing import TYPE_CHECKING

from fleetscan.model import Reason
from fleetscan.transport.words import plain

if TYPE_CHECKING:
    import krb5

    from fleetscan.credentials.interface import Secret

_errors: list[type[Exception]] = []
with contextlib.suppress(ImportError):  # an extra: without it there is no Kerberos, and so no error of it
    from gssapi.exceptions import GeneralError
    from gssapi.raw.misc import GSSError

    _errors += [GSSError, GeneralError]
with contextlib.suppress(ImportError):
    from krb5 import Krb5Error

    _errors.append(Krb5Error)

KERBEROS_ERRORS: tuple[type[Exception], ...] = tuple(_errors)
"""The exception roots of the two Kerberos packages, as far as they are installed."""

TURNED_DOWN = "the KDC does not accept the password"
"""What is said of a password that must not be tried again."""

_WORDS: tuple[tuple[re.Pattern[str], Reason, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason, words)
    for pattern, reason, words in (
        ("clock skew", Reason.AUTH_FAILED, "the clocks of scanner, KDC and host differ by more than five minutes"),
        (
            "server .*not found",
            Reason.AUTH_FAILED,
            "the KDC does not know the host by this name; use its DNS name or ansible_psrp_negotiate_hostname_override",
        ),
        ("client .*not found", Reason.AUTH_FAILED, "the KDC does not know the user; write it as user@REALM"),
        ("preauthentication failed|password incorrect|integrity check", Reason.AUTH_FAILED, TURNED_DOWN),
        ("revoked|locked", Reason.AUTH_FAILED, "the account is locked or disabled"),
        ("expired", Reason.AUTH_FAILED, "the ticket or the password has expired; run kinit or change it"),
        (
            "contact any kdc|find kdc|resolve .*kdc|no such realm",
            Reason.UNREACHABLE,
            "no KDC of the realm answers; check DNS and krb5.conf",
        ),
        (
            "no .*credentials|credentials cache|client principal",
            Reason.AUTH_FAILED,
            "there is no ticket for this user; run kinit or give the credential a secret",
        ),
    )
)
"""What libkrb5's words mean; its numbers differ between the two packages, its words do not."""


def kerberos_ruling(error: Exception) -> tuple[Reason, str]:
    """Judge an error of gssapi or krb5 by its words."""
    told = plain(str(error), 240)
    for mark, reason, words in _WORDS:
        if mark.search(told):
            return reason, f"Kerberos: {words} ({told})"
    return Reason.AUTH_FAILED, f"Kerberos does not work with this credential ({told})"


class Tickets:
    """The tickets of one run, kept in memory. Blocking; for any thread."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._known: dict[str, krb5.CCache | Exception] = {}

    def cache_for(self, user: str, secret: Secret) -> str:
        """Name the credential cache that holds the user's ticket, and get it if this is the first call.

        ``user`` is ``name@REALM``. Raises what libkrb5 raised the first time, and ImportError without the extra.
        """
        with self._lock:
            if user not in self._known:
                try:
                    self._known[user] = _log_on(user, secret)
                except KERBEROS_ERRORS as error:
                    self._known[user] = error
            found = self._known[user]
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return f"MEMORY:{(found.name or b'').decode()}"


def _log_on(user: str, secret: Secret) -> krb5.CCache:
    """Get a ticket-granting ticket into a new cache in memory."""
    import krb5  # noqa: PLC0415 - an extra, and slow to load

    context = krb5.init_context()
    principal = krb5.parse_name_flags(context, user.encode())
    options = krb5.get_init_creds_opt_alloc(context)
    ticket = krb5.get_init_creds_password(context, principal, options, secret.reveal().encode())
    cache = krb5.cc_new_unique(context, b"MEMORY")
    krb5.cc_initialize(context, cache, principal)
    krb5.cc_store_cred(context, cache, ticket)
    return cache
