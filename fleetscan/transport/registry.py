"""Which transports there are: the built-in ones, and those of installed plug-ins.

A plug-in is an entry point of the group ``fleetscan.transports``: its name is the word for ``fleetscan_transport`` in
the inventory, its object is called like a built-in class, ``factory(workers=N)``, inside a running event loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from typing import Protocol

from fleetscan.credentials.interface import Auth, Credential
from fleetscan.errors import UsageError
from fleetscan.model import Host
from fleetscan.transport.interface import Target, Transport
from fleetscan.transport.remote_registry import RemoteRegistryTransport
from fleetscan.transport.winrm import WinrmTransport

GROUP = "fleetscan.transports"
"""The entry-point group of plug-ins."""


class Factory(Protocol):
    """Makes one transport for a whole run; ``workers`` is how many hosts are asked at once."""

    def __call__(self, *, workers: int) -> Transport:
        """Make it."""
        ...


BUILT_IN: tuple[tuple[str, Factory], ...] = (
    ("winrm", WinrmTransport),
    ("remote_registry", RemoteRegistryTransport),
)
"""The transports of this package: name in the inventory and class."""


LOGONS: Mapping[str, frozenset[Auth]] = {"remote_registry": frozenset({Auth.NEGOTIATE, Auth.NTLM, Auth.KERBEROS})}
"""The kinds of logon that a transport knows, for those that do not know all of them."""


def barred(ways: Iterable[str], auth: Auth) -> Mapping[str, str]:
    """Say of each of these ways that this kind of logon cannot be used on why it is so."""
    return {
        way: f"it knows no logon by {auth}, only {', '.join(sorted(LOGONS[way]))}"
        for way in ways
        if auth not in LOGONS.get(way, Auth)
    }


def target_of(host: Host, credential: Credential) -> Target:
    """Give a host its credential, on the ways on which that can be used."""
    return Target(host=host, credential=credential, barred=barred(host.transports, credential.auth))


def factories() -> Mapping[str, Factory]:
    """Name every transport that can be used. Raises UsageError when a plug-in is broken or takes a name twice."""
    found = dict(BUILT_IN)
    for plug in entry_points(group=GROUP):
        if plug.name in found:
            message = f"the transport {plug.name!r} of {plug.value} has the name of another one; uninstall one of them"
            raise UsageError(message)
        try:
            found[plug.name] = plug.load()
        except (ImportError, AttributeError) as error:
            message = f"the transport {plug.name!r} of {plug.value} cannot be loaded ({error}); mend or uninstall it"
            raise UsageError(message) from error
    return found
