"""Where a host stands: its Active Directory site and its database availability group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fleetscan.facts.senses import ABSENT, a_text, field_of, mapping, runs, text, unknown, version
from fleetscan.model import Absent, Outcome, Reason, Unknown, Value

_FIRST_DAG = (14,)


def ad_site(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take SiteName, which overrides, else DynamicSiteName; both without trailing NULs and blanks.

    An unknown SiteName could be the override, so DynamicSiteName cannot stand in for it.
    """
    site = text(inputs[0], "SiteName")
    if isinstance(site, Absent):
        site = text(inputs[1], "DynamicSiteName")
    return a_text(site) if isinstance(site, str) else site


def dag_name(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Name the database availability group from ClusSvc and ClusterName (inferred: a DAG is a cluster of that name).

    Only Exchange 2010 and later has such groups: a cluster without it, or below an older Exchange, is another thing.
    The key that holds the name is loaded only while the cluster service runs. No such service, or a disabled one that
    does not run (the feature alone), is no group; any other without a name is a member whose group cannot be told.
    """
    build, service, name = (
        version(inputs[0], "the build"),
        mapping(inputs[1], "ClusSvc"),
        text(inputs[2], "ClusterName"),
    )
    if isinstance(service, Absent) or isinstance(build, Absent) or (isinstance(build, tuple) and build < _FIRST_DAG):
        return ABSENT
    return build if isinstance(build, Unknown) else _named_cluster(service, name)


def _named_cluster(service: Mapping[str, Value] | Unknown, name: str | Absent | Unknown) -> Outcome:
    if isinstance(name, str):
        return a_text(name)
    if isinstance(service, Unknown):
        return service
    if not runs(service) and field_of(service, "start").casefold() == "disabled":
        return ABSENT
    if isinstance(name, Unknown):
        return name
    return unknown(Reason.NOT_LOCATED, "the cluster service is installed, but the host shows no name of a cluster")
