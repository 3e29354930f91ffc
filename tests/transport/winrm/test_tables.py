from __future__ import annotations

from pathlib import Path

import pytest

from fleetscan.transport.winrm import faults, tables

DOCUMENT = Path(__file__).parents[3] / "docs" / "winrm.md"


@pytest.mark.parametrize(
    "table", [tables.fault_table(), tables.status_table(), tables.exception_table()], ids=["faults", "statuses", "rows"]
)
def test_the_documentation_prints_the_tables_that_decide(table: str) -> None:
    """``cog -r docs/winrm.md`` renews them."""
    assert table in DOCUMENT.read_text("utf-8")


def test_every_fault_code_is_there_once() -> None:
    """A second row of the same code would never be reached."""
    codes = [rule.code for rule in faults.FAULTS]
    assert len(codes) == len(set(codes))


def test_a_gone_shell_is_one_that_has_a_row_of_its_own() -> None:
    """What a deletion takes for done is known in the middle of a conversation, too."""
    assert {rule.code for rule in faults.FAULTS} >= faults.SHELL_GONE


def test_the_reasons_of_the_documentation_are_those_of_the_model() -> None:
    """Each reason that this transport gives has its line."""
    text = DOCUMENT.read_text("utf-8")
    for reason in {rule.reason for rule in faults.FAULTS} | {reason for reason, _ in faults.STATUSES.values()}:
        assert f"| `{reason}` |" in text
