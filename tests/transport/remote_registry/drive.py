"""A directory of this machine as drive C: of a host that Samba plays, and questions put to it over the channel."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.model import File, Outcome, Question, RegistryValue, SmbEncryption
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.link import Meter, Scissors, connect
from fleetscan.transport.logon import TokenLogon
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.remote_registry.session import open_session
from fleetscan.transport.remote_registry.stream import Stream
from tests.samba import native_samba

_USER, _PASSWORD = "LAB\\svc-fleetscan", "Lab-Password-1"
_SECONDS = 30.0
_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """Drive C: its root on this machine, and where its server listens."""

    root: Path
    address: str
    port: int

    def ask(
        self,
        *questions: File,
        bases: Mapping[RegistryValue, Outcome] | None = None,
        place: Place | None = None,
        lanes: int = 2,
    ) -> dict[Question, Outcome]:
        """Put questions in one conversation."""
        outcomes: dict[Question, Outcome] = {}
        with self.channel() as channel:
            channel.run(file_flows(questions, bases or {}, place or Place(), outcomes, lanes))
        return outcomes

    @contextlib.contextmanager
    def channel(self) -> Iterator[Channel]:
        """Log on."""
        deadline = Deadline(_SECONDS)
        stream = Stream(connect(self.address, self.port, None, deadline, Scissors(), Meter(_LIMIT)), deadline)
        try:
            credential = Credential(name="lab", user=_USER, auth=Auth.NTLM, secret=Secret(_PASSWORD))
            logon = TokenLogon(
                credential=credential, mechanism="ntlm", service="cifs", hostname=self.address, tickets=Tickets()
            )
            yield Channel(open_session(stream, logon, SmbEncryption.AUTO, ignore_step), self.address)
        finally:
            stream.close()


@contextlib.contextmanager
def fresh(folders: Iterable[str] = ()) -> Iterator[Path]:
    """Make a directory with some folders in it, which everybody may read."""
    with tempfile.TemporaryDirectory(prefix="fleetscan-drive-") as name:
        root = Path(name)
        root.chmod(0o755)
        for folder in folders:
            (root / folder).mkdir(parents=True)
        yield root


@contextlib.contextmanager
def served(root: Path) -> Iterator[Drive]:
    """Serve a directory as drive C:."""
    with native_samba(shares={"C$": root}, user=_USER, password=_PASSWORD) as samba:
        yield Drive(root=root, address=samba.address, port=samba.port)
