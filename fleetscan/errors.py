"""Every exception that fleetscan raises on purpose.

FleetscanError
├── OperatorError            the person who started the run can mend it: exit code 2
│   ├── UsageError           an option or a path that makes no sense
│   ├── AuthoredError        mistakes in a written file, all at once, as file:line:column
│   ├── CredentialError      a secret that cannot be had from where its file says it is
│   ├── SambaMissing         lab: no smbd is installed
│   └── SambaFailed          lab: smbd does not start
├── BrokenOffError           a run that had begun cannot go on, such as on a full disk: exit code 4
└── HostFailure              the host or the network: raised inside a transport, never above one

What a host answers badly is not an exception but an outcome: see :mod:`fleetscan.model.outcome`.
Anything else that escapes is our own defect and may show a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fleetscan.model.outcome import Reason


class FleetscanError(Exception):
    """Be the root of the tree above."""


class OperatorError(FleetscanError):
    """Stop before any host is touched, because of something the operator can mend."""


class UsageError(OperatorError):
    """Refuse a command line or a path that makes no sense."""


class CredentialError(OperatorError):
    """Say that a secret could not be read from its source; never contains the secret."""


class BrokenOffError(FleetscanError):
    """End a run that had begun to touch hosts and can keep no more of what they say."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """One mistake in a written file: where it is (1-based line and column), what it is, what to do."""

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """Render as ``file:line:column: message (remedy)``, which editors can jump to."""
        tail = f" ({self.remedy})" if self.remedy else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{tail}"


class AuthoredError(OperatorError):
    """Carry every mistake that was found in the files people write."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Sort the mistakes by file and position."""
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))


class HostFailure(FleetscanError):  # noqa: N818 - it is the host that failed, not we
    """End one conversation with one host: a reason from the closed list and words for a person."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Keep the reason and the words apart."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
