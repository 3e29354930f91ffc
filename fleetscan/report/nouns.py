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
class HostRef:
    """A host by name, and its site."""

    name: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One text and the ``count`` hosts of which it is said; ``names`` is those in few words, ``aside`` a remark."""

    text: str
    aside: str
    count: int
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRef:
    """A fact by id, with the anchor of its entry in the catalogue.

    Where it is missing of other hosts than those it is told of, ``id`` names them and ``anchor`` is empty.
    """

    id: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Facts that are not known on the same ``count`` hosts for the same reason, told in the same words.

    ``detail`` is those words, the host's own or ours, if any; ``facts`` is a few of the facts, ``more`` counts others.
    """

    facts: tuple[FactRef, ...]
    more: int
    detail: str
    count: int
    names: str


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

    ``severity`` is that of the gravest finding or, without any, the rule's own. ``terms`` say when it fires, ``when``
    says it in one line; ``absences`` what it means that a fact is not there, by the fact's id. ``catalogued`` tells
    that the rule is on the shelf, so that its catalogue has an entry under its id.
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
    when: str
    absences: Mapping[str, str]
    catalogued: bool
    findings: int
    unknown: int
    broken: int
    passed: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """One value that a person vouches for, from the day ``since`` to the day ``until``, on ``count`` hosts.

    ``state`` is ``in force``, ``expiring`` or ``expired``; an expired one counts for nothing any more.
    """

    fact: str
    value: str
    by: str
    since: str
    until: str
    state: str
    note: str
    count: int
    names: str
