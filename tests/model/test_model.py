"""The nouns and their few rules."""

from __future__ import annotations

import dataclasses

import pytest

from fleetscan import model
from fleetscan.model import (
    RULING_NAMES,
    CimRows,
    Confidence,
    Counts,
    File,
    FileAspect,
    Finding,
    Question,
    RegistryList,
    RegistryValue,
    Ruling,
    Service,
    Services,
    Severity,
    Verdict,
)

SETUP = RegistryValue(key="HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup", value="MsiInstallPath")


@pytest.mark.parametrize(
    ("question", "where"),
    [
        (RegistryValue(key="HKLM\\A", value="B"), "HKLM\\A\\B"),
        (RegistryValue(key="HKLM\\A", value=""), "HKLM\\A\\(default)"),
        (RegistryValue(key="HKLM\\A", value="B", view=32), "HKLM\\A\\B (32-bit view)"),
        (RegistryList(key="HKLM\\A", list="subkeys"), "HKLM\\A [subkeys]"),
        (RegistryList(key="HKLM\\A", list="values", view=32), "HKLM\\A [values] (32-bit view)"),
        (Service(name="ScanMail_Master"), "service ScanMail_Master"),
        (Services(pattern="MSExchange*"), "services MSExchange*"),
        (File(path="D:\\temp", pattern="*", aspect=FileAspect.COUNT), "count of D:\\temp\\*"),
        (
            File(path="Bin\\ExSetup.exe", aspect=FileAspect.VERSION, base=SETUP),
            f"version of <{SETUP.key}\\MsiInstallPath>Bin\\ExSetup.exe",
        ),
        (CimRows(cim_class="Win32_ComputerSystem", properties=("A", "B")), "CIM Win32_ComputerSystem (A, B)"),
    ],
)
def test_a_question_names_its_place_as_an_engineer_would(question: Question, where: str) -> None:
    """The place can be typed into a tool as it stands."""
    assert question.where == where


def test_equal_questions_are_one_question() -> None:
    """Two packs that ask the same thing cost one question."""
    assert len({Service(name="A"), Service(name="A"), Services(pattern="A")}) == 2


def test_severities_are_ranked_gravest_first() -> None:
    """The Analyzer's words have an order."""
    assert min(Severity, key=lambda severity: severity.rank) is Severity.ERROR
    assert Severity.INFO.rank == 4


@pytest.mark.parametrize(("judged", "pairs", "coverage"), [(0, 0, 100), (0, 3, 0), (999, 1000, 99), (3, 3, 100)])
def test_coverage_is_rounded_down(judged: int, pairs: int, coverage: int) -> None:
    """100 percent means every pair, never almost every pair."""
    assert Counts(hosts=1, pairs=pairs, judged=judged).coverage == coverage


def test_every_ruling_has_its_word() -> None:
    """The words for files are complete and distinct."""
    assert set(RULING_NAMES) == set(Ruling.__args__)
    assert len(set(RULING_NAMES.values())) == len(RULING_NAMES)


def test_a_verdict_says_its_word() -> None:
    """The word follows from the ruling alone."""
    verdict = Verdict(
        host="ex01",
        rule="r",
        severity=Severity.INFO,
        confidence=Confidence.DOCUMENTED,
        ruling=Finding(),
        summary="",
        evidence=(),
    )
    assert verdict.word == "finding"


def test_nouns_are_frozen_and_have_no_dict() -> None:
    """No stage can change what another one made."""
    nouns = [thing for thing in vars(model).values() if isinstance(thing, type) and dataclasses.is_dataclass(thing)]
    assert len(nouns) > 20
    for noun in nouns:
        assert vars(noun)["__dataclass_params__"].frozen, noun
        assert "__slots__" in vars(noun), noun
