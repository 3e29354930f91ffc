"""What most verbs do first: read the inventory, the credentials and the packs, and refuse what does not fit."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from fleetscan.authored import suggest
from fleetscan.credentials import CredentialStore, find_credentials, load_credentials
from fleetscan.errors import AuthoredError, Mistake, UsageError
from fleetscan.facts import DERIVATIONS, Plan, complain_of
from fleetscan.inventory import Inventory, check_credentials, limit_inventory, load_inventory, parse_ansible_json
from fleetscan.rules import Shelf, check_overrides, load_shelf
from fleetscan.scan import plan_of
from fleetscan.transport.registry import barred, factories

T = TypeVar("T")

COMMAND_SECONDS = 120
"""How long an inventory program may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a scan needs to be told; nothing here has touched a host or read a secret."""

    inventory: Inventory
    credentials: CredentialStore
    shelf: Shelf


def read_inventory(paths: Sequence[Path] | None, command: str | None, limit: str | None) -> Inventory:
    """Read the inventory from files or from a program, and keep the hosts of ``--limit``. Warnings are printed."""
    if bool(paths) == bool(command):
        message = "name an inventory with -i FILE, or a program with --inventory-command (one of the two)"
        raise UsageError(message)
    inventory = parse_ansible_json(_output(command), source=command) if command else load_inventory(paths or ())
    for warning in inventory.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return inventory if limit is None else limit_inventory(inventory, limit)


def read_environment(
    paths: Sequence[Path] | None, command: str | None, limit: str | None, credentials: Path | None
) -> tuple[Inventory, CredentialStore]:
    """Read the inventory and its credentials file; raise AuthoredError with the mistakes of both."""
    gather = Gather()
    inventory = gather.the(lambda: read_inventory(paths, command, limit))
    file = find_credentials(paths or (), credentials)
    if inventory and file is None:
        message = "no credentials file: put credentials.yml beside the inventory, or name one with --credentials FILE"
        raise UsageError(message)
    store = gather.the(lambda: load_credentials(file)) if file else None
    if inventory and store:
        gather.the(lambda: check_credentials(inventory, store.names))
        gather.mistakes += _way_mistakes(inventory, store)
    if gather.mistakes or not (inventory and store):
        raise AuthoredError(gather.mistakes)
    return inventory, store


def prepare(
    paths: Sequence[Path] | None,
    command: str | None,
    limit: str | None,
    credentials: Path | None,
    packs: Sequence[Path] | None,
) -> Prepared:
    """Read everything; raise AuthoredError with every mistake that the three kinds of file have between them."""
    gather = Gather()
    shelf = gather.the(lambda: load_shelf(packs or (), derivations=DERIVATIONS))
    environment = gather.the(lambda: read_environment(paths, command, limit, credentials))
    if shelf and environment:
        gather.mistakes += [
            *_parameter_mistakes(shelf, environment[0]),
            *_told_mistakes(shelf, environment[0]),
            *_bundle_mistakes(environment[0]),
        ]
    if gather.mistakes or not (shelf and environment):
        raise AuthoredError(gather.mistakes)
    inventory, store = environment
    return Prepared(inventory=inventory, credentials=store, shelf=shelf)


class Gather:
    """Collect the mistakes of several files, so that they are said at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self.mistakes: list[Mistake] = []

    def the(self, reading: Callable[[], T]) -> T | None:
        """Give what was read, or remember why it could not be."""
        try:
            return reading()
        except AuthoredError as error:
            self.mistakes += error.mistakes
            return None


def _parameter_mistakes(shelf: Shelf, inventory: Inventory) -> list[Mistake]:
    """Find thresholds of rules or parameters that do not exist, each said once, at the first host that has it."""
    found: dict[str, Mistake] = {}
    for host in inventory.hosts:
        for problem in check_overrides(shelf, host.parameters):
            place = inventory.places[host.name]
            remedy = "mend fleetscan_parameters; fleetscan rules list shows what there is"
            found.setdefault(problem, Mistake(**place._asdict(), message=f"{host.name}: {problem}", remedy=remedy))
    return list(found.values())


def _told_mistakes(shelf: Shelf, inventory: Inventory) -> list[Mistake]:
    """Find locators and attestations that do not fit the facts of the shelf, each where it is written."""
    complaints = ((written.place, complain_of(shelf.facts, written.told)) for written in inventory.told)
    return [
        Mistake(**place._asdict(), message=complaint[0], remedy=complaint[1])
        for place, complaint in complaints
        if complaint
    ]


def read_plan(
    paths: Sequence[Path] | None, command: str | None, limit: str | None, packs: Sequence[Path] | None
) -> Plan:
    """Plan what would be read: of any host, or with an inventory also what its locators name.

    Raise AuthoredError with every mistake of packs and inventory; credentials are not looked at.
    """
    gather = Gather()
    shelf = gather.the(lambda: load_shelf(packs or (), derivations=DERIVATIONS))
    inventory = gather.the(lambda: read_inventory(paths, command, limit)) if paths or command else None
    if shelf and inventory:
        gather.mistakes += _told_mistakes(shelf, inventory)
    if gather.mistakes or not shelf:
        raise AuthoredError(gather.mistakes)
    return plan_of(shelf, inventory.hosts if inventory else ())


def _way_mistakes(inventory: Inventory, store: CredentialStore) -> list[Mistake]:
    """Find ways that there are not, and hosts to which no way is open with their credential; each said once."""
    known = factories()
    found: dict[tuple[str, ...], Mistake] = {}
    for host in inventory.hosts:
        place = inventory.places[host.name]
        for way in (one for one in host.transports if one not in known):
            message, remedy = f"{host.name}: there is no transport `{way}`", suggest(way, sorted(known))
            found.setdefault((way,), Mistake(**place._asdict(), message=message, remedy=remedy))
        entry = store.entries.get(host.credential)
        shut = barred(host.transports, entry.auth) if entry else {}
        if len(shut) == len(host.transports):
            why = "; ".join(f"{way}: {words}" for way, words in shut.items())
            message = f"{host.name}: credential `{host.credential}` cannot be used there ({why})"
            remedy = "name another credential, or another way in `fleetscan_transport`"
            found.setdefault((host.credential, *shut), Mistake(**place._asdict(), message=message, remedy=remedy))
    return list(found.values())


def _bundle_mistakes(inventory: Inventory) -> list[Mistake]:
    """Find CA bundles that are not there, each said once, at the first host that needs it."""
    found: dict[str, Mistake] = {}
    for host in inventory.hosts:
        path = host.winrm.ca_cert
        if path is not None and not Path(path).is_file():
            place = inventory.places[host.name]
            message = f"{host.name}: there is no CA bundle {path}"
            found.setdefault(path, Mistake(**place._asdict(), message=message, remedy="mend ansible_psrp_ca_cert"))
    return list(found.values())


def _output(command: str) -> str:
    """Run the operator's own inventory program and give what it prints."""
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the operator names the program, and no shell reads the words
            words, capture_output=True, text=True, check=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError as error:
        message = f"--inventory-command {command}: ended with {error.returncode}: {str(error.stderr).strip()[-500:]}"
        raise UsageError(message) from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        message = f"--inventory-command {command}: {error}"
        raise UsageError(message) from error
    return done.stdout
