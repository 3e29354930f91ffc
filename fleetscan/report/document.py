"""The whole run as one JSON document: for programs that want everything and read one file.

Law: nothing is lost. Records and verdicts are written by the one place that writes them for the run folder: a record
has its values whole, a verdict has a long one cut; strings are the host's own, escaped, not made visible.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from fleetscan.model import Since, Verdict
from fleetscan.report.material import Material
from fleetscan.rules.interface import AnyRule

FORMAT: Final = 1
"""Counts up when a reader of the document has to change."""


def document(material: Material) -> Iterator[str]:
    """Write the document, a rule, host or verdict at a time."""
    yield f'{{"format":{FORMAT},\n"run":{material.scribe.run(material.run)},\n"exit_code":{material.exit_code}'
    yield from _list("rules", map(_rule, material.shelf.all_rules))
    yield from _list("hosts", _hosts(material))
    yield from _list("verdicts", (_verdict(material, verdict) for verdict in material.verdicts))
    yield "}\n"


def _list(name: str, items: Iterable[str]) -> Iterator[str]:
    yield f',\n"{name}":['
    between = "\n"
    for item in items:
        yield f"{between}{item}"
        between = ",\n"
    yield "\n]"


def _hosts(material: Material) -> Iterator[str]:
    for record in material.records:
        yield material.scribe.record(record, material.topologies.get(record.host, {}))


def _verdict(material: Material, verdict: Verdict) -> str:
    text = material.scribe.verdict(verdict)
    since = material.since(verdict)
    return f'{text[:-1]},"since":{_since(since)}}}'


def _since(since: Since | None) -> str:
    if since is None:
        return "null"
    return json.dumps({"at": since.at.isoformat().replace("+00:00", "Z"), "exact": since.exact})


def _rule(rule: AnyRule) -> str:
    return json.dumps(
        {
            "id": rule.id,
            "title": rule.title,
            "severity": str(rule.severity),
            "confidence": str(rule.confidence),
            "pack": rule.pack,
            "applies_to": rule.applies_to,
            "why": rule.why,
            "fix": list(rule.fix),
            "sources": list(rule.sources),
        },
        separators=(",", ":"),
    )
