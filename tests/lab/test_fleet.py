"""The lab's fleet as a whole."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.fault import Fault
from fleetscan.lab.fleet import WHOLE, build_fleet
from fleetscan.lab.host import LabHost
from fleetscan.lab.personas import load_personas
from fleetscan.lab.seats import JEA_CONFIGURATION
from fleetscan.lab.smb.fault import SmbFault

_NOW = datetime(2026, 11, 22, 1, 2, 3, 456, tzinfo=UTC)
_FLEET = build_fleet(now=_NOW)
_WITH_SMB = build_fleet(now=_NOW, smb=True)
_OVER_SMB = _WITH_SMB.hosts[len(_FLEET.hosts) :]
_EVERYTHING: dict[str, object] = {
    "v": 1,
    "registry": [
        {
            "key": "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters",
            "view": 64,
            "value": "DynamicSiteName",
        },
        {"key": "HKLM\\Cluster", "view": 64, "value": "ClusterName"},
    ],
    "services": ["*"],
    "files": [
        {"path": "%ProgramFiles%\\Trend Micro\\Smex\\engine\\vsapi\\latest\\pattern", "pattern": "*", "what": "newest"}
    ],
    "cim": [{"class": "Win32_ComputerSystem", "properties": ["Name", "TotalPhysicalMemory"]}],
}


def _shape(host: LabHost) -> tuple[object, ...]:
    return (host.name, host.address, host.persona, host.fault, host.protocol, answer(host.machine, _EVERYTHING))


def test_every_persona_is_there_in_good_health() -> None:
    """Each persona stands somewhere without a fault of the wire."""
    assert {host.persona for host in _FLEET.hosts if host.fault is Fault.NONE} == set(load_personas().personas)


def test_every_fault_is_there() -> None:
    """Each fault stands somewhere."""
    assert {host.fault for host in _FLEET.hosts} == set(Fault)


def test_names_and_addresses_are_unique_and_loopback() -> None:
    """No two hosts share a name or an address, and no address leaves the machine."""
    hosts = build_fleet(hosts=5000, now=_NOW, smb=True).hosts
    assert len(hosts) == 5000 + len(_OVER_SMB)
    assert len({host.name for host in hosts}) == len(hosts)
    assert len({host.address for host in hosts}) == len(hosts)
    assert all(ip_address(host.address).is_loopback for host in hosts)
    assert "127.0.0.1" not in {host.address for host in hosts}


def test_ways_to_reach_a_host() -> None:
    """There are hosts over http and https, and constrained endpoints over both."""
    ways = {(host.protocol, host.configuration_name) for host in _FLEET.hosts}
    assert ways == {
        ("http", "Microsoft.PowerShell"),
        ("https", "Microsoft.PowerShell"),
        ("http", JEA_CONFIGURATION),
        ("https", JEA_CONFIGURATION),
    }


def test_the_same_seed_gives_the_same_fleet() -> None:
    """Names, values and dates hang on the seed and the moment, and on nothing else."""
    again = build_fleet(now=_NOW)
    assert list(map(_shape, again.hosts)) == list(map(_shape, _FLEET.hosts))


def test_another_seed_gives_another_fleet() -> None:
    """Another seed varies what no verdict hangs on."""
    other = build_fleet(seed=7, now=_NOW)
    assert [host.persona for host in other.hosts[:60]] == [host.persona for host in _FLEET.hosts[:60]]
    assert list(map(_shape, other.hosts)) != list(map(_shape, _FLEET.hosts))


@pytest.mark.parametrize("hosts", [0, 1, 10, 200])
def test_a_host_is_the_same_in_fleets_of_any_size(hosts: int) -> None:
    """A smaller fleet is the beginning of a larger one."""
    fleet = build_fleet(hosts=hosts, now=_NOW)
    assert len(fleet.hosts) == hosts
    some = min(hosts, len(_FLEET.hosts))
    assert list(map(_shape, fleet.hosts[:some])) == list(map(_shape, _FLEET.hosts[:some]))


def test_repeated_hosts_are_neither_faulty_nor_hostile() -> None:
    """What is added for scale behaves on the wire and answers in few words."""
    added = build_fleet(hosts=300, now=_NOW).hosts[len(_FLEET.hosts) :]
    assert {host.fault for host in added} == {Fault.NONE}
    assert not [host.persona for host in added if host.persona.startswith("hostile-")]
    assert {host.protocol for host in added} == {"http", "https"}


def test_a_group_spans_two_sites() -> None:
    """One availability group has members in Paris and in Osaka, and Active Directory says so, too."""
    places: dict[str, set[tuple[str, str]]] = {}
    for host in _FLEET.hosts:
        registry = answer(host.machine, _EVERYTHING)["registry"]
        assert isinstance(registry, list)
        places.setdefault(str(registry[1].get("d")), set()).add((host.site, str(registry[0].get("d"))))
    assert places["DAG-WORLD"] == {("Paris", "Paris"), ("Osaka", "Osaka")}
    assert places["DAG-PARIS"] == {("Paris", "Paris")}


def test_a_host_calls_itself_by_its_name() -> None:
    """The machine's own name is that of the inventory, short and in capitals."""
    for host in _FLEET.hosts:
        assert host.machine.fqdn == host.name
        if not host.persona.startswith("hostile-text"):
            assert host.machine.computer == host.name.split(".")[0].upper()[:15]


def test_expectations_of_hosts_that_answer() -> None:
    """A host whose fault is survived, or that has none, is expected as its persona says, unless a person says more."""
    personas = load_personas().personas
    survived = {Fault.NONE, Fault.HANG_DELETE, Fault.SLOW, Fault.RESET_ONCE}
    for host in _FLEET.hosts:
        if host.fault in survived:
            persona = personas[host.persona]
            assert (host.expected_status, host.expected_reason) == (persona.status, "")
            assert host.expected_verdicts.keys() == persona.verdicts.keys()
            other = {rule for rule, word in persona.verdicts.items() if host.expected_verdicts[rule] != word}
            assert {persona.verdicts[rule] for rule in other} <= {"unknown"}
            assert bool(other) == bool(host.attested)


def test_expectations_of_hosts_that_do_not() -> None:
    """A host that is not scanned has a reason, and every rule is unknown on it."""
    reasons = {host.fault: host.expected_reason for host in _FLEET.hosts if host.expected_status == "not_scanned"}
    assert set(Fault) - set(reasons) == {Fault.NONE, Fault.HANG_DELETE, Fault.SLOW, Fault.RESET_ONCE}
    assert reasons[Fault.REFUSED] == reasons[Fault.BLACK_HOLE] == "unreachable"
    assert reasons[Fault.WRONG_PASSWORD] == "auth_failed"
    for host in _FLEET.hosts:
        if host.expected_status == "not_scanned":
            assert set(host.expected_verdicts.values()) == {"unknown"}
            assert host.expected_verdicts.keys() == _FLEET.hosts[0].expected_verdicts.keys()


def test_the_present_moment_is_the_default() -> None:
    """Without a moment the fleet is of now, in UTC."""
    before = datetime.now(UTC).replace(microsecond=0)
    machine = build_fleet(hosts=1).hosts[0].machine
    assert before <= machine.now <= datetime.now(UTC)


def test_with_samba_a_whole_fleet_has_more_hosts_and_the_same_others() -> None:
    """What is reached over SMB stands at the end of a whole fleet or a larger one, and nothing else changes."""
    assert list(map(_shape, _WITH_SMB.hosts[: len(_FLEET.hosts)])) == list(map(_shape, _FLEET.hosts))
    assert len(_OVER_SMB) > 12
    assert len(build_fleet(hosts=WHOLE - 1, now=_NOW, smb=True).hosts) == WHOLE - 1
    large = build_fleet(hosts=WHOLE + 10, now=_NOW, smb=True).hosts[WHOLE + 10 :]
    assert list(map(_shape, large)) == list(map(_shape, _OVER_SMB))


def test_hosts_without_samba_are_reached_over_winrm_alone() -> None:
    """Their inventory says so, too: nobody looks for SMB at the lab's addresses."""
    assert {(host.ways, host.transport, host.smb_fault) for host in _FLEET.hosts} == {
        (("winrm",), "winrm", SmbFault.NONE)
    }


def test_hosts_over_smb_offer_what_their_inventory_says() -> None:
    """Some have no other way, some have both; the inventory leaves some to ``auto`` and names the way of others."""
    ways = {(host.ways, host.transport) for host in _OVER_SMB}
    assert ways == {(("smb",), "remote_registry"), (("smb",), "auto"), (("winrm", "smb"), "auto")}
    assert {host.smb_fault for host in _OVER_SMB} >= {
        SmbFault.NONE,
        SmbFault.WINREG_DENIED,
        SmbFault.HANG_QUERY_VALUE,
        SmbFault.NTLM_DISABLED,
        SmbFault.ENCRYPTION_REQUIRED,
        SmbFault.MORE_DATA,
        SmbFault.ABSURD_LENGTH,
        SmbFault.PENDING,
    }


def test_expectations_over_smb_are_whole() -> None:
    """Every rule is expected; CIM cannot be asked over SMB, so no host that has no other way is complete."""
    rules = set(_FLEET.hosts[0].expected_verdicts)
    for host in _OVER_SMB:
        assert set(host.expected_verdicts) == rules
        if "winrm" not in host.ways:
            assert host.expected_status in {"partial", "not_scanned"}


def test_a_pipe_is_missing_where_root_serves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smbd of another user cannot say so; the hosts that need it are left out, and the others are the same."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    root = build_fleet(now=_NOW, smb=True).hosts
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    other = build_fleet(now=_NOW, smb=True).hosts
    assert list(map(_shape, root[: len(other)])) == list(map(_shape, other))
    assert [host.smb_fault for host in root[len(other) :]] == [SmbFault.PIPE_LATE, SmbFault.PIPE_MISSING]


def test_the_night_before_differs_in_a_few_hosts() -> None:
    """The same names at the same addresses; each that is another one differs in persona or fault, and only there."""
    before = build_fleet(now=_NOW, before=True).hosts
    assert [(host.name, host.address) for host in before] == [(host.name, host.address) for host in _FLEET.hosts]
    other = {
        (then.persona, then.fault, now.persona, now.fault)
        for then, now in zip(before, _FLEET.hosts, strict=True)
        if (then.persona, then.fault) != (now.persona, now.fault)
    }
    assert other == {
        ("scanmail-pattern-old", Fault.NONE, "exchange-2019-cu15", Fault.NONE),
        ("exchange-2019-cu15", Fault.NONE, "scanmail-agent-disabled", Fault.NONE),
        ("exchange-2019-cu14", Fault.NONE, "scanmail-master-stopped", Fault.NONE),
        ("exchange-2019-cu15", Fault.NONE, "exchange-service-stopped", Fault.NONE),
        ("exchange-2019-cu15", Fault.NONE, "exchange-2019-cu15", Fault.REFUSED),
        ("exchange-2019-cu15", Fault.NONE, "exchange-2019-cu15", Fault.WRONG_PASSWORD),
    }


def test_words_of_people_are_in_force_running_out_over_and_to_come() -> None:
    """Counted from the day of the scan."""
    today = _NOW.date()
    spans = {
        (str(words["since"]) <= today.isoformat(), str(words["until"]) >= today.isoformat())
        for host in _FLEET.hosts
        for words in host.attested.values()
    }
    assert spans == {(True, True), (True, False), (False, True)}
