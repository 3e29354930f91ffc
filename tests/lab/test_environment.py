"""The files with which a lab is scanned."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from fleetscan.inventory import load_inventory
from fleetscan.lab import Lab
from fleetscan.lab.environment import Places, write
from fleetscan.lab.host import Attested
from fleetscan.model import AUTO, Attestation
from tests.lab.fleets import fleet, host
from tests.lab.wire import PASSWORD, USER

HOSTS = [
    host("ex01", site="Paris"),
    host("ex02", site="Os\u00e4ka 2", protocol="https"),
    host("ex03", site="Paris", configuration_name="Fleet.Scan"),
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Make a folder with a lab's files, and the lab's ports beside it."""
    with Lab(fleet(HOSTS), user=USER, password=PASSWORD) as lab:
        assert lab.environment(tmp_path / "lab") == tmp_path / "lab" / "inventory.yml"
        facts = {"http": lab.port, "https": lab.tls_port, "ca": str(lab.ca_cert)}
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    return tmp_path


def test_no_secret_is_written(directory: Path) -> None:
    """The password is in neither file, and the credential says where it is."""
    for file in (directory / "lab").iterdir():
        assert PASSWORD not in file.read_text()
    credentials = yaml.safe_load((directory / "lab" / "credentials.yml").read_text())
    assert credentials == {
        "credentials": {"lab": {"user": USER, "auth": "ntlm", "secret": {"env": "FLEETSCAN_LAB_PASSWORD"}}}
    }


def ansible(directory: Path, name: str) -> dict[str, Any]:
    """Let Ansible read one host."""
    program = Path(sys.executable).with_name("ansible-inventory")
    command = [str(program), "-i", str(directory / "lab" / "inventory.yml"), "--host", name]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert isinstance(found, dict)
    return found


def test_ansible_reads_it(directory: Path) -> None:
    """Ansible merges every host's variables to what the lab is."""
    facts = json.loads((directory / "facts.json").read_text())
    common = {
        "fleetscan_transport": "winrm",
        "ansible_connection": "psrp",
        "ansible_psrp_auth": "ntlm",
        "fleetscan_credential": "lab",
        "fleetscan_deadline": 60,
    }
    http = {**common, "ansible_port": facts["http"], "ansible_psrp_protocol": "http", "fleetscan_site": "Paris"}
    https = {**common, "ansible_port": facts["https"], "ansible_psrp_protocol": "https"}
    assert ansible(directory, "ex02") == {
        **https,
        "ansible_psrp_ca_cert": facts["ca"],
        "ansible_host": HOSTS[1].address,
        "fleetscan_site": "Os\u00e4ka 2",
    }
    assert ansible(directory, "ex03") == {
        **http,
        "ansible_host": HOSTS[2].address,
        "ansible_psrp_configuration_name": "Fleet.Scan",
    }


def test_only_hosts_that_answer_have_time_of_their_own(tmp_path: Path) -> None:
    """A busy computer makes none of them late; the hung ones have the deadline of the run."""
    hosts = [
        host("ex01"),
        replace(host("ex02"), expected_status="not_scanned", expected_reason="unreachable"),
        replace(host("ex03"), expected_status="partial", expected_reason="timed_out"),
        replace(host("ex04"), expected_status="partial", expected_reason="denied"),
    ]
    places = Places(user=USER, port=1, tls_port=2, smb_port=3, ca_cert=tmp_path / "ca.pem")
    inventory = load_inventory([write(fleet(hosts), places, tmp_path)])
    assert [each.deadline for each in inventory.hosts] == [60, None, None, 60]


def test_what_somebody_vouches_for_is_in_the_inventory(tmp_path: Path) -> None:
    """With its days, for its host alone, as the inventory takes it."""
    day = date(2026, 11, 22)
    words: Attested = {"value": True, "by": "Ada", "since": day, "until": day + timedelta(days=9), "note": "seen"}
    hosts = [replace(host("ex01"), attested={"environment.gateway_scanner": words}), host("ex02")]
    places = Places(user=USER, port=1, tls_port=2, smb_port=3, ca_cert=tmp_path / "ca.pem")
    inventory = load_inventory([write(fleet(hosts), places, tmp_path)])
    [told, silent] = [each.attestations for each in inventory.hosts]
    expected = Attestation(
        fact="environment.gateway_scanner", value=True, by="Ada", since=day, until=date(2026, 12, 1), note="seen"
    )
    assert dict(told) == {"environment.gateway_scanner": expected}
    assert not silent


def test_the_way_to_a_host_is_in_its_inventory(tmp_path: Path) -> None:
    """Hosts that may be reached over SMB know its port, the others are for WinRM alone; nothing is left to defaults."""
    hosts = [
        host("ex01"),
        host("ex02", ways=("winrm", "smb"), transport="auto"),
        host("ex03", ways=("smb",), transport="remote_registry"),
    ]
    places = Places(user=USER, port=1, tls_port=2, smb_port=3, ca_cert=tmp_path / "ca.pem")
    inventory = load_inventory([write(fleet(hosts), places, tmp_path)])
    assert {each.name: each.transports for each in inventory.hosts} == {
        "ex01": ("winrm",),
        "ex02": AUTO,
        "ex03": ("remote_registry",),
    }
    assert [each.smb.port for each in inventory.hosts] == [445, 3, 3]
