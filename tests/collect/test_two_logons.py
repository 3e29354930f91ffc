"""No account is locked out, however many ways there are to a host: every fault on both ways, over whole fleets."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import product

from fleetscan.collect import Caution, Collected, Limits, Unobserved, collect_fleet
from fleetscan.model import Answer, Failure, Reason
from fleetscan.transport.interface import Step
from tests.collect.loop import in_loop
from tests.collect.wires import QUESTIONS, REFUSED, REJECTED, RESET, Behaviour, Conversation, Wire, answers, target

HOSTS = 8
WORST = 4
"""Wrong passwords that may be sent at worst: the law of :mod:`fleetscan.collect.lockout`."""

LIMITS = Limits(deadline=1.0, caution=Caution(silent_after=0.02))


@dataclass
class Account:
    """What a directory counts of one account; ``sent`` has a host for each proof that left for it."""

    right: bool = False
    sent: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def prove(self, host: str) -> None:
        """Take a proof."""
        self.sent.append(host)
        if host in self.rejected:
            self.after.append(host)


@dataclass(frozen=True)
class Fault:
    """A host that comes so far, and then ends so (``None``: silence)."""

    steps: tuple[Step, ...]
    end: Failure | None


UP_TO_PROOF = (Step.CONNECTED, Step.PROVING)
OTHER = Failure(reason=Reason.UNSUPPORTED, detail="not this kind of logon")
BROKEN = Failure(reason=Reason.MALFORMED, detail="not what was expected")
ENDLESS = Failure(reason=Reason.TOO_LARGE, detail="no end of it")
FAULTS = {
    "refused": Fault((), REFUSED),
    "black hole": Fault((), None),
    "silent when connected": Fault((Step.CONNECTED,), None),
    "reset when connected": Fault((Step.CONNECTED,), RESET),
    "no such logon": Fault((Step.CONNECTED,), OTHER),
    "silent after the proof": Fault(UP_TO_PROOF, None),
    "reset after the proof": Fault(UP_TO_PROOF, RESET),
    "broken after the proof": Fault(UP_TO_PROOF, BROKEN),
    "endless after the proof": Fault(UP_TO_PROOF, ENDLESS),
    "rejected": Fault(UP_TO_PROOF, REJECTED),
}


def played(fault: Fault, account: Account) -> Behaviour:
    """Play a fault, or a host that knows the account, on one way."""

    async def behave(conversation: Conversation) -> Answer:
        host = conversation.target.host.name
        for step in fault.steps:
            conversation.step(step)
            if step is Step.PROVING:
                account.prove(host)
            await asyncio.sleep(0)
        if fault.end is REJECTED:
            if account.right:
                conversation.step(Step.AUTHENTICATED)
                return Answer(outcomes=answers(conversation.questions))
            account.rejected.append(host)
        if fault.end is None:
            await asyncio.sleep(conversation.budget)
            return Answer(failure=Failure(reason=Reason.TIMED_OUT, detail="silence"))
        return Answer(failure=fault.end)

    return behave


async def fleet(first: Mapping[str, str], second: Mapping[str, str], account: Account) -> list[Collected]:
    """Scan a fleet whose hosts have these faults (by host) on their two ways."""
    wires = {
        way: Wire(hosts={host: played(FAULTS[name], account) for host, name in faults.items()}, name=way)
        for way, faults in (("one", first), ("two", second))
    }
    targets = [target(host, ways=tuple(wires)) for host in first]
    run = collect_fleet(targets, QUESTIONS, wires, limits=LIMITS, observer=Unobserved(), stop=asyncio.Event())
    async with aclosing(run):
        found = [collected async for collected in run]
    assert len(found) == len(targets)
    return found


def names() -> list[str]:
    """Name the hosts of a fleet."""
    return [f"ex{number}" for number in range(HOSTS)]


def test_a_wrong_password_is_sent_four_times_at_worst_whatever_the_faults() -> None:
    """For every pair of faults on the two ways of every host; all pairs run side by side."""
    accounts: dict[tuple[str, str], Account] = {}

    @in_loop
    async def every_pair() -> None:
        async def one(pair: tuple[str, str]) -> None:
            accounts[pair] = Account()
            await fleet(dict.fromkeys(names(), pair[0]), dict.fromkeys(names(), pair[1]), accounts[pair])

        await asyncio.gather(*map(one, product(FAULTS, FAULTS)))

    every_pair()
    assert {pair: len(account.sent) for pair, account in accounts.items() if len(account.sent) > WORST} == {}
    assert {pair: account.after for pair, account in accounts.items() if account.after} == {}
    twice = {pair: count for pair, account in accounts.items() for count in Counter(account.sent).values() if count > 1}
    assert twice == {}


@in_loop
async def test_a_fleet_of_many_faults_sends_a_wrong_password_four_times_at_worst() -> None:
    """Each host has another pair: hung, reset, refused and rejecting ones in turn."""
    pairs = list(product(FAULTS, FAULTS))
    account = Account()
    first, second = ({f"ex{number}": pair[way] for number, pair in enumerate(pairs)} for way in (0, 1))
    found = await fleet(first, second, account)
    assert len(account.sent) <= WORST
    assert not account.after
    assert max(Counter(account.sent).values()) == 1
    assert any(each.attempts == 0 for each in found)


@in_loop
async def test_a_fleet_that_never_says_whether_the_password_is_right_is_left_alone() -> None:
    """When nobody who was sent it could still accept it, the others are not tried, and say so."""
    account = Account()
    resetting = dict.fromkeys(names(), "reset after the proof")
    found = await fleet(resetting, resetting, account)
    assert len(account.sent) == WORST
    untried = {each.answer.failure.detail for each in found if each.attempts == 0 and each.answer.failure}
    hosts = " and ".join(account.sent)
    assert untried == {f"not tried: credential reader was sent to {hosts}, which did not say whether it is right"}
    assert sum(each.attempts == 0 for each in found) == HOSTS - WORST


@in_loop
async def test_once_the_credential_is_proven_a_silent_logon_is_followed_by_the_other_way() -> None:
    """One host accepts it at once; where the first way hangs after the proof, the second one is asked."""
    account = Account(right=True)
    others = dict.fromkeys(names()[1:], "silent after the proof")
    found = await fleet({"ex0": "rejected", **others}, dict.fromkeys(names(), "rejected"), account)
    assert [each.answer.failure for each in found] == [None] * HOSTS
    assert Counter(each.transport for each in found) == {"one": 1, "one, two": HOSTS - 1}
