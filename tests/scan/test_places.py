"""What a scan reads, way by way."""

from __future__ import annotations

from collections.abc import Sequence

from fleetscan import facts
from fleetscan.facts import Plan
from fleetscan.model import Question, RegistryValue
from fleetscan.scan import places
from tests.collect.loop import in_loop
from tests.collect.wires import Wire
from tests.scan.labs import SHELF

PLAN = facts.plan(SHELF.facts.values())
MORE = RegistryValue(key="HKLM\\SYSTEM", value="More")


class Prying(Wire):
    """A way that reads something of its own, and cannot be asked one thing."""

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Read one more value, and one that is asked for anyhow."""
        return (MORE, questions[0])


def section(lines: Sequence[str], title: str) -> list[str]:
    """Give the places below a title."""
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{title} ("))
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if not line.startswith("  ")), len(rest))
    assert lines[start] == f"{title} ({end})"
    return [line.strip() for line in rest[:end]]


@in_loop
async def test_what_a_way_reads_beside_the_plan_and_cannot_be_asked_is_listed() -> None:
    """Below the plan itself, which is the same for all; the transports are let go of."""
    beyond = PLAN.questions[3]
    wire = Prying(beyond=frozenset({beyond}))
    lines = await places(PLAN, {"other": lambda *, workers: wire if workers else Wire(), "plain": _plain})
    assert lines[: len(PLAN.lines())] == PLAN.lines()
    assert section(lines, "Over other besides") == [MORE.where]
    assert section(lines, "Not over other") == [beyond.where]
    assert not any("plain" in line for line in lines)
    assert wire.closed


def _plain(*, workers: int) -> Wire:
    assert workers
    return Wire()


@in_loop
async def test_the_remote_registry_lists_what_it_reads_of_the_machine() -> None:
    """Its environment, the names of services, and where a denied service starts; CIM is not among its places."""
    lines = await places(PLAN)
    beside = section(lines, "Over remote_registry besides")
    assert r"HKLM\SYSTEM\CurrentControlSet\Services [subkeys]" in beside
    assert r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment [values]" in beside
    assert r"HKLM\SYSTEM\CurrentControlSet\Services\<service>\Start" in beside
    assert all(place.startswith("CIM ") for place in section(lines, "Not over remote_registry"))
    assert not any("over winrm" in line.lower() for line in lines)


@in_loop
async def test_an_empty_plan_reads_nothing_anywhere() -> None:
    """Not even of the machine."""
    assert await places(Plan(questions=(), facts=())) == ()
