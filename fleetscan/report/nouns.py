"""The small things that the sections of a report are made of.

Every string is safe to show (:mod:`fleetscan.report.text`), every number is final.

Anchors are without ``#``. Words for reasons, endings and severities come from :mod:`fleetscan.report.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One counted class of things: its key (a word of the model), its label, its number."""

    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was run. ``alarm`` is empty when the run finished, else a sentence that must be shown loudly."""

    environment: str
    run: str
    version: str
    started: str
    ended: str
    duration: str
    ending: str
    ending_words: str
    alarm: str
    fail_on: str
    packs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The counts of the run, as :class:`fleetscan.model.Counts` has them, in the order of reading.

    ``coverage`` is in percent, rounded down; ``wanted`` is the run's ``--min-coverage``.
    """

    hosts: int
    statuses: tuple[Tally, ...]
    verdicts: tuple[Tally, ...]
    severities: tuple[Tally, ...]
    pairs: int
    judged: int
    coverage: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one fact on one host.

    ``state`` is ``known``, ``absent`` or ``unknown``; ``value`` and ``type`` are those of the source when known;
    ``reason`` (a label) and ``detail`` (the host's words) say why when unknown; ``where`` is the place and ``how``
    the moment, transport and credential name.
    """

    fact: str
    state: str
    value: str
    type: str
    reason: str
    detail: str
    where: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRef:
    """A host by name, with the anchor of its record."""

    name: str
    anchor: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRef:
    """A rule by id and title, with the anchor of its paragraph."""

    id: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One fact of the catalogue: where it is read or what it is derived from, and how sure that is."""

    id: str
    anchor: str
    type: str
    where: str
    about: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of a rule; ``address`` is empty when it is a document without one."""

    text: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that the catalogue says of a rule; ``code`` tells that the text is a condition."""

    title: str
    text: str
    code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule: why, what to do, what it rests on, and its verdicts as numbers.

    ``severity`` is that of the gravest finding or, without any, the rule's own. ``terms`` say when it fires,
    ``absences`` what it means that a fact is not there, by the fact's id. ``catalogued`` tells that the rule is on the
    shelf, so that its catalogue has an entry under its id.
    """

    id: str
    anchor: str
    title: str
    severity: str
    severity_words: str
    confidence: str
    why: tuple[str, ...]
    fix: tuple[str, ...]
    sources: tuple[Source, ...]
    applies_to: str
    pack: str
    facts: tuple[FactView, ...]
    terms: tuple[Term, ...]
    absences: Mapping[str, str]
    catalogued: bool
    findings: int
    unknown: int
    broken: int
    passed: int
    not_applicable: int
