"""The tables of this room as Markdown, for the documentation."""

from __future__ import annotations

from fleetscan.transport.failures import table
from fleetscan.transport.remote_registry import troubles
from fleetscan.transport.remote_registry.failures import ROWS
from fleetscan.transport.remote_registry.refusals import ABSENT, FILES, SHARES
from fleetscan.transport.remote_registry.statuses import STATUSES


def status_table() -> str:
    """Print the NTSTATUS values that end a conversation, and what they mean."""
    rows = (f"| 0x{rule.code:08X} | `STATUS_{rule.name}` | {rule.reason} | {rule.words} |" for rule in STATUSES)
    return "\n".join(["| status | name | reason | what it means, what to do |", "| --- | --- | --- | --- |", *rows])


def exception_table() -> str:
    """Print the exception classes in the order in which they are tried."""
    return table(ROWS)


def refusal_table() -> str:
    """Print what statuses mean for a file."""
    rows = [f"| 0x{code:08X} | `{name}` | absent | The name is not there. |" for code, name in ABSENT.items()]
    rows += [
        f"| 0x{code:08X} | `{name}` ({of}) | {reason} | {words.format(share='C$')} |"
        for of, table_ in (("file", FILES), ("share", SHARES))
        for code, (name, reason, words) in table_.items()
    ]
    return "\n".join(["| status | name | outcome | what it means, what to do |", "| --- | --- | --- | --- |", *rows])


def trouble_table() -> str:
    """Print what statuses of a pipe, faults of its RPC and codes of its answers mean for what is asked over it."""
    kinds = (("pipe", troubles.STATUSES), ("RPC fault", troubles.FAULTS), ("answer", troubles.CODES))
    rows = [
        f"| 0x{code:08X} | {kind} | {reason} | {words} |"
        for kind, known in kinds
        for code, (reason, words) in known.items()
    ]
    return "\n".join(["| number | of | reason | what it means |", "| --- | --- | --- | --- |", *rows])
