"""Where the transport service keeps its queue, from the text of ``EdgeTransport.exe.config``.

The two names are documented; that they stand in ``/configuration/appSettings/add`` as ``key`` and ``value``, as in
every such file of .NET, is inferred. Law: a host's XML is data. No document type, no entities, bounded size and depth.
"""

from __future__ import annotations

from typing import assert_never
from xml.parsers import expat

from fleetscan.facts.senses import named, unknown
from fleetscan.model import Absent, Known, Outcome, Reason, Unknown

MAX_CHARACTERS = 262_144
_MAX_DEPTH = 32
_SETTING = ["configuration", "appSettings", "add"]
_KEYS = ("QueueDatabasePath", "QueueDatabaseLoggingPath")
_FILE = "EdgeTransport.exe.config"


class _RefusedError(Exception):
    """Stop the parser; the words say why."""


class _Reader:
    """Follow the path of open elements and keep the settings that are wanted."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.settings: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self.path.append(tag)
        if len(self.path) > _MAX_DEPTH:
            message = "elements are nested too deeply"
            raise _RefusedError(message)
        if self.path == _SETTING and attributes.get("key") in _KEYS:
            self.settings[attributes["key"]] = attributes.get("value", "")

    def end(self, _tag: str) -> None:
        """Close an element."""
        self.path.pop()


def _refuse_doctype(*_: object) -> None:
    message = "a document type is not expected"
    raise _RefusedError(message)


def _read(words: str) -> tuple[str, ...] | Unknown:
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(words.lstrip("\ufeff").rstrip("\0").encode(), True)  # noqa: FBT003 - expat knows no name for it
    except (expat.ExpatError, UnicodeEncodeError, _RefusedError) as fault:
        return unknown(Reason.MALFORMED, f"{_FILE}: {fault}")
    return tuple(path for key in _KEYS if (path := reader.settings.get(key, "").strip()))


def queue_folders(outcome: Outcome) -> tuple[str, ...] | Unknown:
    """List the folders that the file names; none when it is not there or names none: the default folder holds."""
    match outcome:
        case Known(value=str() as words) if len(words) <= MAX_CHARACTERS:
            return _read(words)
        case Known(value=str()):
            return unknown(Reason.TOO_LARGE, f"{_FILE} is longer than {MAX_CHARACTERS} characters")
        case Known():
            return unknown(Reason.MALFORMED, f"{_FILE} is no text")
        case Unknown():
            return named(outcome, _FILE)
        case Absent():
            return ()
        case _:
            assert_never(outcome)
