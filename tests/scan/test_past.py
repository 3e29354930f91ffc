"""Runs of one environment, night after night: since when, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fleetscan import history
from fleetscan.model import (
    Absent,
    Attestation,
    Ending,
    Fact,
    Failure,
    HostRecord,
    Known,
    Reason,
    Stated,
    Status,
    Unknown,
)
from fleetscan.report.past import Changes, FactChange, Past, Silence, since_text
from fleetscan.rules.interface import Shelf
from fleetscan.scan import rejudge
from fleetscan.scan.past import differences
from tests.scan.labs import SHELF
from tests.scan.nights import FIRST, RULE, TOLD, folder_of, keep, past, record, scanned, since, start

ON, OFF = Known(value=1, type="REG_DWORD"), Known(value=0, type="REG_DWORD")
LATE = Unknown(reason=Reason.TIMED_OUT, detail="no answer")
DENIED = Unknown(reason=Reason.DENIED, detail="no")


def shelved() -> Mapping[str, Fact]:
    """Describe the facts."""
    return SHELF.facts


def without(shelf: Shelf, rule: str) -> Shelf:
    """Take a rule off a shelf."""
    return replace(shelf, rules=tuple(each for each in shelf.rules if each.id != rule))


def verdicts(past: Past) -> list[tuple[str, str, str]]:
    """Give the changed verdicts of the rule of these tests."""
    return [(each.host, each.before, each.after) for each in past.changes.verdicts if each.rule == RULE]


def smb(host: str, before: Stated, after: Stated) -> FactChange:
    """Make a changed fact."""
    return FactChange(host=host, fact="smb.v1", before=before, after=after)


def number(value: str) -> Stated:
    """Make what is stated of a registry number."""
    return Stated(known=True, type="REG_DWORD", parts=(value,))


def lost(host: str) -> HostRecord:
    """Make the record of a host of which nothing is known."""
    failure = Failure(reason=Reason.UNREACHABLE, detail="")
    return replace(scanned(host), status=Status.NOT_SCANNED, failure=failure, facts={})


def test_the_first_run_says_that_nothing_is_known_of_the_time_before(tmp_path: Path) -> None:
    """It claims no change; each verdict may have been so for long."""
    first = keep(tmp_path, 0, scanned("a", behind=False))
    assert (first.run, first.started, first.changes) == ("", None, Changes())
    assert first.why == "No earlier run of prod that finished is kept beside this one."
    assert since(first, "a") == (0, False)
    assert since_text(first.since(RULE, ["a"])[0]) == "2026-11-20 01:00:00 UTC or before"


def test_three_nights_in_a_row(tmp_path: Path) -> None:
    """What stays keeps its age, what turns begins anew, and only what turned since the night before is a change."""
    keep(tmp_path, 0, scanned("a", behind=False, smb__v1=OFF), scanned("b"))
    second = keep(tmp_path, 1, scanned("a", behind=False, smb__v1=ON), scanned("b", behind=False))
    third = keep(tmp_path, 2, scanned("a", smb__v1=ON), scanned("b", behind=False))
    assert (second.run, second.started, second.why) == (folder_of(tmp_path, 0).name, start(0), "")
    assert verdicts(second) == [("b", "pass", "finding")]
    told = tuple(Stated(known=True, type="", parts=(word,)) for word in ("true", "false"))
    assert second.changes.facts == (
        smb("a", number("0"), number("1")),
        FactChange(host="b", fact=TOLD, before=told[0], after=told[1]),
    )
    assert verdicts(third) == [("a", "finding", "pass")]
    assert [since(second, "a"), since(second, "b")] == [(0, False), (1, True)]
    assert [since(third, "a"), since(third, "b")] == [(2, True), (1, True)]
    assert since_text(third.since(RULE, ["b"])[0]) == "2026-11-21 01:00:00 UTC"


def test_the_one_in_the_middle_is_judged_again_as_of_its_time(tmp_path: Path) -> None:
    """It is compared with the run before it, not with the newest, and says the same as on its own night."""
    keep(tmp_path, 0, scanned("a"))
    second = keep(tmp_path, 1, scanned("a", behind=False))
    keep(tmp_path, 2, scanned("a"))
    again = past(tmp_path, 1)
    assert again == second
    assert (again.run, since(again, "a")) == (folder_of(tmp_path, 0).name, (1, True))
    assert verdicts(again) == [("a", "pass", "finding")]


def test_a_run_that_ended_early_is_no_run_to_compare_with(tmp_path: Path) -> None:
    """It says what changed, unknown is a word like another; the next whole one passes over it, and over killed ones."""
    keep(tmp_path, 0, scanned("a", smb__v1=OFF), scanned("b"))
    early = keep(tmp_path, 1, lost("a"), scanned("b"), ending=Ending.INTERRUPTED)
    keep(tmp_path, 2, scanned("a", behind=False), ending=Ending.RUNNING)
    fourth = keep(tmp_path, 3, scanned("a", smb__v1=OFF), scanned("b"))
    assert early.changes == Changes(silent=(Silence(host="a", findings=0, checks=1, facts=2),))
    assert (since(early, "a"), since(early, "b")) == ((1, True), (0, False))
    assert (fourth.run, fourth.changes) == (folder_of(tmp_path, 0).name, Changes())
    assert since(fourth, "a") == (0, False)


def test_a_killed_run_says_of_no_host_that_it_is_gone(tmp_path: Path) -> None:
    """Its hosts that had no turn are still there."""
    keep(tmp_path, 0, scanned("a"), scanned("b"))
    keep(tmp_path, 1, scanned("a"), ending=Ending.RUNNING)
    folder = folder_of(tmp_path, 1)
    history.write_run(folder, replace(history.read_run(folder), hosts=("a", "b")))
    assert past(tmp_path, 1).changes == Changes()


def test_a_night_without_answers_hides_no_change(tmp_path: Path) -> None:
    """What could not be read is counted, not told as changed; later it is compared with what was read last."""
    keep(tmp_path, 0, scanned("a", smb__v1=OFF))
    dark = keep(tmp_path, 1, scanned("a", smb__v1=LATE))
    still = keep(tmp_path, 2, scanned("a", smb__v1=DENIED))
    light = keep(tmp_path, 3, scanned("a", smb__v1=ON))
    assert (dark.changes.facts, dark.changes.unread) == ((), {"a": 1})
    assert (still.changes.facts, still.changes.unread) == ((), {})
    assert light.changes.facts == (smb("a", number("0"), number("1")),)


def test_a_host_that_falls_silent_is_one_change_and_back_again_another(tmp_path: Path) -> None:
    """Its rules are not told one by one, nor its facts; of one that is back the findings are, and what changed."""
    keep(tmp_path, 0, scanned("a", behind=False, smb__v1=OFF), scanned("b", smb__v1=LATE))
    dark = keep(tmp_path, 1, lost("a"), lost("b"))
    still = keep(tmp_path, 2, lost("a"), lost("b"))
    light = keep(tmp_path, 3, scanned("a", behind=False, smb__v1=ON), scanned("b"))
    silent = Silence(host="a", findings=1, checks=0, facts=2), Silence(host="b", findings=0, checks=1, facts=1)
    assert dark.changes == Changes(silent=silent)
    assert still.changes == Changes()
    assert light.changes.back == ("a", "b")
    assert verdicts(light) == [("a", "unknown", "finding")]
    assert light.changes.facts == (smb("a", number("0"), number("1")),)


def test_of_a_host_that_cannot_be_judged_what_was_read_is_compared(tmp_path: Path) -> None:
    """It may still say this and that: only what it does not say any more is counted as such."""
    keep(tmp_path, 0, scanned("a", behind=False, smb__v1=OFF))
    dark = keep(tmp_path, 1, record("a", {"smb.v1": ON}))
    assert dark.changes == Changes(
        silent=(Silence(host="a", findings=1, checks=0, facts=1),), facts=(smb("a", number("0"), number("1")),)
    )


def test_what_comes_and_goes_on_a_host_is_a_change(tmp_path: Path) -> None:
    """Absent is an answer; another type is another answer; what is read for the first time is none."""
    keep(tmp_path, 0, scanned("a", smb__v1=Absent()), scanned("b", smb__v1=ON), scanned("c"))
    text = Known(value="1", type="REG_SZ")
    second = keep(tmp_path, 1, scanned("a", smb__v1=ON), scanned("b", smb__v1=text), scanned("c", smb__v1=ON))
    assert second.changes.facts == (
        smb("a", Stated(known=False, type="", parts=()), number("1")),
        smb("b", number("1"), Stated(known=True, type="REG_SZ", parts=("1",))),
    )


def test_a_new_rule_is_told_once_and_not_as_changed_verdicts(tmp_path: Path) -> None:
    """Its verdicts are as old as its first run; the others keep their age although it stands among them."""
    fewer = without(SHELF, RULE)
    other = fewer.rules[-1].id
    keep(tmp_path, 0, scanned("a"), shelf=fewer)
    second = keep(tmp_path, 1, scanned("a", behind=False))
    third = keep(tmp_path, 2, scanned("a"), shelf=fewer)
    assert (second.changes.new_rules, second.changes.gone_rules, second.changes.verdicts) == ((RULE,), (), ())
    assert (since(second, "a"), since(second, "a", other)) == ((1, False), (0, False))
    assert (third.changes.new_rules, third.changes.gone_rules, third.changes.verdicts) == ((), (RULE,), ())
    assert third.since(RULE, ["a"]) == [None]


def test_a_host_that_is_gone_and_comes_back(tmp_path: Path) -> None:
    """It is told as a host, not as changed verdicts, and nothing is claimed of the time in between."""
    keep(tmp_path, 0, scanned("a"), scanned("b", behind=False))
    second = keep(tmp_path, 1, scanned("a"))
    third = keep(tmp_path, 2, scanned("a"), scanned("b"))
    assert second.changes == Changes(gone_hosts=("b",))
    assert third.changes == Changes(new_hosts=("b",))
    assert since(third, "b") == (2, False)
    assert second.since(RULE, ["a", "b", "nobody"])[1:] == [None, None]


def test_a_look_at_a_few_hosts_is_no_run_to_compare_the_fleet_with(tmp_path: Path) -> None:
    """A limited run misses nobody; it is compared with the whole fleet, or with one that was limited alike."""
    keep(tmp_path, 0, scanned("a"), scanned("b"))
    look = keep(tmp_path, 1, scanned("b", behind=False), limit="b*")
    again = keep(tmp_path, 2, scanned("b", behind=False), limit="b*")
    night = keep(tmp_path, 3, scanned("a"), scanned("b", behind=False))
    assert (look.run, look.changes.gone_hosts, verdicts(look)) == (
        folder_of(tmp_path, 0).name,
        (),
        [("b", "pass", "finding")],
    )
    assert (again.run, again.changes) == (folder_of(tmp_path, 1).name, Changes())
    assert (night.run, verdicts(night)) == (folder_of(tmp_path, 0).name, [("b", "pass", "finding")])


@pytest.mark.parametrize("damage", [None, b"", b"standing"])
def test_a_run_before_that_cannot_be_read_is_said_so(tmp_path: Path, damage: bytes | None) -> None:
    """Nothing is compared and nothing raises; the run after is compared with this one again."""
    keep(tmp_path, 0, scanned("a", behind=False))
    file = folder_of(tmp_path, 0) / "standing.json.gz"
    file.unlink()
    if damage is not None:
        file.write_bytes(damage)
    second = keep(tmp_path, 1, scanned("a"))
    name = folder_of(tmp_path, 0).name
    assert second.why.startswith(f"The run before, {name}, cannot be compared with: standing.json.gz: ")
    assert second.why.endswith(f" (fleetscan report {name} writes it again).")
    assert (second.run, second.changes, since(second, "a")) == ("", Changes(), (1, False))
    assert keep(tmp_path, 2, scanned("a")).run == folder_of(tmp_path, 1).name
    rejudge(folder_of(tmp_path, 0), SHELF)
    assert verdicts(past(tmp_path, 1)) == [("a", "finding", "pass")]


def test_two_runs_are_compared_whatever_was_kept_of_them(tmp_path: Path) -> None:
    """Of one without a standing it is worked out again; facts are compared in both."""
    keep(tmp_path, 0, scanned("a", smb__v1=OFF), scanned("b"))
    keep(tmp_path, 1, scanned("a", smb__v1=ON, behind=False), limit="a")
    one, other = folder_of(tmp_path, 0), folder_of(tmp_path, 1)
    found = differences(one, other, shelved)
    (one / "standing.json.gz").unlink()
    assert differences(one, other, shelved) == found
    assert [change.fact for change in found.facts] == [TOLD, "smb.v1"]
    assert found.gone_hosts == ("b",)
    assert differences(other, other, shelved) == Changes()


def test_attestations_are_shown_without_the_inventory(tmp_path: Path) -> None:
    """A kept run knows who vouched for what, also when the days are over, and is rendered again with it."""
    word = Attestation(
        fact=TOLD,
        value=True,
        by="J. Doe",
        since=(FIRST - timedelta(days=9)).date(),
        until=(FIRST - timedelta(days=1)).date(),
    )
    keep(tmp_path, 0, replace(scanned("a"), attestations=(word,)))
    [kept] = history.read_records(folder_of(tmp_path, 0))
    assert kept.attestations == (word,)
    [shown] = rejudge(folder_of(tmp_path, 0), SHELF).view.attestations
    assert (shown.by, shown.state, shown.until) == ("J. Doe", "expired", "2026-11-19")
