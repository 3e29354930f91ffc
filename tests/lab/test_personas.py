"""The shelf of personas: complete, readable, and each with what makes it what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.lab.collector import answer
from fleetscan.lab.machine import Machine
from fleetscan.lab.personas import Placement, frame, laid_over, load_personas, machine

RULES = {
    "ipv6-half-disabled",
    "credential-guard-on",
    "extended-protection-suppressed",
    "lm-level-low",
    "page-file-unfit",
    "tcp-keep-alive",
    "smb1-allowed",
    "dotnet-release-old",
    "dotnet-tls-settings",
    "tls-13-enabled",
    "tls-sides-differ",
    "tls-old-enabled",
    "exchange-overrides-set",
    "exchange-data-signing-off",
    "exchange-setup-unfinished",
    "exchange-mitigation-stopped",
    "exchange-last-update-missing",
    "exchange-support-ended",
    "transport-scanned-twice",
    "scanmail-release-exchange",
    "scanmail-release-unsupported",
    "amsi-provider-missing",
    "etrust-exclusions-missing",
    "scanmail-scheduled-updates-off",
    "scanmail-scheduled-scans-off",
    "scanmail-mass-mailing-action-off",
    "scanmail-outbreak-alerts-off",
    "environment-without-file-scanner",
    "environment-without-gateway-scanner",
    "exchange-databases-not-excluded",
    "exchange-folders-not-excluded",
    "exchange-obsolete-exclusions",
    "exchange-services-stopped",
    "exchange-update-behind",
    "scanmail-7-folders-not-excluded-officescan",
    "scanmail-agent-missing",
    "scanmail-folders-not-excluded-defender",
    "scanmail-folders-not-excluded-mcafee",
    "scanmail-folders-not-excluded-officescan",
    "scanmail-folders-not-excluded-other",
    "scanmail-folders-not-excluded-symantec",
    "scanmail-further-folders-not-excluded",
    "scanmail-master-stopped",
    "scanmail-pattern-old",
    "scanmail-processes-twice",
    "scanmail-temp-files",
    "scanmail-temp-folder-missing",
    "scanmail-vulnerable-build",
    "symantec-antivirus-exclusions-off",
    "vsapi-background-scanning",
    "vsapi-scanning-threads-low",
    "antigen-kaspersky-no-execute",
    "antigen-scans-replication",
    "groupshield-transport-on-back-end",
    "scanmail-attachments-deleted",
    "scanmail-max-threads-low",
    "scanmail-query-sender",
    "scanmail-smtp-on-mailbox-server",
    "scanmail-temp-default",
    "scanmail-temp-not-honoured",
    "scanmail-temp-threshold-low",
    "scanmail-thread-pool-low",
    "scanmail-wildcard-search",
    "temp-on-system-volume",
    "transport-scanning-on-back-end",
    "two-file-scanners",
    "virusscan-blocks-smtp",
    "vsapi-scanner-off",
    "vsapi-stamp-ignored",
}
TOLD = {
    ("scanmail-release-unsupported", "pass"),
    ("page-file-unfit", "pass"),
    ("page-file-unfit", "finding"),
    ("environment-without-gateway-scanner", "finding"),
    ("environment-without-gateway-scanner", "pass"),
    ("etrust-exclusions-missing", "pass"),
    ("exchange-databases-not-excluded", "finding"),
    ("exchange-databases-not-excluded", "pass"),
    ("scanmail-folders-not-excluded-other", "finding"),
    ("scanmail-folders-not-excluded-other", "pass"),
    ("scanmail-folders-not-excluded-symantec", "finding"),
    ("scanmail-folders-not-excluded-symantec", "pass"),
    ("scanmail-mass-mailing-action-off", "finding"),
    ("scanmail-mass-mailing-action-off", "pass"),
    ("scanmail-outbreak-alerts-off", "finding"),
    ("scanmail-outbreak-alerts-off", "pass"),
    ("scanmail-scheduled-scans-off", "finding"),
    ("scanmail-scheduled-scans-off", "pass"),
    ("scanmail-scheduled-updates-off", "finding"),
    ("antigen-kaspersky-no-execute", "finding"),
    ("antigen-scans-replication", "finding"),
    ("groupshield-transport-on-back-end", "finding"),
    ("groupshield-transport-on-back-end", "pass"),
    ("scanmail-attachments-deleted", "finding"),
    ("scanmail-query-sender", "finding"),
    ("scanmail-smtp-on-mailbox-server", "finding"),
    ("scanmail-temp-threshold-low", "finding"),
    ("scanmail-wildcard-search", "finding"),
    ("transport-scanning-on-back-end", "finding"),
    ("virusscan-blocks-smtp", "finding"),
}
"""Verdicts that hang on what an inventory tells; the lab's tells nothing."""
_SHELF = load_personas()
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_PLACE = Placement(
    fqdn="ex-par-07.corp.example",
    computer="EX-PAR-07",
    site="Paris",
    dag="DAG-PARIS",
    memory_gib=64,
    now=_NOW,
    extra_age=timedelta(hours=1),
)


def _machine(name: str) -> Machine:
    return machine(frame(_SHELF.personas[name].recipe), _PLACE)


def _registry(here: Machine, key: str, name: str) -> object:
    answers = answer(here, {"v": 1, "registry": [{"key": key, "view": 64, "value": name}]})["registry"]
    assert isinstance(answers, list)
    return answers[0]


@pytest.mark.parametrize("name", sorted(_SHELF.personas))
def test_every_persona_expects_a_verdict_of_every_rule(name: str) -> None:
    """An expectation names each rule of the first version and no other."""
    assert set(_SHELF.personas[name].verdicts) == RULES


def test_every_verdict_of_every_rule_is_expected_somewhere() -> None:
    """Each rule fires, passes, does not apply and is unknown on at least one persona, if no inventory is needed."""
    seen = {(rule, word) for persona in _SHELF.personas.values() for rule, word in persona.verdicts.items()}
    assert {(rule, word) for rule in RULES for word in ("finding", "pass", "not_applicable", "unknown")} - TOLD == seen


@pytest.mark.parametrize("name", sorted(_SHELF.personas))
def test_partial_is_what_is_refused_or_slow(name: str) -> None:
    """A persona is expected to be partial exactly when it refuses something or spends the time."""
    persona = _SHELF.personas[name]
    refused = [
        places
        for messages in (persona.recipe.denied, persona.recipe.errors)
        for places in (messages.registry, messages.services, messages.files, messages.cim)
        if places
    ]
    assert (persona.status == "partial") is bool(refused or persona.recipe.slow)


@pytest.mark.parametrize("name", sorted(_SHELF.personas))
def test_a_persona_says_what_it_is(name: str) -> None:
    """Each persona has one sentence of description."""
    about = _SHELF.personas[name].about
    assert about.endswith(".")
    assert "\n" not in about


_TRANSPORT = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\TransportAVAPI"
_SITE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters"


@pytest.mark.parametrize(
    ("name", "key", "value", "wanted"),
    [
        ("legacy-scanning-twice", _TRANSPORT, "Enabled", {"s": "ok", "t": "REG_DWORD", "d": 1}),
        ("legacy-transport-off", _TRANSPORT, "Enabled", {"s": "ok", "t": "REG_DWORD", "d": 0}),
        ("legacy-value-absent", _TRANSPORT, "Enabled", {"s": "absent"}),
        ("legacy-wrong-type", _TRANSPORT, "Enabled", {"s": "ok", "t": "REG_SZ", "d": "1"}),
        (
            "legacy-key-denied",
            _TRANSPORT,
            "Enabled",
            {"s": "denied", "m": "Requested registry access is not allowed."},
        ),
        ("exchange-2016", _SITE, "DynamicSiteName", {"s": "ok", "t": "REG_SZ", "d": "Paris"}),
        ("edge-with-scanmail", _SITE, "DynamicSiteName", {"s": "absent"}),
        ("exchange-2016", "HKLM\\Cluster", "ClusterName", {"s": "absent"}),
    ],
)
def test_what_a_persona_is_made_for(name: str, key: str, value: str, wanted: object) -> None:
    """The value that gives a persona its name is there, or is not."""
    assert _registry(_machine(name), key, value) == wanted


def test_a_dag_member_is_in_a_cluster() -> None:
    """The part for members of an availability group adds the cluster's service and name."""
    member = laid_over(_SHELF.personas["exchange-2016"].recipe, _SHELF.parts["dag-member"])
    here = machine(frame(member), _PLACE)
    assert _registry(here, "HKLM\\Cluster", "ClusterName") == {"s": "ok", "t": "REG_SZ", "d": "DAG-PARIS"}
    assert here.services["CLUSSVC"].state == "Running"
    assert _registry(here, _SITE, "DynamicSiteName") == {"s": "ok", "t": "REG_SZ", "d": "Paris"}


def test_the_age_of_a_file_is_its_own_and_the_hosts() -> None:
    """The newest pattern of a healthy persona is a day old, plus what the host adds."""
    path = "%ProgramFiles%\\Trend Micro\\Smex\\engine\\vsapi\\latest\\pattern"
    files = answer(
        _machine("exchange-se"), {"v": 1, "files": [{"path": path, "pattern": "lpt$vpn.*", "what": "newest"}]}
    )["files"]
    assert files == [{"s": "ok", "name": "lpt$vpn.457", "size": 96452318, "modified": "2026-11-20T23:00:00Z"}]


def test_memory_is_the_hosts_own() -> None:
    """The memory of the placement is a number of bytes, and texts are filled in."""
    rows = answer(
        _machine("exchange-se"),
        {"v": 1, "cim": [{"class": "Win32_ComputerSystem", "properties": ["Name", "TotalPhysicalMemory"]}]},
    )["cim"]
    assert rows == [{"s": "ok", "rows": [{"Name": "EX-PAR-07", "TotalPhysicalMemory": 64 * 1024**3}]}]


def test_hostile_text_is_hostile() -> None:
    """The hostile persona carries markup, escapes, NUL, lone surrogates, formulas, templates and a megabyte."""
    here = _machine("hostile-text")
    paths = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths"
    request: dict[str, object] = {
        "v": 1,
        "registry": [
            {"key": paths, "view": 64, "list": "values"},
            {
                "key": "HKLM\\SOFTWARE\\TrendMicro\\ScanMail for Exchange\\CurrentVersion",
                "view": 64,
                "value": "PatternStringFormatted",
            },
            {"key": _SITE, "view": 64, "value": "DynamicSiteName"},
        ],
        "services": ["MSExchange*", "ScanMail_*"],
    }
    text = json.dumps(answer(here, request))
    needles = ["<script>", "\\u202e", "\\u001b[2J", "\\u0000", "\\ud800", "\\udc00", "=cmd|", "{{7*7}}", "[link="]
    assert [needle for needle in needles if needle not in text] == []
    assert len(text) > 1024**2


def test_refusals_can_be_hostile() -> None:
    """The words of a refusal are the host's own, cut at 500 characters."""
    here = _machine("hostile-messages")
    found = answer(here, {"v": 1, "files": [{"path": "%ProgramFiles%\\x", "what": "stat"}], "services": ["X*"]})
    assert found["files"] == [{"s": "denied", "m": "<" * 500}]
    assert found["services"] == {"X*": {"s": "denied", "m": "<svg onload=alert(2)>"}}


def _shelf(folder: Path, **files: str) -> Path:
    (folder / "parts").mkdir()
    for name, text in files.items():
        place = folder / "parts" if name.startswith("part") else folder
        (place / f"{name}.yml").write_text(text)
    return folder


_EXPECT = "about: A machine.\nexpect: {status: complete, verdicts: {}}\n"
_ALL_TYPES = """
registry:
  'HKLM\\SOFTWARE\\X':
    (default): {sz: 'd$(U+0041)'}
    E: {expand: '%SystemRoot%'}
    M: {multi: [a, '$(2*b)']}
    D: {dword: 4294967295}
    Q: {qword: 18446744073709551615}
    B: {binary: 00fF}
    N: {none: ''}
"""


def test_every_registry_type_can_be_written(tmp_path: Path) -> None:
    """A persona file can hold each type, the default value and special characters."""
    shelf = load_personas(_shelf(tmp_path, one=_EXPECT + _ALL_TYPES))
    here = machine(frame(shelf.personas["one"].recipe), _PLACE)
    answers = answer(here, {"v": 1, "registry": [{"key": "HKLM\\SOFTWARE\\X", "view": 64, "list": "values"}]})
    assert answers["registry"] == [
        {
            "s": "ok",
            "d": {
                "": {"t": "REG_SZ", "d": "dA"},
                "E": {"t": "REG_EXPAND_SZ", "d": "%SystemRoot%"},
                "M": {"t": "REG_MULTI_SZ", "d": ["a", "bb"]},
                "D": {"t": "REG_DWORD", "d": 4294967295},
                "Q": {"t": "REG_QWORD", "d": 18446744073709551615},
                "B": {"t": "REG_BINARY", "d": "00ff"},
                "N": {"t": "REG_NONE", "d": ""},
            },
        }
    ]


def test_null_takes_away_what_was_inherited(tmp_path: Path) -> None:
    """A value, a key with its subkeys, a service and a directory with its files can be taken away."""
    part = """
registry:
  'HKLM\\SOFTWARE\\X': {A: {dword: 1}, B: {dword: 2}}
  'HKLM\\SOFTWARE\\Y': {A: {dword: 1}}
  'HKLM\\SOFTWARE\\Y\\Z': {A: {dword: 1}}
services: {S: {}, T: {}}
files: {'C:\\X\\a': {size: 1}, 'C:\\X\\b\\c': {size: 1}, 'C:\\Y': {directory: 2}}
"""
    one = """extends: [part-one]
registry:
  'HKLM\\SOFTWARE\\X': {A: null}
  'HKLM\\SOFTWARE\\Y': null
services: {S: null}
files: {'C:\\X': null}
"""
    recipe = load_personas(_shelf(tmp_path, **{"part-one": part}, one=_EXPECT + one)).personas["one"].recipe
    assert {key: list(values) for key, values in recipe.registry.items()} == {"HKLM\\SOFTWARE\\X": ["B"]}
    assert list(recipe.services) == ["T"]
    assert list(recipe.files) == ["C:\\Y"]


def test_all_mistakes_are_shown_at_once(tmp_path: Path) -> None:
    """Unknown parents, rings, empty nulls, taken names and wrong values are each shown with file, line and column."""
    folder = _shelf(
        tmp_path,
        **{"part-a": "extends: [part-b]\n", "part-b": "extends: [part-a]\n"},
        one=_EXPECT + "extends: [part-c]\n",
        two=_EXPECT + "services: {Nowhere: null}\nregistry:\n  'HKLM\\SOFTWARE\\X': {Missing: null}\n",
        three=_EXPECT + "registry:\n  'HKLM\\SOFTWARE\\X': {V: {dword: -1}}\n",
    )
    (folder / "part-a.yml").write_text(_EXPECT)
    with pytest.raises(AuthoredError) as caught:
        load_personas(folder)
    shown = {(Path(mistake.file).name, mistake.line) for mistake in caught.value.mistakes}
    assert {("one.yml", 3), ("two.yml", 3), ("two.yml", 5), ("three.yml", 4), ("part-a.yml", 1)} <= shown


def test_a_ring_of_parts_is_a_mistake(tmp_path: Path) -> None:
    """Parts that extend each other are refused, not followed for ever."""
    folder = _shelf(tmp_path, **{"part-a": "extends: [part-b]\n", "part-b": "extends: [part-a]\n"})
    with pytest.raises(AuthoredError, match="extends itself in the end"):
        load_personas(folder)
