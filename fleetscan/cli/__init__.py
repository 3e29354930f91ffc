"""The command line: typer parses, the rooms below do the work, an exit code comes out."""

from fleetscan.cli.main import main

__all__ = ["main"]
