"""The sections of a report, and the whole: all that a template may see.

Every string is safe to show (:mod:`fleetscan.report.text`), every number is final.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleetscan.report.nouns import FactView, Header, HostRef, Reading, RuleRef, RuleView, Totals


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

    ``product`` is its Exchange in a few words; ``asked`` counts its facts, which are not shown one by one when it was
    not scanned; ``how`` is shared by all of them, or empty. All but ``status`` is empty or 0 when nothing was kept.
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
    asked: int
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
