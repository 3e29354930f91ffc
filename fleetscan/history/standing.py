"""How the hosts of a run stood, for the runs that come after: ``standing.json.gz``.

Law: whatever is in the file, it is read whole and consistent, or refused in words. It only repeats in another form what
the records and the verdicts say, so a run without it is whole, and cannot be compared with.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from fleetscan.errors import OperatorError
from fleetscan.history.fields import Fields
from fleetscan.history.folder import STANDING, write_whole
from fleetscan.history.values import Json, dump, moment_from_json, moment_to_json
from fleetscan.model import NO_WORD, RULING_LETTERS, Column, Since, Standing, Stated, from_before

_FORMAT = 1
_LEVEL = 1  # half the time of the usual 9, and a file that is not much larger
_LETTERS = {NO_WORD, *RULING_LETTERS.values()}


def write_standing(folder: Path, standing: Standing) -> None:
    """Replace the standing of a run. Raises OperatorError."""
    text = dump(_to_json(standing)).encode("ascii")
    write_whole(folder / STANDING, gzip.compress(text, _LEVEL, mtime=0))


def read_standing(folder: Path) -> Standing:
    """Read the standing of a run. Raises OperatorError when it is not there, or not as it was written."""
    path = folder / STANDING
    try:
        return _from_json(Fields.parse(gzip.decompress(path.read_bytes()).decode("ascii")))
    except FileNotFoundError as error:
        message = f"{path}: is not there"
        raise OperatorError(message) from error
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        message = f"{path}: cannot be read: {error}"
        raise OperatorError(message) from error


def _to_json(standing: Standing) -> dict[str, Json]:
    """Write rows that many hosts share, and texts that many facts share, once; whoever has them has their number."""
    rows: dict[tuple[int, ...], int] = {}
    since: list[Json] = [rows.setdefault(row, len(rows)) for row in standing.since]
    texts: dict[str, int] = {}
    facts: dict[str, Json] = {name: _column_to_json(column, texts) for name, column in standing.facts.items()}
    return {
        "format": _FORMAT,
        "run": standing.run,
        "started": moment_to_json(standing.started),
        "hosts": list(standing.hosts),
        "rules": list(standing.rules),
        "words": list(standing.words),
        "moments": [[moment_to_json(each.at), each.exact] for each in standing.moments],
        "rows": [list(row) for row in rows],
        "since": since,
        "facts": facts,
        "texts": list(texts),
    }


def _column_to_json(column: Column, texts: dict[str, int]) -> Json:
    table: list[Json] = [
        [stated.known, *(texts.setdefault(text, len(texts)) for text in (stated.type, *stated.parts))]
        for stated in column.table
    ]
    return {"table": table, "hosts": list(column.entries)}


def _from_json(fields: Fields) -> Standing:
    if fields.count("format") != _FORMAT:
        message = f"format {fields.count('format')} is not {_FORMAT}"
        raise ValueError(message)
    hosts, rules, texts = fields.texts("hosts"), fields.texts("rules"), fields.texts("texts")
    moments = tuple(_moment(data) for data in fields.items("moments"))
    rows = [_numbers(row, count=len(rules), ceiling=len(moments)) for row in fields.items("rows")]
    since = _numbers(fields.any("since"), count=len(hosts), ceiling=len(rows))
    facts = fields.members("facts")
    return Standing(
        run=fields.text("run"),
        started=fields.moment("started"),
        hosts=hosts,
        rules=rules,
        words=_words(fields.texts("words"), len(hosts), len(rules)),
        since=tuple(rows[row] for row in since),
        moments=moments,
        facts={name: _column(Fields(data), len(hosts), texts) for name, data in facts.items()},
    )


def _moment(data: Json) -> Since:
    match data:
        case [str(at), bool(exact)]:
            return Since(at=moment_from_json(at), exact=exact)
        case _:
            message = "a moment is not one"
            raise ValueError(message)


def _words(words: tuple[str, ...], hosts: int, rules: int) -> tuple[str, ...]:
    if len(words) != hosts or any(len(row) != rules for row in words) or not _LETTERS.issuperset("".join(words)):
        message = "words is not a letter for each host and rule"
        raise ValueError(message)
    return words


def _column(fields: Fields, hosts: int, texts: Sequence[str]) -> Column:
    table = tuple(_stated(data, texts) for data in fields.items("table"))
    lowest = from_before(len(table)) + 1
    return Column(table=table, entries=_numbers(fields.any("hosts"), count=hosts, floor=lowest, ceiling=len(table)))


def _stated(data: Json, texts: Sequence[str]) -> Stated:
    match data:
        case [bool(known), *numbers] if numbers:
            kind, *parts = (texts[number] for number in _numbers(numbers, count=len(numbers), ceiling=len(texts)))
            return Stated(known=known, type=kind, parts=tuple(parts))
        case _:
            message = "an outcome is not one"
            raise ValueError(message)


def _numbers(data: Json, *, count: int, ceiling: int, floor: int = 0) -> tuple[int, ...]:
    """Take a list of so many whole numbers, none below the floor, all below the ceiling."""
    numbers = tuple([number for number in data if type(number) is int]) if isinstance(data, list) else ()
    if not isinstance(data, list) or not len(numbers) == len(data) == count:
        message = f"a list of {count} whole numbers was expected"
        raise ValueError(message)
    if numbers and not floor <= min(numbers) <= max(numbers) < ceiling:
        message = f"a number is not from {floor} to {ceiling - 1}"
        raise ValueError(message)
    return numbers
