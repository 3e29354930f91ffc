r"""Settings of ScanMail under ``RealTimeScan\ScanOption``, with what their absence means.

Law: a default counts only where it is documented. The articles of the Exchange Server Analyzer give it for the ScanMail
of their time; whether ScanMail 8 and later use these values at all is not documented, so a value that is not set there
is unknown. That the releases before 8 are those of the articles is inferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fleetscan.facts.senses import named, number, unknown, version
from fleetscan.model import Absent, FactType, Known, Outcome, Reason, Unknown

DEFAULT_THREADS: Final = 12
"""MaxScanningThreadCount and ScanningThreadPoolCount where they are not set (articles aa995941, 27f30f2b)."""
DEFAULT_TEMP_THRESHOLD_KB: Final = 3072
"""TempFileThreshold where it is not set, in KB (article c9d9252b)."""

_UNDOCUMENTED: Final = (8,)
"""The first version of ScanMail of which the defaults are not documented."""


def scanmail_threads(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Give a number of scanning threads: the value that is set, else the default of ScanMail before 8."""
    return _setting(inputs, DEFAULT_THREADS)


def scanmail_temp_threshold(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Give the size in KB above which a temporary file is written: the value that is set, else the default before 8."""
    return _setting(inputs, DEFAULT_TEMP_THRESHOLD_KB)


def _setting(inputs: Sequence[Outcome], default: int) -> Outcome:
    value = number(inputs[0], "the value")
    if not isinstance(value, Absent):
        return value if isinstance(value, Unknown) else Known(value=value, type=FactType.INT.value)
    release = version(inputs[1], "the version of ScanMail")
    if isinstance(release, Unknown):
        return named(release, "the value is not set")
    if isinstance(release, Absent):
        return unknown(Reason.NOT_LOCATED, "the value is not set, and no version of ScanMail says what that means")
    if release >= _UNDOCUMENTED:
        return unknown(Reason.NOT_LOCATED, "the value is not set; its default is documented for ScanMail before 8 only")
    return Known(value=default, type=FactType.INT.value)
