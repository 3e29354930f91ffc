from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Absent, Known, Outcome, Reason, Value
from tests.facts.words import DENIED, GONE, derive, known, reason_of, value_of

OPEN, CLOSED, EMPTY = {"Enabled": 1, "DisabledByDefault": 0}, {"Enabled": 0, "DisabledByDefault": 1}, dict[str, int]()
GOOD = {"SystemDefaultTlsVersions": 1, "SchUseStrongCrypto": 1}
NET = ("v4.0.30319", "v4.0.30319 (32-bit view)", "v2.0.50727", "v2.0.50727 (32-bit view)")
NUMBERS = st.sampled_from([0, 1, 4_294_967_295])


def _key(values: dict[str, int], kind: str = "REG_DWORD") -> Outcome:
    records: dict[str, Value] = {name: {"type": kind, "value": value} for name, value in values.items()}
    return known(records, "values")


KEYS = st.just(GONE) | st.dictionaries(st.sampled_from(["Enabled", "DisabledByDefault", "Other"]), NUMBERS).map(_key)


def _old(*keys: Outcome) -> Outcome:
    return derive("tls_old_enabled", *keys)


def _differing(
    *, tls12: tuple[Outcome, Outcome] = (GONE, GONE), tls13: tuple[Outcome, Outcome] = (GONE, GONE)
) -> Value:
    closed = _key(CLOSED)
    return value_of(derive("tls_differing", closed, closed, closed, closed, *tls12, *tls13))


def test_old_versions_are_enabled_unless_the_registry_says_otherwise() -> None:
    """A key that is not there, and one without Enabled, mean enabled."""
    assert value_of(_old(GONE, _key(EMPTY), _key({"DisabledByDefault": 1}), _key(OPEN))) == (
        "TLS 1.0 Server",
        "TLS 1.0 Client",
        "TLS 1.1 Server",
        "TLS 1.1 Client",
    )
    assert value_of(_old(*[_key({"Enabled": 4_294_967_295})] * 4)) == value_of(_old(*[GONE] * 4))


def test_an_old_version_is_off_where_enabled_is_zero() -> None:
    """Each side counts for itself."""
    assert value_of(_old(*[_key({"Enabled": 0})] * 4)) == ()
    assert value_of(_old(_key(CLOSED), GONE, _key(CLOSED), _key(CLOSED))) == ("TLS 1.0 Client",)


def test_the_newest_version_is_off_unless_the_registry_says_otherwise() -> None:
    """TLS 1.3 is the other way round."""
    assert value_of(derive("tls_newest_enabled", GONE, _key(EMPTY))) == ()
    assert value_of(derive("tls_newest_enabled", _key({"Enabled": 1}), _key(CLOSED))) == ("TLS 1.3 Server",)


@pytest.mark.parametrize(
    ("server", "client", "differs"),
    [
        (GONE, GONE, False),
        (GONE, _key(OPEN), False),
        (_key(OPEN), _key({"Enabled": 4_294_967_295}), False),
        (GONE, _key({"Enabled": 0}), True),
        (_key({"Enabled": 0}), GONE, True),
        (GONE, _key({"DisabledByDefault": 1}), True),
        (_key({"Enabled": 0}), _key(CLOSED), False),
    ],
)
def test_sides_are_compared_by_what_they_mean(server: Outcome, client: Outcome, differs: bool) -> None:  # noqa: FBT001
    """A default and the same thing in writing do not differ; nor do two sides that are both off."""
    assert _differing(tls12=(server, client)) == (("TLS 1.2",) if differs else ())


def test_the_newest_version_differs_by_its_own_default() -> None:
    """A side of TLS 1.3 that is switched on differs from one that nobody has touched."""
    assert _differing(tls13=(_key(OPEN), GONE)) == ("TLS 1.3",)
    assert _differing(tls13=(_key(CLOSED), GONE)) == ()
    assert _differing(tls13=(_key({"Enabled": 1}), _key(OPEN))) == ("TLS 1.3",)


@pytest.mark.parametrize(
    ("name", "count"),
    [("tls_old_enabled", 4), ("tls_newest_enabled", 2), ("tls_differing", 8), ("dotnet_tls_wrong", 4)],
)
def test_one_unknown_key_makes_the_whole_unknown(name: str, count: int) -> None:
    """Whichever key is denied, nothing is concluded from the others."""
    for place in range(count):
        keys = [_key(OPEN)] * place + [DENIED] + [_key(OPEN)] * (count - place - 1)
        assert reason_of(derive(name, *keys))[0] is Reason.DENIED


@pytest.mark.parametrize("value", ["Enabled", "DisabledByDefault"])
def test_a_number_in_text_is_no_number(value: str) -> None:
    """REG_SZ "0" switches nothing off, and nobody knows what Windows makes of it."""
    typed = known({value: {"type": "REG_SZ", "value": "0"}}, "values")
    reason, detail = reason_of(_old(typed, GONE, GONE, GONE))
    assert (reason, detail.split(":")[0]) == (Reason.WRONG_TYPE, "TLS 1.0 Server")


@given(st.lists(KEYS, min_size=8, max_size=8))
def test_the_lists_agree_with_each_other(keys: list[Outcome]) -> None:
    """A version of which one side alone is enabled is among those that differ."""
    old, newest = value_of(_old(*keys[:4])), value_of(derive("tls_newest_enabled", *keys[6:]))
    differing = value_of(derive("tls_differing", *keys))
    assert isinstance(old, tuple)
    assert isinstance(newest, tuple)
    assert isinstance(differing, tuple)
    enabled = {*old, *newest}
    for version in ("TLS 1.0", "TLS 1.1", "TLS 1.3"):
        if (f"{version} Server" in enabled) != (f"{version} Client" in enabled):
            assert version in differing


def _wrong(*keys: Outcome) -> Value:
    return value_of(derive("dotnet_tls_wrong", *keys))


def test_dotnet_follows_when_every_value_is_one() -> None:
    """Both values of both generations, in both views."""
    assert _wrong(*[_key(GOOD)] * 4) == ()


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("name", ["SystemDefaultTlsVersions", "SchUseStrongCrypto"])
def test_each_value_of_dotnet_is_looked_at(place: int, name: str) -> None:
    """A value that is 0, above 1 or missing is named with its key and view."""
    for bad, words in ((0, "0"), (2, "2"), (None, "not set")):
        values = {key: value for key, value in GOOD.items() if key != name}
        keys = [_key(GOOD)] * 4
        keys[place] = _key(values if bad is None else {**values, name: bad})
        assert _wrong(*keys) == (f"{name} of {NET[place]} is {words}",)


def test_a_key_of_dotnet_that_is_not_there_lacks_both_values() -> None:
    """What is not there is not 1."""
    assert _wrong(_key(GOOD), _key(GOOD), GONE, _key(GOOD)) == (
        "SystemDefaultTlsVersions of v2.0.50727 is not set",
        "SchUseStrongCrypto of v2.0.50727 is not set",
    )


def test_a_typed_value_of_dotnet_is_unknown() -> None:
    """Text in the place of a number is neither 1 nor wrong."""
    assert reason_of(derive("dotnet_tls_wrong", _key(GOOD, "REG_SZ"), *[_key(GOOD)] * 3))[0] is Reason.WRONG_TYPE


@given(st.lists(KEYS | st.just(DENIED), min_size=4, max_size=4))
def test_what_is_listed_is_known(keys: list[Outcome]) -> None:
    """There is an answer exactly when every key was read."""
    outcome = _old(*keys)
    assert isinstance(outcome, Known) == (DENIED not in keys)
    assert not isinstance(outcome, Absent)
