"""From host records to the fleet's map: sites, DAGs, roles, versions. Pure."""

from fleetscan.topology.fleet import Dag, FleetMap, Group, Level, Named, NotKnown, Nowhere, Place, Server, Site, chart
from fleetscan.topology.record import WELL_KNOWN, Topology, describe

__all__ = [
    "WELL_KNOWN",
    "Dag",
    "FleetMap",
    "Group",
    "Level",
    "Named",
    "NotKnown",
    "Nowhere",
    "Place",
    "Server",
    "Site",
    "Topology",
    "chart",
    "describe",
]
