"""Signals and the clock."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from fleetscan.errors import BrokenOffError, OperatorError
from fleetscan.model import Ending
from fleetscan.scan.stopping import SIGNALS, Stop, stopping, under_way


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_the_run_and_the_next_one_is_the_systems(number: signal.Signals) -> None:
    """The first is heeded; after it the handlers are those that were there before."""

    async def run() -> None:
        before = [signal.getsignal(each) for each in SIGNALS]
        with stopping(None) as stop:
            assert [signal.getsignal(each) for each in SIGNALS] != before
            os.kill(os.getpid(), number)
            await asyncio.wait_for(stop.event.wait(), 5)
            assert stop.ending is Ending.INTERRUPTED
            assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    asyncio.run(run())


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    """A scan under nohup goes on when its terminal is closed."""

    async def run() -> None:
        with stopping(None) as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0)
            assert not stop.event.is_set()

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asyncio.run(run())


def test_without_a_signal_the_handlers_are_given_back() -> None:
    """Leaving the block leaves no trace."""

    async def run() -> None:
        with stopping(3600) as stop:
            pass
        assert not stop.event.is_set()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    asyncio.run(run())


def test_the_deadline_of_the_run_stops_it() -> None:
    """And says so."""

    async def run() -> None:
        with stopping(0.01) as stop:
            await asyncio.wait_for(stop.event.wait(), 5)
            assert stop.ending is Ending.DEADLINE

    asyncio.run(run())


def test_the_first_reason_counts() -> None:
    """A deadline after Ctrl-C changes nothing."""

    async def run() -> None:
        stop = Stop()
        stop.set(Ending.INTERRUPTED)
        stop.set(Ending.DEADLINE)
        assert stop.ending is Ending.INTERRUPTED

    asyncio.run(run())


def test_what_the_operator_can_mend_breaks_a_run_off_once_it_is_under_way() -> None:
    """It has touched hosts, and what they said is kept: that is not wrong usage."""
    full = OperatorError("No space left on device")
    with pytest.raises(BrokenOffError, match=r"No space left on device\n.*--resume"), under_way():
        raise full
