"""``fleetscan rules``: the shelf, for those who read and extend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from fleetscan.authored import suggest
from fleetscan.cli.options import RulePacks
from fleetscan.errors import UsageError
from fleetscan.facts import DERIVATIONS
from fleetscan.rules import CaseResult, FleetRule, Rule, Shelf, catalogue, load_shelf, run_cases
from fleetscan.rules.catalogue import comparison

FAILED = 1

app = typer.Typer(
    help="List, show, test and document the rules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _shelf(packs: RulePacks) -> Shelf:
    return load_shelf(packs or (), derivations=DERIVATIONS)


@app.command("list")
def list_rules(packs: RulePacks = None) -> None:
    """Print one line for each rule: severity, id, title.

    Example: fleetscan rules list --rules my.yml
    """
    shelf = _shelf(packs)
    width = max(len(rule.id) for rule in shelf.all_rules)
    for rule in shelf.all_rules:
        typer.echo(f"{rule.severity:<14}{rule.id:<{width}}  {rule.title}")


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="The rule's id, as 'fleetscan rules list' prints it.")],
    packs: RulePacks = None,
) -> None:
    """Print everything about one rule: what it reads, when it fires, why, how to fix it.

    Example: fleetscan rules show scanmail-processes-twice
    """
    shelf = _shelf(packs)
    found = next((one for one in shelf.all_rules if one.id == rule), None)
    if found is None:
        message = f"there is no rule {rule}: {suggest(rule, [one.id for one in shelf.all_rules])}"
        raise UsageError(message)
    typer.echo("\n".join(_lines(found)))


def _lines(rule: Rule | FleetRule) -> Iterator[str]:
    yield f"{rule.title} ({rule.id})"
    yield f"severity: {rule.severity}   confidence: {rule.confidence}   pack: {rule.pack}"
    yield f"about: {rule.applies_to}"
    yield f"reads: {', '.join(rule.reads)}"
    if rule.applies:
        yield f"applies: {rule.applies.text}"
    yield f"when: {rule.when.text}" if isinstance(rule, Rule) else comparison(rule)
    for parameter in rule.parameters.values():
        yield f"parameter {parameter.name}: {parameter.default} {parameter.unit} - {parameter.about}"
    yield from ("", "Why", rule.why.strip(), "", "How to fix")
    yield from (f"{number}. {step}" for number, step in enumerate(rule.fix, 1))
    yield from ("", "Source", *rule.sources)


@app.command("test")
def run_tests(packs: RulePacks = None) -> None:
    """Run the cases of every pack, and exit with 1 when one does not hold.

    Example: fleetscan rules test --rules my.yml
    """
    results = run_cases(_shelf(packs))
    failed = [result for result in results if not result.ok]
    for result in failed:
        typer.echo(_complaint(result))
    typer.echo(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    if failed:
        raise typer.Exit(FAILED)


def _complaint(result: CaseResult) -> str:
    return f"{result.pack}:{result.case.line}: {result.rule}, case '{result.case.name}': {result.complaint}"


@app.command()
def docs(packs: RulePacks = None) -> None:
    """Print the catalogue of all rules as Markdown.

    Example: fleetscan rules docs --rules my.yml > rules.md
    """
    typer.echo(catalogue(_shelf(packs)), nl=False)
