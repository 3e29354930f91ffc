"""Agentless scanner for fleets of Microsoft Exchange servers."""

from importlib.metadata import version

__version__ = version("fleetscan")
