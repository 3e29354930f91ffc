"""Questions about files -> outcomes, over the administrative shares of the machine's drives.

Law: what is opened is closed again, and nobody's use of it is restricted in between. Law: a question gets its outcome
the moment it is known; whatever a host replies, the flows end, and no reply makes a file absent but the file system's
own word. The outcomes are those of the collector over WinRM, which reads the same files on the machine.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fleetscan.model import Absent, File, FileAspect, Known, Outcome, Question, Reason, RegistryValue, Unknown, Value
from fleetscan.transport.remote_registry.fileinfo import (
    CHUNK,
    Off,
    Opened,
    Purpose,
    close,
    create,
    has_read,
    malformed,
    moment,
    opened,
    queried,
    query,
    read,
)
from fleetscan.transport.remote_registry.flow import RELATED_FILE, Command, Exchange, Flow, Reply
from fleetscan.transport.remote_registry.folder import Tally
from fleetscan.transport.remote_registry.localpath import Location, locate
from fleetscan.transport.remote_registry.pe import HEAD, Reading, file_version
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.remote_registry.refusals import END_OF_FILE, NO_FILES, SUCCESS, missing_or_refused, refused
from fleetscan.transport.words import TEXT_LIMIT, valid

_MOST_BYTES = 4 * TEXT_LIMIT + 3  # no encoding spends more on so many characters; three for the mark
_SHORT_READS = 8
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One question on its way: where the file is, and where its outcome goes."""

    question: File
    location: Location
    outcomes: dict[Question, Outcome]

    def settle(self, outcome: Outcome) -> None:
        """Write down what became of it."""
        self.outcomes[self.question] = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handle:
    """An open file on a share."""

    share: str
    file: Opened

    def read(self, offset: int, length: int) -> Flow[bytes]:
        """Read, fewer bytes when the file ends. Raises Off."""
        (reply,) = yield Exchange(self.share, (read(self.file.handle, offset, length),))
        return self.taken(reply, length)

    def taken(self, reply: Reply, asked: int) -> bytes:
        """Take what a READ brought. Raises Off."""
        if reply.status == END_OF_FILE:
            return b""
        if reply.status != SUCCESS:
            raise Off(refused(reply, self.share))
        return has_read(reply, asked)


_Use: TypeAlias = Callable[[_Ask, _Handle, Reply], Flow[Outcome]]


def file_flows(
    questions: Sequence[File],
    bases: Mapping[RegistryValue, Outcome],
    place: Place,
    outcomes: dict[Question, Outcome],
    lanes: int,
) -> list[Flow[None]]:
    """Make at most ``lanes`` flows that share the questions and write each outcome as soon as it is known.

    ``bases`` has the outcomes of the registry values that questions hang on, and is looked into when a question's turn
    comes. What goes wrong with a file becomes its outcome; nothing is raised.
    """
    queue = deque(dict.fromkeys(questions))
    return [_lane(queue, bases, place, outcomes) for _ in range(min(lanes, len(queue)))]


def _lane(
    queue: deque[File], bases: Mapping[RegistryValue, Outcome], place: Place, outcomes: dict[Question, Outcome]
) -> Flow[None]:
    while queue:
        question = queue.popleft()
        try:
            location = locate(question, bases, place)
            yield from _ASPECTS[question.aspect](_Ask(question=question, location=location, outcomes=outcomes))
        except Off as off:
            outcomes[question] = off.outcome


def _reading(ask: _Ask, purpose: Purpose, first: Command, use: _Use) -> Flow[None]:
    """Open a file together with the first thing that is asked of it, use it, settle the question, close it."""
    share = ask.location.share
    created, answered = yield Exchange(share, (create(ask.location.path, purpose), first))
    file = _opened(created, share)
    try:
        ask.settle((yield from use(ask, _Handle(share=share, file=file), answered)))
    except Off as off:
        ask.settle(off.outcome)
    yield Exchange(share, (close(file.handle),))


def _opened(reply: Reply, share: str) -> Opened:
    if reply.status != SUCCESS:
        raise Off(missing_or_refused(reply, share))
    return opened(reply)


def _stat(ask: _Ask) -> Flow[None]:
    """Open and close it: that tells it all. A directory has no size of its own."""
    share, path = ask.location.share, ask.location.path
    created, _ = yield Exchange(share, (create(path, Purpose.LOOK), close(RELATED_FILE)))
    file = _opened(created, share)
    size = 0 if file.directory else file.size
    ask.settle(Known(value={"size": size, "modified": moment(file.modified)}, type="file"))


def _version(ask: _Ask) -> Flow[None]:
    return _reading(ask, Purpose.READ, read(RELATED_FILE, 0, HEAD), _program)


def _text(ask: _Ask) -> Flow[None]:
    return _reading(ask, Purpose.READ, read(RELATED_FILE, 0, _first(ask.question)), _contents)


def _listing(ask: _Ask) -> Flow[None]:
    return _reading(ask, Purpose.LIST, query(RELATED_FILE), _entries)


_ASPECTS: Mapping[FileAspect, Callable[[_Ask], Flow[None]]] = {
    FileAspect.VERSION: _version,
    FileAspect.STAT: _stat,
    FileAspect.NEWEST: _listing,
    FileAspect.COUNT: _listing,
    FileAspect.TEXT: _text,
}


def _program(_ask: _Ask, handle: _Handle, first: Reply) -> Flow[Outcome]:
    """Read the version of a program."""
    version = yield from _fed(handle, file_version(handle.file.size, handle.taken(first, HEAD)))
    if version is None:
        return Unknown(reason=Reason.UNSUPPORTED, detail="The file has no version information.")
    return Known(value=version, type="file")


def _fed(handle: _Handle, reading: Reading[str | None]) -> Flow[str | None]:
    """Give the parser the ranges that it wants."""
    data: bytes | None = None
    while True:
        try:
            span = next(reading) if data is None else reading.send(data)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what the generator returned, by its type
        data = yield from handle.read(span.offset, span.size)


def _entries(ask: _Ask, handle: _Handle, first: Reply) -> Flow[Outcome]:
    """Ask for entries until there are no more."""
    tally = Tally(ask.question.pattern or "*")
    reply = first
    while reply.status not in NO_FILES:
        if reply.status != SUCCESS:
            raise Off(refused(reply, handle.share))
        tally.add(queried(reply))
        (reply,) = yield Exchange(handle.share, (query(handle.file.handle),))
    if ask.question.aspect is FileAspect.COUNT:
        return Known(value=tally.count, type="file")
    newest = tally.newest
    if newest is None:
        return Absent()
    value: Value = {"name": valid(newest.text), "size": newest.size, "modified": moment(newest.modified)}
    return Known(value=value, type="file")


def _first(question: File) -> int:
    """Tell how much of a text to ask for when it is opened."""
    return max(1, min(question.max_bytes, CHUNK))


def _contents(ask: _Ask, handle: _Handle, first: Reply) -> Flow[Outcome]:
    """Read what may be read of a text, and see whether that is all of it."""
    question, size = ask.question, min(handle.file.size, max(0, ask.question.max_bytes))
    if size > _MOST_BYTES:
        return _too_long(f"a text of {size} bytes")
    data = bytearray(handle.taken(first, _first(question))[:size])
    for _ in range(size // CHUNK + _SHORT_READS):
        if len(data) == size:
            break
        part = yield from handle.read(len(data), min(CHUNK, size - len(data)))
        if not part:
            break
        data += part
    else:
        message = "a text in too many small parts"
        raise malformed(message)
    cut = handle.file.size > size
    text = _decoded(bytes(data), cut=cut)
    if len(text) > TEXT_LIMIT:
        return _too_long(f"a text of {len(text)} characters")
    return Known(value={"text": text, "truncated": cut}, type="file")


def _decoded(data: bytes, *, cut: bool) -> str:
    """Decode as the byte order mark says, UTF-8 without one; a character that was cut in two is left out."""
    mark, encoding = next((row for row in _ENCODINGS if data.startswith(row[0])), (b"", "utf-8"))
    text = data[len(mark) :].decode(encoding, "replace")
    return text.rstrip("\ufffd") if cut else text


def _too_long(what: str) -> Unknown:
    return Unknown(reason=Reason.TOO_LARGE, detail=f"{what}; at most {TEXT_LIMIT} characters are read")
