"""The client that Samba generates from its own IDL understands every reply, and reads what the machine holds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from fleetscan.lab.smb import SmbServer
from tests.lab.smb.machines import NUMBERS, SERVICE, TYPES, VALUES
from tests.samba import PASSWORD

CLIENT = Path(__file__).parent / "samba_client"


def test_the_generated_client_reads_everything(server: SmbServer, tmp_path: Path) -> None:
    """Its parser allows for nothing that the IDL does not."""
    configuration = tmp_path / "smb.conf"
    configuration.write_text("[global]\n    workgroup = LAB\n")
    command = ["/usr/bin/python3", str(CLIENT), "127.31.0.1", str(server.port), str(configuration)]
    command += ["svc-fleetscan", PASSWORD, TYPES, SERVICE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "registry": {
            "subkeys": len(NUMBERS),
            "values": len(VALUES),
            "version": 6,
            "names": list(NUMBERS),
            "rows": {name: [number, data.hex()] for name, (_, _, number, data) in VALUES.items()},
        },
        "service": {
            "state": 4,
            "type": 0x20,
            "start": 2,
            "account": "LocalSystem",
            "display": "ScanMail Master",
            "path": "%SystemRoot%\\master.exe",
            "pid": 2144,
            "needed": 36,
            "delayed": [1, 0, 0, 0],
        },
    }
