"""Read one fleet rule and its cases: its shape, then every word of it against the facts of the shelf.

A fleet rule compares what hosts say: told facts, and those that are worked out from one, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from fleetscan.authored import Steps, suggest, validate
from fleetscan.errors import AuthoredError
from fleetscan.model import FactType, Told
from fleetscan.rules.case_reader import CaseReader
from fleetscan.rules.compare import WAYS, Way
from fleetscan.rules.condition import Condition, Scope
from fleetscan.rules.interface import Across, Comparison, FleetCase, FleetRule, Parameter
from fleetscan.rules.parameters import PREFIX, kind_of_parameter
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_reader import RuleReader
from fleetscan.rules.rule_schema import FLEET_RULE, WrittenFleetCase, WrittenFleetRule
from fleetscan.rules.shelf_facts import Facts

GROUPS: Final[Mapping[Across, str]] = MappingProxyType(
    {Across.DAG: "dag.name", Across.SITE: "ad.site", Across.FLEET: ""}
)
"""The fact that names the group of a host; a host without it (absent) is in no group, and the rule not about it."""

SHOWN: Final = ("group", "peers")
"""What a summary may show beside variables: the name of the group, and what the peers have instead."""


def read_fleet_rule(pack: Pack, index: int, facts: Facts) -> FleetRule:
    """Read the rule at ``index`` of the pack's ``rules``; raise AuthoredError with every mistake in it."""
    at: Steps = ("rules", index)
    written = validate(pack.document, FLEET_RULE, at)
    reader = RuleReader(pack, at, written, facts, SHOWN)
    rule = _rule(reader, written)
    if rule is None or reader.mistakes:
        raise AuthoredError(reader.mistakes)
    return rule


def _rule(reader: RuleReader, written: WrittenFleetRule) -> FleetRule | None:
    across, kind = Across(written.across), Comparison(written.kind)
    group = GROUPS[across]
    reader.check_words()
    _check_told(reader)
    parameters = reader.parameters()
    _check_parameters(reader, WAYS[kind], parameters)
    absent = reader.absent()
    types = dict(reader.types)
    if group and _declares(reader, group):
        types.setdefault(group, FactType.STRING)
    cases = _cases(reader, written, types, parameters)
    if not reader.whole:
        return None
    scope = reader.scope(parameters)
    conditions = _conditions(reader, written, scope, WAYS[kind])
    reader.check_placeholders(scope)
    if conditions is None:
        return None
    applies, compare = conditions
    return FleetRule(
        **reader.advice(),
        reads=tuple(dict.fromkeys((*written.reads, *filter(None, (group,))))),
        types=types,
        applies=applies,
        absent=absent,
        parameters=parameters,
        across=across,
        group=group,
        kind=kind,
        compare=compare,
        cases=cases,
    )


def _declares(reader: RuleReader, group: str) -> bool:
    fact = reader.facts.facts.get(group)
    if fact is not None and fact.type is FactType.STRING:
        return True
    reader.refuse(("across",), f"the packs declare no fact {group} of the type string", "load the topology pack")
    return False


def _check_told(reader: RuleReader) -> None:
    for index, fact in enumerate(reader.written.reads):
        told = sorted(_told(reader.facts, fact))
        if told:
            source = "it" if told[0] == fact else told[0]
            message = f"a fleet rule compares what hosts say, and {source} is told by the inventory"
            reader.refuse(("reads", index), message, "compare another fact")


def _told(facts: Facts, fact: str) -> Iterator[str]:
    """Give the told facts that this one is or is worked out from."""
    seen: set[str] = set()
    waiting = [fact]
    while waiting:
        name = waiting.pop()
        found = facts.facts.get(name)
        if found is None or name in seen:  # a ring of facts is a mistake of its own
            continue
        seen.add(name)
        if isinstance(found.origin, Told):
            yield name
        else:
            waiting.extend(found.inputs)


def _check_parameters(reader: RuleReader, way: Way, parameters: Mapping[str, Parameter]) -> None:
    for name, kind in way.parameters.items():
        if name not in parameters:
            message = f"this kind of rule needs the parameter {name}"
            reader.refuse(("kind",), message, f"add `parameters: {{{name}: {{default: 3, about: ...}}}}`")
        elif kind_of_parameter(parameters[name].default) is not kind:
            reader.refuse(("parameters", name, "default"), f"the parameter {name} must be {kind}")


def _conditions(
    reader: RuleReader, written: WrittenFleetRule, scope: Scope, way: Way
) -> tuple[Condition | None, str | Condition] | None:
    """Read what selects the hosts and what is compared; None when one of them cannot be read."""
    texts = {"applies": written.applies, "compare": written.compare if way.by_condition else None}
    found = reader.conditions(scope, texts)
    if len(found) < sum(text is not None for text in texts.values()):
        return None
    named = {name for condition in found.values() for name in condition.variables}
    compare: str | Condition = found.get("compare") or written.compare.strip()
    if isinstance(compare, str) and not _comparable(reader, scope, compare):
        return None
    needed = {f"{PREFIX}{name}" for name in way.parameters}
    reader.check_use(scope, named | needed | ({compare} if isinstance(compare, str) else set()))
    return found.get("applies"), compare


def _comparable(reader: RuleReader, scope: Scope, name: str) -> bool:
    if name in scope.kinds and not name.startswith(PREFIX):
        return True
    known = tuple(known for known in scope.kinds if not known.startswith(PREFIX))
    reader.refuse(("compare",), f"`reads` gives no variable {name} to compare", suggest(name, known))
    return False


def _cases(
    rule: RuleReader, written: WrittenFleetRule, types: Mapping[str, FactType], parameters: Mapping[str, Parameter]
) -> tuple[FleetCase, ...]:
    reader = CaseReader(rule.pack, rule.at, tuple(dict.fromkeys((*written.reads, *types))), types, parameters)
    cases = tuple(_case(reader, index, case) for index, case in enumerate(written.cases))
    reader.check_verdicts({verdict for case in written.cases for verdict in case.verdicts.values()})
    rule.mistakes.extend(reader.mistakes)
    return cases


def _case(reader: CaseReader, index: int, case: WrittenFleetCase) -> FleetCase:
    reader.check_name(index, case.name)
    for host, verdict in case.verdicts.items():
        reader.check_verdict((index, "verdicts", host), verdict)
    _check_hosts(reader, index, case)
    return FleetCase(
        name=case.name,
        given={host: dict(reader.given((index, "hosts", host), facts)) for host, facts in case.hosts.items()},
        verdicts=case.verdicts,
        unknown={host: tuple(facts) for host, facts in case.unknown.items()},
        parameters=dict(reader.parameters(index, case.parameters)),
        line=reader.line(index),
    )


def _check_hosts(reader: CaseReader, index: int, case: WrittenFleetCase) -> None:
    hosts = tuple(case.hosts)
    for host, verdict in case.verdicts.items():
        if host not in case.hosts:
            reader.refuse_key((index, "verdicts", host), f"the case has no host {host}", suggest(host, hosts))
        if verdict == "unknown" and not case.unknown.get(host):
            message = f"{host} ends in `unknown`: the case names the facts that stand in the way"
            reader.refuse((index, "verdicts", host), message, f"add `unknown: {{{host}: [...]}}`")
    for host, facts in case.unknown.items():
        if case.verdicts.get(host) != "unknown":
            message = "only a host that ends in `unknown` has unknown facts"
            reader.refuse_key((index, "unknown", host), message, "leave it out")
        reader.check_unknown((index, "unknown", host), facts)
