"""The sections of a report, and the whole: all that a template may see.

Every string is safe to show (:mod:`fleetscan.report.text`), every number is final. A section names the rules and the
hosts in few words; what was read of each host stands in ``columns``, from which the script makes the pages of the hosts
and the rows of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleetscan.report.nouns import Attested, FactView, Gap, Header, RuleView, Said, Tally, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """One rule and the ``count`` hosts on which it found something.

    ``names`` is all of them in few words for one line, ``listed`` in full or, when they are very many, in more words.
    ``summary`` is the sentence when it is the same of each of them, and empty otherwise; then ``says`` has the
    sentences that are said of most, and ``rest`` is the number of hosts of which something else is said.
    """

    rule: RuleView
    count: int
    summary: str
    says: tuple[Said, ...]
    rest: int
    names: str
    listed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownReason:
    """One reason for which a rule could not be judged on ``count`` hosts that were scanned.

    ``gaps`` are the facts that stood in the way, those of most hosts first, and ``rest`` counts the facts left out.
    """

    reason: str
    short: str
    words: str
    remedy: str
    count: int
    names: str
    gaps: tuple[Gap, ...]
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownGroup:
    """One rule that could not be judged on ``count`` hosts.

    A host that was scanned stands under every reason it has; ``not_scanned`` is the number of those that were not,
    because their reason is that of the host. ``names`` and ``listed`` are those that were scanned.
    """

    rule: RuleView
    count: int
    reasons: tuple[UnknownReason, ...]
    not_scanned: int
    names: str
    listed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule that gave no answer on ``count`` hosts although all its facts were known, and in what words.

    ``says``, ``rest``, ``names`` and ``listed`` are as in :class:`FindingGroup`.
    """

    rule: RuleView
    count: int
    says: tuple[Said, ...]
    rest: int
    names: str
    listed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteGroup:
    """The ``count`` hosts that were not read, or not whole, for one reason: what it means, what to do, who.

    ``says`` is what happened, in the words of the host or the network, with what was tried; ``rest`` is the number of
    hosts of which something else is said. ``gaps`` are the facts that are missing because of this reason, and
    ``gaps_rest`` counts those left out. ``names`` and ``listed`` are as in :class:`FindingGroup`.
    """

    reason: str
    short: str
    words: str
    remedy: str
    count: int
    says: tuple[Said, ...]
    rest: int
    gaps: tuple[Gap, ...]
    gaps_rest: int
    names: str
    listed: str


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
class ChangesView:
    """What is different from an earlier run.

    ``previous`` is the id of that run and ``started`` its start; without one both are empty and ``why`` says why.
    ``tallies`` counts what changed by kind, without those of which there are none; ``sentences`` says the same.
    """

    previous: str
    started: str
    why: str
    tallies: tuple[Tally, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The whole report.

    ``affected`` is the number of hosts with a finding; ``first`` is what to do first; ``findings``, ``unknown`` and
    ``faults`` are by rule, and ``quiet`` are the rules without a finding. ``not_scanned`` and ``partial`` are by
    reason; a host that was read in part stands under each of its reasons. ``facts`` is all that was asked.
    ``columns`` is the data block (:mod:`fleetscan.report.columns`), for JSON.
    """

    header: Header
    totals: Totals
    affected: int
    first: tuple[Action, ...]
    changes: ChangesView
    findings: tuple[FindingGroup, ...]
    unknown: tuple[UnknownGroup, ...]
    faults: tuple[Fault, ...]
    quiet: tuple[RuleView, ...]
    not_scanned: tuple[IncompleteGroup, ...]
    partial: tuple[IncompleteGroup, ...]
    attestations: tuple[Attested, ...]
    facts: tuple[FactView, ...]
    columns: Mapping[str, object]
