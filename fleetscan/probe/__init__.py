"""A registry tree of one host: saved, compared with another one, and turned into locators."""

from fleetscan.probe.compare import (
    Change,
    Comparison,
    KeyAdded,
    KeyRemoved,
    Unclear,
    ValueAdded,
    ValueChanged,
    ValueRemoved,
    compare,
)
from fleetscan.probe.file import dump, load, save
from fleetscan.probe.locate import NoLocator, Suggested, suggest_locator
from fleetscan.probe.tree import Bounds, Datum, Key, Snapshot
from fleetscan.probe.walk import snapshot_of, walk

__all__ = [
    "Bounds",
    "Change",
    "Comparison",
    "Datum",
    "Key",
    "KeyAdded",
    "KeyRemoved",
    "NoLocator",
    "Snapshot",
    "Suggested",
    "Unclear",
    "ValueAdded",
    "ValueChanged",
    "ValueRemoved",
    "compare",
    "dump",
    "load",
    "save",
    "snapshot_of",
    "suggest_locator",
    "walk",
]
