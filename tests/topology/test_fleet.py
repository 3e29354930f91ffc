from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Absent, HostRecord, Known, Outcome, Reason, Status, Unknown
from fleetscan.topology import Dag, Level, Named, NotKnown, Nowhere, chart
from tests.topology.records import record, text

DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
NONE = Absent()


def _host(host: str, site: Outcome, dag: Outcome, update: Outcome = DENIED) -> HostRecord:
    facts: dict[str, Outcome] = {
        "ad.site": site,
        "dag.name": dag,
        "exchange.product": text("Exchange 2019"),
        "exchange.cumulative_update": text("CU14"),
        "exchange.security_update": update,
    }
    return record(host, facts, site="inventory")


def test_sites_hold_groups_and_groups_hold_servers() -> None:
    """Servers stand in their group, groups in their site, each in the order of names."""
    fleet = chart(
        [
            _host("ex3", text("Paris"), text("DAG2")),
            _host("ex2", text("Osaka"), text("DAG1")),
            _host("ex1", text("Osaka"), text("DAG1")),
        ]
    )
    assert [
        (site.place, [(group.dag, [server.host for server in group.servers]) for group in site.groups])
        for site in fleet.sites
    ] == [
        (Named("Osaka"), [(Named("DAG1"), ["ex1", "ex2"])]),
        (Named("Paris"), [(Named("DAG2"), ["ex3"])]),
    ]
    assert [server.host for server in fleet.servers] == ["ex1", "ex2", "ex3"]


def test_not_known_is_kept_apart_from_none() -> None:
    """A host in no group, and a host that did not say, are never put together; nor are they with sites."""
    fleet = chart(
        [
            _host("a", text("Osaka"), DENIED),
            _host("b", text("Osaka"), NONE),
            _host("c", text("Osaka"), text("DAG1")),
            _host("d", NONE, NONE),
            _host("e", DENIED, NONE),
            record("f", {}, site="Paris"),
        ]
    )
    assert [group.dag for group in fleet.sites[0].groups] == [Named("DAG1"), Nowhere(), NotKnown()]
    assert [site.place for site in fleet.sites] == [Named("Osaka"), Nowhere(), NotKnown()]
    assert [server.host for server in fleet.sites[2].servers] == ["e", "f"]


def test_the_inventory_site_stands_beside_the_reported_one() -> None:
    """A host that was not scanned is not on a reported site, and its inventory site is still shown."""
    server = chart([record("f", {}, site="Paris")]).servers[0]
    assert (server.site, server.status) == ("Paris", Status.NOT_SCANNED)
    assert isinstance(server.topology.ad_site, Unknown)


def test_names_are_compared_without_case() -> None:
    """Sites and groups that differ in case only are one, in the spelling of the first host."""
    fleet = chart([_host("a", text("OSAKA"), text("Dag1")), _host("b", text("Osaka"), text("DAG1"))])
    assert [site.place for site in fleet.sites] == [Named("OSAKA")]
    assert [dag.name for dag in fleet.dags] == ["Dag1"]


def test_a_name_of_foreign_shape_is_not_known() -> None:
    """An empty name, or one that is no text, names no place."""
    fleet = chart([_host("a", text(""), Known(value=1, type="int"))])
    assert fleet.sites[0].place == NotKnown()
    assert fleet.sites[0].groups[0].dag == NotKnown()


def test_a_group_over_two_sites_is_surveyed_as_one() -> None:
    """Levels of a group are compared over all its sites, and hosts whose level is not known are named."""
    fleet = chart(
        [
            _host("a", text("Osaka"), text("DAG1"), text("Feb26SU")),
            _host("b", text("Paris"), text("DAG1"), text("Dec25SU")),
            _host("c", text("Paris"), text("DAG1"), text("Dec25SU")),
            _host("d", text("Paris"), text("DAG1")),
        ]
    )
    old, new = (
        Level(product="Exchange 2019", cumulative_update="CU14", security_update=update)
        for update in ("Dec25SU", "Feb26SU")
    )
    assert fleet.dags == (Dag(name="DAG1", hosts=("a", "b", "c", "d"), levels=(old, new), level_not_known=("d",)),)
    assert fleet.dags[0].mixed


def test_one_level_is_not_mixed() -> None:
    """A group whose known levels agree is not mixed, with what is not known listed beside it."""
    fleet = chart([_host("a", NONE, text("DAG1"), text("Feb26SU")), _host("b", NONE, text("DAG1"))])
    assert not fleet.dags[0].mixed
    assert fleet.dags[0].level_not_known == ("b",)


def test_an_empty_fleet_has_an_empty_map() -> None:
    """No records, no places."""
    fleet = chart([])
    assert (fleet.sites, fleet.dags, fleet.servers) == ((), (), ())


PLACES = st.sampled_from([text("x"), text("X"), text("y"), NONE, DENIED])


@given(st.lists(st.tuples(PLACES, PLACES), max_size=12))
def test_every_record_is_on_the_map_once(places: list[tuple[Outcome, Outcome]]) -> None:
    """Whatever is known of them, all hosts appear, each exactly once."""
    fleet = chart(_host(f"h{number:02}", site, dag) for number, (site, dag) in enumerate(places))
    assert sorted(server.host for server in fleet.servers) == [f"h{number:02}" for number in range(len(places))]
