from __future__ import annotations

import pytest

from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, service, value_of

BUILD = known("14.0.639.21", "version")


@pytest.mark.parametrize(
    ("fixed", "dynamic", "site"),
    [
        (known("Paris"), known("Osaka"), "Paris"),
        (known("Paris"), DENIED, "Paris"),
        (GONE, known("Osaka\0"), "Osaka"),
        (known(" \0"), known("Osaka "), "Osaka"),
    ],
)
def test_the_override_comes_first(fixed: Outcome, dynamic: Outcome, site: str) -> None:
    """SiteName overrides DynamicSiteName when it is set; NULs and blanks at the end are no part of a name."""
    assert site == value_of(derive("ad_site", fixed, dynamic))


def test_an_unknown_override_is_not_passed_over() -> None:
    """When the override could not be read, the other value proves nothing."""
    assert reason_of(derive("ad_site", DENIED, known("Osaka"))) == (Reason.DENIED, "SiteName: Access is denied.")
    assert reason_of(derive("ad_site", GONE, TIMED_OUT))[0] is Reason.TIMED_OUT
    assert derive("ad_site", GONE, GONE) == GONE
    assert reason_of(derive("ad_site", GONE, known(1)))[0] is Reason.MALFORMED


@pytest.mark.parametrize(
    ("cluster", "name"),
    [(service(), known("DAG1")), (DENIED, known("DAG1")), (service("Stopped"), known("DAG1 "))],
)
def test_a_cluster_name_is_the_group(cluster: Outcome, name: Outcome) -> None:
    """The key exists only on a member, so its name is the group whatever the service looks like."""
    assert value_of(derive("dag_name", BUILD, cluster, name)) == "DAG1"


@pytest.mark.parametrize(
    ("cluster", "name"),
    [(GONE, GONE), (GONE, DENIED), (GONE, known("left over")), (service("Stopped", "Disabled"), GONE)],
)
def test_no_cluster_service_is_no_group(cluster: Outcome, name: Outcome) -> None:
    """Without the cluster service, or with the bare feature, the host is known to be in no group."""
    assert derive("dag_name", BUILD, cluster, name) == GONE


@pytest.mark.parametrize(
    ("cluster", "name", "reason"),
    [
        (service(), GONE, Reason.NOT_LOCATED),
        (service("Stopped", "Auto"), GONE, Reason.NOT_LOCATED),
        (service("Running", "Disabled"), GONE, Reason.NOT_LOCATED),
        (service(), DENIED, Reason.DENIED),
        (TIMED_OUT, GONE, Reason.TIMED_OUT),
        (TIMED_OUT, DENIED, Reason.TIMED_OUT),
        (known(1, "service"), GONE, Reason.MALFORMED),
    ],
)
def test_a_member_without_a_name_is_not_known(cluster: Outcome, name: Outcome, reason: Reason) -> None:
    """A member whose cluster name cannot be had is kept apart from a host in no group."""
    assert reason_of(derive("dag_name", BUILD, cluster, name))[0] is reason


@pytest.mark.parametrize("build", [GONE, known("8.3.517.0", "version"), known("6.5.7683", "version")])
def test_a_cluster_without_groups_is_none(build: Outcome) -> None:
    """A cluster of another product, or of an Exchange that knows no such groups, is not taken for one."""
    assert derive("dag_name", build, service(), known("CLUSTER1")) == GONE
    assert derive("dag_name", build, DENIED, DENIED) == GONE


def test_a_cluster_below_an_unknown_exchange_is_not_known() -> None:
    """Without the build a cluster may be anything; a host without the service is in no group all the same."""
    assert reason_of(derive("dag_name", DENIED, service(), known("DAG1"))) == (
        Reason.DENIED,
        "the build: Access is denied.",
    )
    assert derive("dag_name", DENIED, GONE, GONE) == GONE
