"""The Analyzer's rules A2 to A6 about ScanMail: every verdict of every combination, written by hand.

A cell is F (finding), P (pass), - (not applicable), or the facts that stand in the way, one letter each:
a ScanMail_Action, v the value of the rule, m mailboxes, i ScanMail installed, b build of Exchange, e scanning in the
store enabled, c processors, s stores, r memory, l limit of the organization.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.model import Outcome, Reason, Undetermined, Unknown
from fleetscan.rules import judge, load_shelf
from tests.rules.samples import ABSENT, AT, DENIED, STARTED, STOPPED, evidence_of, known

RULES = {rule.id: rule for rule in load_shelf(derivations=DERIVATIONS).rules}
QUERY, WILDCARD = "scanmail-query-sender", "scanmail-wildcard-search"
MOST, POOL, TEMP = "scanmail-max-threads-low", "scanmail-thread-pool-low", "scanmail-temp-threshold-low"

VALUES = {
    QUERY: "scanmail.query_sender",
    WILDCARD: "scanmail.skip_wildcard_search",
    MOST: "scanmail.max_threads",
    POOL: "scanmail.thread_pool",
    TEMP: "scanmail.temp_threshold",
}
LETTERS = {
    "scanmail.action": "a",
    "exchange.mailboxes": "m",
    "scanmail.installed": "i",
    "exchange.build": "b",
    "vsapi.enabled": "e",
    "cpu.physical": "c",
    "exchange.mailbox_stores": "s",
    "memory.total": "r",
    "exchange.message_size_limit_kb": "l",
    **dict.fromkeys(VALUES.values(), "v"),
}
WORDS = {"finding": "F", "pass": "P", "not_applicable": "-"}

UNTOLD = Unknown(reason=Reason.NOT_LOCATED, detail="nobody has told it")
WRONG_TYPE = Unknown(reason=Reason.WRONG_TYPE, detail="REG_SZ '1' where int was expected")
SERVICE: dict[str, Outcome] = {"started": STARTED, "stopped": STOPPED, "absent": ABSENT, "denied": DENIED}
MAILBOXES: dict[str, Outcome] = {"100": known(100), "101": known(101), "untold": UNTOLD}
NUMBER: dict[str, Outcome] = {
    "0": known(0),
    "1": known(1),
    "2": known(2),
    "absent": ABSENT,
    "denied": DENIED,
    "wrong type": WRONG_TYPE,
}
ENABLED: dict[str, Outcome] = {"1": known(1), "0": known(0), "absent": ABSENT, "denied": DENIED}
STORES: dict[str, Outcome] = {"0": known(0), "3": known(3), "untold": UNTOLD}
PROCESSORS: dict[str, Outcome] = {"4": known(4), "denied": DENIED}
MEMORY: dict[str, Outcome] = {"1 GB": known(1073741824), "less": known(1073741823), "denied": DENIED}
LIMIT: dict[str, Outcome] = {"10240": known(10240), "untold": UNTOLD}
INSTALLED: dict[str, Outcome] = {"yes": known(value=True), "no": known(value=False), "denied": DENIED}
BUILD: dict[str, Outcome] = {
    "2003": known("6.5.7683"),
    "2010": known("14.3.513.0"),
    "2013": known("15.0.516.32"),
    "absent": ABSENT,
    "denied": DENIED,
}


def _cell(rule: str, outcomes: Mapping[str, Outcome]) -> str:
    verdict = judge(RULES[rule], evidence_of(outcomes), host="EX01")
    if isinstance(verdict.ruling, Undetermined):
        return "".join(sorted(LETTERS[fact.fact] for fact in verdict.ruling.facts))
    return WORDS[verdict.word]


def _sorted(cells: str) -> list[str]:
    return ["".join(sorted(cell)) for cell in cells.split()]


NOT_STARTED: dict[tuple[str, str], str] = {
    ("stopped", "101"): "P P P P P P",
    ("stopped", "100"): "P P P P P P",
    ("stopped", "untold"): "P P P P P P",
    ("absent", "101"): "- - - - - -",
    ("absent", "100"): "- - - - - -",
    ("absent", "untold"): "- - - - - -",
    ("denied", "101"): "a a a a a a",
    ("denied", "100"): "a a a a a a",
    ("denied", "untold"): "a a a a a a",
}
# A2: an absent QuerySender is not 0, so it fires; A3: only a 0 that is there fires.
#                        0  1  2  absent denied "wrong type"
LOOKUPS: dict[str, dict[tuple[str, str], str]] = {
    QUERY: {
        ("started", "101"): "P F F F v v",
        ("started", "100"): "P P P P P P",
        ("started", "untold"): "P m m m mv mv",
        **NOT_STARTED,
    },
    WILDCARD: {
        ("started", "101"): "F P P P v v",
        ("started", "100"): "P P P P P P",
        ("started", "untold"): "m P P P mv mv",
        **NOT_STARTED,
    },
}


@pytest.mark.parametrize("rule", [QUERY, WILDCARD])
@pytest.mark.parametrize(("service", "mailboxes"), list(product(SERVICE, MAILBOXES)))
def test_lookups(rule: str, service: str, mailboxes: str) -> None:
    """More than 100 mailboxes, a running service, and the value: each may be there, not there, or not seen."""
    seen = {
        "scanmail.action": SERVICE[service],
        "exchange.build": BUILD["2003"],
        "exchange.mailboxes": MAILBOXES[mailboxes],
    }
    found = [_cell(rule, {**seen, VALUES[rule]: number}) for number in NUMBER.values()]
    assert found == _sorted(LOOKUPS[rule][service, mailboxes])


# A4 and A5 with 4 processors: 2 * 4 + 1 + 3 = 12, and one for each store. Both articles have the same formula.
RAW: dict[str, tuple[Outcome, str]] = {
    "11": (known(11), "7.0"),
    "12": (known(12), "7.0"),
    "14": (known(14), "10.2"),
    "15": (known(15), "7.0"),
    "not set": (ABSENT, "7.0"),  # the default of 12
    "not set in 8": (ABSENT, "8.0"),
    "denied": (DENIED, "7.0"),
}
#                                11 12 14 15 "not set" "not set in 8" denied
THREADS: dict[tuple[str, str, str], str] = {
    ("1", "0", "4"): "F P P P P v v",
    ("1", "3", "4"): "F F F P F v v",
    ("1", "untold", "4"): "F s s s s vs vs",
    ("1", "0", "denied"): "c c c c c vc vc",
    ("1", "3", "denied"): "c c c c c vc vc",
    ("1", "untold", "denied"): "cs cs cs cs cs vcs vcs",
    ("0", "0", "4"): "P P P P P P P",
    ("0", "3", "4"): "P P P P P P P",
    ("0", "untold", "4"): "P P P P P P P",
    ("0", "0", "denied"): "P P P P P P P",
    ("0", "3", "denied"): "P P P P P P P",
    ("0", "untold", "denied"): "P P P P P P P",
    ("absent", "0", "4"): "P P P P P P P",
    ("absent", "3", "4"): "P P P P P P P",
    ("absent", "untold", "4"): "P P P P P P P",
    ("absent", "0", "denied"): "P P P P P P P",
    ("absent", "3", "denied"): "P P P P P P P",
    ("absent", "untold", "denied"): "P P P P P P P",
    ("denied", "0", "4"): "e P P P P ev ev",
    ("denied", "3", "4"): "e e e P e ev ev",
    ("denied", "untold", "4"): "e es es es es evs evs",
    ("denied", "0", "denied"): "ec ec ec ec ec evc evc",
    ("denied", "3", "denied"): "ec ec ec ec ec evc evc",
    ("denied", "untold", "denied"): "ecs ecs ecs ecs ecs evcs evcs",
}


@pytest.mark.parametrize("rule", [MOST, POOL])
@pytest.mark.parametrize(("enabled", "stores", "processors"), list(product(ENABLED, STORES, PROCESSORS)))
def test_threads(rule: str, enabled: str, stores: str, processors: str) -> None:
    """Too few for no store at all are too few whatever is told; 12 is the default before version 8 and no later."""
    seen = {
        "scanmail.installed": INSTALLED["yes"],
        "exchange.build": BUILD["2003"],
        "vsapi.enabled": ENABLED[enabled],
        "cpu.logical": ABSENT,
        "cpu.physical": PROCESSORS[processors],
        "exchange.mailbox_stores": STORES[stores],
    }
    found = [_cell(rule, {**seen, **_setting(rule, *raw)}) for raw in RAW.values()]
    assert found == _sorted(THREADS[enabled, stores, processors])


def _setting(rule: str, raw: Outcome, release: str) -> Mapping[str, Outcome]:
    name = VALUES[rule]
    derivation = "scanmail_temp_threshold" if rule == TEMP else "scanmail_threads"
    return {f"{name}_set": raw, name: DERIVATIONS[derivation].function([raw, known(release)], AT)}


# A6: 0.70 of 10240 KB is 7168 KB; a gigabyte is enough, a byte less is not.
SIZES: dict[str, tuple[Outcome, str]] = {
    "7167": (known(7167), "7.0"),
    "7168": (known(7168), "10.2"),
    "not set": (ABSENT, "7.0"),  # the default of 3072 KB
    "not set in 8": (ABSENT, "8.0"),
    "denied": (DENIED, "7.0"),
}
#                         7167 7168 "not set" "not set in 8" denied
THRESHOLDS: dict[tuple[str, str], str] = {
    ("1 GB", "10240"): "F P F v v",
    ("1 GB", "untold"): "l l l vl vl",
    ("less", "10240"): "P P P P P",
    ("less", "untold"): "P P P P P",
    ("denied", "10240"): "r P r rv rv",
    ("denied", "untold"): "rl rl rl rvl rvl",
}


@pytest.mark.parametrize(("memory", "limit"), list(product(MEMORY, LIMIT)))
def test_temp_threshold(memory: str, limit: str) -> None:
    """Memory from a gigabyte on, and a threshold strictly below 0.70 of the limit."""
    seen = {
        "scanmail.installed": INSTALLED["yes"],
        "exchange.build": BUILD["2003"],
        "memory.total": MEMORY[memory],
        "exchange.message_size_limit_kb": LIMIT[limit],
    }
    found = [_cell(TEMP, {**seen, **_setting(TEMP, *raw)}) for raw in SIZES.values()]
    assert found == _sorted(THRESHOLDS[memory, limit])


WORST: dict[str, Outcome] = {
    "exchange.mailboxes": known(5000),
    "scanmail.query_sender": known(1),
    "scanmail.skip_wildcard_search": known(0),
    "vsapi.enabled": known(1),
    "cpu.logical": known(64),
    "cpu.physical": known(2),
    "exchange.mailbox_stores": known(5),
    "scanmail.max_threads": known(1),
    "scanmail.thread_pool": known(1),
    "memory.total": known(2**36),
    "scanmail.temp_threshold": known(1),
    "exchange.message_size_limit_kb": known(102400),
}
"""What every one of the rules finds fault with, where it applies."""

#                               2003 2010 2013 absent denied
APPLIES_BY_SERVICE: dict[str, str] = {
    "started": "F F - F b",
    "stopped": "P P - P b",
    "absent": "- - - - -",
    "denied": "a a - a ab",
}
APPLIES_BY_SCANMAIL: dict[str, str] = {
    "yes": "F F - F b",
    "no": "- - - - -",
    "denied": "i i - i ib",
}


@pytest.mark.parametrize("rule", [QUERY, WILDCARD])
@pytest.mark.parametrize("service", SERVICE)
def test_lookups_are_no_matter_of_exchange_2013(rule: str, service: str) -> None:
    """From Exchange 2013 on the rule is not applicable, never a pass, whatever else was seen or not."""
    seen = {**WORST, "scanmail.action": SERVICE[service]}
    found = [_cell(rule, {**seen, "exchange.build": build}) for build in BUILD.values()]
    assert found == _sorted(APPLIES_BY_SERVICE[service])


@pytest.mark.parametrize("rule", [MOST, POOL, TEMP])
@pytest.mark.parametrize("installed", INSTALLED)
def test_the_store_is_no_matter_of_exchange_2013(rule: str, installed: str) -> None:
    """From Exchange 2013 on the rule is not applicable, never a pass, whatever else was seen or not."""
    seen = {**WORST, "scanmail.installed": INSTALLED[installed]}
    found = [_cell(rule, {**seen, "exchange.build": build}) for build in BUILD.values()]
    assert found == _sorted(APPLIES_BY_SCANMAIL[installed])


def test_an_exchange_2019_host_reads_why() -> None:
    """The sentence says not applicable, and that there is no store-level scanning since Exchange 2013."""
    seen = {"scanmail.action": STARTED, "scanmail.installed": INSTALLED["yes"], "exchange.build": known("15.2.1748.10")}
    said = [judge(RULES[rule], evidence_of({**WORST, **seen}), host="EX01").summary for rule in VALUES]
    assert all(one.startswith("not applicable: ") for one in said)
    assert all("no store-level scanning since Exchange 2013" in one for one in said)


@pytest.mark.parametrize(
    ("table", "rows", "columns"),
    [
        (LOOKUPS[QUERY], product(SERVICE, MAILBOXES), NUMBER),
        (LOOKUPS[WILDCARD], product(SERVICE, MAILBOXES), NUMBER),
        (THREADS, product(ENABLED, STORES, PROCESSORS), RAW),
        (THRESHOLDS, product(MEMORY, LIMIT), SIZES),
    ],
    ids=["A2", "A3", "A4 and A5", "A6"],
)
def test_the_tables_are_complete(
    table: dict[tuple[str, ...], str], rows: Iterator[tuple[str, ...]], columns: Mapping[str, object]
) -> None:
    """Every combination has its row, and every row a cell for each state of the value."""
    assert set(table) == set(rows)
    assert {len(cells.split()) for cells in table.values()} == {len(columns)}
