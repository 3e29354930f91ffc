"""Answers the collector contract from a pretend machine."""

from fleetscan.lab.collector.desk import answer

__all__ = ["answer"]
