from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.exclusions.lists import MOST_ENTRIES
from fleetscan.model import Known, Outcome, Reason, Value
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, service, value_of

RUNS, STOPPED = service(), service("Stopped")
SMEX = r"%ProgramFiles%\Trend Micro\Smex"


def _list(*paths: str) -> Known:
    return known({path: {"type": "REG_DWORD", "value": 0} for path in paths}, "values")


def _sure(outcome: Outcome) -> set[str]:
    return {path for path, kind in _kinds(outcome).items() if kind == "excluded"}


def _kinds(outcome: Outcome) -> dict[str, Value]:
    value = value_of(outcome)
    assert isinstance(value, dict)
    return {path: record["type"] for path, record in value.items()}


def _defender(local: Outcome, policy: Outcome = GONE, sensor: Outcome = GONE, told: Outcome = GONE) -> Outcome:
    return derive("defender_exclusions", RUNS, local, policy, sensor, told)


def _agent(wide: Outcome, narrow: Outcome = GONE, version: str = "14.0", told: Outcome = GONE) -> Outcome:
    return derive("officescan_exclusions", RUNS, wide, narrow, known(version, "version"), told)


def _virusscan(values: Outcome, narrow: Outcome = GONE) -> Outcome:
    return derive("mcafee_exclusions", RUNS, GONE, values, narrow)


def _items(*items: str, stated: Value | None = None) -> Known:
    values: dict[str, Value] = {
        f"ExcludedItem_{place}": {"type": "REG_SZ", "value": item} for place, item in enumerate(items)
    }
    count = len(items) if stated is None else stated
    return known({**values, "NumExcludeItems": {"type": "REG_DWORD", "value": count}, "bOnAccess": {"type": "x"}})


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("defender_exclusions", (_list("C:\\a"), GONE, GONE, GONE)),
        ("officescan_exclusions", (known("C:\\a"), GONE, GONE, GONE)),
        ("symantec_exclusions", (GONE, GONE, GONE, GONE, known("C:\\a"))),
    ],
)
def test_a_product_that_does_not_run_has_no_list(name: str, rest: tuple[Outcome, ...]) -> None:
    """Not installed and stopped are absent; a service that was not seen is unknown."""
    assert derive(name, GONE, *rest) == GONE
    assert derive(name, STOPPED, *rest) == GONE
    assert reason_of(derive(name, DENIED, *rest))[0] is Reason.DENIED
    assert isinstance(derive(name, RUNS, *rest), Known)


@pytest.mark.parametrize(
    ("answer", "path", "words"),
    [
        (_defender(_list(), sensor=DENIED), "*", "Sense: Access is denied."),
        (_defender(_list(), DENIED), "*", "the policy's list: Access is denied."),
        (_agent(DENIED), "*", "ExcludedFolder: Access is denied."),
        (_agent(GONE, known(7)), "*", "ExcludedFolder holds 7"),
        (_virusscan(DENIED), "*", "VirusScan's key: Access is denied."),
        (_virusscan(GONE, DENIED), "*", "VirusScan's key (32-bit): Access is denied."),
    ],
)
def test_a_part_that_was_not_seen_is_named(answer: Outcome, path: str, words: str) -> None:
    """The doubt says in which place to look."""
    listed = value_of(answer)
    assert isinstance(listed, dict)
    assert listed[path]["value"] == words


@pytest.mark.parametrize(
    ("name", "inputs", "words"),
    [
        ("defender_exclusions", (DENIED, GONE, GONE, GONE, GONE), "WinDefend"),
        ("officescan_exclusions", (DENIED, GONE, GONE, GONE, GONE), "ntrtscan"),
        ("symantec_exclusions", (DENIED, GONE, GONE, GONE, GONE, GONE), "SepMasterService"),
        ("symantec_exclusions", (RUNS, DENIED, GONE, GONE, GONE, GONE), "Symantec's Admin"),
        ("symantec_exclusions", (RUNS, GONE, DENIED, GONE, GONE, GONE), "Symantec's Client"),
        ("symantec_exclusions", (RUNS, GONE, GONE, DENIED, GONE, GONE), "Symantec's Admin (32-bit)"),
        ("symantec_exclusions", (RUNS, GONE, GONE, GONE, DENIED, GONE), "Symantec's Client (32-bit)"),
        ("mcafee_exclusions", (DENIED, GONE, GONE, GONE), "McShield"),
        ("mcafee_exclusions", (GONE, DENIED, GONE, GONE), "mfemms"),
    ],
)
def test_a_service_or_key_that_was_not_seen_is_named(name: str, inputs: tuple[Outcome, ...], words: str) -> None:
    """Without it nothing is known of the list, and the answer says what it was."""
    assert reason_of(derive(name, *inputs)) == (Reason.DENIED, f"{words}: Access is denied.")


def test_mcafee_runs_by_either_service() -> None:
    """One service that runs is enough; one that was not seen makes two that do not run unknown."""
    items = _items()
    for services in ((RUNS, DENIED), (DENIED, RUNS), (RUNS, GONE), (STOPPED, RUNS)):
        assert isinstance(derive("mcafee_exclusions", *services, items, GONE), Known)
    assert derive("mcafee_exclusions", STOPPED, GONE, items, GONE) == GONE
    assert reason_of(derive("mcafee_exclusions", STOPPED, DENIED, items, GONE))[0] is Reason.DENIED


def test_defenders_local_list_and_policy_add_up() -> None:
    """Both lists are taken together; one that is not there excludes nothing."""
    assert _sure(_defender(_list("C:\\a"), _list("C:\\b"))) == {"C:\\a", "C:\\b"}
    assert _kinds(_defender(GONE)) == {}


def test_an_unread_list_of_defender_is_a_doubt_about_every_folder() -> None:
    """What the other list holds is kept, and the reason is kept."""
    answer = value_of(_defender(DENIED, _list("C:\\b")))
    assert answer == {
        "*": {"type": "denied", "value": "the host's list: Access is denied."},
        "C:\\b": {"type": "excluded", "value": ""},
    }
    assert _kinds(_defender(_list("C:\\a"), TIMED_OUT)) == {"*": "timed_out", "C:\\a": "excluded"}
    assert _kinds(_defender(DENIED, TIMED_OUT)) == {"*": "denied"}
    assert _kinds(_defender(known(3))) == {"*": "malformed"}


@pytest.mark.parametrize(
    ("sensor", "told", "kinds"),
    [
        (GONE, GONE, {"C:\\a": "excluded"}),
        (STOPPED, known("C:\\c"), {"C:\\a": "excluded"}),
        (RUNS, GONE, {"C:\\a": "excluded", "*": "not_located"}),
        (RUNS, DENIED, {"C:\\a": "excluded", "*": "not_located"}),
        (RUNS, known("C:\\c|C:\\d|"), {"C:\\a": "excluded", "C:\\c": "excluded", "C:\\d": "excluded"}),
        (TIMED_OUT, GONE, {"C:\\a": "excluded", "*": "timed_out"}),
    ],
)
def test_the_sensor_of_defender_for_endpoint_is_a_doubt_until_somebody_tells(
    sensor: Outcome, told: Outcome, kinds: dict[str, str]
) -> None:
    """While it runs, or may run, a cloud policy can exclude more than the registry shows."""
    assert _kinds(_defender(_list("C:\\a"), sensor=sensor, told=told)) == kinds


def test_a_trend_agent_joins_folders_by_pipes() -> None:
    """Entries of both views are taken; blanks between pipes are none."""
    assert _sure(_agent(known("C:\\a\\*|C:\\b||"), known(" |D:\\c"), told=known(value=False))) == {
        "C:\\a\\*",
        "C:\\b",
        "D:\\c",
    }
    assert _kinds(_agent(known(""), told=known(value=False))) == {}


@pytest.mark.parametrize(
    ("version", "told", "kinds"),
    [
        ("14.0", known(value=True), {SMEX: "excluded"}),
        ("14.0", known(value=False), {}),
        ("14.0", GONE, {SMEX: "not_located"}),
        ("8.0", DENIED, {SMEX: "not_located"}),
        ("7.0", known(value=True), {}),
        ("7.0", DENIED, {}),
        ("6.9", DENIED, {SMEX: "not_located"}),
    ],
)
def test_the_option_for_trend_micros_own_folders_covers_every_version_but_7(
    version: str, told: Outcome, kinds: dict[str, str]
) -> None:
    """Until somebody tells, the folder of ScanMail may be covered; that of version 7 never is."""
    assert _kinds(_agent(known(""), version=version, told=told)) == kinds


def test_an_agent_without_its_value_is_not_located() -> None:
    """An agent that runs and shows no list in either view keeps it elsewhere: it is not taken for empty."""
    assert reason_of(_agent(GONE))[0] is Reason.NOT_LOCATED


def test_an_unread_view_is_a_doubt_and_the_other_view_counts() -> None:
    """Denied and foreign values are doubts about every folder."""
    answer = _agent(known("C:\\a"), DENIED, told=known(value=False))
    assert _kinds(answer) == {"*": "denied", "C:\\a": "excluded"}
    assert _kinds(_agent(known(7), GONE, told=known(value=False))) == {"*": "malformed"}


def test_the_programs_of_a_32_bit_agent_may_be_others() -> None:
    """%ProgramFiles% in the 32-bit view settles nothing, unless the 64-bit view holds the same entry."""
    entry = r"%PROGRAMFILES%\Trend Micro\Smex"
    told = known(value=False)
    assert _kinds(_agent(GONE, known(f"{entry}|C:\\b"), told=told)) == {entry: "unsupported", "C:\\b": "excluded"}
    assert _kinds(_agent(known(entry), known(entry), told=told)) == {entry: "excluded"}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((GONE, GONE, GONE, GONE), "no folder exclusion is in the registry"),
        ((known(("1", "2")), GONE, GONE, known(("3",))), "3 folder exclusions are in the registry"),
    ],
)
def test_symantecs_entries_are_counted_and_never_read(keys: tuple[Outcome, ...], words: str) -> None:
    """With or without entries in the registry the list is not located, and the console is named."""
    reason, detail = reason_of(derive("symantec_exclusions", RUNS, *keys, GONE))
    assert reason is Reason.NOT_LOCATED
    assert detail.startswith(words)
    assert "look in the console" in detail


def test_symantecs_list_can_be_told() -> None:
    """What somebody tells counts, whatever the registry shows; a key that was not seen keeps its own reason."""
    told = known("C:\\a|C:\\b")
    assert _sure(derive("symantec_exclusions", RUNS, DENIED, GONE, GONE, GONE, told)) == {"C:\\a", "C:\\b"}
    assert reason_of(derive("symantec_exclusions", RUNS, GONE, DENIED, GONE, GONE, GONE)) == (
        Reason.DENIED,
        "Symantec's Client: Access is denied.",
    )


def test_virusscans_items_are_read_in_both_views() -> None:
    """An item of kind 3 with flags 7 is a folder that is left alone whole."""
    answer = _virusscan(_items("3|7|C:\\a\\", " 3 | 7 |C:\\b|c"), _items("3|7|D:\\x"))
    assert _sure(answer) == {"C:\\a\\", "C:\\b|c", "D:\\x"}
    assert _kinds(_virusscan(_items())) == {}


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("3|3|C:\\a", "C:\\a"),
        ("3|4|C:\\a", "C:\\a"),
        ("3|15|C:\\a", "C:\\a"),
        ("4|7|EDB", "EDB"),
        ("3|7|", "*"),
        ("3|7", "*"),
        ("", "*"),
    ],
)
def test_an_item_of_another_kind_or_with_other_flags_settles_nothing(item: str, path: str) -> None:
    """Its meaning is not documented: it is a doubt about its path, or about every folder when it has none."""
    assert _kinds(_virusscan(_items(item))) == {path: "unsupported"}


@pytest.mark.parametrize("stated", [0, 1, 3, True, "2"])
def test_a_list_of_another_length_than_stated_is_no_list(stated: Value) -> None:
    """Items that are left over or lost make the whole list a doubt."""
    assert _kinds(_virusscan(_items("3|7|C:\\a", "3|7|C:\\b", stated=stated))) == {"*": "malformed"}


def test_virusscan_without_its_number_of_items_is_no_empty_list() -> None:
    """A key that states no number is not taken for one without items."""
    answer = _virusscan(known({"bOnAccess": {"type": "REG_DWORD", "value": 1}}))
    assert value_of(answer) == {
        "*": {"type": "malformed", "value": "NumExcludeItems is missing, and there are 0 items"}
    }


def test_mcafee_without_virusscans_key_is_not_located() -> None:
    """Endpoint Security keeps its exclusions elsewhere; an unread view is a doubt."""
    assert reason_of(_virusscan(GONE))[0] is Reason.NOT_LOCATED
    assert _kinds(_virusscan(_items("3|7|C:\\a"), DENIED)) == {"*": "denied", "C:\\a": "excluded"}


def test_other_products_are_named_until_somebody_tells() -> None:
    """Without such a product there is no list; with one there is none that can be read."""
    products = known(("Sophos", "CrowdStrike Falcon"), "strings")
    reason, detail = reason_of(derive("other_exclusions", products, GONE))
    assert reason is Reason.NOT_LOCATED
    assert detail.startswith("Sophos, CrowdStrike Falcon: ")
    assert _sure(derive("other_exclusions", products, known("C:\\a"))) == {"C:\\a"}
    assert derive("other_exclusions", known((), "strings"), known("C:\\a")) == GONE
    assert derive("other_exclusions", GONE, GONE) == GONE
    assert reason_of(derive("other_exclusions", DENIED, known("C:\\a")))[0] is Reason.DENIED


def test_a_list_that_is_too_long_is_not_compared() -> None:
    """A hostile list is bounded."""
    paths = [f"C:\\{place}" for place in range(MOST_ENTRIES + 1)]
    assert reason_of(_defender(_list(*paths)))[0] is Reason.TOO_LARGE
    assert isinstance(_defender(_list(*paths[1:])), Known)


@given(st.lists(st.text(max_size=6), max_size=4))
def test_an_unread_list_takes_nothing_away_and_adds_nothing_sure(paths: list[str]) -> None:
    """Denying one of two lists leaves the sure entries of the other."""
    both, one = _defender(_list(*paths), _list("C:\\x")), _defender(_list(*paths), DENIED)
    assert _sure(one) == _sure(_defender(_list(*paths)))
    assert _sure(one) <= _sure(both)
