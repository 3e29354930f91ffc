"""One truth: every output of a run says the same numbers, those of its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Counts, Ending, Run, Severity
from fleetscan.report.formats import NAMES
from fleetscan.report.terminal import summarise
from fleetscan.scan import exit_code
from tests.report.formatted import material, written
from tests.report.generated import FEW, runs
from tests.report.numbers import READERS, Numbers, of_terminal
from tests.report.sample import Sample, sample


def positive(numbers: Mapping[str, int]) -> dict[str, int]:
    """Leave out what there is none of."""
    return {str(key): number for key, number in numbers.items() if number}


def counts_of(run: Run) -> Counts:
    """Give the counts, which every run has that is shown."""
    assert run.counts
    return run.counts


def check(read: Numbers, counts: Counts) -> None:
    """Hold the numbers of an output against those of the run."""
    assert positive(read.verdicts) == positive(counts.by_verdict)
    if read.severities is not None:
        assert positive(read.severities) == positive(counts.findings_by_severity)
    if read.statuses is not None:
        assert positive(read.statuses) == positive(counts.by_status)


def test_every_format_is_read() -> None:
    """No format is left out of what follows."""
    assert tuple(READERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(made=runs())
def test_a_format_says_the_numbers_of_the_run(name: str, made: Sample) -> None:
    """Whatever the run is, its verdicts, severities and hosts are counted in each format as in the run."""
    text = written(material(made), name)
    for reader in READERS[name]:
        check(reader(text), counts_of(made.run))


@FEW
@given(made=runs(), width=st.integers(100, 200))
def test_the_terminal_says_the_numbers_of_the_run(made: Sample, width: int) -> None:
    """The summary on one screen says the findings by severity, the unknown checks and the hosts by status."""
    read, counts = of_terminal(summarise(made.view(), width=width, colour=False)), counts_of(made.run)
    named = {word: counts.by_verdict[word] for word in read.verdicts}
    check(read, replace(counts, by_verdict=named))


@FEW
@given(made=runs())
def test_the_exit_code_says_what_the_numbers_say(made: Sample) -> None:
    """Stopped is 4, else grave findings are 1, else missing coverage 3: worked out again from what CSV lists."""
    run, counts = made.run, counts_of(made.run)
    (reader,) = READERS["csv"]
    read = reader(written(material(made), "csv"))
    total = sum(read.verdicts.values())
    judged = sum(read.verdicts.get(word, 0) for word in ("finding", "pass", "not_applicable"))
    grave = [severity for severity in Severity if severity.rank <= Severity(run.fail_on).rank]
    expected = 3 if total and judged * 100 < total * run.min_coverage else 0
    if any((read.severities or {}).get(severity, 0) for severity in grave):
        expected = 1
    if run.ending is not Ending.FINISHED:
        expected = 4
    assert exit_code(run) == expected
    assert total == counts.pairs


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hosts", [0, 1, 1200])
def test_a_format_says_the_numbers_of_a_fleet(name: str, hosts: int) -> None:
    """None of them is capped, and thousands are read as thousands."""
    made = sample(hosts)
    text = written(material(made), name)
    for reader in READERS[name]:
        check(reader(text), counts_of(made.run))
