"""lab, rules, inventory, report, diff, runs, version, completion."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import fleetscan
from fleetscan.cli.lab import WHOLE
from fleetscan.history import read_run
from fleetscan.lab import fleet
from fleetscan.model import Absent, Known, Reason, Unknown
from tests.cli.conftest import Caller
from tests.scan import nights


def test_runs_lists_what_was_kept_and_report_and_diff_read_it(call: Caller, inventory: Path, tmp_path: Path) -> None:
    """A kept run is listed, judged again with the same result, and does not differ from itself."""
    out = tmp_path / "runs"
    scanned = call("scan", "-i", inventory, "--out", out)
    listed = call("runs", "--out", out)
    assert "12 hosts" in listed.out
    again = call("report", "latest", "--out", out)
    assert again.code == scanned.code
    assert "report.html" in again.out
    same = call("diff", "latest", "latest", "--out", out)
    assert (same.code, same.out) == (0, "no difference\n")


def test_diff_names_what_changed(call: Caller, inventory: Path, tmp_path: Path) -> None:
    """A run of fewer hosts differs by the hosts that are gone."""
    out = tmp_path / "runs"
    call("scan", "-i", inventory, "--out", out)
    call("scan", "-i", inventory, "--out", out, "--limit", "ex-par-01.corp.example")
    first, second = sorted(path.parent.name for path in out.glob("2*/run.json"))
    assert [read_run(out / name).limit for name in (first, second)] == ["", "ex-par-01.corp.example"]
    done = call("diff", first, second, "--out", out)
    assert done.code == 1
    assert done.out.count("host is gone") == 11


def test_diff_tells_verdicts_facts_and_what_cannot_be_read_any_more(call: Caller, tmp_path: Path) -> None:
    """One line each, with what was and what is; what a host said is made visible."""
    on, off = Known(value="on\x1b[31m", type="REG_SZ"), Absent()
    nights.keep(tmp_path, 0, nights.scanned("ex1", smb__v1=on), nights.scanned("ex2", smb__v1=off))
    lost = Unknown(reason=Reason.DENIED, detail="")
    nights.keep(tmp_path, 1, nights.scanned("ex1", smb__v1=off, behind=False), nights.scanned("ex2", smb__v1=lost))
    first, second = (nights.folder_of(tmp_path, night).name for night in (0, 1))
    done = call("diff", first, second, "--out", tmp_path)
    assert done.code == 1
    assert set(done.out.splitlines()) >= {
        f"~ ex1  {nights.RULE}: pass -> finding",
        f"~ ex1  {nights.TOLD}: true -> false",
        "~ ex1  smb.v1: on\\u{001B}[31m -> absent",
        "? ex2: 1 fact could not be read any more",
    }
    rules = tmp_path / "rules.yml"
    rules.write_text(PACK % "finding", encoding="utf-8")
    call("report", second, "--rules", rules, "--out", tmp_path)
    assert "+ mine-is-set: new rule" in call("diff", first, second, "--out", tmp_path).out
    assert "- mine-is-set: rule is gone" in call("diff", second, first, "--out", tmp_path).out


def test_no_runs_are_said_to_be_none(call: Caller, tmp_path: Path) -> None:
    """An empty folder is not an error."""
    assert call("runs", "--out", tmp_path).out == f"no run in {tmp_path}\n"


def test_the_built_in_rules_pass_their_own_cases(call: Caller) -> None:
    """It counts and exits with 0."""
    done = call("rules", "test")
    assert done.code == 0
    assert done.out.endswith(" passed, 0 failed\n")


PACK = """
facts:
  mine.value: {registry: 'HKLM\\SOFTWARE\\Mine', value: Value, type: int}
rules:
  - id: mine-is-set
    title: Mine is set
    severity: warning
    confidence: documented
    summary: Mine is set.
    reads: [mine.value]
    applies_to: every host
    when: mine.value == 1
    absent: {mine.value: 0}
    why: Because.
    fix: [Clear it.]
    sources: [ours]
    cases:
      - {name: set, given: {mine.value: 1}, verdict: %s}
      - {name: not set, given: {mine.value: 0}, verdict: pass}
      - {name: denied, given: {mine.value: {unknown: denied}}, verdict: unknown, unknown: [mine.value]}
"""


def test_a_pack_of_ones_own_is_tested_with_the_others(call: Caller, tmp_path: Path) -> None:
    """A case that does not hold is named with its place, and the exit code is 1."""
    pack = tmp_path / "mine.yml"
    pack.write_text(PACK % "finding", encoding="utf-8")
    good = call("rules", "test", "--rules", pack)
    assert (good.code, good.err) == (0, "")
    pack.write_text(PACK.replace("mine.value == 1", "mine.value == 2") % "finding", encoding="utf-8")
    bad = call("rules", "test", "--rules", pack)
    assert bad.code == 1
    assert "mine-is-set, case 'set': wanted finding, came pass" in bad.out


def test_rules_can_be_listed_shown_and_documented(call: Caller) -> None:
    """The customer's rule is in each of the three."""
    rule = "scanmail-processes-twice"
    assert rule in call("rules", "list").out
    shown = call("rules", "show", rule)
    assert "How to fix" in shown.out
    assert f"## {rule}" in call("rules", "docs").out


def test_an_inventory_can_be_linted_and_listed(call: Caller, inventory: Path) -> None:
    """The lab's own inventory has no mistake and twelve hosts."""
    assert "12 hosts" in call("inventory", "lint", "-i", inventory).out
    assert len(call("inventory", "list", "-i", inventory).out.splitlines()) == 12


def test_an_inventory_can_come_from_a_program(call: Caller, tmp_path: Path) -> None:
    """What ansible-inventory --list prints is an inventory."""
    printed = tmp_path / "list.json"
    printed.write_text('{"_meta": {"hostvars": {"ex01": {"fleetscan_site": "paris"}}}, "all": {"hosts": ["ex01"]}}')
    done = call("inventory", "list", "--inventory-command", f"cat {printed}")
    assert done.code == 0
    assert done.out.split()[:4] == ["ex01", "ex01", "winrm,remote_registry", "paris"]


def test_two_inventories_can_be_compared(call: Caller, tmp_path: Path) -> None:
    """Hosts and variables that changed are named; nothing changed is exit code 0."""
    before, after = tmp_path / "before.yml", tmp_path / "after.yml"
    before.write_text("all:\n  hosts:\n    ex01:\n    ex02:\n      fleetscan_site: paris\n")
    after.write_text("all:\n  hosts:\n    ex02:\n      fleetscan_site: osaka\n    ex03:\n")
    done = call("inventory", "diff", before, after)
    assert done.code == 1
    assert [line[0] for line in done.out.splitlines()] == ["+", "-", "~"]
    assert '"paris" -> "osaka"' in done.out
    assert call("inventory", "diff", before, before).code == 0


@pytest.mark.parametrize("of", ["inventory", "credentials"])
def test_the_schemas_for_editors_are_printed(call: Caller, of: str) -> None:
    """Both kinds of file have one."""
    assert '"$schema"' in call("inventory", "schema", of).out


def test_the_version_is_printed(call: Caller) -> None:
    """--version says the version."""
    assert call("--version").out == f"fleetscan {fleetscan.__version__}\n"


def test_completion_is_offered_for_the_shell(call: Caller) -> None:
    """The script for bash can be printed."""
    assert "--show-completion" in call("--help").out


def test_lab_serve_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """The printed commands work in another process: the inventory it wrote can be checked."""
    environment = {**os.environ, "FLEETSCAN_LAB_PASSWORD": "secret"}
    command = [sys.executable, "-u", "-m", "fleetscan", "lab", "serve", str(tmp_path), "--hosts", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as serving:
        assert serving.stdout is not None
        said = [serving.stdout.readline() for _ in range(4)]
        check = [sys.executable, "-m", "fleetscan", "check", "-i", str(tmp_path / "inventory.yml")]
        checked = subprocess.run(check, capture_output=True, text=True, env=environment, check=False)
        serving.send_signal(signal.SIGINT)
        assert serving.wait(10) == 0
    assert "export FLEETSCAN_LAB_PASSWORD=secret" in said[1]
    assert "2 of 2 hosts accepted the logon" in checked.stdout


def test_lab_serve_serves_hosts_over_smb_too(tmp_path: Path) -> None:
    """A whole fleet has some where Samba is installed, on a port that the inventory has; they let the account in."""
    environment = {**os.environ, "FLEETSCAN_LAB_PASSWORD": "secret words"}
    command = [sys.executable, "-u", "-m", "fleetscan", "lab", "serve", str(tmp_path), "--hosts", str(WHOLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as serving:
        assert serving.stdout is not None
        said = [serving.stdout.readline() for _ in range(4)]
        hosts = ["--limit", "ex-par-s01*,edge-dmz-s01*"]
        check = [sys.executable, "-m", "fleetscan", "check", "-i", str(tmp_path / "inventory.yml"), *hosts]
        checked = subprocess.run(check, capture_output=True, text=True, env=environment, check=False)
        serving.send_signal(signal.SIGINT)
        assert serving.wait(10) == 0
    assert re.search(r"^\d+ hosts on ports \d+ \(HTTP\), \d+ \(HTTPS\), [1-9]\d* \(SMB\)\.", said[0])
    assert "2 of 2 hosts accepted the logon" in checked.stdout


def test_a_whole_fleet_is_the_default() -> None:
    """The command line, which knows the lab only when it is installed, says the same number as the lab."""
    assert WHOLE == fleet.WHOLE


def test_the_package_runs_as_a_module() -> None:
    """The module is the program."""
    done = subprocess.run([sys.executable, "-m", "fleetscan", "--help"], capture_output=True, text=True, check=True)
    assert "Usage: fleetscan" in done.stdout


def test_a_kept_verdict_can_be_explained_clause_by_clause(call: Caller, inventory: Path, tmp_path: Path) -> None:
    """Each part of the condition has its own answer, with what was read; a wrong name is exit code 2."""
    out = tmp_path / "runs"
    host = "ex-par-01.corp.example"
    call("scan", "-i", inventory, "--out", out, "--limit", host)
    done = call("explain", "scanmail-processes-twice", host, "--out", out)
    assert done.code == 0
    assert done.out.splitlines()[0] == f"{host}  scanmail-processes-twice: not applicable"
    assert "applies false" in done.out
    assert "scanmail.realtime.installed = false" in done.out
    assert "among" not in done.out
    for words in (("explain", "no-such-rule", host), ("explain", "scanmail-processes-twice", "ex-par-1")):
        wrong = call(*words, "--out", out)
        assert wrong.code == 2
        assert "there is no" in wrong.err


def test_a_fleet_rule_is_explained_with_its_peers(call: Caller, inventory: Path, tmp_path: Path) -> None:
    """What is compared, what this host says, what the others of its group have; also where the host is in no group."""
    out = tmp_path / "runs"
    call("scan", "-i", inventory, "--out", out)
    done = call("explain", "exchange-levels-mixed-in-dag", "ex-osa-01.corp.example", "--out", out)
    assert done.code == 0
    assert done.out.splitlines()[0] == "ex-osa-01.corp.example  exchange-levels-mixed-in-dag: pass"
    assert "among   It compares `exchange.exsetup` across the members of a database availability group" in done.out
    assert "dag.name = DAG-WORLD (by winrm)" in done.out
    assert "peers   exchange.exsetup in DAG-WORLD" in done.out
    assert "15.2.1748.43: ex-osa-01.corp.example, ex-osa-02.corp.example, ex-par-01.corp.example" in done.out
    alone = call("explain", "scanmail-missing-among-peers", "edge-dmz-01.dmz.example", "--out", out)
    assert alone.out.splitlines()[0] == "edge-dmz-01.dmz.example  scanmail-missing-among-peers: not applicable"
    assert "applies false   && 'Mailbox' in exchange.roles" in alone.out
    assert "peers  " not in alone.out


def test_a_fleet_rule_is_listed_shown_and_documented(call: Caller) -> None:
    """The shelf's third way of looking at hosts is there wherever rules are."""
    rule = "transport-agents-differ-in-dag"
    assert rule in call("rules", "list").out
    shown = call("rules", "show", rule).out
    assert "It compares `exchange.v15.agents` across the members of a database availability group" in shown
    assert "parameter least_peers: 3 hosts" in shown
    documented = call("rules", "docs").out
    assert f"## {rule}" in documented
    assert "not applicable: it is in no group" in documented
