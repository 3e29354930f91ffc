"""The SMB side of a lab: real file servers on loopback addresses, with registry and services of ours behind them.

Laws: only addresses of 127.0.0.0/8 are bound, and only those of hosts that listen. Everything lies in one folder.
Leaving the block ends every process and closes every socket; when this process is killed, they end with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from fleetscan.lab import listen
from fleetscan.lab.smb.backend import BackEnd
from fleetscan.lab.smb.config import Security
from fleetscan.lab.smb.deaf import DeafHosts
from fleetscan.lab.smb.faults import Moment
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.host import SmbHost
from fleetscan.lab.smb.processes import Household, PortTaken
from fleetscan.lab.smb.samba import SambaFailed, program
from fleetscan.lab.smb.site import Call, Site
from fleetscan.lab.smb.sockets import connected

_ATTEMPTS = 5


class SmbServer:
    r"""Serve hosts over SMB while the ``with`` block lasts.

    ``user`` is ``DOMAIN\name`` or ``name@REALM``, who is no administrator of anything. ``port`` is the same on every
    address; 0 picks a free one. With a ``keytab`` of the hosts' ``cifs`` services, Kerberos is accepted. ``loop`` is
    one that runs in another thread; without one, the server makes its own. Who is not root serves files as itself,
    and root as ``nobody``; nothing else differs.

    Entering raises SambaMissing where there is no Samba, and SambaFailed when it does not start.
    """

    def __init__(
        self,
        hosts: Sequence[SmbHost],
        *,
        user: str,
        password: str,
        port: int = 0,
        security: Security | None = None,
        keytab: Path | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Refuse addresses that are not loopback (ValueError); touch nothing yet."""
        outside = [host.address for host in hosts if not ipaddress.ip_address(host.address).is_loopback]
        if outside:
            msg = f"a lab lives on 127.0.0.0/8, not on {', '.join(outside)}"
            raise ValueError(msg)
        self.user, self.password, self.port = user, password, port
        self._hosts = {host.name: host for host in hosts}
        self._security = security or Security()
        self._keytab = keytab
        self._given_loop = loop

    def __enter__(self) -> Self:
        """Listen."""
        for name in ("smbd", "pdbedit"):
            program(name)  # before anything is made
        with contextlib.ExitStack() as stack:
            self._loop = self._given_loop or stack.enter_context(_loop_of_our_own())
            folder = stack.enter_context(Folder("fleetscan-smb-"))
            self._back_end = BackEnd(self._loop, folder.path / "pipes", self._hosts.values())
            household = Household(folder, self._back_end, self._security)
            household.furnish(self.user, self.password, self._keytab)
            stack.callback(self._run, self._back_end.close)
            self._run(self._back_end.open)
            self._listen(stack, household)
            self._ending = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End everything."""
        self._ending.close()

    def calls(self, host_name: str) -> tuple[Call, ...]:
        """Tell all that was asked of a host over its pipes, in the order in which it came."""
        return tuple(self._site(host_name).calls)

    def open_pipes(self, host_name: str) -> tuple[str, ...]:
        """Name the pipes that are open on a host now, each as often as it is open."""
        return tuple(pipe.name for pipe in tuple(self._site(host_name).pipes.values()))

    def open_handles(self, host_name: str) -> int:
        """Count the keys and services that are open on a host now."""
        return sum(len(pipe.handles) for pipe in tuple(self._site(host_name).pipes.values()))

    def opened(self, host_name: str) -> int:
        """Count the pipes that were ever opened on a host."""
        return self._site(host_name).opened

    def connections(self, host_name: str) -> int:
        """Count the connections to a host that are open now."""
        return connected((self._hosts[host_name].address, self.port))

    def _site(self, host_name: str) -> Site:
        return self._back_end.sites[self._hosts[host_name].address]

    def _listen(self, stack: contextlib.ExitStack, household: Household) -> None:
        """Serve on the port that is wanted, or on a free one; on another when somebody turns out to be there, too."""
        for _ in range(1 if self.port else _ATTEMPTS):
            with contextlib.ExitStack() as attempt, contextlib.suppress(PortTaken):
                self.port = self._serve(attempt, household)
                stack.enter_context(attempt.pop_all())
                return
        msg = f"somebody else serves port {self.port} on the lab's addresses" if self.port else "no port is ours alone"
        raise SambaFailed(msg)

    def _serve(self, stack: contextlib.ExitStack, household: Household) -> int:
        """Reserve a port on every address, then let smbd, or nothing at all, listen there; give the port."""
        try:
            port, sockets = listen.bind([host.address for host in self._hosts.values()], self.port)
        except PermissionError as error:
            msg = f"only root may listen on port {self.port} here; any port from 1024 on, or 0 for a free one, will do"
            raise SambaFailed(msg) from error
        for sock in sockets.values():
            stack.callback(sock.close)
        deaf = DeafHosts()
        stack.callback(self._run, deaf.close)
        served = []
        for host in self._hosts.values():
            act = host.play.get(Moment.LISTEN)
            if act is None:
                served.append(host)
            else:
                self._run(deaf.open, sockets[host.address], act)
        household.start(stack, served, port)
        return port

    def _run(self, work: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
        """Do something on the loop, and wait until it is done."""
        asyncio.run_coroutine_threadsafe(work(*arguments), self._loop).result()


@contextlib.contextmanager
def _loop_of_our_own() -> Iterator[asyncio.AbstractEventLoop]:
    """Run an event loop in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fleetscan-lab-smb", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
