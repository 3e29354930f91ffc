from __future__ import annotations

from itertools import pairwise

import pytest

from fleetscan.facts.build_table import PRODUCTS, Support, build
from fleetscan.facts.builds import Place, is_behind, level_name, place, update_name
from fleetscan.facts.version import Version
from tests.facts.published import LADDERS, ROWS

SUPPORTED = {
    ("Exchange 2013", "CU23"),
    ("Exchange 2016", "CU23"),
    ("Exchange 2019", "CU14"),
    ("Exchange 2019", "CU15"),
    ("Exchange SE", "RTM"),
}


def _at(text: str, step: int = 0) -> Place:
    *head, last = map(int, text.split("."))
    found = place((*head, last + step))
    assert found is not None
    return found


def _before(product: str, level: str) -> str:
    names = [name for its, name, *_ in ROWS if its == product]
    position = names.index(level)
    return names[position - 1] if position else f"before {names[0]}"


@pytest.mark.parametrize(("product", "level", "first", "_newest", "_build"), ROWS)
def test_each_level_begins_exactly_at_its_build(
    product: str, level: str, first: str, _newest: str, _build: str
) -> None:
    """A level begins at its published build; one revision below is the level before it."""
    found = _at(first)
    assert (found.product.name, level_name(found), update_name(found)) == (product, level, "none")
    below = _at(first, -1)
    assert (below.product.name, level_name(below)) == (product, _before(product, level))


@pytest.mark.parametrize(("product", "level", "_first", "newest", "its_build"), [row for row in ROWS if row[3] != "-"])
def test_each_newest_update_is_met_exactly(product: str, level: str, _first: str, newest: str, its_build: str) -> None:
    """The newest update of a level is met at its build, something older one below, something newer one above."""
    assert (level_name(_at(its_build)), update_name(_at(its_build))) == (level, newest)
    assert update_name(_at(its_build, -1)) != newest
    assert update_name(_at(its_build, 1)) == f"after {newest}"
    supported = (product, level) in SUPPORTED
    assert [is_behind(_at(its_build, step)) for step in (-1, 0, 1)] == [True, not supported, not supported]


@pytest.mark.parametrize(("product", "level", "ladder"), LADDERS)
def test_each_step_of_a_ladder_holds_up_to_the_next(product: str, level: str, ladder: str) -> None:
    """Between two published updates the older one is named, from its build to one below the newer one's."""
    steps = [step.split("=") for step in ladder.split()]
    for (name, first), (_, following) in pairwise(steps):
        assert {update_name(_at(first)), update_name(_at(following, -1))} == {name}
        assert is_behind(_at(first)) is True
    assert update_name(_at(steps[0][1], -1)) == "none"
    assert {(found.product.name, level_name(found)) for found in (_at(steps[0][1]), _at(steps[-1][1]))} == {
        (product, level)
    }


def test_the_table_holds_nothing_that_is_not_published() -> None:
    """Levels and updates of the product's table are those of the published list, and no others."""
    ours = {
        (product.name, level.name): (level.build, [update.build for update in level.updates])
        for product in PRODUCTS
        for level in product.levels
        if product.first >= (15,) and level.support is not Support.NOT_KNOWN
    }
    ladders = {(product, level): [step.split("=")[1] for step in ladder.split()] for product, level, ladder in LADDERS}
    theirs: dict[tuple[str, str], tuple[Version, list[Version]]] = {
        (product, level): (
            build(first),
            [build(one) for one in ladders.get((product, level), [newest] if newest != "-" else [])],
        )
        for product, level, first, _, newest in ROWS
    }
    assert theirs == ours


def test_only_the_supported_levels_are_supported() -> None:
    """The supported levels are those that Microsoft's own checker counts as supported."""
    ours = {(p.name, level.name) for p in PRODUCTS for level in p.levels if level.support is Support.SUPPORTED}
    assert ours == SUPPORTED


@pytest.mark.parametrize(
    ("text", "product", "level", "update", "behind"),
    [
        ("15.2.2561.9", "Exchange 2019", "newer than CU15", "after Feb26SU", None),
        ("15.2.2562.0", "Exchange SE", "before RTM", "none", True),
        ("15.2.2562.16", "Exchange SE", "before RTM", "none", True),
        ("15.2.2563.0", "Exchange SE", "newer than RTM", "after Feb26SU", None),
        ("15.2.2900.5", "Exchange SE", "newer than RTM", "after Feb26SU", None),
        ("15.1.2508.1", "Exchange 2016", "newer than CU23", "after Feb26SU", None),
        ("15.0.1498.1", "Exchange 2013", "newer than CU23", "after Mar23SU", None),
        ("15.2.1600.1", "Exchange 2019", "CU14", "after Feb26SU", False),
        ("15.2.1544.24", "Exchange 2019", "CU14", "Nov24SUv2", True),
        ("15.2.1118.20", "Exchange 2019", "CU12", "before Nov23SU", True),
        ("15.0.620.30", "Exchange 2013", "CU1", "unlisted", True),
        ("14.3.513.0", "Exchange 2010", "SP3", "unlisted", True),
        ("14.2.283.3", "Exchange 2010", "SP2", "unlisted", True),
        ("14.1.218.15", "Exchange 2010", "SP1", "unlisted", True),
        ("14.0.639.21", "Exchange 2010", "RTM", "unlisted", True),
        ("8.3.517.0", "Exchange 2007", "SP3", "unlisted", True),
        ("8.2.176.2", "Exchange 2007", "SP2", "unlisted", True),
        ("8.1.240.6", "Exchange 2007", "SP1", "unlisted", True),
        ("8.0.685.25", "Exchange 2007", "RTM", "unlisted", True),
        ("6.5.7683", "Exchange 2003", "SP2", "none", True),
        ("6.5.7682", "Exchange 2003", "SP1 or later", "unlisted", True),
        ("6.5.7226", "Exchange 2003", "SP1", "none", True),
        ("6.5.7225", "Exchange 2003", "RTM or later", "unlisted", True),
        ("6.5.6944", "Exchange 2003", "RTM", "none", True),
        ("6.5.6945", "Exchange 2003", "RTM or later", "none", True),
        ("6.0.6249", "Exchange 2000", "SP3", "none", True),
        ("6.0.6248", "Exchange 2000", "RTM or later", "unlisted", True),
        ("6.0.4416", "Exchange 2000", "before RTM", "none", True),
        ("5.5.2653", "Exchange 5.5", "SP4", "none", True),
    ],
)
def test_places_builds_off_the_list_honestly(
    text: str, product: str, level: str, update: str, *, behind: bool | None
) -> None:
    """Interim, newer and older builds are named by what is known of them, and never called current on a guess."""
    found = _at(text)
    assert (found.product.name, level_name(found), update_name(found)) == (product, level, update)
    assert is_behind(found) is behind


@pytest.mark.parametrize("text", ["15.3.1.1", "16.0.1.1", "14.4.0.0", "9.0.0.0", "8.4.1.0", "0.0", "15"])
def test_knows_that_it_does_not_know_a_product(text: str) -> None:
    """A build of no listed product has no place, and is not pressed into a neighbour's."""
    assert place(build(text)) is None


def test_refuses_a_slip_in_its_own_table() -> None:
    """A misspelt build in the table stops the program at once."""
    with pytest.raises(ValueError, match="no build: CU1"):
        build("CU1")


def test_every_product_is_in_order_and_apart() -> None:
    """Products and levels are sorted, and products do not overlap."""
    for older, newer in pairwise(PRODUCTS):
        assert older.first < older.end <= newer.first
        assert older.supported_until <= newer.supported_until
    for product in PRODUCTS:
        builds = [level.build for level in product.levels]
        assert builds == sorted(builds)
