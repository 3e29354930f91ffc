"""What a WinRM service says when it refuses: fault codes and HTTP statuses -> reason and words with a remedy.

Codes and names are those of the Windows SDK (``wsmerror.h``, ``winerror.h``). The documentation prints both tables.
Law: ``auth_failed`` stands for a credential that the host turned down and for nothing else: a breaker counts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleetscan.model import Reason
from fleetscan.transport.failures import Ruling

OPERATION_TIMED_OUT = 2150858793
"""``ERROR_WSMAN_OPERATION_TIMEDOUT``: nothing to say yet, ask again."""

SHELL_GONE = frozenset({2150858843, 2150858752, 2150859082})
"""Codes by which a service says that a shell is not there (any more): unexpected selectors, not found, closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """What one fault code means. ``name`` is the SDK's."""

    code: int
    name: str
    reason: Reason
    words: str


_QUOTA = "the host's quota of remote shells is used up; close left-over shells or raise MaxShellsPerUser"
_CONFIGURATION = "the host has no such PowerShell endpoint; register it or correct ansible_psrp_configuration_name"

FAULTS: tuple[FaultRule, ...] = (
    FaultRule(
        code=5,
        name="ERROR_ACCESS_DENIED",
        reason=Reason.DENIED,
        words="logged on, but the account may not use this endpoint; add it to Remote Management Users or to the "
        "endpoint's permissions",
    ),
    FaultRule(
        code=1326,
        name="ERROR_LOGON_FAILURE",
        reason=Reason.AUTH_FAILED,
        words="the host does not accept the user name or the password",
    ),
    FaultRule(
        code=2150858806,
        name="ERROR_WSMAN_FAILED_AUTHENTICATION",
        reason=Reason.AUTH_FAILED,
        words="the host does not accept the logon",
    ),
    FaultRule(code=2150858752, name="ERROR_WSMAN_RESOURCE_NOT_FOUND", reason=Reason.UNSUPPORTED, words=_CONFIGURATION),
    FaultRule(
        code=2150858811, name="ERROR_WSMAN_INVALID_RESOURCE_URI", reason=Reason.UNSUPPORTED, words=_CONFIGURATION
    ),
    FaultRule(
        code=OPERATION_TIMED_OUT,
        name="ERROR_WSMAN_OPERATION_TIMEDOUT",
        reason=Reason.TIMED_OUT,
        words="the host did not finish in time; raise fleetscan_deadline if it is merely slow",
    ),
    FaultRule(
        code=2150858843,
        name="ERROR_WSMAN_UNEXPECTED_SELECTORS",
        reason=Reason.UNREACHABLE,
        words="the host lost the shell in the middle of the conversation; was the WinRM service restarted?",
    ),
    FaultRule(
        code=995,
        name="ERROR_OPERATION_ABORTED",
        reason=Reason.UNREACHABLE,
        words="the host closed the shell in the middle of the conversation",
    ),
    FaultRule(
        code=2150859082,
        name="ERROR_WSMAN_SHELL_ALREADY_CLOSED",
        reason=Reason.UNREACHABLE,
        words="the host closed the shell in the middle of the conversation",
    ),
    *(
        FaultRule(code=code, name=f"ERROR_WSMAN_{name}", reason=Reason.DENIED, words=_QUOTA)
        for code, name in (
            (2150858815, "QUOTA_LIMIT"),
            (2150859173, "QUOTA_MAX_SHELLS"),
            (2150859174, "QUOTA_MAX_OPERATIONS"),
            (2150859175, "QUOTA_USER"),
            (2150859176, "QUOTA_SYSTEM"),
            (2150859179, "QUOTA_MAX_SHELLUSERS"),
            (2150859236, "QUOTA_MAX_SHELLS_PPQ"),
            (2150859237, "QUOTA_MAX_USERS_PPQ"),
            (2150859238, "QUOTA_MAX_PLUGINSHELLS_PPQ"),
            (2150859239, "QUOTA_MAX_PLUGINOPERATIONS_PPQ"),
            (2150859240, "QUOTA_MAX_OPERATIONS_USER_PPQ"),
            (2150859241, "QUOTA_MAX_COMMANDS_PER_SHELL_PPQ"),
        )
    ),
    *(
        FaultRule(
            code=code,
            name=f"ERROR_WSMAN_{name}",
            reason=Reason.DENIED,
            words="the host does not allow remote shells from here; see AllowRemoteShellAccess and Enable-PSRemoting",
        )
        for code, name in (
            (2150859180, "REMOTESHELLS_NOT_ALLOWED"),
            (2150859229, "SERVICE_REMOTE_ACCESS_DISABLED"),
            (2150859235, "REMOTE_CONNECTION_NOT_ALLOWED"),
        )
    ),
    *(
        FaultRule(
            code=code,
            name=f"ERROR_WSMAN_{name}",
            reason=Reason.TOO_LARGE,
            words="the message is larger than the host allows; raise MaxEnvelopeSizekb",
        )
        for code, name in ((2150858824, "MAX_ENVELOPE_SIZE_EXCEEDED"), (2150858825, "SERVER_ENVELOPE_LIMIT"))
    ),
)
"""Fault codes with a meaning of their own; any other one is ``unsupported``, with its code and the host's words."""

_BY_CODE: Mapping[int, FaultRule] = {rule.code: rule for rule in FAULTS}

STATUSES: Mapping[int, Ruling] = {
    401: (Reason.AUTH_FAILED, "the host does not accept the logon"),
    403: (Reason.DENIED, "the host forbids the request; see the endpoint's permissions and IP filters"),
    404: (Reason.UNSUPPORTED, "a web server without WinRM at this path; check port and ansible_psrp_path"),
    413: (Reason.TOO_LARGE, "the message is larger than the host allows"),
    500: (Reason.MALFORMED, "the host failed without saying why"),
    503: (Reason.UNREACHABLE, "the host listens, but its WinRM service is not running"),
}
"""HTTP statuses that come without a fault; any other one is ``unsupported``: what answered is no WinRM service."""


def fault(code: object) -> Ruling:
    """Judge a fault by its code (a number, or the words of its subcode when it has none)."""
    rule = _BY_CODE.get(code) if isinstance(code, int) else None
    if rule is not None:
        return rule.reason, rule.words
    return Reason.UNSUPPORTED, "the host's WinRM service refuses the request"


def status(code: int) -> Ruling:
    """Judge an HTTP status that came without a fault."""
    return STATUSES.get(code, (Reason.UNSUPPORTED, "what answered is no WinRM service; check the port"))
