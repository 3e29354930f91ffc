"""Settings of the old ScanMail: what is set, what its absence means, and when nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Known, Outcome, Reason, Unknown
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, dword, known, reason_of, value_of

DEFAULTS = [("scanmail_threads", 12), ("scanmail_temp_threshold", 3072)]
NAMES = [name for name, _ in DEFAULTS]


@pytest.mark.parametrize("release", [known("7.0"), known("8.0"), known("10.2"), GONE, DENIED])
@pytest.mark.parametrize("derivation", NAMES)
def test_what_is_set_counts_in_every_release(derivation: str, release: Outcome) -> None:
    """A number that is there needs no version."""
    assert value_of(derive(derivation, dword(4), release)) == 4
    assert value_of(derive(derivation, dword(0), release)) == 0


@pytest.mark.parametrize("release", ["6.2", "7.0", "7.9.9"])
@pytest.mark.parametrize(("derivation", "default"), DEFAULTS)
def test_not_set_is_the_documented_default_before_8(derivation: str, default: int, release: str) -> None:
    """The articles give the default of the releases of their time."""
    assert derive(derivation, GONE, known(release)) == Known(value=default, type="int")


@pytest.mark.parametrize("release", ["8", "8.0", "10.2", "14.0"])
@pytest.mark.parametrize("derivation", NAMES)
def test_not_set_is_unknown_from_8_on(derivation: str, release: str) -> None:
    """No source says what the default of a later release is, or whether it uses the value."""
    reason, detail = reason_of(derive(derivation, GONE, known(release)))
    assert (reason, "before 8 only" in detail) == (Reason.NOT_LOCATED, True)


@pytest.mark.parametrize(
    ("value", "release", "reason"),
    [
        (DENIED, known("7.0"), Reason.DENIED),
        (TIMED_OUT, GONE, Reason.TIMED_OUT),
        (known("4"), known("7.0"), Reason.MALFORMED),
        (dword(-1), known("7.0"), Reason.MALFORMED),
        (GONE, DENIED, Reason.DENIED),
        (GONE, known("seven"), Reason.MALFORMED),
        (GONE, GONE, Reason.NOT_LOCATED),
    ],
)
@pytest.mark.parametrize("derivation", NAMES)
def test_what_was_not_seen_is_no_default(
    derivation: str,
    value: Outcome,
    release: Outcome,
    reason: Reason,
) -> None:
    """A value that could not be read, or whose release is not known, never becomes the default."""
    assert reason_of(derive(derivation, value, release))[0] is reason


@given(release=st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_the_default_ends_with_version_8(release: list[int]) -> None:
    """Every version is either before 8, with the default, or not, and unknown."""
    outcome = derive("scanmail_threads", GONE, known(".".join(map(str, release))))
    assert isinstance(outcome, Unknown) is (release[0] >= 8)
