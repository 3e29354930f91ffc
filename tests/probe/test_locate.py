"""From a changed value to a locator that an inventory takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts import DERIVATIONS
from fleetscan.inventory import load_inventory
from fleetscan.model import Equals, Itself, Locator, RegistryValue, Versions, View
from fleetscan.probe import Datum, NoLocator, Snapshot, Suggested, ValueAdded, ValueChanged, suggest_locator
from fleetscan.probe.locate import scalar
from fleetscan.report.text import is_unseen
from fleetscan.rules import load_shelf
from tests.probe.trees import HOSTILE, ROOT, dword, key, snapshot, text

FACTS = load_shelf(derivations=DERIVATIONS).facts
BOOL, INT, STRING = "scanmail.scheduled_update", "exchange.mailboxes", "exchange.database_folders"
SCANMAIL = r"HKLM\SOFTWARE\TrendMicro\ScanMail for Exchange"
NOWHERE = snapshot({"": key()})


def released(version: Datum, view: View = 64) -> Snapshot:
    """Make a snapshot that holds a release of ScanMail."""
    keys = {"": key("CurrentVersion"), "CurrentVersion": key(VERSION=version)}
    return snapshot(keys, root=SCANMAIL, view=view)


def located(folder: Path, suggested: Suggested | NoLocator) -> Locator:
    """Paste a locator into an inventory and read it."""
    assert isinstance(suggested, Suggested), suggested
    pasted = "".join(f"    {row}\n" for row in suggested.yaml.splitlines())
    path = folder / "hosts.yml"
    path.write_text(f"all:\n  vars:\n{pasted}  hosts: {{ex01: }}\n", encoding="utf-8")
    (locator,) = load_inventory([path]).hosts[0].locators.values()
    return locator


def added(name: str, after: Datum, path: str = ROOT) -> ValueAdded:
    """Make a new value."""
    return ValueAdded(key=path, name=name, after=after)


def untemplated(value: str) -> bool:
    """Tell whether Ansible would take a text as it stands."""
    return not any(mark in value for mark in ("{{", "{%", "{#"))


READ = [
    (BOOL, dword(1), Equals(value=1)),
    (BOOL, dword(0), Equals(value=0)),
    (BOOL, Datum(type="REG_QWORD", data=2**63 - 1), Equals(value=2**63 - 1)),
    (BOOL, text("on's"), Equals(value="on's")),
    (BOOL, text(""), Equals(value="")),
    (BOOL, text("1"), Equals(value="1")),
    (BOOL, text("yes: {no} # \t"), Equals(value="yes: {no} # \t")),
    (BOOL, text(HOSTILE), Equals(value=HOSTILE)),
    (BOOL, text("\U000e0001\u2800"), Equals(value="\U000e0001\u2800")),
    (INT, dword(7), Itself()),
    (STRING, Datum(type="REG_EXPAND_SZ", data="%TEMP%"), Itself()),
]


@pytest.mark.parametrize(("fact", "after", "reading"), READ, ids=range(len(READ)))
def test_a_locator_is_read_by_the_inventory_as_it_was_meant(
    tmp_path: Path, fact: str, after: Datum, reading: Equals | Itself
) -> None:
    """A bool fact is true when the value is that of the second snapshot; others are the value itself."""
    change = ValueChanged(key=ROOT, name="It's \\ {a}: #1", before=dword(9), after=after)
    found = located(tmp_path, suggest_locator(FACTS, fact, change, NOWHERE))
    question = RegistryValue(key=ROOT, value="It's \\ {a}: #1")
    assert found == Locator(fact=fact, question=question, reading=reading)


def test_the_example_of_the_documents_comes_out(tmp_path: Path) -> None:
    """Two lines, as short as people write them, for the release that was seen."""
    change = ValueChanged(key=SCANMAIL, name="EnableUpdate", before=dword(0), after=dword(1))
    suggested = suggest_locator(FACTS, BOOL, change, released(text("14.0.3092")))
    assert suggested == Suggested(
        yaml="fleetscan_locators:\n"
        rf"  scanmail.scheduled_update: {{registry: '{SCANMAIL}', value: 'EnableUpdate', is: 1,"
        " versions: {fact: scanmail.version, from: '14.0', below: '14.1'}}"
    )
    versions = Versions(fact="scanmail.version", at_least="14.0", below="14.1")
    assert located(tmp_path, suggested).versions == versions


RELEASES = [
    (text("12.5"), ("12.5", "12.6")),
    (text("8.0.0.1"), ("8.0", "8.1")),
    (text("14"), None),
    (text("new 14.0"), None),
    (text("14.123456789"), None),
    (dword(14), None),
]


@pytest.mark.parametrize(("version", "bounds"), RELEASES)
def test_a_locator_is_for_the_release_that_was_seen(version: Datum, bounds: tuple[str, str] | None) -> None:
    """From its two numbers to the next ones; a version that cannot be read bounds nothing."""
    suggested = suggest_locator(FACTS, BOOL, added("N", dword(1), SCANMAIL), released(version))
    assert isinstance(suggested, Suggested)
    wanted = "" if bounds is None else f"from: '{bounds[0]}', below: '{bounds[1]}'"
    assert ("versions:" in suggested.yaml) == bool(bounds)
    assert wanted in suggested.yaml


def test_the_release_in_the_other_view_is_not_ours() -> None:
    """The fact reads the 64-bit view; a snapshot of the other one does not hold it."""
    suggested = suggest_locator(FACTS, BOOL, added("N", dword(1), SCANMAIL), released(text("14.0"), view=32))
    assert isinstance(suggested, Suggested)
    assert "versions" not in suggested.yaml
    assert "view: 32" in suggested.yaml
    plain = suggest_locator({BOOL: FACTS[BOOL]}, BOOL, added("N", dword(1)), released(text("14.0")))
    assert isinstance(plain, Suggested)
    assert "versions" not in plain.yaml


def test_a_key_below_the_node_of_the_other_view_is_written_by_the_view(tmp_path: Path) -> None:
    """The inventory knows no Wow6432Node."""
    change = added("N", dword(1), r"HKLM\SOFTWARE\WOW6432Node\Vendor")
    found = located(tmp_path, suggest_locator(FACTS, BOOL, change, NOWHERE))
    assert found.question == RegistryValue(key=r"HKLM\SOFTWARE\Vendor", value="N", view=32)


REFUSED = [
    (BOOL, "N", Datum(type="REG_MULTI_SZ", data=("a",)), ROOT, "REG_MULTI_SZ cannot be read by a locator"),
    (BOOL, "N", Datum(type="REG_BINARY", data="01"), ROOT, "REG_BINARY cannot be read by a locator"),
    (BOOL, "N", Datum(type="REG_QWORD", data=2**63), ROOT, "the number needs more than 64 bits with sign"),
    (BOOL, "N", text("a\0b"), ROOT, "the text holds characters that the inventory cannot hold"),
    (BOOL, "N", text("\ud800"), ROOT, "the text holds characters that the inventory cannot hold"),
    (BOOL, "\ud800", dword(1), ROOT, "the name holds characters that the inventory cannot hold"),
    (BOOL, "\0", dword(1), ROOT, "the name holds characters that the inventory cannot hold"),
    (BOOL, "\0", dword(1), f"{ROOT}\\\0", "the key holds characters that the inventory cannot hold"),
    (BOOL, "N", text("{{ x }}"), ROOT, "the text holds what Ansible takes for a template"),
    (BOOL, "a{%", dword(1), ROOT, "the name holds what Ansible takes for a template"),
    (BOOL, "N", dword(1), f"{ROOT}\\{{#", "the key holds what Ansible takes for a template"),
    (INT, "N", text("7"), ROOT, "REG_SZ is no value of exchange.mailboxes, which is int"),
    (STRING, "N", dword(7), ROOT, "REG_DWORD is no value of exchange.database_folders, which is string"),
    (BOOL, "N", dword(1), rf"{ROOT}\a/b", "the inventory cannot name this key: it must be written with single"),
    (BOOL, "N", dword(1), rf"{ROOT}\a*", "the inventory cannot name this key: it must be written with single"),
    (BOOL, "N", dword(1), r"HKLM\SOFTWARE\Wow6432Node\wow6432node\x", "the inventory cannot name this key: it must"),
]


@pytest.mark.parametrize(("fact", "name", "after", "path", "why"), REFUSED, ids=range(len(REFUSED)))
def test_where_no_locator_can_read_it_is_said_why(fact: str, name: str, after: Datum, path: str, why: str) -> None:
    """Types, sizes and names that an inventory cannot hold, and values that are not of the fact's type."""
    found = suggest_locator(FACTS, fact, added(name, after, path), NOWHERE)
    assert isinstance(found, NoLocator)
    assert found.why.startswith(why)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).filter(untemplated))
def test_any_text_is_written_visibly_and_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    """Whatever a host calls a value, the YAML is one line that does nothing to a terminal."""
    assert not any(map(is_unseen, scalar(value)))
    change = added(value, text(value))
    found = located(tmp_path_factory.mktemp("locate"), suggest_locator(FACTS, BOOL, change, NOWHERE))
    assert found == Locator(fact=BOOL, question=RegistryValue(key=ROOT, value=value), reading=Equals(value=value))
