"""The words of a report: one table per closed list of the model. The documentation prints these tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from fleetscan.model import Ending, Reason, Severity, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """Say what a reason means (``short`` for a label, ``words`` as a sentence) and what to do about it."""

    short: str
    words: str
    remedy: str


REASONS: Mapping[Reason, ReasonWords] = {
    Reason.UNREACHABLE: ReasonWords(
        short="unreachable",
        words="Nobody answered at the address and ports of the inventory.",
        remedy="See that the server is up, that its name resolves, and that the firewalls let this machine reach its "
        "WinRM port (5985 or 5986), or 445 for the remote registry; then run `fleetscan check`.",
    ),
    Reason.AUTH_FAILED: ReasonWords(
        short="logon refused",
        words="The host answered and did not accept the credential.",
        remedy="See that the account is not locked or expired, that the credential of this name holds its present "
        "password, and that the host allows this kind of logon; then run `fleetscan check`.",
    ),
    Reason.DENIED: ReasonWords(
        short="access denied",
        words="The account may log on, and may not read this.",
        remedy="Let the scanning account read it, by the group that may or by a constrained endpoint that does, "
        "and scan again.",
    ),
    Reason.TIMED_OUT: ReasonWords(
        short="out of time",
        words="No answer came before the deadline of the host.",
        remedy="Look at the load of the host and at the network between; where a host is slow by nature, raise its "
        "`fleetscan_deadline`.",
    ),
    Reason.WRONG_TYPE: ReasonWords(
        short="unexpected type",
        words="There is a value, and it is not of the type that the product writes.",
        remedy="Compare the raw value and its type with the source of the rule; correct it on the host or, when the "
        "product writes it so, in the rule pack.",
    ),
    Reason.TOO_LARGE: ReasonWords(
        short="too large",
        words="The answer was larger than fleetscan reads from one host.",
        remedy="Look at the place that is named: an answer of that size is often the fault itself.",
    ),
    Reason.MALFORMED: ReasonWords(
        short="unreadable answer",
        words="An answer came that does not have the agreed form.",
        remedy="Open a remote PowerShell session to the host by hand: a proxy, another web server at the port or a "
        "damaged PowerShell answers like this.",
    ),
    Reason.UNSUPPORTED: ReasonWords(
        short="not supported there",
        words="The host cannot be asked this, or not over the ways that are open to it.",
        remedy="Compare the versions of Windows and PowerShell on the host with those that are supported; an older "
        "one may lack the class, the property or the protocol. What the remote registry cannot give, WinRM can.",
    ),
    Reason.NOT_LOCATED: ReasonWords(
        short="place not found",
        words="The place to read could not be worked out, or none is documented and the inventory does not tell.",
        remedy="Start with the fact that gives the place, such as an installation path; once that is known, this is "
        "read as well. What no place holds is told by the inventory: fleetscan_locators, fleetscan_attested.",
    ),
    Reason.NOT_ASKED: ReasonWords(
        short="not asked",
        words="The run ended, or the conversation broke off, before this was asked.",
        remedy="Run the scan again, or go on with it (`fleetscan scan --resume`).",
    ),
}
"""Reason -> what it means and what to do about it."""


def reason_list() -> str:
    """Print the table of reasons as Markdown, for the documentation."""
    rows = (f"| `{reason}` | {words.short} | {words.words} | {words.remedy} |" for reason, words in REASONS.items())
    return "\n".join(("| reason | in short | what it means | what to do |", "|---|---|---|---|", *rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingWords:
    """Say how a run ended: ``short`` for a label, ``words`` as a sentence."""

    short: str
    words: str


ENDINGS: Mapping[Ending, EndingWords] = {
    Ending.FINISHED: EndingWords(short="finished", words="The run went to its end."),
    Ending.INTERRUPTED: EndingWords(short="interrupted", words="The run was interrupted before its end."),
    Ending.DEADLINE: EndingWords(short="deadline reached", words="The run was stopped at its deadline."),
    Ending.BREAKER: EndingWords(
        short="stopped itself",
        words="The run stopped itself: logons were refused, and going on could have locked an account out.",
    ),
    Ending.RUNNING: EndingWords(
        short="not ended", words="The run has not ended: it is still going on, or it was killed."
    ),
}
"""How a run ended -> its words."""

SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.BEST_PRACTICE: "Best practice",
    Severity.NON_DEFAULT: "Non-default",
    Severity.INFO: "Info",
}
"""Severity -> label."""

STATUSES: Mapping[Status, str] = {
    Status.COMPLETE: "Complete",
    Status.PARTIAL: "Partial",
    Status.NOT_SCANNED: "Not scanned",
}
"""Status of a record -> label."""

VERDICTS: Mapping[str, str] = {
    "finding": "Findings",
    "unknown": "Unknown",
    "broken": "Broken rules",
    "pass": "Passed",
    "not_applicable": "Not applicable",
}
"""Word of a verdict -> label, in the order in which a reader must see them."""

TOPOLOGY: Mapping[str, str] = {
    "os": "Windows",
    "os_build": "Windows build",
    "exchange_installed": "Exchange installed",
    "exchange_product": "Exchange",
    "exchange_build": "Exchange build",
    "exchange_cumulative_update": "Cumulative update",
    "exchange_security_update": "Security update",
    "exchange_roles": "Roles",
    "ad_site": "AD site",
    "dag": "DAG",
    "services": "Exchange services",
    "services_stopped": "Stopped services",
    "scanmail_installed": "ScanMail installed",
    "scanmail_version": "ScanMail version",
    "scanmail_services": "ScanMail services",
    "scanmail_pattern": "ScanMail pattern",
    "antivirus_products": "Other antivirus",
}
"""Field of :class:`fleetscan.topology.Topology` -> label."""

_MINUTE, _HOUR = 60, 3600


@lru_cache(maxsize=256)
def moment(at: datetime) -> str:
    """Write a moment in UTC, to the second; all facts of a host share theirs."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(seconds: float) -> str:
    """Write a duration in the two units that matter."""
    whole = round(seconds)
    if seconds < _MINUTE and whole < _MINUTE:
        return f"{seconds:.1f} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: ``1 host``, ``2 hosts``; thousands get a comma."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
