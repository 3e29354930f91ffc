"""Exclusion lists of file-level scanners: what they hold, what they should hold, and what must be gone."""

from fleetscan.facts.exclusions.rows import EXCLUSIONS

__all__ = ["EXCLUSIONS"]
