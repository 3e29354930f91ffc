"""The tables of this room as Markdown, for the documentation."""

from __future__ import annotations

from fleetscan.transport.failures import Row
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
    rows = (f"| {_names(row)} | {row.reason if row.judge is None else 'it depends'} | {row.words} |" for row in ROWS)
    return "\n".join(["| exception | reason | what it means, what to do |", "| --- | --- | --- |", *rows])


def _names(row: Row) -> str:
    return ", ".join(f"`{kind.__name__}`" for kind in row.types)
