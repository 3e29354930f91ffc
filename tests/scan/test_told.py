"""Told facts through a whole scan: a locator that is read over WinRM, a person's word, and what nobody told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from fleetscan import history
from fleetscan.collect import Collected
from fleetscan.model import (
    ATTESTED,
    INVENTORY,
    LOCATED,
    Answer,
    Attestation,
    Evidence,
    Failure,
    Host,
    Known,
    Reason,
    Unknown,
)
from fleetscan.report.attested import attestations
from fleetscan.scan import plan_of, rejudge, scan
from fleetscan.scan.judging import Judge
from tests.report.block import Block
from tests.scan.labs import SHELF, healthy, job_for, served

TODAY = datetime.now(UTC).date()
VERSIONS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
TOLD = {
    "fleetscan_locators": {
        "scanmail.scheduled_scan": {
            "registry": VERSIONS,
            "value": "InstallationType",
            "is": "Server",
            "versions": {"fact": "scanmail.version", "from": "8.0", "below": "99.0"},
        },
        "scanmail.mass_mailing_action": {
            "registry": VERSIONS,
            "value": "InstallationType",
            "is": "Server",
            "versions": {"fact": "scanmail.version", "from": "99.0"},
        },
        "exchange.mailboxes": {"registry": VERSIONS, "value": "UBR"},
        "exchange.front_end": {"registry": r"HKLM\SOFTWARE\Gone", "value": "Gone", "is": 1},
    },
    "fleetscan_attested": {
        "environment.gateway_scanner": {
            "value": False,
            "by": "J. Doe",
            "since": str(TODAY - timedelta(days=1)),
            "until": str(TODAY + timedelta(days=30)),
        },
        "scanmail.outbreak_alert": {
            "value": True,
            "by": "J. Doe",
            "since": str(TODAY - timedelta(days=30)),
            "until": str(TODAY - timedelta(days=2)),
        },
    },
}


def test_a_scan_reads_what_the_inventory_names_and_says_who_vouched(tmp_path: Path) -> None:
    """Over real WinRM: facts, evidence and verdicts of one host that was told and of one that was not."""
    told, plain = healthy(2)
    with served([told, plain]) as lab:
        inventory = lab.environment(tmp_path / "lab")
        variables = inventory.parent / "host_vars" / f"{told.name}.yml"
        variables.parent.mkdir()
        variables.write_text(yaml.safe_dump(TOLD), encoding="utf-8")
        done = asyncio.run(scan(job_for(inventory, tmp_path / "out")))
    records = {record.host: record for record in history.read_records(done.folder)}
    check_told_facts(records[told.name].facts)
    vouched = [word.fact for word in records[told.name].attestations]
    assert vouched == ["environment.gateway_scanner", "scanmail.outbreak_alert"]
    assert records[plain.name].attestations == ()
    assert {(word.state, word.hosts) for word in attestations(records.values(), TODAY)} == {
        ("expired", (told.name,)),
        ("expiring", (told.name,)),
    }
    untold = records[plain.name].facts["exchange.mailboxes"]
    assert isinstance(untold.outcome, Unknown)
    assert (untold.outcome.reason, untold.where) == (Reason.NOT_LOCATED, "told by the inventory")
    verdicts = list(history.read_verdicts(done.folder))
    said = {(verdict.host, verdict.rule): verdict for verdict in verdicts}
    gateway = said[told.name, "environment-without-gateway-scanner"]
    assert gateway.word == "finding"
    assert "(environment.gateway_scanner is attested by J. Doe on " in gateway.summary
    assert said[told.name, "scanmail-scheduled-scans-off"].word == "pass"
    update = said[told.name, "scanmail-scheduled-updates-off"]
    assert (update.word, update.confidence) == ("pass", "inferred")
    assert "is indirect: pattern_arrives(scanmail.pattern_file)" in update.summary
    assert said[told.name, "scanmail-mass-mailing-action-off"].word == "unknown"
    assert "the locator is for another scanmail.version" in said[told.name, "scanmail-mass-mailing-action-off"].summary
    assert "ended on" in said[told.name, "scanmail-outbreak-alerts-off"].summary
    unknown = said[plain.name, "environment-without-gateway-scanner"]
    assert unknown.word == "unknown"
    assert "fleetscan_attested: {environment.gateway_scanner: {value: true, by: NAME, since: " in unknown.summary
    page = (done.folder / "report.html").read_text(encoding="utf-8")
    told_by = Block.of(page).reading("environment.gateway_scanner", told.name)
    assert told_by is not None
    assert told_by.where.startswith("attested by J. Doe on")
    assert told_by.way == "the inventory"
    assert re.search(
        r"fleetscan_attested: \{environment\.gateway_scanner: \{value: true, by: NAME, since: [-0-9]+", page
    )
    rejudge(done.folder, SHELF)
    again = {(verdict.host, verdict.rule): verdict for verdict in history.read_verdicts(done.folder)}
    assert again == said, "a kept run is judged as it was, without inventory or host"


def check_told_facts(facts: Mapping[str, Evidence]) -> None:
    """Hold the evidence of the told host against what it was told and what the lab's Windows holds."""
    scan_on = facts["scanmail.scheduled_scan"]
    assert scan_on.outcome == Known(value=True, type=LOCATED)
    assert scan_on.where == rf"{VERSIONS}\InstallationType holds 'Server'"
    assert (scan_on.transport, scan_on.credential) == ("winrm", "lab")
    mailboxes = facts["exchange.mailboxes"]
    assert mailboxes.outcome == Known(value=7426, type=LOCATED)
    front_end = facts["exchange.front_end"].outcome
    assert isinstance(front_end, Unknown)
    assert "add `absent: VALUE` to it" in front_end.detail
    gateway = facts["environment.gateway_scanner"]
    assert gateway.outcome == Known(value=False, type=ATTESTED)
    assert (gateway.transport, gateway.credential) == (INVENTORY, "")


def test_untried_hosts_are_judged_by_their_own_word() -> None:
    """Hosts that a stopped run leaves untried are judged as one only where they were told the same."""
    failure = Answer(failure=Failure(reason=Reason.NOT_ASKED, detail="the run was stopped"))
    now = datetime.now(UTC)
    term = timedelta(days=1)
    words = [
        Attestation(fact="exchange.mailboxes", value=count, by="A", since=TODAY - term, until=TODAY + term)
        for count in (5, 5, 7)
    ]
    hosts = [
        Host(name=f"ex{number}", address="127.0.0.1", attestations={word.fact: word})
        for number, word in enumerate(words)
    ]
    hosts.append(Host(name="ex3", address="127.0.0.1"))
    judges = Judge(plan_of(SHELF, hosts), SHELF)
    done = [
        judges.of(
            Collected(
                host=host, answer=failure, started=now, seconds=0.0, attempts=0, transport="winrm", credential="lab"
            )
        )
        for host in hosts
    ]
    outcomes = [each.record.facts["exchange.mailboxes"].outcome for each in done]
    assert [outcome.value if isinstance(outcome, Known) else None for outcome in outcomes] == [5, 5, 7, None]
    assert [each.record.host for each in done] == ["ex0", "ex1", "ex2", "ex3"]
    assert [each.record.attestations for each in done] == [*((word,) for word in words), ()]
