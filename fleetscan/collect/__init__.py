"""One host, then the fleet: deadline, retry, limits, lock-out breaker, progress."""

from fleetscan.collect.fleet import collect_fleet
from fleetscan.collect.limits import Limits
from fleetscan.collect.lockout import Caution
from fleetscan.collect.one_host import Collected
from fleetscan.collect.progress import HostDone, HostStarted, Observer, Progress, Unobserved
from fleetscan.collect.status import status_of

__all__ = [
    "Caution",
    "Collected",
    "HostDone",
    "HostStarted",
    "Limits",
    "Observer",
    "Progress",
    "Unobserved",
    "collect_fleet",
    "status_of",
]
