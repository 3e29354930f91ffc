"""``fleetscan explain``: why a rule did or did not fire on a host, clause by clause, from a kept run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar, assert_never

import typer

from fleetscan import history
from fleetscan.authored import suggest
from fleetscan.cli.options import OutFolder, RulePacks
from fleetscan.errors import UsageError
from fleetscan.facts import DERIVATIONS
from fleetscan.model import PEERS, Absent, HostRecord, Known, Outcome, Unknown, Verdict
from fleetscan.report.text import value_text, visible
from fleetscan.rules import FleetJudge, FleetRule, Rule, Shelf, explain, judge, load_shelf
from fleetscan.rules.catalogue import comparison
from fleetscan.rules.words import show

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

    Each part of the rule's conditions is printed with its own answer and with what was read for it, and how. Of a rule
    that looks at all hosts, what its peers have and who was not seen is printed, too.

    Example: fleetscan explain scanmail-processes-twice ex01
    """
    shelf = load_shelf(packs or (), derivations=DERIVATIONS)
    records = {record.host: record for record in history.read_records(history.find_run(out, run))}
    found = _named("rule", rule, {one.id: one for one in shelf.all_rules})
    record = _named("host", host, records)
    for line in _lines(found, record, _verdict(shelf, found, record, records.values())):
        typer.echo(line)


def _named(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        message = f"there is no {kind} {name}: {suggest(name, tuple(known)) or 'see the report for the names'}"
        raise UsageError(message)
    return known[name]


def _verdict(shelf: Shelf, rule: Rule | FleetRule, record: HostRecord, records: Iterable[HostRecord]) -> Verdict:
    match rule:
        case Rule():
            return judge(rule, record.facts, host=record.host, parameters=record.parameters.get(rule.id, {}))
        case FleetRule():
            fleet = FleetJudge(replace(shelf, fleet_rules=(rule,)))
            for each in records:
                fleet.see(each)
            return fleet.verdicts()[record.host][0]
        case _:
            assert_never(rule)


def _lines(rule: Rule | FleetRule, record: HostRecord, verdict: Verdict) -> Iterator[str]:
    parameters = record.parameters.get(rule.id, {})
    yield f"{record.host}  {rule.id}: {verdict.word.replace('_', ' ')}"
    yield f"  {visible(verdict.summary)}"
    for clause in explain(rule, record.facts, parameters):
        yield f"{clause.part:<8}{clause.result:<8}{clause.operator} {clause.text}".rstrip()
        for name, words in clause.facts.items():
            yield f"{'':<16}{name} = {visible(words)}{_way(record, name)}"
    if isinstance(rule, FleetRule):
        yield from _among(rule, verdict)


def _among(rule: FleetRule, verdict: Verdict) -> Iterator[str]:
    """Say what is compared, what this host says of it, and what all known hosts of its group have."""
    yield f"{'among':<8}{comparison(rule)}"
    for evidence in verdict.evidence:
        outcome = evidence.outcome
        if evidence.fact != PEERS:
            yield f"{'':<16}{evidence.fact} = {visible(_words(outcome))} (by {visible(evidence.transport)})"
        elif isinstance(outcome, Known) and isinstance(outcome.value, list | tuple):
            yield f"{'peers':<8}{visible(evidence.where)}"
            yield from (f"{'':<16}{value_text(line)}" for line in outcome.value)


def _words(outcome: Outcome) -> str:
    match outcome:
        case Known(value=value):
            return show(value)
        case Absent():
            return "(absent)"
        case Unknown(reason=reason):
            return f"(unknown: {reason})"
        case _:
            assert_never(outcome)


def _way(record: HostRecord, name: str) -> str:
    """Say over which way a variable of a condition was read, a fact or a part of one; nothing of a parameter."""
    facts = [fact for fact in record.facts if f"{name}.".startswith(f"{fact}.")]
    return f" (by {visible(record.facts[max(facts, key=len)].transport)})" if facts else ""
