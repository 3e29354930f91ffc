"""Read packs into a shelf. Every mistake of every pack is found in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from fleetscan.authored import kind_of, parse_yaml, read_bytes, suggest
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.model import Derivation
from fleetscan.rules.interface import FleetRule, Rule, Shelf
from fleetscan.rules.places import Pack
from fleetscan.rules.shelf_facts import Facts, read_facts
from fleetscan.rules.shelf_fleet import read_fleet_rule
from fleetscan.rules.shelf_rules import read_rule

BUILT_IN: Final = (
    "topology",
    "scanmail",
    "scanmail-legacy",
    "scanmail-legacy-temp",
    "antivirus",
    "antivirus-legacy",
    "exclusions",
    "exclusions-exchange",
    "security",
    "exchange",
    "windows",
    "fleet",
)
"""The packs that are always loaded, in this order."""

_KEYS: Final = ("facts", "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of one pack: the name the shelf knows it by, and the file it is called in positions."""

    name: str
    file: str
    raw: bytes


def load_shelf(packs: Sequence[Path] = (), *, derivations: Mapping[str, Derivation]) -> Shelf:
    """Load the built-in packs and then ``packs``, in their order.

    ``derivations`` are those that a fact's ``derive:`` may name. Raise AuthoredError with every mistake of all packs:
    a file that cannot be read, YAML, shapes, names, types, conditions, cases, and ids that two packs share.
    """
    sources = list(_built_in())
    mistakes: list[Mistake] = []
    for path in packs:
        try:
            sources.append(Source(name=path.stem, file=str(path), raw=read_bytes(path)))
        except AuthoredError as error:
            mistakes.extend(error.mistakes)
    return load_sources(sources, derivations=derivations, mistakes=mistakes)


def load_sources(
    sources: Iterable[Source], *, derivations: Mapping[str, Derivation], mistakes: Iterable[Mistake] = ()
) -> Shelf:
    """Load these packs and no others; ``mistakes`` are those that were found before. Errors as for load_shelf."""
    found = list(mistakes)
    packs: list[Pack] = []
    for source in sources:
        try:
            packs.append(_pack(source))
            found.extend(packs[-1].document.surprises)
        except AuthoredError as error:
            found.extend(error.mistakes)
    facts = read_facts(packs, derivations)
    found.extend(facts.mistakes)
    rules = list(_rules(packs, facts, found))
    if found:
        raise AuthoredError(found)
    return Shelf(
        facts=facts.facts,
        rules=tuple(rule for rule in rules if isinstance(rule, Rule)),
        packs=tuple(pack.name for pack in packs),
        fleet_rules=tuple(rule for rule in rules if isinstance(rule, FleetRule)),
    )


def _built_in() -> Iterator[Source]:
    for name in BUILT_IN:
        resource = files("fleetscan.rules") / "packs" / f"{name}.yml"
        yield Source(name=name, file=str(resource), raw=resource.read_bytes())


def _pack(source: Source) -> Pack:
    document = parse_yaml(source.raw, source.file)
    data = document.data
    if not isinstance(data, Mapping):
        remedy = "write `facts:` and `rules:`"
        raise AuthoredError([document.mistake((), f"a pack is a mapping, not {kind_of(data)}", remedy)])
    unknown = [key for key in data if key not in _KEYS]
    if unknown:
        raise AuthoredError(
            document.mistake_at_key((key,), f"unknown key `{key}`", suggest(key, _KEYS)) for key in unknown
        )
    return Pack(name=source.name, document=document, text=source.raw.decode("utf-8-sig"))


def _rules(packs: Sequence[Pack], facts: Facts, found: list[Mistake]) -> Iterator[Rule | FleetRule]:
    """Yield the good rules; add to ``found`` what is wrong with the others."""
    places: dict[str, str] = {}
    for pack, index in _entries(packs, found):
        try:
            rule = _rule(pack, index, facts)
        except AuthoredError as error:
            found.extend(error.mistakes)
            continue
        place = pack.document.position(("rules", index, "id"))
        if rule.id in places:
            found.append(
                Mistake(
                    **place._asdict(),
                    message=f"the rule {rule.id} is declared twice",
                    remedy=f"the first is {places[rule.id]}; keep one",
                )
            )
        else:
            places[rule.id] = f"{place.file}:{place.line}:{place.column}"
            yield rule


def _rule(pack: Pack, index: int, facts: Facts) -> Rule | FleetRule:
    """Read the entry as what it says it is: a rule that looks ``across`` hosts, or one about each by itself."""
    match pack.document.data:
        case {"rules": [*entries]} if isinstance(entries[index], Mapping) and _ACROSS in entries[index]:
            return read_fleet_rule(pack, index, facts)
        case _:
            return read_rule(pack, index, facts)


_ACROSS: Final = "across"


def _entries(packs: Sequence[Pack], found: list[Mistake]) -> Iterator[tuple[Pack, int]]:
    for pack in packs:
        data = pack.document.data
        entries = data.get("rules", []) if isinstance(data, Mapping) else []
        if isinstance(entries, list):
            yield from ((pack, index) for index in range(len(entries)))
        else:
            message = f"`rules` must be a list, not {kind_of(entries)}"
            found.append(pack.document.mistake(("rules",), message, "write one `- id: ...` for each rule"))
