"""Read the facts of all packs: each by itself, then what they say of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from fleetscan.authored import Steps, kind_of, suggest, validate
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.model import Asked, Derivation, Derived, Fact, FactType, Origin, Told
from fleetscan.rules.fact_schema import KINDS, DerivedEntry, IndirectEntry, ToldEntry, adapter_for, fact_of
from fleetscan.rules.fact_words import check_fact_id
from fleetscan.rules.places import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The good facts by id, the ids of all that were declared, and every mistake."""

    facts: Mapping[str, Fact]
    declared: frozenset[str]
    mistakes: tuple[Mistake, ...]


def read_facts(packs: Sequence[Pack], derivations: Mapping[str, Derivation]) -> Facts:
    """Read the ``facts:`` of every pack."""
    reader = _Reader(derivations)
    for pack in packs:
        reader.read(pack)
    reader.check()
    return Facts(facts=reader.facts, declared=frozenset(reader.places), mistakes=tuple(reader.mistakes))


class _Reader:
    def __init__(self, derivations: Mapping[str, Derivation]) -> None:
        self.derivations = derivations
        self.facts: dict[str, Fact] = {}
        self.places: dict[str, Pack] = {}
        self.mistakes: list[Mistake] = []

    def read(self, pack: Pack) -> None:
        entries = pack.document.data.get("facts", {}) if isinstance(pack.document.data, Mapping) else {}
        if not isinstance(entries, Mapping):
            self._refuse(pack, ("facts",), f"`facts` must be a mapping, not {kind_of(entries)}", "write `id: {...}`")
            return
        for fact, entry in entries.items():
            self._declare(pack, str(fact), entry)

    def _declare(self, pack: Pack, fact: str, entry: object) -> None:
        if fact in self.places:
            place = self.places[fact].document.position_of_key(("facts", fact))
            first = f"{place.file}:{place.line}:{place.column}"
            self._refuse(pack, ("facts", fact), f"the fact {fact} is declared twice", f"the first is {first}; keep one")
            return
        self.places[fact] = pack
        try:
            check_fact_id(fact)
        except ValueError as error:
            self._refuse(pack, ("facts", fact), str(error), "rename it")
            return
        self._read_entry(pack, fact, entry)

    def _read_entry(self, pack: Pack, fact: str, entry: object) -> None:
        adapter = adapter_for(entry) if isinstance(entry, Mapping) else None
        if adapter is None:
            remedy = f"write one of {', '.join(KINDS)}"
            self._refuse(pack, ("facts", fact), f"the fact {fact} does not say in one way where it comes from", remedy)
            return
        try:
            read = validate(pack.document, adapter, ("facts", fact))
        except AuthoredError as error:
            self.mistakes.extend(error.mistakes)
            return
        match read:
            case DerivedEntry():
                kind = self._result(pack, ("facts", fact), read.derive, read.inputs)
                if kind is not None:
                    origin = read.origin()
                    self.facts[fact] = Fact(
                        id=fact, type=kind, origin=origin, about=read.about, confidence=read.confidence
                    )
            case ToldEntry():
                self._read_told(pack, fact, read)
            case _:
                self.facts[fact] = fact_of(fact, read)

    def _read_told(self, pack: Pack, fact: str, read: ToldEntry) -> None:
        told = fact_of(fact, read)
        if read.indirect is None or self._speaks(pack, told, read.indirect):
            self.facts[fact] = told

    def _speaks(self, pack: Pack, told: Fact, indirect: IndirectEntry) -> bool:
        """Tell whether a derivation can speak for a told fact; what is wrong is remembered as a mistake."""
        steps: Steps = ("facts", told.id, "indirect")
        dated = indirect.days is not None
        kind = self._result(pack, steps, indirect.derive, (*indirect.inputs, *(["days"] if dated else [])))
        if kind is None:
            return False
        if kind is not told.type:
            message = f"{indirect.derive} gives {kind}, and {told.id} is {told.type}"
            self._refuse_value(pack, (*steps, "derive"), message, "take another derivation")
        elif dated and self.derivations[indirect.derive].inputs[-1] is not FactType.INT:
            self._refuse(pack, (*steps, "days"), f"{indirect.derive} does not ask for days", "leave `days` out")
        else:
            return True
        return False

    def _result(self, pack: Pack, steps: Steps, derive: str, given: Sequence[str]) -> FactType | None:
        derivation = self.derivations.get(derive)
        if derivation is None:
            remedy = suggest(derive, tuple(self.derivations))
            self._refuse_value(pack, (*steps, "derive"), f"there is no derivation {derive}", remedy)
            return None
        wanted = len(derivation.inputs)
        if len(given) != wanted and not (derivation.variadic and len(given) > wanted):
            more = " or more" if derivation.variadic else ""
            message = f"{derivation.name} takes {wanted}{more} facts, not {len(given)}"
            self._refuse_value(pack, (*steps, "from"), message, derivation.about)
            return None
        return derivation.result

    def check(self) -> None:
        """Find what is wrong between facts: prefixes, inputs, cycles."""
        for name, pack in self.places.items():
            parts = name.split(".")
            for head in (".".join(parts[:end]) for end in range(1, len(parts))):
                if head in self.places:
                    message = f"the fact {name} begins with the name of the fact {head}"
                    self._refuse(pack, ("facts", name), message, "rename one of them")
        for fact in self.facts.values():
            if (derived := _derivation(fact.origin)) is not None:
                self._check_inputs(fact, derived)
        for name in _on_cycles(self.facts):
            message = f"the fact {name} is derived from itself"
            steps = (*_steps(self.facts[name]), "from")
            self._refuse_value(self.places[name], steps, message, "leave one of the inputs out")

    def _check_inputs(self, fact: Fact, origin: Derived) -> None:
        derivation = self.derivations[origin.derivation]
        rest = [derivation.inputs[-1]] * (len(origin.inputs) - len(derivation.inputs))
        for index, (name, wanted) in enumerate(zip(origin.inputs, [*derivation.inputs, *rest], strict=False)):
            steps: Steps = (*_steps(fact), "from", index)
            if name not in self.places:
                remedy = suggest(name, tuple(self.places))
                self._refuse_value(self.places[fact.id], steps, f"there is no fact {name}", remedy)
            elif name in self.facts and self.facts[name].type is not wanted:
                message = f"{derivation.name} takes {wanted} here, {name} is {self.facts[name].type}"
                self._refuse_value(self.places[fact.id], steps, message, derivation.about)

    def _refuse(self, pack: Pack, steps: Steps, message: str, remedy: str) -> None:
        self.mistakes.append(pack.document.mistake_at_key(steps, message, remedy))

    def _refuse_value(self, pack: Pack, steps: Steps, message: str, remedy: str) -> None:
        self.mistakes.append(pack.document.mistake(steps, message, remedy))


def _derivation(origin: Origin) -> Derived | None:
    """Give the derivation of a fact, also of one that is told and has an outcome speak for it."""
    match origin:
        case Derived():
            return origin
        case Told(indirect=indirect) if indirect is not None:
            return Derived(derivation=indirect.derivation, inputs=indirect.inputs)
        case Told() | Asked():
            return None
        case _:
            assert_never(origin)


def _steps(fact: Fact) -> Steps:
    """Lead to what says which derivation it is, and of what."""
    return ("facts", fact.id, "indirect") if isinstance(fact.origin, Told) else ("facts", fact.id)


def _on_cycles(facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Name the facts that lead back to themselves."""
    derived = [(fact.id, origin) for fact in facts.values() if (origin := _derivation(fact.origin)) is not None]
    needs = {fact: facts.keys() & set(origin.inputs) for fact, origin in derived}
    return tuple(fact for fact in needs if _reaches(fact, fact, needs))


def _reaches(start: str, goal: str, needs: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    ahead = list(needs[start])
    while ahead:
        fact = ahead.pop()
        if fact == goal:
            return True
        if fact not in seen:
            seen.add(fact)
            ahead.extend(needs.get(fact, ()))
    return False
