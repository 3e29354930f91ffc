"""What changed since the run before, in a few sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fleetscan.model import RULING_NAMES, Stated
from fleetscan.report.changed import VERDICT_KINDS, changes_view, in_brief, kind_of
from fleetscan.report.past import Changes, FactChange, Past, Silence, VerdictChange

WORDS = (*RULING_NAMES.values(), "")


def change(before: str, after: str, host: str = "a") -> VerdictChange:
    """Make a change of one verdict."""
    return VerdictChange(host=host, rule="r", before=before, after=after)


def test_without_a_run_before_it_says_why() -> None:
    """No change is claimed."""
    view = changes_view(Past(why="It is the first one."))
    assert in_brief(view) == ""
    assert (view.previous, view.started, view.tallies, view.sentences) == ("", "", (), ())
    assert view.why == "It is the first one."


def test_what_changed_is_counted_and_its_hosts_are_named() -> None:
    """Each kind that occurs has one sentence, in the order in which it matters; the others have none."""
    stated = Stated(known=True, type="int", parts=("1",))
    changes = Changes(
        verdicts=(
            change("pass", "finding", "ex01"),
            change("finding", "pass", "ex02"),
            change("finding", "not_applicable", "ex03"),
            change("finding", "unknown", "ex04"),
            change("unknown", "finding", "ex10"),
        ),
        facts=(FactChange(host="ex01", fact="f", before=stated, after=stated),),
        unread={"ex04": 2},
        silent=(
            Silence(host="ex08", findings=2, checks=5, facts=7),
            Silence(host="ex09", findings=0, checks=1, facts=0),
        ),
        back=("ex10",),
        new_hosts=("ex05", "ex06", "ex07"),
    )
    view = changes_view(Past(run="before", started=datetime(2026, 11, 21, tzinfo=UTC), changes=changes))
    assert (view.previous, view.started) == ("before", "2026-11-21 00:00:00 UTC")
    assert view.sentences == (
        "1 new finding (ex01)",
        "1 finding was not judged the time before (ex10)",
        "2 findings are gone (ex02, ex03)",
        "3 findings could not be judged this time (ex04, ex08)",
        "2 hosts could not be judged this time (ex08, ex09)",
        "1 host could be judged again (ex10)",
        "1 fact has another value (ex01)",
        "2 facts could not be read this time (ex04)",
        "3 hosts are new (ex[05:07])",
    )
    assert in_brief(view).startswith("1 new finding, 1 finding was not judged the time before, 2 findings are gone, ")
    assert [(tally.key, tally.count) for tally in view.tallies] == [
        ("new", 1),
        ("found", 1),
        ("gone", 2),
        ("lost", 3),
        ("silent", 2),
        ("back", 1),
        ("facts", 1),
        ("unread", 2),
        ("new_hosts", 3),
    ]


def test_a_run_like_the_one_before_says_so_in_brief() -> None:
    """Nothing changed is something to know."""
    assert in_brief(changes_view(Past(run="before", started=None))) == "nothing changed"


@pytest.mark.parametrize("after", WORDS)
@pytest.mark.parametrize("before", WORDS)
def test_only_what_was_judged_is_called_gone_or_fine(before: str, after: str) -> None:
    """A finding is gone when the rule was judged and found nothing; every other end of one is told as a loss.

    It is new when the rule was judged before and found nothing.
    """
    kind = kind_of(change(before, after))
    judged_fine = {"pass", "not_applicable"}
    assert (kind == "new") == (before in judged_fine and after == "finding")
    assert (kind == "found") == (before not in {*judged_fine, "finding"} and after == "finding")
    assert (kind == "gone") == (before == "finding" and after in judged_fine)
    assert (kind == "lost") == (before == "finding" and after not in {*judged_fine, "finding"})
    assert (kind == "judged") == (before not in {*judged_fine, "finding"} and after in judged_fine)
    assert kind in {*VERDICT_KINDS, ""}
