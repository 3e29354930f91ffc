"""Pretend Exchange hosts that speak the real protocols on loopback."""

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.server import Lab

__all__ = ["Fault", "Fleet", "Lab", "LabHost"]
