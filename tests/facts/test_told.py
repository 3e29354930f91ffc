"""Told facts: the order of the ways, what each of them passes over, and where it stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import UsageError
from fleetscan.facts import Word, complain_of, plan, read, word_of
from fleetscan.facts.located import told_value
from fleetscan.facts.told import tinted
from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    INVENTORY,
    LOCATED,
    Absent,
    Answer,
    Attestation,
    Contains,
    Derived,
    Equals,
    Evidence,
    Fact,
    FactType,
    Failure,
    File,
    FileAspect,
    Host,
    Indirect,
    Itself,
    Known,
    Locator,
    Outcome,
    Question,
    Reason,
    RegistryValue,
    Told,
    Unknown,
    Versions,
)
from tests.facts.shapes import JSON, RAW_TYPES, asked

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
PLACE = RegistryValue(key=r"HKLM\SOFTWARE\Example", value="EnableUpdate")
FILE = File(path=r"C:\Example\alert.ini", aspect=FileAspect.TEXT)
RELEASE = RegistryValue(key=r"HKLM\SOFTWARE\Example", value="Version")
NEWEST = File(path=r"C:\pattern", aspect=FileAspect.NEWEST, pattern="lpt*")

UPDATE = Fact(
    id="scanmail.scheduled_update",
    type=FactType.BOOL,
    origin=Told(indirect=Indirect(derivation="pattern_arrives", inputs=("scanmail.pattern_file",), days=7)),
)
MAILBOXES = Fact(id="exchange.mailboxes", type=FactType.INT, origin=Told())
RECIPIENTS = Fact(id="scanmail.outbreak_recipients", type=FactType.STRING, origin=Told())
VERSION = asked("scanmail.version", FactType.VERSION, RELEASE)
PATTERN = asked("scanmail.pattern_file", FactType.NEWEST, NEWEST)
SHELF = (UPDATE, MAILBOXES, RECIPIENTS, VERSION, PATTERN)

LOCATOR = Locator(fact=UPDATE.id, question=PLACE, reading=Equals(value=1))
RANGE = Versions(fact=VERSION.id, at_least="14.0", below="15.0")
WORD_OF_DOE = Attestation(fact=UPDATE.id, value=True, by="J. Doe", since=date(2026, 10, 1), until=date(2027, 3, 31))
NOBODY = Word()


def young(days: float) -> Known:
    """Give the newest pattern, so many days old at the reading."""
    modified = (AT - timedelta(days=days)).isoformat()
    return Known(value={"name": "lpt$vpn.457", "size": 1, "modified": modified}, type="file")


def dword(value: int) -> Known:
    """Give a number as a host answers it."""
    return Known(value=value, type="REG_DWORD")


def text(value: str) -> Known:
    """Give a registry text as a host answers it."""
    return Known(value=value, type="REG_SZ")


def record_of(
    outcomes: Mapping[Question, Outcome], word: Word, facts: tuple[Fact, ...] = SHELF
) -> Mapping[str, Evidence]:
    """Read a host that gives these answers under this word."""
    made = plan(facts, locators=word.locators.values())
    return read(made, Answer(outcomes=outcomes), transport="winrm", credential="reader", at=AT, word=word)


def heard(fact: Fact, outcomes: Mapping[Question, Outcome], word: Word) -> Evidence:
    """Read one told fact."""
    return record_of(outcomes, word)[fact.id]


def saying(*told: Locator | Attestation, days: Mapping[str, int] | None = None) -> Word:
    """Make the word of an environment."""
    return Word(
        locators={one.fact: one for one in told if isinstance(one, Locator)},
        attestations={one.fact: one for one in told if isinstance(one, Attestation)},
        days=days or {},
    )


YOUNG: dict[Question, Outcome] = {NEWEST: young(1)}
ORDER: list[tuple[str, Word, Mapping[Question, Outcome], object]] = [
    ("all three", saying(LOCATOR, WORD_OF_DOE), {**YOUNG, PLACE: dword(0)}, (False, LOCATED)),
    ("locator alone", saying(LOCATOR), {PLACE: dword(1)}, (True, LOCATED)),
    ("word and outcome", saying(replace(WORD_OF_DOE, value=False)), YOUNG, (False, ATTESTED)),
    ("outcome alone", NOBODY, YOUNG, (True, INDIRECT)),
    ("nothing", NOBODY, {}, Reason.NOT_LOCATED),
    ("expired word, outcome", saying(replace(WORD_OF_DOE, until=date(2026, 11, 21))), YOUNG, (True, INDIRECT)),
    ("expired word alone", saying(replace(WORD_OF_DOE, until=date(2026, 11, 21))), {}, Reason.NOT_LOCATED),
    ("word to come", saying(replace(WORD_OF_DOE, since=date(2026, 11, 23))), {}, Reason.NOT_LOCATED),
    ("place denied, word", saying(LOCATOR, WORD_OF_DOE), {PLACE: Unknown(reason=Reason.DENIED)}, Reason.DENIED),
    ("place not answered, word", saying(LOCATOR, WORD_OF_DOE), YOUNG, Reason.NOT_ASKED),
    ("place absent, word", saying(LOCATOR, WORD_OF_DOE), {PLACE: Absent()}, Reason.NOT_LOCATED),
    ("other type, word", saying(LOCATOR, WORD_OF_DOE), {PLACE: text("1")}, Reason.WRONG_TYPE),
    (
        "other version, word",
        saying(replace(LOCATOR, versions=RANGE), WORD_OF_DOE),
        {PLACE: dword(0), RELEASE: text("12.5")},
        (True, ATTESTED),
    ),
    (
        "version denied, word",
        saying(replace(LOCATOR, versions=RANGE), WORD_OF_DOE),
        {PLACE: dword(0), RELEASE: Unknown(reason=Reason.DENIED)},
        Reason.DENIED,
    ),
    (
        "version absent, word",
        saying(replace(LOCATOR, versions=RANGE), WORD_OF_DOE),
        {PLACE: dword(0), RELEASE: Absent()},
        Reason.NOT_LOCATED,
    ),
    ("old pattern", NOBODY, {NEWEST: young(8)}, Reason.NOT_LOCATED),
]


@pytest.mark.parametrize(("word", "outcomes", "wanted"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_the_ways_are_gone_in_their_order(word: Word, outcomes: Mapping[Question, Outcome], wanted: object) -> None:
    """Locator, word, outcome: each is passed over where it has nothing to say, never where it could not be read."""
    match heard(UPDATE, outcomes, word).outcome:
        case Known(value=value, type=kind):
            assert (value, kind) == wanted
        case Unknown(reason=reason):
            assert reason is wanted
        case Absent():
            pytest.fail("a told fact is never absent")


@pytest.mark.parametrize(
    ("day", "holds"), [("2026-09-30", False), ("2026-10-01", True), ("2027-03-31", True), ("2027-04-01", False)]
)
def test_a_word_holds_on_its_first_and_its_last_day(day: str, holds: bool) -> None:  # noqa: FBT001 - a table of cases
    """The days are included whole, in UTC: from the first second of the first one to the last second of the last."""
    word = saying(WORD_OF_DOE)
    for moment in ("00:00:00", "23:59:59.999999"):
        at = datetime.fromisoformat(f"{day}T{moment}+00:00")
        record = read(plan(SHELF), Answer(), transport="winrm", credential="reader", at=at, word=word)
        assert isinstance(record[UPDATE.id].outcome, Known) is holds


def test_an_expired_word_says_so_and_how_to_settle_it() -> None:
    """The reader learns who had vouched and until when, and finds the YAML to paste."""
    evidence = heard(UPDATE, {}, saying(replace(WORD_OF_DOE, until=date(2026, 11, 21))))
    assert evidence.outcome == Unknown(
        reason=Reason.NOT_LOCATED,
        detail="the attestation by J. Doe ended on 2026-11-21; the newest pattern: the host was not asked, or left the "
        "question out of its answer. To settle it, write in the inventory fleetscan_attested: "
        "{scanmail.scheduled_update: {value: true, by: NAME, since: 2026-11-22, until: 2027-05-21}}, or find its place "
        "with fleetscan probe",
    )
    assert (evidence.where, evidence.transport, evidence.credential) == (
        "told by the inventory, else pattern_arrives(scanmail.pattern_file)",
        INVENTORY,
        "",
    )


def test_nobody_told_it() -> None:
    """With no word at all the fact is unknown, and the advice has a value of its type."""
    for fact, example in ((MAILBOXES, "1"), (RECIPIENTS, "TEXT")):
        outcome = heard(fact, {}, NOBODY).outcome
        assert isinstance(outcome, Unknown)
        assert outcome.detail.startswith("nobody has told it. To settle it,")
        assert f"{{{fact.id}: {{value: {example}, by: NAME," in outcome.detail


def test_a_word_to_come_says_when_it_begins() -> None:
    """A first day that lies ahead is not in force yet."""
    outcome = heard(UPDATE, {}, saying(replace(WORD_OF_DOE, since=date(2026, 11, 23)))).outcome
    assert isinstance(outcome, Unknown)
    assert outcome.detail.startswith("the attestation by J. Doe begins on 2026-11-23;")


def test_the_evidence_says_which_way() -> None:
    """A place with what it holds, by the host's transport; a person from the inventory; a derivation of the host's."""
    place = heard(UPDATE, {PLACE: dword(1)}, saying(LOCATOR))
    assert (place.where, place.transport, place.credential) == (f"{PLACE.where} holds 1", "winrm", "reader")
    person = heard(UPDATE, {}, saying(replace(WORD_OF_DOE, note="ticket 4711")))
    assert (person.where, person.transport, person.credential) == (
        "attested by J. Doe on 2026-10-01, until 2027-03-31 (ticket 4711)",
        INVENTORY,
        "",
    )
    outcome = heard(UPDATE, YOUNG, NOBODY)
    assert (outcome.where, outcome.transport) == ("pattern_arrives(scanmail.pattern_file)", "winrm")


UNSETTLED: list[tuple[Locator, dict[Question, Outcome]]] = [
    (LOCATOR, {PLACE: Unknown(reason=Reason.DENIED)}),
    (LOCATOR, {PLACE: Absent()}),
    (LOCATOR, {PLACE: text("1")}),
    (replace(LOCATOR, versions=RANGE), {PLACE: dword(1), RELEASE: Unknown(reason=Reason.DENIED)}),
]


@pytest.mark.parametrize(("locator", "outcomes"), UNSETTLED)
def test_a_place_that_settled_nothing_is_evidence_of_the_host(
    locator: Locator, outcomes: Mapping[Question, Outcome]
) -> None:
    """The host was asked there, as somebody, also when the answer helps nobody."""
    found = heard(UPDATE, outcomes, saying(locator))
    assert isinstance(found.outcome, Unknown)
    assert (found.where, found.transport, found.credential) == (PLACE.where, "winrm", "reader")


def test_a_place_names_the_way_that_it_was_read_over() -> None:
    """Where a host was asked over several ways, that of the locator's own question counts."""
    word = saying(LOCATOR)
    made = plan(SHELF, locators=word.locators.values())
    answer = Answer(outcomes={PLACE: dword(1)}, ways={PLACE: "remote_registry"})
    record = read(made, answer, transport="winrm, remote_registry", credential="reader", at=AT, word=word)
    assert record[UPDATE.id].transport == "remote_registry"
    assert record[MAILBOXES.id].transport == INVENTORY


@pytest.mark.parametrize(
    ("release", "used"),
    [
        ("13.9.9999", False),
        ("14", True),
        ("14.0", True),
        ("14.0.0.0", True),
        ("14.0.0.1", True),
        ("14.99", True),
        ("15", False),
        ("15.0", False),
        ("15.0.0.1", False),
        ("9.0", False),
    ],
)
def test_a_locator_is_for_its_versions(release: str, used: bool) -> None:  # noqa: FBT001 - a table of cases
    """`from` is included and `below` is not, number by number, missing numbers being zeros."""
    word = saying(replace(LOCATOR, versions=RANGE))
    outcome = heard(UPDATE, {PLACE: dword(1), RELEASE: text(release)}, word).outcome
    assert isinstance(outcome, Known) is used


@pytest.mark.parametrize(
    ("versions", "release", "used"),
    [
        (Versions(fact=VERSION.id, at_least="14.0"), "99.0", True),
        (Versions(fact=VERSION.id, at_least="14.0"), "13.0", False),
        (Versions(fact=VERSION.id, below="14.0"), "1.0", True),
        (Versions(fact=VERSION.id, below="14.0"), "14.0", False),
    ],
)
def test_one_bound_is_enough(versions: Versions, release: str, used: bool) -> None:  # noqa: FBT001 - a table of cases
    """A bound that is not given bounds nothing."""
    outcome = heard(
        UPDATE, {PLACE: dword(1), RELEASE: text(release)}, saying(replace(LOCATOR, versions=versions))
    ).outcome
    assert isinstance(outcome, Known) is used
    if isinstance(outcome, Unknown):
        assert outcome.detail.startswith("the locator is for another scanmail.version;")


READINGS: list[tuple[Fact, Locator, Outcome, object]] = [
    (UPDATE, LOCATOR, dword(1), True),
    (UPDATE, LOCATOR, dword(0), False),
    (UPDATE, LOCATOR, dword(2), False),
    (UPDATE, LOCATOR, Known(value=1, type="REG_QWORD"), True),
    (UPDATE, LOCATOR, text("1"), Reason.WRONG_TYPE),
    (UPDATE, LOCATOR, Known(value="01", type="REG_BINARY"), Reason.WRONG_TYPE),
    (UPDATE, LOCATOR, Known(value=-1, type="REG_DWORD"), Reason.MALFORMED),
    (UPDATE, replace(LOCATOR, reading=Equals(value="yes")), text("yes"), True),
    (UPDATE, replace(LOCATOR, reading=Equals(value="yes")), text("Yes"), False),
    (UPDATE, replace(LOCATOR, reading=Equals(value="1")), dword(1), Reason.WRONG_TYPE),
    (UPDATE, LOCATOR, Absent(), Reason.NOT_LOCATED),
    (UPDATE, replace(LOCATOR, absent=False), Absent(), False),
    (UPDATE, replace(LOCATOR, absent=True), Absent(), True),
    (UPDATE, replace(LOCATOR, absent=False), Unknown(reason=Reason.TIMED_OUT), Reason.TIMED_OUT),
    (MAILBOXES, Locator(fact=MAILBOXES.id, question=PLACE, reading=Itself()), dword(350), 350),
    (MAILBOXES, Locator(fact=MAILBOXES.id, question=PLACE, reading=Itself()), text("350"), Reason.WRONG_TYPE),
    (MAILBOXES, Locator(fact=MAILBOXES.id, question=PLACE, reading=Itself(), absent=0), Absent(), 0),
    (
        RECIPIENTS,
        Locator(fact=RECIPIENTS.id, question=PLACE, reading=Itself()),
        text("soc@example.com"),
        "soc@example.com",
    ),
    (RECIPIENTS, Locator(fact=RECIPIENTS.id, question=PLACE, reading=Itself()), dword(1), Reason.WRONG_TYPE),
]


@pytest.mark.parametrize(("fact", "locator", "answer", "wanted"), READINGS)
def test_a_place_is_read_by_the_fact_s_type(fact: Fact, locator: Locator, answer: Outcome, wanted: object) -> None:
    """Nothing is converted on a guess, and absence means what the locator says or nothing."""
    match heard(fact, {PLACE: answer}, saying(locator)).outcome:
        case Known(value=value, type=kind):
            assert (value, kind) == (wanted, LOCATED)
            assert type(value) is type(wanted)
        case other:
            assert isinstance(other, Unknown)
            assert other.reason is wanted


@pytest.mark.parametrize(
    ("content", "truncated", "wanted"),
    [("a\nEnabled=1\n", False, True), ("enabled=1", False, False), ("", False, False), ("Enabled=1", True, None)],
)
def test_a_file_is_searched(content: str, truncated: bool, wanted: bool | None) -> None:  # noqa: FBT001 - a table of cases
    """The text stands in the file or not; a file that was not read to its end is unknown either way."""
    word = saying(Locator(fact=UPDATE.id, question=FILE, reading=Contains(text="Enabled=1")))
    answer = Known(value={"text": content, "truncated": truncated}, type="file")
    evidence = heard(UPDATE, {FILE: answer}, word)
    if wanted is None:
        assert evidence.outcome == Unknown(
            reason=Reason.TOO_LARGE, detail="the file is longer than what was read of it"
        )
    else:
        assert evidence.outcome == Known(value=wanted, type=LOCATED)
        assert evidence.where == f"{FILE.where} {'contains' if wanted else 'does not contain'} 'Enabled=1'"


@pytest.mark.parametrize(
    ("age", "days", "wanted"),
    [(6.999, None, True), (7.0, None, None), (7.0, 8, True), (1.0, 1, None), (-0.5, None, True)],
)
def test_an_outcome_is_younger_than_its_days(age: float, days: int | None, wanted: bool | None) -> None:  # noqa: FBT001 - a table of cases
    """Seven days unless the inventory says otherwise; what is as old as that shows nothing, and never no."""
    word = saying(days={} if days is None else {UPDATE.id: days})
    outcome = heard(UPDATE, {NEWEST: young(age)}, word).outcome
    assert (outcome.value if isinstance(outcome, Known) else None) == wanted


def test_a_word_of_the_wrong_type_is_unknown() -> None:
    """What slipped past the reading of the inventory is still not converted."""
    for value in (1, "true"):
        outcome = heard(UPDATE, {}, saying(replace(WORD_OF_DOE, value=value))).outcome
        assert isinstance(outcome, Unknown)
        assert outcome.reason is Reason.WRONG_TYPE
    word = replace(WORD_OF_DOE, fact=MAILBOXES.id, value=True)
    assert isinstance(heard(MAILBOXES, {}, saying(word)).outcome, Unknown)


def test_a_type_that_nobody_can_tell_takes_no_value() -> None:
    """Only yes or no, numbers and texts are told; a fact of another type stays unknown, whatever is said of it."""
    for value in ("14.0", True, 14):
        assert told_value(VERSION, value, ATTESTED) == Unknown(
            reason=Reason.WRONG_TYPE, detail=f"{value!r} was told where version was expected"
        )


def test_a_host_that_was_not_reached_is_still_known_by_word() -> None:
    """A word needs no host; a place does, and says why it was not read."""
    answer = Answer(failure=Failure(reason=Reason.UNREACHABLE, detail="no route"))
    word = saying(replace(WORD_OF_DOE, fact=MAILBOXES.id, value=350), LOCATOR)
    made = plan(SHELF, locators=word.locators.values())
    record = read(made, answer, transport="winrm", credential="", at=AT, word=word)
    assert record[MAILBOXES.id].outcome == Known(value=350, type=ATTESTED)
    assert record[UPDATE.id].outcome == Unknown(reason=Reason.UNREACHABLE, detail="no route")


def test_what_is_derived_from_a_word_carries_it() -> None:
    """A derivation passes on that an input was attested or indirect, the weaker of the two, and only what is known."""
    plain, vouched, inferred = (Known(value=1, type=kind) for kind in ("REG_DWORD", ATTESTED, INDIRECT))
    made = Known(value=True, type="bool")
    assert tinted(made, [plain]) == made
    assert tinted(made, [plain, vouched]) == Known(value=True, type=ATTESTED)
    assert tinted(made, [inferred, vouched]) == Known(value=True, type=INDIRECT)
    assert tinted(Absent(), [vouched]) == Absent()
    product = Fact(
        id="exchange.product",
        type=FactType.STRING,
        origin=Derived(derivation="ad_site", inputs=(RECIPIENTS.id, RECIPIENTS.id)),
    )
    word = saying(replace(WORD_OF_DOE, fact=RECIPIENTS.id, value="Osaka"))
    assert record_of({}, word, (*SHELF, product))[product.id].outcome == Known(value="Osaka", type=ATTESTED)


def test_the_word_of_a_host_is_what_its_inventory_says() -> None:
    """Locators and attestations as they are, and the days of facts; thresholds of rules are none of it."""
    host = Host(
        name="ex01",
        address="ex01",
        locators={UPDATE.id: LOCATOR},
        attestations={UPDATE.id: WORD_OF_DOE},
        parameters={UPDATE.id: {"days": 14}, "a-rule": {"other": 1}, "b-rule": {"days": True}},
    )
    assert word_of(host) == Word(
        locators={UPDATE.id: LOCATOR}, attestations={UPDATE.id: WORD_OF_DOE}, days={UPDATE.id: 14}
    )


def test_an_outcome_may_need_no_days_and_may_be_absent() -> None:
    """Another derivation speaks without an age; where it finds nothing there, the fact is unknown and not absent."""
    site = asked("ad.site_override", FactType.STRING, RELEASE)
    told = Fact(
        id="it.site",
        type=FactType.STRING,
        origin=Told(indirect=Indirect(derivation="ad_site", inputs=(site.id, site.id))),
    )
    facts = (told, site)
    assert record_of({RELEASE: text("Osaka")}, NOBODY, facts)[told.id].outcome == Known(value="Osaka", type=INDIRECT)
    gone = record_of({RELEASE: Absent()}, NOBODY, facts)[told.id].outcome
    assert isinstance(gone, Unknown)
    assert gone.detail.startswith("ad_site(ad.site_override, ad.site_override) is absent. To settle it,")


def test_a_version_that_was_not_planned_is_not_asked() -> None:
    """A locator that reached a host by another way than the plan does not count blindly."""
    word = saying(replace(LOCATOR, versions=replace(RANGE, fact="other.version")))
    made = plan(SHELF, locators=[LOCATOR])
    record = read(made, Answer(outcomes={PLACE: dword(1)}), transport="winrm", credential="", at=AT, word=word)
    outcome = record[UPDATE.id].outcome
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.NOT_ASKED


# The plan


def test_the_plan_asks_for_the_places_of_all_hosts_once_and_says_why() -> None:
    """Every locator's question is among the questions, its version fact before it, its origin in the lines."""
    other = replace(LOCATOR, question=replace(PLACE, value="Other"))
    made = plan(SHELF, [UPDATE.id], locators=[replace(LOCATOR, versions=RANGE), LOCATOR, other, LOCATOR])
    assert made.questions.count(PLACE) == 1
    assert set(made.questions) == {NEWEST, RELEASE, PLACE, other.question}
    ids = [fact.id for fact in made.facts]
    assert ids.index(VERSION.id) < ids.index(UPDATE.id)
    assert rf"  HKLM\SOFTWARE\Example\EnableUpdate  (located by the inventory: {UPDATE.id})" in made.lines()
    assert r"  HKLM\SOFTWARE\Example\Version" in made.lines()


def test_places_of_facts_that_are_not_wanted_are_not_asked_for() -> None:
    """The plan is all that is read, and reads no more than it needs."""
    assert plan(SHELF, [MAILBOXES.id], locators=[LOCATOR]).questions == ()


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        (replace(LOCATOR, fact="scanmail.schedule_update"), "there is no fact scanmail.schedule_update"),
        (replace(LOCATOR, fact=VERSION.id), "the fact scanmail.version is read from the host and cannot be told"),
        (
            replace(LOCATOR, reading=Itself()),
            "scanmail.scheduled_update is bool: the locator must say which value means yes",
        ),
        (replace(LOCATOR, fact=MAILBOXES.id), "exchange.mailboxes is int: `is` goes with facts that are bool"),
        (
            replace(LOCATOR, fact=MAILBOXES.id, question=FILE, reading=Contains(text="x")),
            "exchange.mailboxes is int: `contains` goes with facts that are bool",
        ),
        (
            replace(LOCATOR, absent=0),
            "`absent` must be true or false, because scanmail.scheduled_update is bool; it is a whole number",
        ),
        (replace(LOCATOR, versions=replace(RANGE, fact="scanmail.versoin")), "there is no fact scanmail.versoin"),
        (
            replace(LOCATOR, versions=replace(RANGE, fact=MAILBOXES.id)),
            "`versions` needs a fact that is a version read from the host; exchange.mailboxes is int",
        ),
        (
            replace(WORD_OF_DOE, fact=MAILBOXES.id),
            "`value` must be a whole number, because exchange.mailboxes is int; it is true or false",
        ),
        (
            replace(WORD_OF_DOE, fact=RECIPIENTS.id, value=1),
            "`value` must be text, because scanmail.outbreak_recipients is string; it is a whole number",
        ),
    ],
)
def test_what_does_not_fit_the_shelf_is_refused(told: Locator | Attestation, complaint: str) -> None:
    """The check of an inventory and the plan refuse the same, before a host is touched."""
    found = complain_of({fact.id: fact for fact in SHELF}, told)
    assert found is not None
    assert found[0] == complaint
    if isinstance(told, Locator):
        with pytest.raises(UsageError) as refused:
            plan(SHELF, locators=[told])
        assert str(refused.value) == complaint


def test_a_misspelt_fact_comes_with_a_suggestion() -> None:
    """Only told facts are suggested, and for `versions` only versions."""
    shelf = {fact.id: fact for fact in SHELF}
    assert complain_of(shelf, replace(LOCATOR, fact="scanmail.schedule_update")) == (
        "there is no fact scanmail.schedule_update",
        "did you mean `scanmail.scheduled_update`?",
    )
    wrong = replace(LOCATOR, versions=replace(RANGE, fact="scanmail.versoin"))
    assert complain_of(shelf, wrong) == ("there is no fact scanmail.versoin", "did you mean `scanmail.version`?")
    assert complain_of(shelf, LOCATOR) is None
    assert complain_of(shelf, WORD_OF_DOE) is None


def test_versions_cannot_rest_on_what_is_told() -> None:
    """A version that is worked out from a told fact could wait for itself."""
    derived = Fact(
        id="a.version",
        type=FactType.VERSION,
        origin=Derived(derivation="scanmail_version", inputs=(RECIPIENTS.id, VERSION.id, "gone.fact", "a.version")),
    )
    shelf = {fact.id: fact for fact in (*SHELF, derived)}
    found = complain_of(shelf, replace(LOCATOR, versions=replace(RANGE, fact="a.version")))
    assert found is not None
    assert found[0] == "`versions` needs a fact that is a version read from the host; a.version is version"


@pytest.mark.parametrize(
    ("fact", "complaint"),
    [
        (
            replace(UPDATE, origin=Told(indirect=Indirect(derivation="gone", inputs=()))),
            "scanmail.scheduled_update: no derivation is called 'gone'",
        ),
        (
            replace(UPDATE, origin=Told(indirect=Indirect(derivation="pattern_arrives", inputs=(PATTERN.id,)))),
            "scanmail.scheduled_update: pattern_arrives is made from (newest, int), not from (newest)",
        ),
        (
            replace(MAILBOXES, origin=UPDATE.origin),
            "exchange.mailboxes: pattern_arrives gives bool, not int",
        ),
    ],
)
def test_an_outcome_must_fit_its_fact(fact: Fact, complaint: str) -> None:
    """A plan refuses a derivation that does not exist, takes other inputs, or gives another type."""
    with pytest.raises(UsageError) as refused:
        plan((fact, VERSION, PATTERN))
    assert str(refused.value) == complaint


# Never a value out of nothing

ANSWERS: st.SearchStrategy[Outcome] = (
    st.just(Absent())
    | st.builds(
        lambda reason, detail: Unknown(reason=reason, detail=detail), st.sampled_from(Reason), st.text(max_size=5)
    )
    | st.builds(lambda value, kind: Known(value=value, type=kind), JSON, RAW_TYPES)
)
DAYS = st.dates(date(2026, 10, 1), date(2027, 2, 1))
VERSIONS = st.none() | st.builds(
    lambda low, high: Versions(fact=VERSION.id, at_least=low, below=high),
    st.sampled_from(["", "1.0", "14.0"]),
    st.sampled_from(["", "14.0", "15.0"]),
)
PLACES = st.builds(
    lambda reading, absent, versions: replace(LOCATOR, reading=reading, absent=absent, versions=versions),
    st.sampled_from([Equals(value=1), Equals(value="1"), Equals(value=True)]),
    st.none() | st.booleans(),
    VERSIONS,
)
PEOPLE = st.builds(
    lambda value, since, length: replace(WORD_OF_DOE, value=value, since=since, until=since + timedelta(days=length)),
    st.booleans(),
    DAYS,
    st.integers(1, 90),
)


@given(
    locator=st.none() | PLACES,
    attestation=st.none() | PEOPLE,
    place=st.none() | ANSWERS,
    release=st.none() | ANSWERS | st.sampled_from([text("14.0"), text("12.5")]),
    pattern=st.none() | ANSWERS | st.floats(-3, 30).map(young),
)
def test_never_a_value_out_of_nothing(
    locator: Locator | None,
    attestation: Attestation | None,
    place: Outcome | None,
    release: Outcome | None,
    pattern: Outcome | None,
) -> None:
    """Whatever is said and answered, a known value is backed by the way that its type names."""
    answers: dict[Question, Outcome | None] = {PLACE: place, RELEASE: release, NEWEST: pattern}
    outcomes = {question: outcome for question, outcome in answers.items() if outcome is not None}
    word = saying(*(one for one in (locator, attestation) if one is not None))
    record = record_of(outcomes, word)
    match record[UPDATE.id].outcome:
        case Known(value=value, type="located"):
            assert locator is not None
            assert isinstance(place, Known) or (isinstance(place, Absent) and locator.absent is value)
            assert locator.versions is None or isinstance(record[VERSION.id].outcome, Known)
        case Known(value=value, type="attested"):
            assert attestation is not None
            assert attestation.value is value
            assert attestation.since <= AT.date() <= attestation.until
            assert locator is None or (locator.versions is not None and isinstance(release, Known))
        case Known(value=value, type="indirect"):
            assert value is True
            assert isinstance(record[PATTERN.id].outcome, Known)
            assert attestation is None or not attestation.since <= AT.date() <= attestation.until
        case outcome:
            assert isinstance(outcome, Unknown)
