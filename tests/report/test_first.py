"""The three things to do first."""

from __future__ import annotations

from dataclasses import replace

from fleetscan.report.first import first_actions
from fleetscan.report.nouns import RuleView
from fleetscan.report.sections import FindingGroup
from tests.report.sample import sample

VIEW = sample(45).view()


def finding(severity: str, anchor: str, fix: tuple[str, ...] = ("Do.",)) -> FindingGroup:
    """Make a group of findings of one severity."""
    rule: RuleView = replace(VIEW.findings[0].rule, severity=severity, anchor=anchor, fix=fix)
    return replace(VIEW.findings[0], rule=rule)


def test_errors_come_before_what_was_not_scanned_and_warnings_after() -> None:
    """The order of the kinds is that of the sample's report."""
    assert [action.kind for action in VIEW.first] == ["error", "not-scanned", "warning"]
    assert VIEW.first[1].title == "3 unreachable, 1 logon refused, 1 unreadable answer and 2 more reasons"
    assert VIEW.first[1].anchor == "not-scanned"


def test_what_was_not_scanned_is_never_crowded_out() -> None:
    """With three errors, the third place is for the hosts of which nothing is known."""
    errors = [finding("error", f"rule-{i}") for i in range(4)]
    actions = first_actions(errors, (), VIEW.not_scanned[:1], (), (), partly_read=0)
    assert [(action.kind, action.anchor) for action in actions] == [
        ("error", "rule-0"),
        ("error", "rule-1"),
        ("not-scanned", "not-scanned-unreachable"),
    ]


def test_what_is_unknown_is_something_to_do() -> None:
    """Without findings the partly read hosts, the unknown checks and the broken rules are to be done."""
    actions = first_actions((), VIEW.unknown, (), VIEW.partial, VIEW.faults, partly_read=6)
    assert [action.kind for action in actions] == ["partial", "unknown", "unknown"]
    assert actions[0].hosts == 6
    assert [action.kind for action in first_actions((), (), (), (), VIEW.faults, partly_read=0)] == ["broken"]


def test_nothing_known_to_be_wrong_is_nothing_to_do() -> None:
    """Without anything found or missing there is no action."""
    assert first_actions((), (), (), (), (), partly_read=0) == ()


def test_short_steps_are_told_together() -> None:
    """An action tells the first step, and the next ones while they are short; a rule may have none."""
    steps = ("Open it.", "Clear it.", "x" * 200)
    assert first_actions([finding("info", "r", steps)], (), (), (), (), partly_read=0)[0].step == "Open it. Clear it."
    assert first_actions([finding("info", "r", ())], (), (), (), (), partly_read=0)[0].step == ""
