"""``fleetscan explain``: why a rule did or did not fire on a host, clause by clause, from a kept run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from fleetscan import history
from fleetscan.authored import suggest
from fleetscan.cli.options import OutFolder, RulePacks
from fleetscan.errors import UsageError
from fleetscan.facts import DERIVATIONS
from fleetscan.model import HostRecord
from fleetscan.report.text import visible
from fleetscan.rules import Rule, explain, judge, load_shelf

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("explain")(explain_rule)


def explain_rule(
    rule: Annotated[str, typer.Argument(help="The rule's id, as 'fleetscan rules list' prints it.")],
    host: Annotated[str, typer.Argument(help="The host's name in the inventory.")],
    run: Annotated[
        str, typer.Option("--run", metavar="RUN", help="A run: its folder, its id, or 'latest'.")
    ] = "latest",
    out: OutFolder = Path("runs"),
    packs: RulePacks = None,
) -> None:
    """Say why a rule did or did not fire on a host of a kept run.

    Each part of the rule's conditions is printed with its own answer and with what was read for it, and how.

    Example: fleetscan explain scanmail-processes-twice ex01
    """
    shelf = load_shelf(packs or (), derivations=DERIVATIONS)
    records = {record.host: record for record in history.read_records(history.find_run(out, run))}
    found = _named("rule", rule, {one.id: one for one in shelf.rules})
    for line in _lines(found, _named("host", host, records)):
        typer.echo(line)


def _named(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        message = f"there is no {kind} {name}: {suggest(name, tuple(known)) or 'see the report for the names'}"
        raise UsageError(message)
    return known[name]


def _lines(rule: Rule, record: HostRecord) -> Iterator[str]:
    parameters = record.parameters.get(rule.id, {})
    verdict = judge(rule, record.facts, host=record.host, parameters=parameters)
    yield f"{record.host}  {rule.id}: {verdict.word.replace('_', ' ')}"
    yield f"  {visible(verdict.summary)}"
    for clause in explain(rule, record.facts, parameters):
        yield f"{clause.part:<8}{clause.result:<8}{clause.operator} {clause.text}".rstrip()
        for name, words in clause.facts.items():
            yield f"{'':<16}{name} = {visible(words)}{_way(record, name)}"


def _way(record: HostRecord, name: str) -> str:
    """Say over which way a variable of a condition was read, a fact or a part of one; nothing of a parameter."""
    facts = [fact for fact in record.facts if f"{name}.".startswith(f"{fact}.")]
    return f" (by {visible(record.facts[max(facts, key=len)].transport)})" if facts else ""
