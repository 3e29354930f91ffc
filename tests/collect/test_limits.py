"""Who is next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.collect.limits import Lanes, Limits
from fleetscan.transport.interface import Target
from tests.collect.wires import target


def taken(lanes: Lanes, most: int) -> list[Target]:
    """Take as many as there are, up to a number."""
    found: list[Target] = []
    while len(found) < most and (item := lanes.take()) is not None:
        found.append(item)
    return found


def test_a_host_without_a_deadline_has_that_of_the_run() -> None:
    """Its own comes first."""
    limits = Limits(deadline=9)
    assert limits.deadline_of(target("a").host) == 9
    assert limits.deadline_of(target("a", deadline=4).host) == 4


def test_sites_take_turns() -> None:
    """A large site does not go before a small one."""
    hosts = [target(f"p{number}", site="paris") for number in range(100)]
    lanes = Lanes([*hosts, target("o1", site="osaka"), target("o2", site="osaka")], Limits())
    assert {item.host.site for item in taken(lanes, 2)} == {"paris", "osaka"}
    assert Counter(item.host.site for item in taken(lanes, 2)) == {"paris": 1, "osaka": 1}


def test_a_slow_site_holds_its_share_and_no_more() -> None:
    """Places that a quick site frees go to it again, not to the site whose hosts hang."""
    slow = [target(f"s{number}", site="slow") for number in range(50)]
    quick = [target(f"q{number}", site="quick") for number in range(50)]
    lanes = Lanes([*slow, *quick], Limits(total=8))
    under_way = taken(lanes, 8)
    for _ in range(46):
        done = next(item for item in under_way if item.host.site == "quick")
        under_way.remove(done)
        lanes.release(done)
        under_way += taken(lanes, 1)
    assert Counter(item.host.site for item in under_way) == {"slow": 4, "quick": 4}


def test_a_site_has_its_own_limit() -> None:
    """A full site waits, others go on."""
    hosts = [target(f"a{number}", site="a") for number in range(5)]
    lanes = Lanes([*hosts, target("b", site="b")], Limits(per_site=2))
    first = taken(lanes, 10)
    assert Counter(item.host.site for item in first) == {"a": 2, "b": 1}
    lanes.release(first[0])
    assert [item.host.site for item in taken(lanes, 10)] == ["a"]


def test_credentials_of_a_site_take_turns() -> None:
    """Hosts that wait for a credential to be proven leave places for the others."""
    hosts = [target(f"a{number}", credential="a") for number in range(5)]
    lanes = Lanes([*hosts, *(target(f"b{number}", credential="b") for number in range(5))], Limits())
    assert Counter(item.credential.name for item in taken(lanes, 4)) == {"a": 2, "b": 2}


def test_after_closing_nothing_starts_and_the_rest_can_be_had() -> None:
    """Every host is given exactly once, by one way or the other."""
    lanes = Lanes([target(str(number), site=str(number % 3)) for number in range(10)], Limits())
    first = taken(lanes, 4)
    lanes.close()
    assert lanes.take() is None
    assert sorted(item.host.name for item in (*first, *lanes.rest())) == [str(number) for number in range(10)]
    assert list(lanes.rest()) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), max_size=40), st.integers(1, 3), st.data())
def test_every_host_is_taken_once_and_no_site_is_over_its_limit(
    hosts: list[tuple[str, str]], per_site: int, data: st.DataObject
) -> None:
    """Whatever the order in which hosts end."""
    lanes = Lanes(
        [target(str(number), site=site, credential=name) for number, (site, name) in enumerate(hosts)],
        Limits(per_site=per_site),
    )
    under_way: list[Target] = []
    seen: list[str] = []
    while True:
        fresh = taken(lanes, 100)
        under_way += fresh
        seen += [item.host.name for item in fresh]
        assert all(load <= per_site for load in Counter(item.host.site for item in under_way).values())
        if not under_way:
            break
        lanes.release(under_way.pop(data.draw(st.integers(0, len(under_way) - 1))))
    assert sorted(seen, key=int) == [str(number) for number in range(len(hosts))]
