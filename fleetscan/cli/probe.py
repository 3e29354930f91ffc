"""``fleetscan probe``: find out where a product keeps a setting."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fleetscan.authored import registry_key, suggest
from fleetscan.cli.options import CredentialsFile, InventoryCommand, InventoryPaths, RulePacks
from fleetscan.cli.prepare import prepare
from fleetscan.errors import UsageError
from fleetscan.facts import DERIVATIONS
from fleetscan.model import Fact, Host, Told, Unknown, View
from fleetscan.probe import (
    Bounds,
    Snapshot,
    Suggested,
    ValueAdded,
    ValueChanged,
    compare,
    load,
    save,
    snapshot_of,
    suggest_locator,
)
from fleetscan.probe.file import refuse_existing
from fleetscan.probe.tree import unknown_words
from fleetscan.probe.words import head, line, session_line, unclear_lines
from fleetscan.report.text import DETAIL_LIMIT, visible
from fleetscan.rules import load_shelf
from fleetscan.transport.registry import target_of

DIFFERENT = 1
INCOMPLETE = 3

app = typer.Typer(
    help="Save a registry tree of one host, and compare two of them.\n\n"
    "Save the tree, switch the setting in the product's console, save it again: 'diff' shows the place.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class ViewName(StrEnum):
    """The registry views by their names."""

    BITS_64 = "64"
    BITS_32 = "32"


_VIEWS: Mapping[ViewName, View] = {ViewName.BITS_64: 64, ViewName.BITS_32: 32}


@app.command()
def snapshot(  # noqa: PLR0913, PLR0917 - one argument per option; typer calls it by name
    host: Annotated[str, typer.Argument(help="The host's name in the inventory.")],
    key: Annotated[str, typer.Argument(help=r"The registry key, such as 'HKLM\SOFTWARE\TrendMicro'.")],
    inventory: InventoryPaths = None,
    command: InventoryCommand = None,
    credentials: CredentialsFile = None,
    packs: RulePacks = None,
    view: Annotated[ViewName, typer.Option("--view", help="The registry view.")] = ViewName.BITS_64,
    depth: Annotated[int, typer.Option("--depth", metavar="N", min=0, max=64, help="Levels below the key.")] = 16,
    keys: Annotated[int, typer.Option("--keys", metavar="N", min=1, max=100_000, help="Keys at most.")] = 2_000,
    deadline: Annotated[
        float,
        typer.Option("--deadline", metavar="SECONDS", min=1, help="Seconds for one level; a host may set its own."),
    ] = 60.0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to save it, in place of HOST-TIME.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over the file.")] = False,  # noqa: FBT002 - a flag
) -> None:
    r"""Save the registry tree below a key of one host; it only reads.

    The tree is read level by level, one logon after the other; the first failure ends it, and what was read is kept.

    Exits with 0 when the tree is whole, with 3 when something of it could not be read.

    Example: fleetscan probe snapshot ex01 'HKLM\SOFTWARE\TrendMicro\ScanMail for Exchange' -i inventory/prod.yml
    """
    place = _key(key)
    if out is not None:
        refuse_existing(out, force=force)
    prepared = prepare(inventory, command, None, credentials, packs)
    found = _host(host, prepared.inventory.hosts)
    target = target_of(found, prepared.credentials.resolve(found.credential))
    bounds = Bounds(keys=keys, depth=depth)
    taken = asyncio.run(snapshot_of(target, place, view=_VIEWS[view], bounds=bounds, deadline=deadline))
    name = re.sub(r"[^A-Za-z0-9._-]", "_", found.name)
    _keep(taken, out or Path(f"{name}-{taken.at:%Y%m%dT%H%M%SZ}.json"), force=force)


def _keep(taken: Snapshot, path: Path, *, force: bool) -> None:
    """Save what was read, say what it is, and end with 3 when it is not whole."""
    if (why := _unread(taken)) is not None:
        typer.echo(f"nothing was saved: {visible(taken.key)} was not read: {visible(why, DETAIL_LIMIT)}", err=True)
        raise typer.Exit(INCOMPLETE)
    save(taken, path, force=force)
    typer.echo(f"{path}: {head(taken)}")
    if not taken.complete:
        raise typer.Exit(INCOMPLETE)


def _key(key: str) -> str:
    try:
        return registry_key(key)
    except ValueError as error:
        message = f"KEY {error}"
        raise UsageError(message) from error


def _host(name: str, hosts: tuple[Host, ...]) -> Host:
    for host in hosts:
        if host.name == name:
            return host
    message = f"there is no host {name} in the inventory: {suggest(name, [host.name for host in hosts][:20])}"
    raise UsageError(message)


def _unread(taken: Snapshot) -> str | None:
    """Say why nothing at all is known of the first key; None when something is."""
    match taken.keys[taken.key]:
        case first if isinstance(first.values, Unknown) and isinstance(first.subkeys, Unknown):
            return unknown_words(first.values)
    return None


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A snapshot, as it was.")],
    after: Annotated[Path, typer.Argument(help="A snapshot of the same key, as it is now.")],
    fact: Annotated[
        str | None, typer.Option("--fact", metavar="ID", help="A told fact: print the locator that reads it.")
    ] = None,
    packs: RulePacks = None,
) -> None:
    """Say what changed between two snapshots, and print the locator of a fact for each new or changed value.

    '+' is new, '-' is gone, '~' has another value; '?' could not be read in one of the two and may have changed.

    Exits with 0 when nothing changed, with 1 when something did, or may have because only one snapshot holds it.

    Example: fleetscan probe diff before.json after.json --fact scanmail.scheduled_update
    """
    facts = _facts_for(fact, packs)
    old, new = load(before), load(after)
    found = compare(old, new)
    typer.echo(f"before: {head(old)}")
    typer.echo(f"after:  {head(new)}")
    for change in found.changes:
        typer.echo(line(change))
        if fact is not None and isinstance(change, ValueAdded | ValueChanged):
            for advice in _advice(facts, fact, change, new):
                typer.echo(advice)
    for words in unclear_lines(found):
        typer.echo(words)
    if words := session_line(found):
        typer.echo(words)
    if found.differs:
        raise typer.Exit(DIFFERENT)
    typer.echo("no difference in what both hold" if found.unclear else "no difference")


def _facts_for(fact: str | None, packs: RulePacks) -> Mapping[str, Fact]:
    """Give the facts of the shelf when one is named. Raises UsageError when that one cannot be told."""
    if fact is None:
        return {}
    facts = load_shelf(packs or (), derivations=DERIVATIONS).facts
    if fact not in facts or not isinstance(facts[fact].origin, Told):
        told = sorted(one.id for one in facts.values() if isinstance(one.origin, Told))
        why = f"the fact {fact} is read from the host" if fact in facts else f"there is no fact {fact}"
        message = f"--fact names a fact that the inventory tells; {why}: {suggest(fact, told)}"
        raise UsageError(message)
    return facts


def _advice(facts: Mapping[str, Fact], fact: str, change: ValueAdded | ValueChanged, after: Snapshot) -> Iterator[str]:
    match suggest_locator(facts, fact, change, after):
        case Suggested(yaml=yaml):
            yield from (f"    {row}" for row in yaml.splitlines())
        case refused:
            yield f"    no locator: {visible(refused.why, DETAIL_LIMIT)}"
