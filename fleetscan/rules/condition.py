"""Compile and evaluate conditions. The only file that knows the CEL engine.

Law: what is not known is left unbound. CEL's ``&&``, ``||``, ``?:`` and the macros absorb an unbound variable where
it cannot matter, and every other use of it ends in :class:`Undecided`, never in true or false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

from cel_expr_python import cel

from fleetscan.rules.kinds import Kind, parse_version
from fleetscan.rules.reference_map import referenced_names
from fleetscan.rules.tokens import Fault, foreign, name_start, split, tokens

Input: TypeAlias = bool | int | str | list[str] | list[int]
"""What a variable can be bound to; a version is bound as its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Neither true nor false: a needed variable was not bound, or the evaluation failed; the engine's words."""

    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What conditions of one rule may name.

    ``kinds`` declares each variable, ``owners`` gives the fact or parameter behind it, and ``elsewhere`` gives, for
    each variable of the other facts of the shelf, the fact that ``reads`` would have to name.
    """

    kinds: Mapping[str, Kind]
    owners: Mapping[str, str]
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One part of a condition at its outermost operator.

    ``variables`` are those that it names, ``names`` the facts and parameters behind them; both sorted.
    """

    text: str
    variables: tuple[str, ...]
    names: tuple[str, ...]
    _expression: cel.Expression = field(repr=False, compare=False)

    def evaluate(self, bindings: Mapping[str, Input]) -> bool | Undecided:
        """Give the answer; variables that are not in ``bindings`` are unknown."""
        try:
            answer = self._expression.eval(data=bindings).value()
        except RuntimeError as error:
            return Undecided(fault=_plain(str(error)))
        return answer if isinstance(answer, bool) else Undecided(fault=_plain(str(answer)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Clause):
    """A compiled condition. ``clauses`` are its parts at ``operator`` (``&&``, ``||``), or itself alone at ``""``."""

    operator: str
    clauses: tuple[Clause, ...]


class ConditionError(Exception):
    """Carry every mistake that was found in the text of one condition."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults in the order of the text."""
        self.faults = tuple(sorted(faults, key=lambda fault: fault.offset))
        super().__init__("; ".join(fault.message for fault in self.faults))


class Compiler:
    """Compile the conditions of one rule; the engine's environment is built once."""

    def __init__(self, scope: Scope) -> None:
        """Declare the variables of ``scope`` and the functions of every condition."""
        self._scope = scope
        self._env = cel.NewEnv(
            variables={name: _TYPES[kind] for name, kind in scope.kinds.items()}, functions=_FUNCTIONS
        )

    def compile(self, text: str) -> Condition:
        """Compile a condition that answers true or false; raise ConditionError with every mistake."""
        if faults := (*foreign(text), *_version_faults(text)):
            raise ConditionError(faults)
        whole = self._clause(text)
        operator, parts = split(text)
        return Condition(
            text=whole.text,
            variables=whole.variables,
            names=whole.names,
            _expression=whole._expression,  # noqa: SLF001 - the same class, one level up
            operator=operator,
            clauses=tuple(map(self._clause, parts)) if operator else (whole,),
        )

    def _clause(self, text: str) -> Clause:
        try:
            expression = self._env.compile(text)
        except RuntimeError as error:
            raise ConditionError(tuple(_faults(str(error), text, self._scope))) from error
        if expression.return_type() != cel.Type.BOOL:
            kind = expression.return_type().name().lower()
            raise ConditionError((Fault(offset=0, message=f"a condition must be true or false, this is {kind}"),))
        owners = self._scope.owners
        variables = sorted(name for name in referenced_names(expression.serialize()) if name in owners)
        names = sorted({owners[name] for name in variables})
        return Clause(text=text.strip(), variables=tuple(variables), names=tuple(names), _expression=expression)


def _at_least(version: list[int], floor: str) -> bool:
    """Compare number by number; a floor has no zeros at its end, so that one that is only shorter is no higher."""
    return version >= _floor(floor)


def _below(version: list[int], floor: str) -> bool:
    return not _at_least(version, floor)


@lru_cache(maxsize=256)
def _floor(text: str) -> list[int]:
    numbers = parse_version(text)
    if numbers is None:
        message = f"{text[:40]!r} is not a version of numbers and dots"
        raise ValueError(message)
    return numbers


_VERSION: Final = cel.Type.List(cel.Type.INT)
_TYPES: Final[Mapping[Kind, cel.Type]] = MappingProxyType(
    {
        Kind.BOOL: cel.Type.BOOL,
        Kind.INT: cel.Type.INT,
        Kind.STRING: cel.Type.STRING,
        Kind.STRINGS: cel.Type.List(cel.Type.STRING),
        Kind.VERSION: _VERSION,
    }
)
_FUNCTIONS: Final = tuple(
    cel.FunctionDecl(
        name,
        [cel.Overload(f"{name}_version_string", cel.Type.BOOL, [_VERSION, cel.Type.STRING], False, function)],  # noqa: FBT003 - is_member, by position
    )
    for name, function in (("versionAtLeast", _at_least), ("versionBelow", _below))
)


def _version_faults(text: str) -> Iterator[Fault]:
    """Find version literals that are none: ``versionAtLeast(x, '12.x')`` is refused before it can fail on a host."""
    cut = tokens(text)
    wanted = False
    for token in cut:
        wanted = wanted or token.text in {"versionAtLeast", "versionBelow"}
        if wanted and token.kind == "string":
            if parse_version(token.text.strip("rRbB'\"")) is None:
                yield Fault(
                    offset=token.start, message="this is not a version", remedy="write numbers and dots: '15.2.1544.4'"
                )
            wanted = False


_ERROR: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")
_STATUS: Final = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_SYNTAX: Final = "Syntax error: "
_SYNTAX_WORDS: Final = (
    ("missing ')'", "a bracket is not closed", "add `)`"),
    ("'<EOF>'", "the condition ends too early", "write the rest of it"),
    ("token recognition error", "this cannot be read", "check the quotes; in a text write `\\\\` for a backslash"),
    ("", "this is not expected here", "join two conditions with `&&` or `||`"),
)
_REMEDIES: Final = (
    ("(list(int), string)", "compare a version with `versionAtLeast(v, '1.2.3')` or `versionBelow(v, '1.2.3')`"),
    ("versionAtLeast", "the first must be a version fact, the second a text: `versionAtLeast(v, '1.2.3')`"),
    ("versionBelow", "the first must be a version fact, the second a text: `versionBelow(v, '1.2.3')`"),
    ("list(int)", "a version can only be given to `versionAtLeast(v, '1.2.3')` and `versionBelow(v, '1.2.3')`"),
    ("(int, string)", "compare a number with a number: no quotes"),
    ("(string, int)", "compare text with text: put it in quotes"),
    ("(int, double)", "write whole numbers without a point"),
    ("(bool, int)", "it is true or false already: leave out the comparison"),
    ("no matching overload", "compare values of one kind"),
    ("select operation", "it has no fields"),
    ("range of a comprehension", "only a list can be searched"),
)


def _faults(words: str, text: str, scope: Scope) -> Iterator[Fault]:
    lines = text.split("\n")
    found = _ERROR.findall(words)
    for line, column, message in found:
        if "*error*" in message:
            continue
        offset = sum(len(before) + 1 for before in lines[: int(line) - 1]) + int(column) - 1
        yield _fault(min(offset, len(text)), _STATUS.sub("", message), text, scope)
        if message.startswith(_SYNTAX):
            return  # what follows the first one is its echo
    if not found:
        yield Fault(offset=0, message=f"cannot be compiled: {_plain(words)}", remedy="make the condition simpler")


def _fault(offset: int, message: str, text: str, scope: Scope) -> Fault:
    if message.startswith(_SYNTAX):
        said, remedy = next((said, remedy) for words, said, remedy in _SYNTAX_WORDS if words in message)
        return Fault(offset=offset, message=said, remedy=remedy)
    if undeclared := _UNDECLARED.search(message):
        if text[offset : offset + 1] == "(":
            return Fault(offset=offset, message=f"there is no function {undeclared[1]}", remedy=_FUNCTION_NAMES)
        return _unknown_name(undeclared[1], name_start(text, offset), scope)
    message = message.replace("list(int)", "version")
    remedy = next((how for what, how in _REMEDIES if what.replace("list(int)", "version") in message), "")
    return Fault(offset=offset, message=message, remedy=remedy)


_FUNCTION_NAMES: Final = (
    "versionAtLeast, versionBelow, size, contains, startsWith, endsWith, matches, exists, all, filter"
)


def _unknown_name(name: str, offset: int, scope: Scope) -> Fault:
    if fact := scope.elsewhere.get(name):
        message = f"the condition names {name}, but `reads` does not list {fact}"
        return Fault(offset=offset, message=message, remedy=f"add {fact} to `reads`")
    fields = sorted(known for known in scope.kinds if known.startswith(f"{name}."))
    near = get_close_matches(name, scope.kinds, n=1) or get_close_matches(name, scope.elsewhere, n=1)
    if fields:
        remedy = f"use one of {', '.join(fields)}"
    else:
        remedy = f"did you mean {near[0]}?" if near else "name a fact of `reads`, or `parameter.NAME`"
    return Fault(offset=offset, message=f"unknown name {name}", remedy=remedy)


_UNBOUND: Final = re.compile(r'No value with name "([^"]*)" found in Activation')


def _plain(words: str) -> str:
    if unbound := _UNBOUND.search(words):
        return f"{unbound[1]} has no value"
    return _STATUS.sub("", words)
