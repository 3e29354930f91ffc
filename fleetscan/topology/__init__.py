"""From the facts of a host to its place in the topology. Pure."""

from fleetscan.topology.record import WELL_KNOWN, Topology, describe

__all__ = ["WELL_KNOWN", "Topology", "describe"]
