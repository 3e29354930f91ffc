"""Transport agents of Exchange, from the text of ``agents.config``.

The path ``/configuration/mexRuntime/agentList/agent`` is documented by public code; the attributes ``name`` and
``enabled`` are inferred, so an agent without them makes the whole file unreadable instead of shorter.
Law: a host's XML is data. No document type, no entities, bounded size and depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from xml.parsers import expat

from fleetscan.facts.senses import named, some_texts, unknown
from fleetscan.model import Absent, Known, Outcome, Reason, Unknown

MAX_CHARACTERS = 262_144
_MAX_DEPTH = 32
_LIST = ["configuration", "mexRuntime", "agentList"]
_AGENT = [*_LIST, "agent"]
_SWITCH = {"true": True, "false": False}
_DEEP = "elements are nested too deeply"
_UNNAMED = "an agent has no name, or does not say whether it is enabled"
_DOCTYPE = "a document type is not expected"


class _RefusedError(Exception):
    """Stop the parser; the words say why."""


class _Reader:
    """Follow the path of open elements and collect the names of enabled agents."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.enabled: list[str] = []
        self.seen_list = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self.path.append(tag)
        if len(self.path) > _MAX_DEPTH:
            raise _RefusedError(_DEEP)
        self.seen_list = self.seen_list or self.path == _LIST
        if self.path == _AGENT:
            self._agent(attributes.get("name", ""), attributes.get("enabled", ""))

    def _agent(self, name: str, switch: str) -> None:
        enabled = _SWITCH.get(switch.strip().casefold())
        if not name or enabled is None:
            raise _RefusedError(_UNNAMED)
        if enabled:
            self.enabled.append(name)

    def end(self, _tag: str) -> None:
        """Close an element."""
        self.path.pop()


def _refuse_doctype(*_: object) -> None:
    raise _RefusedError(_DOCTYPE)


def _read(words: str) -> Outcome:
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(words.lstrip("\ufeff").rstrip("\0").encode(), True)  # noqa: FBT003 - expat knows no name for it
    except (expat.ExpatError, UnicodeEncodeError, _RefusedError) as fault:
        return unknown(Reason.MALFORMED, f"agents.config: {fault}")
    if not reader.seen_list:
        return unknown(Reason.MALFORMED, f"agents.config has no /{'/'.join(_LIST)}")
    return some_texts(reader.enabled)


def enabled_transport_agents(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the names of the enabled agents in the file's order; a file that is not there is absent."""
    outcome = inputs[0]
    match outcome:
        case Known(value=str() as words) if len(words) <= MAX_CHARACTERS:
            return _read(words)
        case Known(value=str()):
            return unknown(Reason.TOO_LARGE, f"agents.config is longer than {MAX_CHARACTERS} characters")
        case Known():
            return unknown(Reason.MALFORMED, "agents.config is no text")
        case Unknown() as why:
            return named(why, "agents.config")
        case Absent():
            return outcome
        case _:
            assert_never(outcome)
