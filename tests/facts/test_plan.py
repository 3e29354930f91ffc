from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import UsageError
from fleetscan.facts import Plan, plan
from fleetscan.model import (
    CimRows,
    Derived,
    Fact,
    FactType,
    File,
    FileAspect,
    RegistryList,
    RegistryValue,
    Service,
    Services,
)
from tests.facts.shapes import asked

MASTER = Service(name="ScanMail_Master")
COMPUTER = "Win32_ComputerSystem"


def _derived(name: str, kind: FactType, derivation: str, *inputs: str) -> Fact:
    return Fact(id=name, type=kind, origin=Derived(derivation=derivation, inputs=inputs))


def _cim(name: str, cim_class: str, *properties: str) -> Fact:
    return asked(name, FactType.INT, CimRows(cim_class=cim_class, properties=properties), properties[0])


SITE = (
    asked("ad.fixed", FactType.STRING, RegistryValue(key=r"HKLM\N", value="SiteName")),
    asked("ad.dynamic", FactType.STRING, RegistryValue(key=r"HKLM\N", value="DynamicSiteName")),
    _derived("ad.site", FactType.STRING, "ad_site", "ad.fixed", "ad.dynamic"),
)


def test_a_question_is_asked_once() -> None:
    """Facts that ask the same share one question, in the order of first mention."""
    facts = (
        asked("b.one", FactType.SERVICE, MASTER),
        asked("a.two", FactType.SERVICE, Service(name="Other")),
        asked("c.three", FactType.SERVICE, Service(name="ScanMail_Master")),
    )
    assert plan(facts).questions == (MASTER, Service(name="Other"))


def test_cim_questions_of_one_class_are_merged() -> None:
    """One class is asked once for all properties that are wanted, however its name is written."""
    facts = (_cim("a.p", COMPUTER, "P"), _cim("a.q", COMPUTER.upper(), "Q", "P"), _cim("b.v", "Win32_Other", "V"))
    made = plan(facts)
    whole = CimRows(cim_class=COMPUTER, properties=("P", "Q"))
    assert made.questions == (whole, CimRows(cim_class="Win32_Other", properties=("V",)))
    assert made.asked_as(CimRows(cim_class=COMPUTER.upper(), properties=("Q", "P"))) == whole
    assert made.asked_as(MASTER) == MASTER


def test_inputs_are_pulled_in_before_what_needs_them() -> None:
    """Wanting a derived fact plans its inputs too, each before its reader, and nothing else."""
    other = asked("x.y", FactType.SERVICE, MASTER)
    made = plan((other, *reversed(SITE)), ["ad.site"])
    assert [fact.id for fact in made.facts] == ["ad.fixed", "ad.dynamic", "ad.site"]
    assert MASTER not in made.questions
    assert len(made.questions) == 2


def test_wanting_nothing_plans_nothing() -> None:
    """An empty wish is not the same as no wish."""
    assert plan(SITE, []) == Plan(questions=(), facts=())
    assert len(plan(SITE).facts) == 3


@pytest.mark.parametrize(
    ("facts", "wanted", "words"),
    [
        (SITE, ["ad.sites"], "no fact is called 'ad.sites'"),
        (SITE[1:], None, "no fact is called 'ad.fixed', which ad.site is derived from"),
        (
            (_derived("a.a", FactType.STRING, "exchange_product", "a.a"),),
            None,
            "facts are derived from each other in a circle: a.a <- a.a",
        ),
        ((*SITE[:2], _derived("ad.site", FactType.STRING, "ad_sites", *("ad.fixed",) * 2)), None, "'ad_sites'"),
        (
            (*SITE[:2], _derived("ad.site", FactType.STRING, "ad_site", "ad.fixed")),
            None,
            "ad.site: ad_site is made from (string, string), not from (string)",
        ),
        (
            (*SITE[:2], _derived("ad.site", FactType.BOOL, "ad_site", "ad.fixed", "ad.dynamic")),
            None,
            "ad.site: ad_site gives string, not bool",
        ),
        (
            (asked("s.s", FactType.INT, MASTER),),
            None,
            "s.s: service ScanMail_Master cannot be read as int",
        ),
        (
            (asked("c.c", FactType.INT, CimRows(cim_class="C", properties=("P",)), "Q"),),
            None,
            "c.c: the question does not ask for the property 'Q'",
        ),
    ],
)
def test_refuses_what_cannot_be_planned(facts: tuple[Fact, ...], wanted: list[str] | None, words: str) -> None:
    """Unknown ids, circles, and derivations or questions that do not fit are refused in words."""
    with pytest.raises(UsageError) as caught:
        plan(facts, wanted)
    assert words in str(caught.value)


def test_a_variadic_derivation_takes_more_of_its_last_input() -> None:
    """Lists of exclusions may be one or more; of another type they may not be, nor may there be none."""
    lists = [asked(f"l.{n}", FactType.STRING, RegistryValue(key=r"HKLM\L", value=str(n))) for n in range(3)]
    number = asked("n.n", FactType.INT, RegistryValue(key=r"HKLM\N", value="N"))
    names = [one.id for one in lists]
    fact = _derived("e.e", FactType.BOOL, "etrust_installed", *names)
    assert plan((*lists, fact)).facts[-1] == fact
    with pytest.raises(UsageError, match="etrust_installed is made from"):
        plan((number, *lists, _derived("e.e", FactType.BOOL, "etrust_installed", *names, number.id)))
    with pytest.raises(UsageError, match="etrust_installed is made from"):
        plan((_derived("e.e", FactType.BOOL, "etrust_installed"),))


def test_lines_name_every_place_by_kind() -> None:
    """The lines of a plan name each place that will be read once, under its kind, sorted."""
    base = RegistryValue(key=r"HKLM\S", value="Path")
    facts = (
        asked("s.b", FactType.SERVICES, Services(pattern="b*")),
        asked("s.a", FactType.SERVICE, Service(name="A")),
        asked("f.f", FactType.VERSION, File(path=r"Bin\x.exe", aspect=FileAspect.VERSION, base=base)),
        asked("r.z", FactType.INT, RegistryValue(key=r"HKLM\Z", value="V", view=32)),
        asked("r.a", FactType.VALUES, RegistryList(key=r"HKLM\A", list="values")),
        _cim("c.p", "C", "P"),
    )
    assert plan(facts).lines() == (
        "Registry (2)",
        r"  HKLM\A [values]",
        r"  HKLM\Z\V (32-bit view)",
        "Services (2)",
        "  service A",
        "  services b*",
        "Files (1)",
        r"  version of <HKLM\S\Path>Bin\x.exe",
        "CIM (1)",
        "  CIM C (P)",
    )
    assert plan((), None).lines() == ()


@given(st.permutations(range(6)))
def test_the_order_of_facts_changes_no_more_than_order(order: list[int]) -> None:
    """However the facts are given, the same questions are asked and inputs come first."""
    services = [asked(f"s.s{n}", FactType.SERVICE, Service(name=f"S{n % 2}")) for n in range(3)]
    pool = [*SITE, *services]
    made = plan([pool[n] for n in order])
    assert set(made.questions) == set(plan(pool).questions)
    names = [fact.id for fact in made.facts]
    assert max(names.index("ad.fixed"), names.index("ad.dynamic")) < names.index("ad.site")
    assert made == plan([pool[n] for n in order])
