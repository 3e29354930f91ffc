"""All that a template may see. Every string is safe to show (:mod:`fleetscan.report.text`), every number is final.

Anchors are without ``#``. Words for reasons, endings and severities come from :mod:`fleetscan.report.words`.
"""

from __future__ import annotations

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
class RuleView:
    """One rule: why, what to do, what it rests on, and its verdicts as numbers.

    ``severity`` is that of the gravest finding or, without any, the rule's own.
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
    findings: int
    unknown: int
    broken: int
    passed: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFinding:
    """One host on which a rule found something. ``how`` is shared by all its evidence, or empty."""

    host: HostRef
    severity: str
    severity_words: str
    summary: str
    evidence: tuple[Reading, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """One rule and every host on which it found something.

    ``names`` is all of them in few words; ``summary`` is what it says of each of them, or empty when that differs.
    """

    rule: RuleView
    summary: str
    hosts: tuple[HostFinding, ...]
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownHost:
    """One host for which a rule could not be judged, with the facts that stood in the way and their shared ``how``."""

    host: HostRef
    facts: tuple[Reading, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownReason:
    """One reason for which a rule could not be judged on hosts that were scanned."""

    reason: str
    short: str
    words: str
    remedy: str
    hosts: tuple[UnknownHost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownGroup:
    """One rule that could not be judged on ``count`` hosts.

    A scanned host stands under every reason it has; those that were not scanned are kept apart, because their reason
    is that of the host. Either part may be empty, not both.
    """

    rule: RuleView
    count: int
    reasons: tuple[UnknownReason, ...]
    not_scanned: tuple[HostRef, ...]
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule that gave no answer although all its facts were known, and in what words, by host."""

    rule: RuleView
    hosts: tuple[tuple[HostRef, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteHost:
    """One host that was not read, or not whole. ``facts`` are the unknown ones of this reason."""

    host: HostRef
    address: str
    detail: str
    facts: tuple[Reading, ...]
    tried: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteGroup:
    """All hosts that were not read (or not whole) for one reason: what it means, what to do, who."""

    reason: str
    short: str
    words: str
    remedy: str
    hosts: tuple[IncompleteHost, ...]
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostVerdict:
    """One verdict in the record of a host; ``summary`` is its sentence, or why there is none."""

    rule: RuleRef
    severity: str
    severity_words: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostVerdicts:
    """All verdicts of one host, gravest first; ``worst`` is the severity of its gravest finding, or empty."""

    worst: str
    worst_words: str
    findings: tuple[HostVerdict, ...]
    unknown: tuple[HostVerdict, ...]
    broken: tuple[HostVerdict, ...]
    passed: tuple[RuleRef, ...]
    not_applicable: tuple[RuleRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """The whole record of one host. ``failure`` is empty or says why the conversation ended early.

    ``product`` is its Exchange in a few words; ``how`` is shared by all its facts, or empty. All but ``status`` is
    empty or 0 when nothing was kept of it.
    """

    host: HostRef
    address: str
    groups: tuple[str, ...]
    status: str
    status_words: str
    failure: str
    detail: str
    remedy: str
    transport: str
    credential: str
    started: str
    duration: str
    attempts: int
    round_trips: int
    received: int
    notes: tuple[str, ...]
    product: str
    topology: tuple[Reading, ...]
    facts: tuple[Reading, ...]
    how: str
    verdicts: HostVerdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One of the things to do first: what is wrong, on how many hosts, the first step, where to read on."""

    kind: str
    kind_words: str
    title: str
    hosts: int
    step: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The whole report.

    ``affected`` is the number of hosts with a finding, ``quiet`` are the rules without one, and ``partial`` names a
    host under each of its reasons.
    """

    header: Header
    totals: Totals
    affected: int
    first: tuple[Action, ...]
    findings: tuple[FindingGroup, ...]
    unknown: tuple[UnknownGroup, ...]
    faults: tuple[Fault, ...]
    not_scanned: tuple[IncompleteGroup, ...]
    partial: tuple[IncompleteGroup, ...]
    hosts: tuple[HostView, ...]
    quiet: tuple[RuleView, ...]
    facts: tuple[FactView, ...]
