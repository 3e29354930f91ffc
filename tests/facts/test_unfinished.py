from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.unfinished import SETUP_ROLES
from fleetscan.model import Outcome, Reason, Value
from tests.facts.words import DENIED, GONE, derive, known, reason_of, value_of

DONE = {"ConfiguredVersion": "15.2.1748.10", "UnpackedVersion": "15.2.1748.10"}
NAMES = st.sampled_from(["ConfiguredVersion", "UnpackedVersion", "Action", "Watermark", "Other"])


def _key(values: dict[str, str]) -> Outcome:
    records: dict[str, Value] = {name: {"type": "REG_SZ", "value": value} for name, value in values.items()}
    return known(records, "values")


def _unfinished(mailbox: Outcome, others: Outcome = GONE) -> Outcome:
    keys = [others] * len(SETUP_ROLES)
    keys[SETUP_ROLES.index("Mailbox")] = mailbox
    return derive("exchange_setup_unfinished", *keys)


def test_a_finished_role_and_one_that_was_never_begun_are_fine() -> None:
    """Both versions, or no key at all; other values do not matter."""
    assert value_of(_unfinished(_key(DONE))) == ()
    assert value_of(_unfinished(GONE)) == ()
    assert value_of(_unfinished(_key({"Other": "x"}))) == ()
    assert value_of(_unfinished(_key({"ConfiguredVersion": "15.2"}))) == ()


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        ({"UnpackedVersion": "15.2"}, "no ConfiguredVersion"),
        ({"UnpackedVersion": "15.2", "ConfiguredVersion": " \0"}, "no ConfiguredVersion"),
        ({**DONE, "Action": "x"}, "Action"),
        ({**DONE, "Watermark": ""}, "Watermark"),
        ({**DONE, "WATERMARK": "x"}, "Watermark"),
        ({"Action": "x", "Watermark": "y"}, "Action"),
    ],
)
def test_an_unfinished_role_is_named_with_its_mark(values: dict[str, str], mark: str) -> None:
    """Action and Watermark count whatever they hold, and names count without case."""
    assert value_of(_unfinished(_key(values))) == (f"MailboxRole ({mark})",)


def test_every_unfinished_role_is_named() -> None:
    """The order is that of the keys; the key of Unified Messaging is not among them."""
    listed = value_of(_unfinished(_key(DONE), _key({"Watermark": "x"})))
    assert listed == tuple(f"{role}Role (Watermark)" for role in SETUP_ROLES if role != "Mailbox")
    assert "UnifiedMessaging" not in SETUP_ROLES


def test_a_configured_version_that_is_no_text_is_there() -> None:
    """What the value holds is another derivation's business."""
    odd: dict[str, Value] = {
        "UnpackedVersion": {"type": "REG_SZ", "value": "15.2"},
        "ConfiguredVersion": {"type": "REG_DWORD", "value": 0},
    }
    assert value_of(_unfinished(known(odd, "values"))) == ()


def test_one_key_that_cannot_be_read_is_no_finished_setup() -> None:
    """An unknown key makes the whole unknown, and is named."""
    assert reason_of(_unfinished(DENIED, _key(DONE))) == (Reason.DENIED, "MailboxRole: Access is denied.")


@given(st.dictionaries(NAMES, st.just("15.2.1748.10")))
def test_a_role_is_unfinished_exactly_by_the_documented_marks(values: dict[str, str]) -> None:
    """UnpackedVersion without ConfiguredVersion, Action, or Watermark; nothing else."""
    begun = "UnpackedVersion" in values and "ConfiguredVersion" not in values
    wanted = begun or "Action" in values or "Watermark" in values
    assert bool(value_of(_unfinished(_key(values)))) == wanted
