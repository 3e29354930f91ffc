"""Reach a host over SMB: its registry, its services and its files, read only."""

from fleetscan.transport.remote_registry.transport import RemoteRegistryTransport

__all__ = ["RemoteRegistryTransport"]
