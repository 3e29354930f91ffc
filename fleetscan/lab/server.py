"""The lab: a fleet of pretend hosts on loopback, served by one event loop in a thread of its own.

WinRM is served here; hosts that offer SMB are served by Samba, with the lab behind it.

Laws: only addresses of 127.0.0.0/8 are bound. Leaving the lab closes every socket within a second, hung or not,
and removes every file it made.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from fleetscan.lab import collector, listen
from fleetscan.lab.auth import Account, Logon, account
from fleetscan.lab.connection import Connection, Site
from fleetscan.lab.conversation import Conversation
from fleetscan.lab.environment import Places, write
from fleetscan.lab.faults import PLAYS, Blurt, Hang, Ignore, Moment, Refuse
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.machine import Machine
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.host import SmbHost
from fleetscan.lab.smb.server import SmbServer
from fleetscan.lab.smb.shares import Shares
from fleetscan.lab.tls import Authority, ServerIdentity
from fleetscan.lab.wsman import Endpoint, Service

Answerer = Callable[[Machine, dict[str, object]], dict[str, object]]
"""Answer one request of the collector's contract for one machine."""


class Lab:
    """Serve a fleet while the ``with`` block lasts.

    ``port``, ``tls_port`` and ``smb_port`` are what HTTP, HTTPS and SMB hosts listen on, the same on every address; 0
    picks free ones (and stays 0 for SMB where no host offers it). ``keytab`` has the keys of the hosts' services; with
    it, Kerberos is accepted. ``smb`` is the SMB side of the lab while it is served.

    Entering raises OSError, and SambaMissing or SambaFailed (OperatorError) when hosts offer SMB.
    """

    def __init__(
        self,
        fleet: Fleet,
        *,
        user: str,
        password: str,
        port: int = 0,
        tls_port: int = 0,
        smb_port: int = 0,
        keytab: Path | None = None,
        answer: Answerer = collector.answer,
    ) -> None:
        """Refuse addresses that are not loopback (ValueError); touch nothing yet."""
        outside = [host.address for host in fleet.hosts if not ipaddress.ip_address(host.address).is_loopback]
        if outside:
            msg = f"a lab lives on 127.0.0.0/8, not on {', '.join(outside)}"
            raise ValueError(msg)
        self.user, self.password = user, password
        self.port, self.tls_port, self.smb_port = port, tls_port, smb_port
        self._fleet = fleet
        self._keytab = keytab
        self._answer = answer
        self._sites: dict[str, Site] = {}
        self._sockets: list[socket.socket] = []
        self._servers: list[asyncio.Server] = []
        self._samba = contextlib.ExitStack()
        self.smb: SmbServer | None = None

    def __enter__(self) -> Self:
        """Make keys, bind, listen."""
        self._directory = tempfile.TemporaryDirectory(prefix="fleetscan-lab-")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fleetscan-lab", daemon=True)
        self._thread.start()
        try:
            self._prepare(Path(self._directory.name))
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
            self._open_smb([host for host in self._fleet.hosts if "smb" in host.ways])
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._close()

    def shells(self, host_name: str) -> int:
        """Count the shells that are open on a host now."""
        return len(self._sites[host_name].service.shells)

    def created(self, host_name: str) -> int:
        """Count the shells that were ever opened on a host."""
        return self._sites[host_name].service.created

    def deletes(self, host_name: str) -> int:
        """Count the shells that were deleted on a host."""
        return self._sites[host_name].service.deletes

    def logons(self, host_name: str) -> tuple[int, int]:
        """Count the logons a host accepted, and those it rejected."""
        tally = self._sites[host_name].tally
        return tally.accepted, tally.rejected

    def connections(self, host_name: str) -> int:
        """Count the connections to a host that are open now."""
        return len(self._sites[host_name].open)

    def environment(self, directory: Path) -> Path:
        """Write ``inventory.yml`` and ``credentials.yml`` for this lab; give the inventory's path.

        The password is in neither: it is to be in the environment as ``FLEETSCAN_LAB_PASSWORD``.
        """
        places = Places(
            user=self.user, port=self.port, tls_port=self.tls_port, smb_port=self.smb_port, ca_cert=self.ca_cert
        )
        return write(self._fleet, places, directory)

    def _prepare(self, directory: Path) -> None:
        """Make what has to be there before the first connection."""
        self._account = account(self.user, self.password, directory, self._keytab)
        self._authority = Authority(directory)
        self.ca_cert = self._authority.certificate
        self.client_certificate, self.client_key = self._authority.client(self.user)

    async def _open(self) -> None:
        """Bind and listen for every host."""
        hosts = self._fleet.hosts
        self.port = await self._listen([host for host in hosts if host.protocol == "http"], self.port)
        self.tls_port = await self._listen([host for host in hosts if host.protocol == "https"], self.tls_port)

    def _open_smb(self, hosts: list[LabHost]) -> None:
        """Lay out the disks of the hosts that offer SMB, and start Samba when there are any."""
        if not hosts:
            return
        shares = Shares(self._samba.enter_context(Folder("fleetscan-disks-")).path)
        server = SmbServer(
            [
                SmbHost(
                    name=host.name,
                    address=host.address,
                    machine=host.machine,
                    fault=host.smb_fault,
                    disk=shares.folder(host.machine),
                )
                for host in hosts
            ],
            user=self.user,
            password=self.password,
            port=self.smb_port,
            keytab=self._keytab,
            loop=self._loop,
        )
        self.smb = self._samba.enter_context(server)
        self.smb_port = server.port

    async def _listen(self, hosts: list[LabHost], port: int) -> int:
        """Listen for the hosts of one protocol; give the port."""
        chosen, sockets = listen.bind([host.address for host in hosts], port)
        self._sockets += sockets.values()
        for host in hosts:
            await self._serve(host, sockets[host.address])
        return chosen

    async def _serve(self, host: LabHost, sock: socket.socket) -> None:
        """Serve one host on its bound socket."""
        play = PLAYS[host.fault]
        endpoint = Endpoint(
            computer=host.machine.computer,
            configuration=host.configuration_name,
            powershell=host.machine.powershell,
            ask=partial(self._answer, host.machine),
            play=play,
        )
        site = Site(service=Service(endpoint, self._loop.call_later), play=play)
        self._sites[host.name] = site
        match play.get(Moment.LISTEN) if "winrm" in host.ways else Refuse():
            case Refuse():
                return
            case Ignore():
                self._sockets += listen.black_hole(sock)
                return
            case _:
                pass
        identity = self._authority.server(host.name, host.address) if host.protocol == "https" else None
        converse = partial(_converse, site, self._account, identity, kerberos=self._keytab is not None)
        context = None
        if identity is not None and not isinstance(play.get(Moment.CONNECT), Hang | Blurt):
            context = identity.context
        server = await self._loop.create_server(lambda: Connection(site, converse), sock=sock, ssl=context)
        self._servers.append(server)

    def _close(self) -> None:
        """Stop serving, stop the loop, remove the files."""
        self._samba.close()
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._directory.cleanup()

    async def _shut(self) -> None:
        """Close listeners and cut connections, also those in the middle of a handshake, which are tasks of the loop."""
        for server in self._servers:
            server.close()
        for site in self._sites.values():
            for connection in tuple(site.open):
                connection.abort()
        for sock in self._sockets:
            sock.close()
        handshakes = asyncio.all_tasks() - {asyncio.current_task()}
        for handshake in handshakes:
            handshake.cancel()
        await asyncio.gather(*handshakes, return_exceptions=True)
        await asyncio.sleep(0)  # one more turn, in which the transports let go


def _converse(
    site: Site, known: Account, identity: ServerIdentity | None, transport: asyncio.Transport, *, kerberos: bool
) -> Conversation:
    """Begin the conversation of one connection."""
    secure = identity is not None
    logon = Logon(
        known,
        certificate=None if identity is None else identity.digest,
        peer=known.user if _has_certificate(transport) else None,
        secure=secure,
    )
    offers = ["Negotiate"]
    offers += ["Kerberos"] if kerberos else []
    offers += ['Basic realm="WSMAN"'] if secure else []
    return Conversation(site.service, logon, site.tally, offers=tuple(offers), secure=secure)


def _has_certificate(transport: asyncio.Transport) -> bool:
    """Tell whether the client showed a certificate of the lab's authority; TLS refuses any other."""
    tls = transport.get_extra_info("ssl_object")
    return isinstance(tls, ssl.SSLObject) and tls.getpeercert(binary_form=True) is not None
