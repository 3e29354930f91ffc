"""Hold an inventory against the credentials it names."""

from __future__ import annotations

from collections.abc import Collection

from fleetscan.authored import suggest
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.inventory.interface import Inventory


def check_credentials(inventory: Inventory, known: Collection[str]) -> None:
    """Raise AuthoredError when a host names no credential, or one that is not among the known names."""
    mistakes = []
    for host in inventory.hosts:
        if host.credential in known:
            continue
        if host.credential:
            place = inventory.credentials.get(host.credential, inventory.places[host.name])
            message, remedy = f"unknown credential `{host.credential}`", suggest(host.credential, sorted(known))
        else:
            place = inventory.places[host.name]
            message = f"the host `{host.name}` names no credential"
            remedy = "set `fleetscan_credential`, for all hosts under `vars:` of `all`"
        mistakes.append(Mistake(**place._asdict(), message=message, remedy=remedy))
    if mistakes:
        raise AuthoredError(mistakes)
