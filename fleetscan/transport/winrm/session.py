"""PowerShell remoting over one wire: open a shell, run one pipeline, delete the shell.

Law: ``invoke()`` and ``with RunspacePool`` of pypsrp are not used: the first has no deadline, the second leaves a shell
behind when the opening fails. Here every request ends at the wire's deadline, and whoever opens also deletes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import SelectorSet, WSMan

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.winrm.faults import OPERATION_TIMED_OUT, SHELL_GONE
from fleetscan.transport.winrm.script import FUNCTION, collector, constrained
from fleetscan.transport.words import plain

if TYPE_CHECKING:
    from fleetscan.transport.deadline import Deadline
    from fleetscan.transport.winrm.wire import Wire

IDLE_SECONDS = 60
"""After how long Windows deletes a shell that nobody could; the least that PowerShell remoting takes."""

_LONGEST_POLL = 19
_PARAMETER = "Request"


def silence() -> None:
    """Keep the two protocol libraries out of every log: theirs would hold messages and logon tokens."""
    for name in ("pypsrp", "spnego"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


class _Pool(RunspacePool):
    """A pool that asks again when the host says that there is nothing yet, also while it opens."""

    def __init__(self, wsman: WSMan, configuration: str, deadline: Deadline) -> None:
        super().__init__(wsman, configuration_name=configuration, no_profile=True, idle_timeout=IDLE_SECONDS)
        self.deadline = deadline

    def _receive(self, id: str | None = None, timeout: int | None = None) -> list[tuple[int, object]]:  # noqa: A002 - pypsrp's name for it
        del timeout
        while True:
            try:
                return super()._receive(id, timeout=_poll_seconds(self.deadline))
            except WSManFaultError as error:
                if error.code != OPERATION_TIMED_OUT:
                    raise

    def _process_runspacepool_warning(self, message: object) -> None:
        """Drop a warning of the host, which pypsrp would hand to Python's own warnings."""


def _poll_seconds(deadline: Deadline) -> int:
    """Choose how long the host may hold a Receive: less than is left, and less than WinRM's own limits."""
    return max(1, min(_LONGEST_POLL, int(deadline.require()) - 1))


class Session:
    """One shell on one host. Blocking; every method raises what :mod:`failures` knows."""

    def __init__(self, wire: Wire, configuration: str, deadline: Deadline) -> None:
        """Prepare; nothing is sent yet."""
        self._deadline = deadline
        self._wire = wire
        self._constrained = constrained(configuration)
        self._wsman = WSMan("unused", operation_timeout=_poll_seconds(deadline))
        self._wsman.transport = wire  # type: ignore[assignment] # the seam: three members, held by a test
        self._pool = _Pool(self._wsman, configuration, deadline)
        self._gone = False

    def open(self) -> None:
        """Open the shell and wait until PowerShell runs in it."""
        try:
            self._pool.open()
        except WSManFaultError:
            self._gone = not self._pool.shell.opened
            raise

    def run(self, request: str) -> str:
        """Run the collector once and give its one string."""
        shell = PowerShell(self._pool)
        if self._constrained:
            shell.add_cmdlet(FUNCTION)
        else:
            shell.add_script(collector())
        shell.add_parameter(_PARAMETER, request)
        shell.begin_invoke()
        while shell.state == PSInvocationState.RUNNING and len(shell.output) <= 1:
            shell.poll_invoke()
        _require_clean(shell)
        if len(shell.output) != 1 or not isinstance(shell.output[0], str):
            message = f"the collector gave {len(shell.output)} objects instead of one string"
            raise HostFailure(Reason.MALFORMED, message)
        return shell.output[0]

    @property
    def may_exist(self) -> bool:
        """Whether there may be a shell to delete: the logon was accepted, Create was sent, not refused, not undone."""
        return self._wire.accepted and self._wire.delivered > 0 and not self._gone

    def delete(self, deadline: Deadline) -> None:
        """Delete the shell by the id that it has, or that was proposed for it; a shell that is gone is deleted."""
        self._wire.renew(deadline)
        self._pool.deadline = deadline
        self._wsman.operation_timeout = 1
        selectors = SelectorSet()
        selectors.add_option("ShellId", self._pool.shell.id or self._pool.id)
        try:
            self._wsman.delete(self._pool.shell.resource_uri, selector_set=selectors)
        except WSManFaultError as error:
            if error.code not in SHELL_GONE:
                raise
        self._gone = True


def _require_clean(shell: PowerShell) -> None:
    """Refuse an output beside which the host reported an error."""
    if shell.state == PSInvocationState.COMPLETED and not shell.streams.error:
        return
    told = plain("; ".join(str(each) for each in shell.streams.error[:3])) or "no error record"
    kinds = {str(getattr(each, "fq_error", "")).partition(",")[0] for each in shell.streams.error}
    if "CommandNotFoundException" in kinds:
        message = f"the endpoint does not offer {FUNCTION}; register the one in docs/winrm.md ({told})"
        raise HostFailure(Reason.UNSUPPORTED, message)
    message = f"the host could not run the collector ({told})"
    raise HostFailure(Reason.UNSUPPORTED, message)
