"""A small host that native Samba plays: what is asked of it, and what is true."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fleetscan.model import (
    Absent,
    Answer,
    CimRows,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    RegistryList,
    RegistryValue,
    Service,
)
from fleetscan.transport.interface import Target
from fleetscan.transport.remote_registry import RemoteRegistryTransport
from tests.samba import Samba, native_samba

_REG = """\
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Fleet]
"Enabled"=dword:00000001
"Root"="C:\\\\Fleet"

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Fleet\\Sub]
"Name"="sub"

"""
KEY = "HKLM\\SOFTWARE\\Fleet"
_BASE = RegistryValue(key=KEY, value="Root")

TRUTH: dict[Question, Outcome] = {
    RegistryValue(key=KEY, value="Enabled"): Known(value=1, type="REG_DWORD"),
    RegistryValue(key=KEY, value="Missing"): Absent(),
    RegistryValue(key=f"{KEY}\\Sub", value="Name"): Known(value="sub", type="REG_SZ"),
    RegistryList(key=KEY, list="subkeys"): Known(value=["Sub"], type="subkeys"),
    Service(name="Not-There"): Absent(),
    File(path="settings.txt", aspect=FileAspect.TEXT, base=_BASE): Known(
        value={"text": "fleet", "truncated": False}, type="file"
    ),
}
"""Questions, and the answers that Samba gives when nobody disturbs it."""

MODES: Mapping[str, tuple[str, ...]] = {
    "2.1 signed": ("server max protocol = SMB2_10",),
    "3.1.1 signed": ("server smb encrypt = off",),
    "3.1.1 encrypted": (),
}
"""How replies are protected, and the host's options for it."""

CIM = CimRows(cim_class="Win32_ComputerSystem", properties=("Name",))


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Samba]:
    """Start the host, with further lines for ``[global]``."""
    with tempfile.TemporaryDirectory(prefix="fleetscan-world-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "fleet.reg").write_text(_REG, encoding="utf-16")
        (folder / "Fleet").mkdir()
        (folder / "Fleet" / "settings.txt").write_text("fleet")
        with native_samba(folder / "fleet.reg", smb_conf_extra="\n    ".join(options), shares={"C$": folder}) as samba:
            yield samba


def ask(*targets: Target, questions: Sequence[Question] = tuple(TRUTH), budget: float = 15.0) -> list[Answer]:
    """Ask several hosts the same, all at once."""

    async def scan() -> list[Answer]:
        transport = RemoteRegistryTransport(workers=64)
        answers = await asyncio.gather(*(transport.ask(each, questions, budget=budget) for each in targets))
        await transport.aclose()
        return answers

    return asyncio.run(scan())
