"""The lab's fleet as a whole."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.fault import Fault
from fleetscan.lab.fleet import JEA_CONFIGURATION, build_fleet
from fleetscan.lab.host import LabHost
from fleetscan.lab.personas import load_personas

_NOW = datetime(2026, 11, 22, 1, 2, 3, 456, tzinfo=UTC)
_FLEET = build_fleet(now=_NOW)
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
    hosts = build_fleet(hosts=5000, now=_NOW).hosts
    assert len({host.name for host in hosts}) == 5000
    assert len({host.address for host in hosts}) == 5000
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
    """A host whose fault is survived, or that has none, is expected as its persona says."""
    personas = load_personas().personas
    survived = {Fault.NONE, Fault.HANG_DELETE, Fault.SLOW, Fault.RESET_ONCE}
    for host in _FLEET.hosts:
        if host.fault in survived:
            persona = personas[host.persona]
            assert (host.expected_status, host.expected_reason) == (persona.status, "")
            assert host.expected_verdicts == persona.verdicts


def test_expectations_of_hosts_that_do_not() -> None:
    """A host that is not scanned has a reason, and every rule is unknown on it."""
    reasons = {host.fault: host.expected_reason for host in _FLEET.hosts if host.expected_status == "not_scanned"}
    assert set(Fault) - set(reasons) == {Fault.NONE, Fault.HANG_DELETE, Fault.SLOW, Fault.RESET_ONCE}
    assert reasons[Fault.REFUSED] == reasons[Fault.BLACK_HOLE] == "unreachable"
    assert reasons[Fault.WRONG_PASSWORD] == "auth_failed"
    for host in _FLEET.hosts:
        if host.expected_status == "not_scanned":
            assert set(host.expected_verdicts.values()) == {"unknown"}
            assert len(host.expected_verdicts) == 13


def test_the_present_moment_is_the_default() -> None:
    """Without a moment the fleet is of now, in UTC."""
    before = datetime.now(UTC).replace(microsecond=0)
    machine = build_fleet(hosts=1).hosts[0].machine
    assert before <= machine.now <= datetime.now(UTC)
