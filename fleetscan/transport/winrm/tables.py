"""The tables of this room as Markdown, for the documentation."""

from __future__ import annotations

from fleetscan.transport.failures import table
from fleetscan.transport.winrm.failures import ROWS
from fleetscan.transport.winrm.faults import FAULTS, STATUSES


def fault_table() -> str:
    """Print the fault codes that have a meaning of their own."""
    rows = (f"| {rule.code} | `{rule.name}` | {rule.reason} | {rule.words} |" for rule in FAULTS)
    return "\n".join(["| code | name | reason | what it means, what to do |", "| --- | --- | --- | --- |", *rows])


def status_table() -> str:
    """Print the HTTP statuses that come without a fault."""
    rows = (f"| {code} | {reason} | {words} |" for code, (reason, words) in STATUSES.items())
    return "\n".join(["| HTTP | reason | what it means, what to do |", "| --- | --- | --- |", *rows])


def exception_table() -> str:
    """Print the exception classes in the order in which they are tried."""
    return table(ROWS)
