"""What ansible-inventory --list prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.inventory import load_inventory, parse_ansible_json
from tests.inventory.conftest import Ask, Write


def refused(text: str) -> list[str]:
    """Give the mistakes in a text."""
    with pytest.raises(AuthoredError) as caught:
        parse_ansible_json(text, source="cmd")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_the_answer_of_ansible_is_the_inventory(ask_ansible: Ask, write: Write) -> None:
    """Reading Ansible's merged answer gives the hosts that reading the files gives."""
    path = write(
        "hosts.yml",
        "all:\n  vars: {ansible_psrp_protocol: http}\n  children:\n    paris:\n      vars: {fleetscan_site: Paris}\n"
        "      hosts:\n        ex[1:3]: {ansible_port: 5985}\n  hosts: {lone: }\n",
    )
    answer = ask_ansible({"sources": [str(path)], "limit": None})
    listed: dict[str, Any] = {
        "_meta": {"hostvars": {name: host["variables"] for name, host in answer["hosts"].items()}}
    }
    listed |= {name: {"hosts": hosts} for name, hosts in answer["groups"].items() if name != "all"}
    theirs = sorted(parse_ansible_json(json.dumps(listed)).hosts, key=lambda host: host.name)
    assert theirs == sorted(load_inventory([path]).hosts, key=lambda host: host.name)


def test_scripts_and_exports_are_read_too() -> None:
    """Group variables, children, priorities and the short form of a group mean what they mean in files."""
    text = json.dumps(
        {
            "all": {"vars": {"a": "all", "b": "all"}, "children": ["outer"]},
            "outer": {"children": ["inner", "other"], "vars": {"a": "outer"}},
            "inner": {"hosts": ["ex1"], "vars": {"a": "inner", "ansible_group_priority": 9}},
            "other": {"hosts": ["ex1"], "vars": {"a": "other"}},
            "short": ["ex2"],
            "none": None,
            "_meta": {"hostvars": {"ex1": {"b": None}, "ex3": {"c": [1, None]}}},
        }
    )
    inventory = parse_ansible_json(text, environment="prod")
    assert inventory.environment == "prod"
    assert [(host.name, dict(host.variables), host.groups) for host in inventory.hosts] == [
        ("ex1", {"a": "inner"}, ("inner", "other", "outer")),
        ("ex2", {"a": "all", "b": "all"}, ("short",)),
        ("ex3", {"a": "all", "b": "all", "c": [1]}, ("ungrouped",)),
    ]


def test_passwords_are_dropped_and_templates_kept() -> None:
    """Ansible opens its vault before it answers: no password is kept; other people's templates are text."""
    variables = {"ansible_password": "hunter2", "x": {"password": "hunter2"}, "ntp": "{{ x }}", "ansible_user": "a"}
    inventory = parse_ansible_json(json.dumps({"_meta": {"hostvars": {"ex1": variables}}}))
    assert inventory.hosts[0].variables == {"ntp": "{{ x }}", "ansible_user": "a"}
    assert "hunter2" not in repr(inventory)


def test_what_fleetscan_uses_must_be_right() -> None:
    """A wrong value of ours is told once, with the first host that has it."""
    wrong = {"ansible_port": "5986", "fleetscan_sight": "x", "ansible_host": "{{ x }}"}
    hostvars = {f"ex{n}": wrong for n in range(9)}
    assert refused(json.dumps({"_meta": {"hostvars": hostvars}})) == [
        f"cmd (host ex0):1:1: `ansible_host` holds {JINJA}",
        "cmd (host ex0):1:1: `ansible_port` must be a whole number from 1 to 65535, without quotes",
        "cmd (host ex0):1:1: unknown variable `fleetscan_sight` (did you mean `fleetscan_site`?)",
    ]


UNSOUND = "the JSON is nested deeper than 64 levels, or is not UTF-8"
JINJA = "a Jinja template, which only Ansible can fill in (write the value out)"
REMEDY = "(the program must print what `ansible-inventory --list` prints)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", f"cmd:1:1: this is not JSON {REMEDY}"),
        ('{"a":\n [}', f"cmd:2:3: this is not JSON {REMEDY}"),
        ("[]", f"cmd:1:1: the JSON must be an object, not a list {REMEDY}"),
        ("{}", f"cmd:1:1: there is no host in this inventory {REMEDY}"),
        ('{"a": NaN}', f"cmd:1:1: this JSON cannot be read {REMEDY}"),
        ('{"a": ' + "9" * 5000 + "}", f"cmd:1:1: this JSON cannot be read {REMEDY}"),
        ("[" * 100_000, f"cmd:1:1: this JSON cannot be read {REMEDY}"),
        (
            '{"a": ' * 70 + "1" + "}" * 70,
            f"cmd:1:1: {UNSOUND} {REMEDY}",
        ),
        ('{"a": "\\ud800"}', f"cmd:1:1: {UNSOUND} {REMEDY}"),
        ('{"a": {"hosts": ["a/b"]}}', "cmd:1:1: `a/b` is not a host name (rename it)"),
        ('{"_meta": {"hostvars": {"a b": {}}}}', "cmd:1:1: `a b` is not a host name (rename it)"),
        (
            '{"a": {"hosts": ["x"], "children": ["a"]}}',
            "cmd:1:1: `a` is a child of `a`, which lies within it (remove one of the two)",
        ),
    ],
)
def test_what_is_no_inventory_is_refused(text: str, wanted: str) -> None:
    """Whatever a program prints, the answer is an inventory or a mistake."""
    assert refused(text) == [wanted]
