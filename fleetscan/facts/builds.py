"""What a build of Exchange means: product, level, update, and whether something newer is known.

A build between two rows is the higher of the rows at or below it. A build above the last row of a product is that
product, ``newer than`` its last level: the table cannot know which updates such a level has. From build 15.2.2562 on,
15.2 is Exchange SE. See :mod:`fleetscan.facts.build_table` for the rows and their source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from fleetscan.facts.build_table import PRODUCTS, Level, Product, Support
from fleetscan.facts.version import Version, compare_versions

NO_UPDATE = "none"
"""The word for a level without any update on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a build stands in the table; ``level`` is ``None`` below the product's first row."""

    build: Version
    product: Product
    level: Level | None


@lru_cache(maxsize=256)
def place(build: Version) -> Place | None:
    """Find the row of a build; ``None`` when it belongs to no product of the table. A fleet has few builds."""
    for product in PRODUCTS:
        if product.first <= build < product.end:
            below = [level for level in product.levels if compare_versions(level.build, build) <= 0]
            return Place(build=build, product=product, level=below[-1] if below else None)
    return None


def level_name(found: Place) -> str:
    """Name the cumulative update or service pack; ``before RTM`` below the first row."""
    return found.level.name if found.level else f"before {found.product.levels[0].name}"


def update_name(found: Place) -> str:
    """Name the update on top of the level, as exactly as the table allows.

    ``none`` at the level's own build; ``before X`` where the table knows only the newest update X; ``after X`` above
    the newest, newer levels included; ``unlisted`` above the build of a level of which the table knows no update.
    """
    level = found.level
    if level is None or (level.support is not Support.NOT_KNOWN and compare_versions(found.build, level.build) == 0):
        return NO_UPDATE
    if not level.updates:
        return "unlisted"
    newest = level.updates[-1]
    if compare_versions(found.build, newest.build) > 0:
        return f"after {newest.name}"
    at_or_below = [update.name for update in level.updates if compare_versions(update.build, found.build) <= 0]
    if at_or_below:
        return at_or_below[-1]
    return NO_UPDATE if level.support is Support.SUPPORTED else f"before {newest.name}"


def is_behind(found: Place) -> bool | None:
    """Tell whether a newer update is known or none will come; ``None`` when the table cannot know.

    Only a supported level at or above its newest update is not behind.
    """
    if found.level is None:
        return True
    match found.level.support:
        case Support.ENDED:
            return True
        case Support.NOT_KNOWN:
            return None
        case Support.SUPPORTED:
            return compare_versions(found.build, found.level.updates[-1].build) < 0
        case _:
            assert_never(found.level.support)
