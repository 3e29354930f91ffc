"""``fleetscan inventory``: for whoever edits the hosts of an environment."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fleetscan.cli.options import CredentialsFile, InventoryCommand, InventoryPaths, Limit
from fleetscan.cli.prepare import read_environment, read_inventory
from fleetscan.credentials import json_schema as credentials_schema
from fleetscan.inventory import diff_inventories, json_schema, load_inventory, schema_text
from fleetscan.report.text import visible

DIFFERENT = 1

app = typer.Typer(
    help="Check, list and compare inventories.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class SchemaOf(StrEnum):
    """The files that have a schema."""

    INVENTORY = "inventory"
    CREDENTIALS = "credentials"


@app.command()
def lint(
    inventory: InventoryPaths = None, command: InventoryCommand = None, credentials: CredentialsFile = None
) -> None:
    """Find every mistake in an inventory and its credentials at once.

    Exits with 2 when there is one.

    Example: fleetscan inventory lint -i inventory/prod.yml
    """
    found, _ = read_environment(inventory, command, None, credentials)
    typer.echo(f"{found.environment}: {len(found.hosts)} hosts in {len(found.groups)} groups, no mistake")


@app.command("list")
def list_hosts(inventory: InventoryPaths = None, command: InventoryCommand = None, limit: Limit = None) -> None:
    """Print one line for each host.

    Name, address, transports, site, credential, groups.

    Example: fleetscan inventory list -i inventory/prod.yml --limit 'paris:!ex07'
    """
    hosts = read_inventory(inventory, command, limit).hosts
    width = max(len(host.name) for host in hosts)
    for host in hosts:
        words = (
            host.address,
            ",".join(host.transports),
            host.site or "-",
            host.credential or "-",
            ",".join(host.groups),
        )
        typer.echo(f"{host.name:<{width}}  {'  '.join(map(visible, words))}")


@app.command()
def schema(
    of: Annotated[SchemaOf, typer.Argument(help="The file that the schema is for.")] = SchemaOf.INVENTORY,
) -> None:
    """Print the JSON Schema that editors use to complete and check the file.

    Example: fleetscan inventory schema > fleetscan-inventory.schema.json
    """
    typer.echo(schema_text(json_schema() if of is SchemaOf.INVENTORY else credentials_schema()), nl=False)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Inventory file or folder, as it was.")],
    after: Annotated[Path, typer.Argument(help="The same, as it is now.")],
) -> None:
    """Say which hosts and variables differ between two inventories.

    Exits with 1 when there is a difference.

    Example: fleetscan inventory diff prod.yml prod-new.yml
    """
    found = diff_inventories(load_inventory([before]), load_inventory([after]))
    lines = [
        *(f"+ {name}" for name in found.added),
        *(f"- {name}" for name in found.removed),
        *(f"~ {one.host}  {one.name}: {json.dumps(one.before)} -> {json.dumps(one.after)}" for one in found.changes),
    ]
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(DIFFERENT)
    typer.echo("no difference")
