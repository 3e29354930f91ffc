"""What an NTSTATUS means that ends a conversation: at the logon, or when the session is gone (MS-ERREF, 2.3.1).

The documentation prints the table. Law: ``auth_failed`` stands for a credential that was turned down, or could not be
tried for a reason that lies in it, and for nothing else: a breaker counts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleetscan.errors import HostFailure
from fleetscan.model import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """What one status means. ``name`` is that of MS-ERREF, without ``STATUS_``."""

    code: int
    name: str
    reason: Reason
    words: str


def _refused(code: int, name: str, words: str) -> StatusRule:
    return StatusRule(code=code, name=name, reason=Reason.AUTH_FAILED, words=words)


def _away(code: int, name: str, words: str) -> StatusRule:
    return StatusRule(code=code, name=name, reason=Reason.UNREACHABLE, words=words)


_NO_DOMAIN = "the host cannot ask its domain about the account; check its domain membership and domain controllers"
_FULL = "the host takes no more sessions; try again later"
_ENDED = "the host ended the session in the middle of the conversation"

STATUSES: tuple[StatusRule, ...] = (
    _refused(0xC000006D, "LOGON_FAILURE", "the host does not accept the user name or the password"),
    _refused(0xC000006A, "WRONG_PASSWORD", "the host does not accept the password"),
    _refused(0xC0000064, "NO_SUCH_USER", "the host does not know the user; write it as DOMAIN\\name or user@REALM"),
    _refused(0xC0000234, "ACCOUNT_LOCKED_OUT", "the account is locked out; unlock it before the next scan"),
    _refused(0xC0000072, "ACCOUNT_DISABLED", "the account is disabled; enable it"),
    _refused(0xC0000193, "ACCOUNT_EXPIRED", "the account has expired; extend it"),
    _refused(0xC0000071, "PASSWORD_EXPIRED", "the password has expired; change it"),
    _refused(0xC0000224, "PASSWORD_MUST_CHANGE", "the password must be changed before the first logon; change it"),
    _refused(0xC000006E, "ACCOUNT_RESTRICTION", "the account may not log on like this (no password, protected user)"),
    _refused(0xC000006F, "INVALID_LOGON_HOURS", "the account may not log on at this hour; see its logon hours"),
    _refused(0xC0000070, "INVALID_WORKSTATION", "the account may not log on from here; see its list of computers"),
    _refused(
        0xC000015B,
        "LOGON_TYPE_NOT_GRANTED",
        "the account may not log on over the network; see 'Access this computer from the network' and its deny list",
    ),
    _refused(
        0xC0000413,
        "AUTHENTICATION_FIREWALL_FAILED",
        "selective authentication forbids the account on this host; grant it 'Allowed to authenticate'",
    ),
    _refused(0xC0000133, "TIME_DIFFERENCE_AT_DC", "the clocks of scanner, KDC and host differ too much"),
    StatusRule(
        code=0xC0000418,
        name="NTLM_BLOCKED",
        reason=Reason.UNSUPPORTED,
        words="the host's policy refuses NTLM; use Kerberos: auth: kerberos, and the host's DNS name as ansible_host",
    ),
    StatusRule(
        code=0xC0000022,
        name="ACCESS_DENIED",
        reason=Reason.DENIED,
        words="the host lets nobody in like this: it may demand encryption, or another name than the one it was "
        "called by; check fleetscan_smb_encrypt and ansible_host",
    ),
    StatusRule(
        code=0xC00000BB,
        name="NOT_SUPPORTED",
        reason=Reason.UNSUPPORTED,
        words="the host speaks neither SMB 2.1 nor SMB 3, or not this kind of logon",
    ),
    StatusRule(
        code=0xC000000D,
        name="INVALID_PARAMETER",
        reason=Reason.UNSUPPORTED,
        words="the host does not take this kind of logon; set auth to ntlm or kerberos",
    ),
    _away(0xC000005E, "NO_LOGON_SERVERS", _NO_DOMAIN),
    _away(0xC000018B, "NO_TRUST_SAM_ACCOUNT", _NO_DOMAIN),
    _away(0xC000018C, "TRUSTED_DOMAIN_FAILURE", _NO_DOMAIN),
    _away(0xC000018D, "TRUSTED_RELATIONSHIP_FAILURE", _NO_DOMAIN),
    _away(0xC0000192, "NETLOGON_NOT_STARTED", _NO_DOMAIN),
    _away(0xC00000D0, "REQUEST_NOT_ACCEPTED", _FULL),
    _away(0xC0000205, "INSUFF_SERVER_RESOURCES", _FULL),
    _away(0xC0000203, "USER_SESSION_DELETED", _ENDED),
    _away(0xC000035C, "NETWORK_SESSION_EXPIRED", _ENDED),
)
"""Any other status at the logon is ``unsupported``, with its number."""

SESSION_GONE = frozenset({0xC0000203, 0xC000035C})
"""Statuses by which a host says, in any reply, that the session is no more."""

_BY_CODE: Mapping[int, StatusRule] = {rule.code: rule for rule in STATUSES}


def refusal(status: int) -> HostFailure:
    """Make the failure of a status."""
    rule = _BY_CODE.get(status)
    if rule is None:
        message = f"the host refuses the conversation (NTSTATUS 0x{status:08X})"
        return HostFailure(Reason.UNSUPPORTED, message)
    return HostFailure(rule.reason, f"{rule.words} (STATUS_{rule.name})")
