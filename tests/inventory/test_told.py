"""Locators and attestations in an inventory: what they mean, and where a wrong one is wrong."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema
import pytest

from fleetscan.authored import parse_yaml
from fleetscan.errors import AuthoredError
from fleetscan.inventory import Inventory, json_schema, load_inventory, parse_ansible_json
from fleetscan.model import (
    Attestation,
    Contains,
    Equals,
    File,
    FileAspect,
    Itself,
    Locator,
    RegistryValue,
    Versions,
)
from tests.inventory.conftest import Ask, Write

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
TEXT = r"""all:
  vars:
    fleetscan_locators:
      scanmail.scheduled_update:
        registry: 'HKLM\SOFTWARE\Example'
        value: EnableUpdate
        is: 1
        absent: false
        versions: {fact: scanmail.version, from: '14.0', below: '15.0'}
      scanmail.outbreak_alert: {file: 'C:\Example\alert.ini', contains: Enabled=1}
      exchange.mailboxes: {registry: 'HKLM\SOFTWARE\Example', value: '', view: 32, versions: {fact: a.b, below: '2'}}
    fleetscan_attested:
      exchange.mailboxes: {value: 350, by: J. Doe, since: 2026-10-01, until: '2027-03-31', note: counted}
      scanmail.outbreak_recipients: {value: '', by: Ö. Åberg, since: 2026-10-01, until: 2026-10-02}
  hosts:
    ex1:
    ex2: {fleetscan_attested: {exchange.front_end: {value: true, by: A, since: 2026-01-01, until: 2026-01-02}}}
"""
PLACE = RegistryValue(key=r"HKLM\SOFTWARE\Example", value="EnableUpdate")
MAILBOXES = Attestation(
    fact="exchange.mailboxes",
    value=350,
    by="J. Doe",
    since=date(2026, 10, 1),
    until=date(2027, 3, 31),
    note="counted",
)


def by_name(inventory: Inventory) -> dict[str, tuple[object, object]]:
    """Give what each host was told."""
    return {host.name: (host.locators, host.attestations) for host in inventory.hosts}


def test_locators_and_attestations_mean_this(write: Write) -> None:
    """Registry values and files, how they are read, absence, versions; a person, two days, a note."""
    inventory = load_inventory([write("hosts.yml", TEXT)])
    first, second = inventory.hosts
    assert first.locators == {
        "scanmail.scheduled_update": Locator(
            fact="scanmail.scheduled_update",
            question=PLACE,
            reading=Equals(value=1),
            absent=False,
            versions=Versions(fact="scanmail.version", at_least="14.0", below="15.0"),
        ),
        "scanmail.outbreak_alert": Locator(
            fact="scanmail.outbreak_alert",
            question=File(path=r"C:\Example\alert.ini", aspect=FileAspect.TEXT),
            reading=Contains(text="Enabled=1"),
        ),
        "exchange.mailboxes": Locator(
            fact="exchange.mailboxes",
            question=RegistryValue(key=r"HKLM\SOFTWARE\Example", value="", view=32),
            reading=Itself(),
            versions=Versions(fact="a.b", below="2"),
        ),
    }
    assert first.attestations["exchange.mailboxes"] == MAILBOXES
    assert first.attestations["scanmail.outbreak_recipients"].value == ""
    assert second.locators == first.locators
    assert list(second.attestations) == ["exchange.front_end"]
    assert inventory.warnings == ()


def test_what_is_written_is_kept_with_its_place(write: Write) -> None:
    """Whoever knows the facts can say of each entry where it stands, also where no host has it in the end."""
    path = write("hosts.yml", TEXT)
    told = load_inventory([path]).told
    assert [(one.told.fact, one.place.line, one.place.column) for one in told] == [
        ("scanmail.scheduled_update", 4, 7),
        ("scanmail.outbreak_alert", 10, 7),
        ("exchange.mailboxes", 11, 7),
        ("exchange.mailboxes", 13, 7),
        ("scanmail.outbreak_recipients", 14, 7),
        ("exchange.front_end", 17, 32),
    ]


def test_ansible_reads_the_same(write: Write, ask_ansible: Ask) -> None:
    """One file serves both: the variables of each host, and what they mean to us in Ansible's JSON."""
    path = write("hosts.yml", TEXT)
    answer = ask_ansible({"sources": [str(path)], "limit": None})
    listed: dict[str, Any] = {
        "_meta": {"hostvars": {name: host["variables"] for name, host in answer["hosts"].items()}}
    }
    listed["all"] = {"hosts": list(answer["hosts"])}
    assert by_name(parse_ansible_json(json.dumps(listed))) == by_name(load_inventory([path]))


def test_the_answer_of_a_program_names_a_told_fact_once() -> None:
    """Thousands of hosts may share an entry; it is one entry, and one mistake."""
    good = {"exchange.mailboxes": {"value": 350, "by": "A", "since": "2026-10-01", "until": "2026-10-02"}}
    bad = {"exchange.mailboxes": {"value": 350, "by": "", "since": "2026-10-01", "until": "2026-10-02"}}
    hosts = {f"ex{number}": {"fleetscan_attested": good} for number in range(3)}
    assert len(parse_ansible_json(json.dumps({"_meta": {"hostvars": hosts}})).told) == 1
    hosts = {f"ex{number}": {"fleetscan_attested": bad} for number in range(3)}
    with pytest.raises(AuthoredError) as caught:
        parse_ansible_json(json.dumps({"_meta": {"hostvars": hosts}}), source="cmd")
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "cmd (host ex0):1:1: `by` must be text on one line, at most 200 characters"
    ]


GOOD_PLACE = r"registry: 'HKLM\A', value: B"
WRONG_LOCATORS = [
    (r"{value: B}", "1:40: the locator of x.y must name one place, a registry value or a file (write `{registry:"),
    (r"{registry: 'HKLM\A', file: 'C:\a'}", "1:40: the locator of x.y must name one place"),
    (r"'HKLM\A'", "1:40: the locator of x.y must name one place"),
    (r"{registry: 'HKLM\A'}", "1:35: `value` is missing (add `value:`)"),
    (r"{registry: 'HKCU\A', value: B}", "1:51: `registry` must begin with HKLM, HKU, HKCR and a backslash"),
    (rf"{{{GOOD_PLACE}, vlaue: C}}", "1:71: unknown key `vlaue` (did you mean `value`?)"),
    (rf"{{{GOOD_PLACE}, view: 16}}", "1:77: `view` must be one of 64 or 32"),
    (rf"{{{GOOD_PLACE}, is: true}}", "1:75: `is` must be a whole number or text"),
    (rf"{{{GOOD_PLACE}, is: 1.5}}", "1:75: `is` must be a whole number or text"),
    (rf"{{{GOOD_PLACE}, absent: 1.5}}", "1:79: `absent` must be true, false, a whole number of 64 bits or text"),
    (rf"{{{GOOD_PLACE}, absent: {2**63}}}", "1:79: `absent` must be true, false, a whole number of 64 bits or text"),
    (rf"{{{GOOD_PLACE}, versions: '14.0'}}", "1:81: `versions` must be a mapping, not text"),
    (rf"{{{GOOD_PLACE}, versions: {{from: '14.0'}}}}", "1:71: `fact` is missing"),
    (rf"{{{GOOD_PLACE}, versions: {{fact: a.b}}}}", "1:81: `versions` must say `from`, `below` or both"),
    (rf"{{{GOOD_PLACE}, versions: {{fact: a.b, from: 14.0}}}}", "1:99: `from` must be text, not a number"),
    (
        rf"{{{GOOD_PLACE}, versions: {{fact: a.b, from: 14.x}}}}",
        "1:99: `from` must be a version of numbers and dots, in quotes",
    ),
    (
        rf"{{{GOOD_PLACE}, versions: {{fact: a.b, from: '14.0.0', below: '14'}}}}",
        "1:81: `versions` covers no version: `from` must be lower than `below`",
    ),
    (
        rf"{{{GOOD_PLACE}, versions: {{fact: a.b, from: '9.0', below: '10.0'}}, contains: x}}",
        "1:122: unknown key `contains`",
    ),
    (r"{file: 'C:\a'}", "1:35: `contains` is missing"),
    (r"{file: 'a.ini', contains: x}", "1:47: `file` must be a path that begins with a drive"),
    (r"{file: 'C:\a', contains: ''}", "1:65: `contains` is not valid"),
    (r"{file: 'C:\a', contains: '{{ x }}'}", "1:14: `fleetscan_locators` holds a Jinja template"),
]
GOOD_WORD = "value: 1, by: A, since: 2026-10-01, until: 2026-10-02"
WRONG_WORDS = [
    ("350", "1:40: `x.y` must be a mapping, not a whole number"),
    ("{by: A, since: 2026-10-01, until: 2026-10-02}", "1:35: `value` is missing"),
    ("{value: 1, since: 2026-10-01, until: 2026-10-02}", "1:35: `by` is missing (add `by:`)"),
    ("{value: 1, by: A, until: 2026-10-02}", "1:35: `since` is missing"),
    ("{value: 1, by: A, since: 2026-10-01}", "1:35: `until` is missing"),
    ("{value: 1, by: '  ', since: 2026-10-01, until: 2026-10-02}", "1:55: `by` must be text on one line"),
    ("{value: 1, by: 7, since: 2026-10-01, until: 2026-10-02}", "1:55: `by` must be text, not a whole number"),
    (
        "{value: 1, by: A, since: 2026-10-01, until: 2026-10-01}",
        "1:40: `x.y` ends before it begins: `until` must be after `since`",
    ),
    (
        "{value: 1, by: A, since: 2026-10-01, until: 2026-09-30}",
        "1:40: `x.y` ends before it begins: `until` must be after `since`",
    ),
    ("{value: 1, by: A, since: 2026-10-01, until: soon}", "1:84: `until` must be a day: year-month-day"),
    ("{value: 1, by: A, since: 2026-10-01, until: '2026-13-01'}", "1:84: `until` must be a day: year-month-day"),
    ("{value: 1, by: A, since: 2026-10-01, until: 2026-10-02 10:00:00}", "1:84: `until` must be a day"),
    ("{value: 1, by: A, since: 20261001, until: 2026-10-02}", "1:65: `since` must be text, not a whole number"),
    ("{value: [1], by: A, since: 2026-10-01, until: 2026-10-02}", "1:48: `value` must be true, false, a whole"),
    ("{value: 1.5, by: A, since: 2026-10-01, until: 2026-10-02}", "1:48: `value` must be true, false, a whole"),
    ('{value: "a\\nb", by: A, since: 2026-10-01, until: 2026-10-02}', "1:48: `value` must be text on one line"),
    (f"{{{GOOD_WORD}, untill: 2026-10-02}}", "1:96: unknown key `untill` (did you mean `until`?)"),
    (f"{{{GOOD_WORD}, password: hunter2}}", "1:14: `fleetscan_attested` holds a password in clear text"),
    (f"{{{GOOD_WORD}, on: 2026-10-01}}", "1:96: the key `on` is not text"),
]
WRONG = [("fleetscan_locators", *row) for row in WRONG_LOCATORS] + [("fleetscan_attested", *row) for row in WRONG_WORDS]


@pytest.mark.parametrize(("variable", "entry", "wanted"), WRONG, ids=[entry for _, entry, _ in WRONG])
def test_a_mistake_is_said_where_it_stands(write: Write, variable: str, entry: str, wanted: str) -> None:
    """Every key of an entry at its own place, with what would be right, and never with its value."""
    path = write("hosts.yml", f"all: {{vars: {{{variable}: {{x.y: {entry}}}}}, hosts: {{ex1: }}}}\n")
    with pytest.raises(AuthoredError) as caught:
        load_inventory([path])
    found = [str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes]
    assert len(found) == 1, found
    assert found[0].startswith(wanted), found
    assert "hunter2" not in found[0]


def test_every_mistake_is_said_at_once(write: Write) -> None:
    """In groups, hosts and variable files; a file with a mistake does not hide those of the others."""
    write("group_vars/all.yml", "fleetscan_locators: {a.b: {value: x}}\n")
    path = write(
        "hosts.yml",
        "all:\n  vars: {fleetscan_attested: {a.b: {value: 1}, c.d: 7}}\n"
        "  hosts: {ex1: {fleetscan_attested: [1], fleetscan_locators: x}}\n",
    )
    with pytest.raises(AuthoredError) as caught:
        load_inventory([path])
    found = [str(mistake).removeprefix(f"{path.parent}/") for mistake in caught.value.mistakes]
    assert [line.partition(" ")[0] for line in found] == [
        "group_vars/all.yml:1:27:",
        *["hosts.yml:2:31:"] * 3,
        "hosts.yml:2:53:",
        "hosts.yml:3:17:",
        "hosts.yml:3:42:",
    ]


def test_the_schema_agrees_with_the_reader() -> None:
    """What the reader takes the schema takes; of what the reader refuses it refuses all but what is beyond it."""
    document = parse_yaml(TEXT.encode(), "hosts.yml")
    assert list(VALIDATOR.iter_errors(document.data)) == []
    beyond = ("covers no version", "x.y", "{{ x }}", "password", "2026-13-01", "the key `on`", "text on one line")
    for variable, entry, wanted in WRONG:
        if any(word in wanted or word in entry for word in beyond):
            continue
        text = f"all: {{vars: {{{variable}: {{x.y: {entry}}}}}, hosts: {{ex1: }}}}\n"
        assert list(VALIDATOR.iter_errors(parse_yaml(text.encode(), "f").data)) != [], entry
