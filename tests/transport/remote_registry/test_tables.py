from __future__ import annotations

import pytest

from fleetscan.transport.remote_registry import troubles
from fleetscan.transport.remote_registry.failures import ROWS
from fleetscan.transport.remote_registry.refusals import ABSENT, FILES, SHARES
from fleetscan.transport.remote_registry.statuses import STATUSES
from fleetscan.transport.remote_registry.tables import exception_table, refusal_table, status_table, trouble_table


@pytest.mark.parametrize(
    ("table", "columns", "rows"),
    [
        (status_table(), 4, len(STATUSES)),
        (exception_table(), 3, len(ROWS)),
        (refusal_table(), 4, len(ABSENT) + len(FILES) + len(SHARES)),
        (trouble_table(), 4, len(troubles.STATUSES) + len(troubles.FAULTS) + len(troubles.CODES)),
    ],
)
def test_a_table_has_a_line_for_each_row(table: str, columns: int, rows: int) -> None:
    """Head, rule, and one line each, all with the same columns."""
    lines = table.splitlines()
    assert len(lines) == rows + 2
    assert {line.count("|") for line in lines} == {columns + 1}


def test_a_status_is_printed_as_microsoft_writes_it() -> None:
    """The number has eight digits, the name its prefix."""
    assert "| 0xC000006D | `STATUS_LOGON_FAILURE` | auth_failed |" in status_table()
