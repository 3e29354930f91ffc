from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from fleetscan.transport.interface import Target
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.frame_fuzz import fuzz, fuzz_logon
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.player import Recording, record, record_logon
from tests.transport.remote_registry.relay import Frame
from tests.transport.remote_registry.world import MODES, TRUTH, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A host, and what it said."""

    target: Target
    recording: Recording
    logon: tuple[Frame, ...]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Record a signed conversation, and a logon."""
    with serving(*MODES["3.1.1 signed"]) as samba:
        aim = target(samba)
        recording = record(aim, lambda channel: put(channel, tuple(TRUTH), {}, 2))
        yield Scene(target=aim, recording=recording, logon=record_logon(aim))


def test_a_host_with_the_keys_can_say_what_it_likes(scene: Scene) -> None:
    """Every conversation ends, with an outcome or a failure for each question; nothing that nobody knows escapes."""
    frames, kinds = fuzz(scene.recording, tuple(TRUTH), 20_000, seed=11)
    assert frames >= 20_000
    assert {"known", "absent", "unknown: malformed", "failure: malformed"} <= kinds.keys()


def test_a_logon_that_is_not_as_it_was_makes_no_session(scene: Scene) -> None:
    """A host that has no key gives no session, whatever it says, and the reason is told."""
    frames, kinds = fuzz_logon(scene.target, scene.logon, 1_000, seed=12)
    assert frames >= 1_000
    assert all(kind.startswith("failure: ") for kind in kinds)
    assert kinds["failure: malformed"] > 100
