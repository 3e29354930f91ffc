"""``fleetscan probe`` over the lab: real WinRM, and the remote registry behind a real Samba."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from fleetscan.inventory import load_inventory
from fleetscan.lab import Fault, Fleet, Lab, LabHost
from fleetscan.lab.environment import PASSWORD_VARIABLE
from fleetscan.probe import Key, ValueChanged, compare, dump, load, save
from fleetscan.probe.tree import Subkeys, Values
from tests.cli.conftest import PASSWORD, USER, Caller
from tests.probe.trees import CLOSED, HOSTILE, ROOT, dword, key, machine, snapshot, text

OFF, ON = machine(0), machine(1)
PLAIN = LabHost(name="plain", address="127.88.1.1", site="Paris", persona="test", machine=OFF)
HOSTS = (
    PLAIN,
    replace(PLAIN, name="switched", address="127.88.1.2", machine=ON, protocol="https"),
    replace(PLAIN, name="smb", address="127.88.1.3", ways=("smb",), transport="remote_registry"),
    replace(PLAIN, name="hung", address="127.88.1.4", fault=Fault.HANG_RECEIVE, expected_reason="timed_out"),
    replace(PLAIN, name="rejecting", address="127.88.1.5", fault=Fault.WRONG_PASSWORD),
    replace(PLAIN, name="over-smb", address="127.88.1.6", ways=("smb",), transport="auto"),
)
SWITCH = rf"~ {ROOT}\Number: REG_DWORD 0 -> REG_DWORD 1"
FACT = "scanmail.scheduled_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """The lab of these tests, and its inventory."""

    lab: Lab
    inventory: Path


@pytest.fixture(scope="module")
def serving() -> Iterator[Lab]:
    """Serve a host for each case."""
    with Lab(Fleet(seed=1, hosts=HOSTS), user=USER, password=PASSWORD) as lab:
        yield lab


@pytest.fixture
def probed(serving: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probed:
    """Write the inventory, put the password where the credentials file looks, and stand in an empty folder."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    monkeypatch.chdir(tmp_path)
    return Probed(lab=serving, inventory=serving.environment(tmp_path / "lab"))


@pytest.mark.parametrize("host", ["plain", "smb", "over-smb"])
def test_a_tree_is_saved_the_same_over_every_way(call: Caller, probed: Probed, host: str) -> None:
    """Every type, the default value, hostile text, three levels; a denied key keeps its reason, told by the code."""
    done = call("probe", "snapshot", host, ROOT, "-i", probed.inventory, "--out", "tree.json")
    assert (done.code, done.err) == (3, "")
    assert done.out.startswith(f"tree.json: {host}, ")
    assert done.out.endswith(f"{ROOT}: 4 keys, 10 values, 1 of the keys could not be read in full\n")
    taken = load(Path("tree.json"))
    assert taken.transport.split(", ")[-1] == ("winrm" if host == "plain" else "remote_registry")
    assert (taken.host, taken.credential, taken.cut) == (host, "lab", ())
    assert taken.keys[ROOT] == Key(
        values=Values(
            {
                "": text("default"),
                "Number": dword(0),
                "Large": replace(dword(2**64 - 1), type="REG_QWORD"),
                "Text": text("C:\\Pfad für Süd"),
                "Path": replace(text("%TEMP%"), type="REG_EXPAND_SZ"),
                "Lines": replace(text(""), type="REG_MULTI_SZ", data=("one", "two")),
                "Bytes": replace(text("01ff"), type="REG_BINARY"),
                "Nothing": replace(text(""), type="REG_NONE"),
                "Hostile": text(HOSTILE),
            }
        ),
        subkeys=Subkeys(("Open", "Secret")),
    )
    assert taken.keys[rf"{ROOT}\Open\Deep"] == key(Found=dword(7))
    assert all("denied" in str(part) for part in json.loads(dump(taken))["keys"][rf"{ROOT}\Secret"].values())


def test_a_switched_setting_comes_out_as_a_locator_that_the_inventory_takes(call: Caller, probed: Probed) -> None:
    """From the console's switch to the line to paste: the difference, the locator, and the inventory that holds it."""
    for name, host in (("before", "plain"), ("after", "switched")):
        call("probe", "snapshot", host, ROOT, "-i", probed.inventory, "--out", f"{name}.json")
    done = call("probe", "diff", "before.json", "after.json", "--fact", FACT)
    assert done.code == 1
    before, after, switch, *pasted = done.out.splitlines()
    assert (before[:14], after[:17], switch) == ("before: plain,", "after:  switched,", SWITCH)
    assert pasted[-1].startswith(rf"? {ROOT}\Secret: unknown before (denied: ")
    written = yaml.safe_load("\n".join(row[4:] for row in pasted[:-1]))
    variables = probed.inventory.parent / "host_vars" / "plain.yml"
    variables.parent.mkdir()
    variables.write_text(yaml.safe_dump(written), encoding="utf-8")
    told = {host.name: host.locators for host in load_inventory([probed.inventory]).hosts}["plain"]
    assert told[FACT].question.where == rf"{ROOT}\Number"
    planned = call("plan", "-i", probed.inventory)
    assert rf"  {ROOT}\Number  (located by the inventory: {FACT})" in planned.out.splitlines()
    old, new = load(Path("before.json")), load(Path("after.json"))
    assert compare(old, new).changes == (ValueChanged(key=ROOT, name="Number", before=dword(0), after=dword(1)),)


def test_the_other_view_and_the_bounds_are_those_of_the_options(call: Caller, probed: Probed) -> None:
    """The 32-bit view has values of its own; a tree that is cut short says so, in words and by its code."""
    words = ("probe", "snapshot", "plain", ROOT, "-i", probed.inventory)
    narrow = call(*words, "--view", "32", "--out", "narrow.json")
    assert narrow.code == 0
    assert narrow.out.endswith("Vendor (32-bit view): 1 keys, 1 values, complete\n")
    assert load(Path("narrow.json")).keys[ROOT].values == Values({"Narrow": dword(32)})
    cut = call(*words, "--depth", "0", "--out", "cut.json")
    assert cut.code == 3
    assert cut.out.endswith("1 keys, 9 values, cut: keys more than 0 levels down were not read\n")
    few = call(*words, "--keys", "2", "--out", "few.json")
    assert few.code == 3
    assert "2 keys, 9 values, cut: more than 2 keys; the others were not read" in few.out


def test_a_key_that_is_not_there_is_saved_as_such(call: Caller, probed: Probed) -> None:
    """What setup will make can be compared with what was not."""
    done = call("probe", "snapshot", "plain", rf"{ROOT}\None", "-i", probed.inventory)
    assert done.code == 0
    (path,) = Path().glob("plain-*Z.json")
    assert done.out.startswith(f"{path}: plain, ")
    assert set(json.loads(path.read_text(encoding="ascii"))["keys"]) == {rf"{ROOT}\None"}


def test_a_hung_host_ends_at_the_deadline_and_leaves_no_file(call: Caller, probed: Probed) -> None:
    """Nothing was learnt, so nothing is saved; the words say why."""
    start = time.monotonic()
    done = call("probe", "snapshot", "hung", ROOT, "-i", probed.inventory, "--deadline", "1", "--out", "none.json")
    assert time.monotonic() - start < 5
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(rf"nothing was saved: {ROOT} was not read: timed_out: ")
    assert not Path("none.json").exists()


def test_a_rejected_password_is_sent_once(call: Caller, probed: Probed) -> None:
    """One logon, then the end."""
    done = call("probe", "snapshot", "rejecting", ROOT, "-i", probed.inventory)
    assert done.code == 3
    assert "auth_failed: the host does not accept the logon" in done.err
    assert probed.lab.created("rejecting") == 0


WRONG = [
    (("snapshot", "plian", ROOT), "there is no host plian in the inventory: did you mean `plain`?"),
    (("snapshot", "plain", r"HKEY_LOCAL_MACHINE\SOFTWARE"), "KEY must begin with HKLM, HKU, HKCR: write HKLM"),
    (("snapshot", "plain", ROOT, "--out", "there.json"), "there.json: is there already"),
    (("diff", "there.json", "none.json"), "there.json: is not a snapshot of fleetscan"),
    (("diff", "a", "b", "--fact", "exchange.build"), "the fact exchange.build is read from the host: "),
    (("diff", "a", "b", "--fact", "scanmail.scheduled_updat"), "did you mean `scanmail.scheduled_update`?"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=range(len(WRONG)))
def test_wrong_usage_is_refused_before_any_host(
    call: Caller, probed: Probed, words: tuple[str, ...], said: str
) -> None:
    """Hosts, keys, files and facts that there are not: code 2, and what to do."""
    Path("there.json").write_text("{", encoding="ascii")
    inventory = ("-i", probed.inventory) if words[0] == "snapshot" else ()
    done = call("probe", *words, *inventory)
    assert done.code == 2
    assert said in done.err


def test_force_writes_over_a_file(call: Caller, probed: Probed) -> None:
    """Only when told to."""
    Path("there.json").write_text("{", encoding="ascii")
    done = call("probe", "snapshot", "plain", ROOT, "-i", probed.inventory, "--out", "there.json", "--force")
    assert done.code == 3
    assert load(Path("there.json")).host == "plain"


def test_a_difference_says_what_it_does_not_know(call: Caller, tmp_path: Path) -> None:
    """Unknown in one of the two is exit code 1, unknown in both or nothing at all is 0."""
    whole, closed = snapshot({"": key("A"), "A": key(N=dword(1))}), snapshot({"": key("A"), "A": CLOSED})
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    save(whole, one, force=True)
    save(closed, other, force=True)
    same, unknown, both = call("probe", "diff", one, one), call("probe", "diff", one, other), None
    assert (same.code, same.out.splitlines()[2:]) == (0, ["no difference"])
    place = rf"? {ROOT}\A: unknown"
    assert (unknown.code, unknown.out.splitlines()[2:]) == (1, [f"{place} after (denied: Access is denied.)"])
    both = call("probe", "diff", other, other)
    assert both.code == 0
    assert both.out.splitlines()[3:] == ["no difference in what both hold"]


def test_a_value_that_no_locator_can_read_says_so_beside_it(call: Caller, tmp_path: Path) -> None:
    """New lines are new, and what a host wrote is made visible."""
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    save(snapshot({"": key()}), one, force=True)
    save(snapshot({"": key(Lines=replace(text(""), type="REG_MULTI_SZ", data=(HOSTILE,)))}), other, force=True)
    done = call("probe", "diff", one, other, "--fact", FACT)
    assert (done.code, "\x1b" in done.out) == (1, False)
    assert done.out.splitlines()[-1] == "    no locator: REG_MULTI_SZ cannot be read by a locator"
    plain = call("probe", "diff", one, other)
    assert "locator" not in plain.out
