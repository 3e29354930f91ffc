from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleetscan.credentials.interface import Auth, Secret
from fleetscan.lab.host import Fleet
from fleetscan.lab.server import Lab
from fleetscan.model import Answer, MessageEncryption, Reason
from fleetscan.transport.interface import Target
from fleetscan.transport.kerberos import KERBEROS_ERRORS, Tickets, kerberos_ruling
from fleetscan.transport.winrm import WinrmTransport
from fleetscan.transport.winrm.failures import failure_of
from tests import kdc
from tests.transport.winrm.world import EXPECTED, QUESTIONS, credential, pretend, target

USER = f"svc-fleetscan@{kdc.REALM}"
PASSWORD = "kerberos-password-of-the-lab"
NAME = "ex01.lab.example"
PLAIN = pretend("plain", "127.33.0.1")
SECURE = pretend("secure", "127.33.0.2", secure=True)


@pytest.fixture(scope="module")
def realm() -> Iterator[kdc.Kdc]:
    """Run a KDC for all tests."""
    with kdc.running({"svc-fleetscan": PASSWORD}, [f"host/{NAME}"]) as running:
        yield running


@pytest.fixture
def environment(realm: kdc.Kdc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let libkrb5 find the KDC, and no ticket of anybody's."""
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'nothing'}")


@pytest.fixture(scope="module")
def lab(realm: kdc.Kdc) -> Iterator[Lab]:
    """Serve two hosts that take tickets for one service."""
    hosts = (PLAIN, SECURE)
    with Lab(
        Fleet(seed=1, hosts=hosts), user=f"{kdc.REALM}\\svc-fleetscan", password=PASSWORD, keytab=realm.keytab
    ) as it:
        yield it


def _ask(*aims: Target) -> list[Answer]:
    async def scan() -> list[Answer]:
        transport = WinrmTransport(workers=8)
        answers = await asyncio.gather(*(transport.ask(aim, QUESTIONS, budget=15) for aim in aims))
        await transport.aclose()
        return answers

    return asyncio.run(scan())


def _requests(realm: kdc.Kdc, kind: str) -> int:
    """Count what the KDC was asked for so far."""
    return (realm.config.parent / "kdc.log").read_text().count(kind)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("host", "auth", "encryption", "round_trips"),
    [
        (PLAIN, Auth.KERBEROS, MessageEncryption.AUTO, 7),
        (PLAIN, Auth.NEGOTIATE, MessageEncryption.AUTO, 7),
        (SECURE, Auth.KERBEROS, MessageEncryption.AUTO, 6),
        (SECURE, Auth.NEGOTIATE, MessageEncryption.ALWAYS, 7),
    ],
    ids=lambda each: getattr(each, "name", str(each)),
)
def test_kerberos_gives_the_same_answer_in_fewer_requests(
    lab: Lab, host: object, auth: Auth, encryption: MessageEncryption, round_trips: int
) -> None:
    """Against a real KDC: encrypted over http, bound to the channel over https."""
    chosen = SECURE if host is SECURE else PLAIN
    known = credential(auth, user=USER, password=PASSWORD)
    (answer,) = _ask(target(lab, chosen, known, encryption=encryption, override=NAME))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)
    assert answer.round_trips == round_trips


@pytest.mark.usefixtures("environment")
def test_a_password_goes_to_the_kdc_once_for_all_hosts(lab: Lab, realm: kdc.Kdc) -> None:
    """One ticket-granting ticket serves a run."""
    before = _requests(realm, "AS_REQ (")
    known = credential(Auth.KERBEROS, user=USER, password=PASSWORD)
    answers = _ask(*[target(lab, PLAIN, known, override=NAME)] * 5)
    assert [answer.failure for answer in answers] == [None] * 5
    first = _requests(realm, "AS_REQ (") - before
    assert 1 <= first <= 2  # the KDC asks for pre-authentication first


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("auth", [Auth.KERBEROS, Auth.NEGOTIATE], ids=str)
def test_a_wrong_password_is_tried_once_for_all_hosts(lab: Lab, realm: kdc.Kdc, auth: Auth) -> None:
    """Neither asked again at the KDC, nor handed on to NTLM."""
    before, logons = _requests(realm, "AS_REQ ("), lab.logons(PLAIN.name)
    known = credential(auth, user=USER, password="not-" + PASSWORD)
    answers = _ask(*[target(lab, PLAIN, known, override=NAME)] * 5)
    reasons = {(answer.failure.reason, answer.round_trips) for answer in answers if answer.failure}
    assert reasons == {(Reason.AUTH_FAILED, 0)}
    assert all(answer.failure and "does not accept the password" in answer.failure.detail for answer in answers)
    assert _requests(realm, "AS_REQ (") - before == 1
    assert lab.logons(PLAIN.name) == logons


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("user", "password", "override", "mark"),
    [
        (USER, PASSWORD, "ex99.lab.example", "does not know the host"),
        (f"nobody@{kdc.REALM}", PASSWORD, NAME, "does not know the user"),
        (USER, None, NAME, "run kinit"),
    ],
    ids=["host", "user", "ticket"],
)
def test_each_trouble_with_kerberos_has_its_words(
    lab: Lab, user: str, password: str | None, override: str, mark: str
) -> None:
    """The remedy is in them."""
    known = credential(Auth.KERBEROS, user=user, password=password)
    (answer,) = _ask(target(lab, PLAIN, known, override=override))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.AUTH_FAILED
    assert mark in answer.failure.detail


@pytest.mark.usefixtures("environment")
def test_a_refused_ticket_is_a_failed_logon(lab: Lab, realm: kdc.Kdc) -> None:
    """A ticket for a service whose key the host does not have."""
    del realm
    known = credential(Auth.KERBEROS, user=USER, password=PASSWORD)
    (answer,) = _ask(target(lab, PLAIN, known, override="krbtgt"))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.AUTH_FAILED


@pytest.mark.usefixtures("environment")
def test_without_a_kdc_nobody_is_blamed_for_the_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A dead KDC is out of reach, not a wrong credential."""
    config = tmp_path / "krb5.conf"
    config.write_text(
        f"[libdefaults]\n default_realm = {kdc.REALM}\n dns_lookup_kdc = false\n udp_preference_limit = 1\n"
        f"[realms]\n {kdc.REALM} = {{\n kdc = 127.0.0.1:1\n }}\n"
    )
    monkeypatch.setenv("KRB5_CONFIG", str(config))
    with pytest.raises(KERBEROS_ERRORS) as caught:
        Tickets().cache_for(USER, Secret(PASSWORD))
    assert failure_of(caught.value).reason is Reason.UNREACHABLE


def test_an_unknown_kerberos_error_is_a_credential_that_does_not_work() -> None:
    """With libkrb5's own words."""
    reason, words = kerberos_ruling(ValueError("Odd thing"))
    assert (reason, words) == (Reason.AUTH_FAILED, "Kerberos does not work with this credential (Odd thing)")
