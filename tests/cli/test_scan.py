"""scan, check and plan."""

from __future__ import annotations

import gzip
import json
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleetscan.lab import Fleet, Lab
from fleetscan.lab.environment import PASSWORD_VARIABLE
from tests.cli.conftest import Caller

VOUCHED: dict[str, bool | str] = {
    "scanmail.scheduled_scan": True,
    "scanmail.mass_mailing_action": True,
    "scanmail.outbreak_alert": True,
    "scanmail.outbreak_recipients": "soc@example.com",
    "scanmail.still_supported": True,
    "windows.page_file_fits": True,
    "environment.gateway_scanner": True,
    "exchange.database_folders": r"C:\Windows\Cluster",  # one that this host excludes
}


def lines_of(path: Path) -> list[dict[str, object]]:
    """Read a compressed NDJSON file as its consumers would."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_a_scan_leaves_a_run_folder_a_summary_and_the_right_exit_code(
    call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path
) -> None:
    """Every host has a record, the summary names the report, and findings make the exit code 1."""
    done = call("scan", "-i", inventory, "--out", tmp_path / "runs")
    folder = tmp_path / "runs" / "latest"
    assert done.code == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "records.ndjson.gz",
        "report.html",
        "run.json",
        "standing.json.gz",
        "verdicts.ndjson.gz",
    ]
    assert {record["host"] for record in lines_of(folder / "records.ndjson.gz")} == {
        host.name for host in small_fleet.hosts
    }
    assert "report.html" in done.out
    assert "12/12 hosts" in done.err


def test_each_verdict_and_record_line_has_the_fields_that_consumers_rely_on(
    call: Caller, inventory: Path, tmp_path: Path
) -> None:
    """The promised fields are there, in every line."""
    call("scan", "-i", inventory, "--out", tmp_path / "runs")
    folder = tmp_path / "runs" / "latest"
    record_fields = {
        *("host", "status", "reason", "transport", "credential", "started", "seconds", "round_trips", "facts"),
        "topology",
    }
    verdict_fields = {"host", "rule", "verdict", "severity", "confidence", "summary", "evidence"}
    evidence_fields = {"fact", "outcome", "where", "transport", "credential", "at"}
    assert all(record_fields <= line.keys() for line in lines_of(folder / "records.ndjson.gz"))
    for line in lines_of(folder / "verdicts.ndjson.gz"):
        assert verdict_fields <= line.keys()
        assert isinstance(line["evidence"], list)
        assert all(evidence_fields <= evidence.keys() for evidence in line["evidence"])
        assert (line["verdict"] == "unknown") == bool(line.get("unknown"))


def test_the_numbers_agree_wherever_they_are_written(call: Caller, inventory: Path, tmp_path: Path) -> None:
    """run.json, the verdicts, the terminal and the report say the same counts."""
    done = call("scan", "-i", inventory, "--out", tmp_path / "runs")
    folder = tmp_path / "runs" / "latest"
    words = Counter(line["verdict"] for line in lines_of(folder / "verdicts.ndjson.gz"))
    counts = json.loads((folder / "run.json").read_text(encoding="utf-8"))["counts"]
    assert {word: number for word, number in counts["by_verdict"].items() if number} == dict(words)
    assert f"{words['finding']} finding" in done.out
    assert f"{words['finding']} finding" in (folder / "report.html").read_text(encoding="utf-8")


def test_limit_scans_only_what_it_names(call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path) -> None:
    """One host of the limit is one record."""
    name = small_fleet.hosts[0].name
    call("scan", "-i", inventory, "--limit", name, "--out", tmp_path / "runs")
    records = lines_of(tmp_path / "runs" / "latest" / "records.ndjson.gz")
    assert [record["host"] for record in records] == [name]


def test_nothing_grave_enough_is_exit_code_0(call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path) -> None:
    """A healthy host with full coverage ends with 0, once somebody vouches for what no host says."""
    today = datetime.now(UTC).date()
    term = {"by": "J. Doe", "since": str(today - timedelta(days=1)), "until": str(today + timedelta(days=1))}
    told = {fact: {"value": value, **term} for fact, value in VOUCHED.items()}
    (inventory.parent / "group_vars").mkdir()
    text = json.dumps({"fleetscan_attested": told})
    (inventory.parent / "group_vars" / "all.yml").write_text(text, encoding="utf-8")
    healthy = next(host.name for host in small_fleet.hosts if host.persona == "exchange-se")
    assert call("scan", "-i", inventory, "--limit", healthy, "--out", tmp_path / "runs").code == 0


def test_coverage_below_the_wanted_one_is_exit_code_3_unless_there_are_findings(
    call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path
) -> None:
    """A host that does not answer leaves its rules unjudged, and that is said by the exit code."""
    name = next(host.name for host in small_fleet.hosts if host.persona == "exchange-2019-cu15")
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    variables = inventory.parent / "host_vars" / f"{name}.yml"
    variables.parent.mkdir()
    variables.write_text(f"ansible_host: 127.0.0.1\nansible_port: {closed}\n", encoding="utf-8")
    done = call("scan", "-i", inventory, "--limit", name, "--out", tmp_path / "runs")
    assert done.code == 3
    assert "unreachable" in done.err
    relaxed = call("scan", "-i", inventory, "--limit", name, "--out", tmp_path / "runs", "--min-coverage", "0")
    assert relaxed.code == 0


def test_a_wrong_password_is_tried_on_two_hosts_and_stops_the_run(
    call: Caller, inventory: Path, lab: Lab, small_fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve hosts, one wrong password: two logons are rejected, ten hosts are not tried, exit code 4."""
    before = sum(lab.logons(host.name)[1] for host in small_fleet.hosts)
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong")
    done = call("scan", "-i", inventory, "--out", tmp_path / "runs")
    assert done.code == 4
    assert sum(lab.logons(host.name)[1] for host in small_fleet.hosts) - before == 2
    (run,) = (tmp_path / "runs").glob("*/run.json")
    records = lines_of(run.parent / "records.ndjson.gz")
    assert len(records) == 12
    assert {record["reason"] for record in records} == {"auth_failed"}
    assert sum("not tried" in str(record["detail"]) for record in records) == 10


def test_check_says_of_each_host_whether_it_lets_us_in(call: Caller, inventory: Path, lab: Lab) -> None:
    """All accept, and no shell was opened for it."""
    name = "ex-par-01.corp.example"
    created = lab.created(name)
    done = call("check", "-i", inventory)
    assert done.code == 0
    assert "12 of 12 hosts accepted the logon" in done.out
    assert f"{name}: ok, as lab" in done.out
    assert lab.created(name) == created


def test_check_with_a_wrong_password_ends_with_3_and_says_why(
    call: Caller, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rejected logon is a reason, not a traceback."""
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong")
    done = call("check", "-i", inventory)
    assert done.code == 3
    assert "auth_failed" in done.out
    assert "0 of 12 hosts accepted the logon" in done.out


def test_plan_prints_every_place_that_is_read(call: Caller) -> None:
    """The customer's registry value and service are in the plan."""
    done = call("plan")
    assert done.code == 0
    assert r"HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI\Enabled" in done.out
    assert "ScanMail_RealTimeScan" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("scan",), "name an inventory"),
        (("scan", "-i", "missing.yml"), "missing.yml"),
        (("scan", "-i", "x.yml", "--inventory-command", "true"), "one of the two"),
        (("scan", "--inventory-command", "/nonexistent/program"), "/nonexistent/program"),
        (("scan", "--inventory-command", "false"), "ended with 1"),
        (("scan", "--fail-on", "never"), "never"),
        (("scan", "--no-such-option"), "no-such-option"),
        (("report", "nothing", "--out", "nowhere"), "no such run"),
        (("rules", "show", "scanmail-processes-twize"), "scanmail-processes-twice"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_words_and_no_traceback(
    call: Caller, words: tuple[str, ...], said: str
) -> None:
    """Every mistake of the operator says what it is."""
    done = call(*words)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_broken_inventory_says_every_mistake_with_its_place(call: Caller, tmp_path: Path) -> None:
    """Three mistakes are three lines that an editor can jump to; the password itself is not repeated."""
    broken = tmp_path / "broken.yml"
    broken.write_text(
        "all:\n  vars:\n    ansible_password: hunter2\n    fleetscan_sit: paris\n"
        "  hosts:\n    ex01:\n      fleetscan_deadline: soon\n",
        encoding="utf-8",
    )
    done = call("scan", "-i", broken)
    assert done.code == 2
    for line in (3, 4, 7):
        assert f"{broken}:{line}:" in done.err
    assert "hunter2" not in done.err


def test_a_ca_bundle_that_is_not_there_is_said_before_any_host_is_asked(
    call: Caller, inventory: Path, small_fleet: Fleet, lab: Lab
) -> None:
    """One line names the first host that needs it, and nobody was connected to."""
    before = [lab.logons(host.name) for host in small_fleet.hosts]
    text = inventory.read_text(encoding="utf-8")
    inventory.write_text(text.replace(str(lab.ca_cert), "/no/such/ca.pem"), encoding="utf-8")
    done = call("check", "-i", inventory)
    assert done.code == 2
    assert done.err.count("there is no CA bundle /no/such/ca.pem") == 1
    assert [lab.logons(host.name) for host in small_fleet.hosts] == before
