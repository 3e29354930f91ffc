from __future__ import annotations

import pytest
from impacket.nt_errors import ERROR_MESSAGES

from fleetscan.model import Reason
from fleetscan.transport.remote_registry.statuses import SESSION_GONE, STATUSES, StatusRule, refusal


@pytest.mark.parametrize("rule", STATUSES, ids=lambda rule: rule.name)
def test_each_status_has_the_name_that_others_give_it(rule: StatusRule) -> None:
    """Number and name are held against impacket's list of MS-ERREF, as far as it goes."""
    known = ERROR_MESSAGES.get(rule.code, (f"STATUS_{rule.name}",))
    assert known[0] == f"STATUS_{rule.name}"


def test_no_status_is_there_twice() -> None:
    """Each number has one meaning."""
    assert len({rule.code for rule in STATUSES}) == len(STATUSES)


@pytest.mark.parametrize("code", [0xC000006D, 0xC000006A, 0xC0000234, 0xC0000072, 0xC0000193, 0xC0000224, 0xC000015B])
def test_an_account_that_is_turned_down_is_said_so(code: int) -> None:
    """The statuses of accounts and passwords are what the lock-out breaker counts."""
    assert refusal(code).reason is Reason.AUTH_FAILED


def test_ntlm_that_is_refused_is_told_as_such() -> None:
    """The words say what to do: Kerberos, with the host's DNS name; no password was turned down."""
    failure = refusal(0xC0000418)
    assert failure.reason is Reason.UNSUPPORTED
    assert "Kerberos" in failure.detail
    assert "DNS name" in failure.detail


def test_an_unknown_status_is_told_by_its_number() -> None:
    """A status without words of its own is unsupported, and counts for no lock-out."""
    failure = refusal(0xC0DE0001)
    assert (failure.reason, "0xC0DE0001" in failure.detail) == (Reason.UNSUPPORTED, True)


def test_a_session_that_is_gone_is_the_host_not_the_account() -> None:
    """The two statuses that end a session in its middle are in the table."""
    assert {refusal(code).reason for code in SESSION_GONE} == {Reason.UNREACHABLE}
