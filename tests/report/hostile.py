"""Runs in which every string that a host, an inventory or a pack gives is hostile.

``hostile`` and ``hostile_view`` put one long poison everywhere, so that a test can look for it. ``venomous_view`` draws
from many: markup, addresses, characters that act on a screen, names that every object of a script already has, and
fragments that look like the report's own; each seed gives another run, always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from random import Random
from typing import TypeVar, cast

from fleetscan.model import Absent, Known, Outcome, Unknown, Value
from fleetscan.report import ReportView
from fleetscan.rules.condition import Clause, Condition
from tests.report.lived import nights, told
from tests.report.sample import Sample, sample

Thing = TypeVar("Thing")

POISON = (
    "\"'></script></style></title><script>window.canary=1</script><img src=x onerror=window.canary=1>"
    "<a href=javascript:window.canary=1>{{7*7}}[red]\x1b[31m\x00\u202e\u2066\u200b\ud800&amp;\n"
)
"""Markup, script, template syntax, console markup, ANSI, NUL, bidi, invisible, a lone surrogate."""

SEEN = "<script>window.canary=1</script>"
"""A part of the poison as a reader must see it."""

NAMES = (
    *("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "__defineGetter__", "length"),
    *("null", "undefined", "NaN", "true", "0", "-1", "1e999", "then", "canary", "data", "toast", "main", "summary"),
    *("a/b", "a?host=b", "a#b", "a&b=c", "%", "%E0%A4%A", "%2e%2e%2f", "../..", "a b", "+", ".", "rule/x", "server"),
    *(
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\u00e9",
        "e\u0301",
        "E\u0301",
        "ex1\u200b",
        "ex1\u202e",
        "\u0130",
        "\U0001f4a5",
    ),
)
"""What a host, a rule, a fact or a site may be called so that a careless script trips over it."""

TEXTS = (
    POISON,
    "</script><script>window.canary=1</script>",
    "<!--<script>",
    "--><script>window.canary=1</script>",
    "]]><svg onload=window.canary=1>",
    "</style><style>*{display:none!important}</style>",
    "</textarea></template></noscript></title></details><img src=x onerror=window.canary=1>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0><iframe srcdoc='<script>parent.canary=1</script>'>",
    "<form action=//evil.example><input autofocus onfocus=window.canary=1>",
    "' autofocus onfocus='window.canary=1",
    '" style="position:fixed;inset:0" onmouseover="window.canary=1',
    "` onclick=window.canary=1 `",
    "javascript:window.canary=1",
    "data:text/html,<script>parent.canary=1</script>",
    "https://evil.example/<script>window.canary=1</script>",
    "url(//evil.example/x)",
    "@import '//evil.example/x';",
    "{{7*7}}{% for x in y %}${7*7}#{7*7}<%=7*7%>{#",
    "&lt;script&gt;window.canary=1&lt;/script&gt;&#60;b&#62;&amp;lt;",
    r"\u003cscript\u003ewindow.canary=1\u003c/script\u003e\x3cb\x3e",
    "".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029",
    "\u202egnp.exe\u202c\u2066\u2067\u2069\u200e\u200f\u061c",
    "\ud800\udfff\udc00\ud800",
    "\ufeff\ufffe\uffff\U0010ffff\ufff9\U000e0041",
    "Z\u0351\u036b\u0343" * 60,
    "x" * 5_000,
    "W" * 600,
    "\u754c" * 600,
    "line\r\nline\rline\n" * 40,
    "",
    " ",
)
"""What a host may say."""

NUMBERS: tuple[Value, ...] = (0, -1, 2**31, 2**63, -(2**64), 10**5_000, 1e308, float("nan"), float("-inf"), True, False)
"""Numbers and words for truth that a script cannot hold, or that JSON has no word for."""

DEPTH = 60
"""How deep a nested value is: deeper than anybody opens it."""


@dataclass(kw_only=True)
class Venom:
    """Give every text another, always the same for the same, and no two the same."""

    draw: Callable[[str], str]
    random: Random
    given: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    bitten: dict[int, tuple[object, object]] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Give the other text for this one."""
        if text not in self.given:
            drawn = self.draw(text)
            self.given[text] = drawn if drawn and drawn not in self.taken else f"{text}{drawn}{len(self.taken)}"
            self.taken.add(self.given[text])
        return self.given[text]

    def bite(self, thing: Thing) -> Thing:
        """Give the same thing with every string in it another; what was one thing stays one."""
        if id(thing) not in self.bitten:
            self.bitten[id(thing)] = (thing, self._bite(thing))
        return cast("Thing", self.bitten[id(thing)][1])

    def _bite(self, thing: object) -> object:
        match thing:
            case Enum():
                return thing
            case str():
                return self.text(thing)
            case tuple():
                return tuple(map(self.bite, thing))
            case Mapping():
                return {self.bite(key): self.bite(inner) for key, inner in thing.items()}
            case _:
                return self._bite_noun(thing)

    def _bite_noun(self, noun: object) -> object:
        """Bite what the model is made of; a condition keeps its meaning, what else is no noun stays."""
        match noun:
            case Known(type=kind):
                return Known(value=self.value(), type=self.text(kind))
            case Condition() | Clause():
                return replace(noun, text=self.text(noun.text))
            case _ if is_dataclass(noun) and not isinstance(noun, type):
                return replace(noun, **{f.name: self.bite(getattr(noun, f.name)) for f in fields(noun) if f.init})
            case _:
                return noun

    def value(self) -> Value:
        """Draw a value as a host may send it, two times in ten a number."""
        text = self.draw("value")
        deep: Value = text
        for level in range(DEPTH):
            deep = [deep] if level % 2 else {text: deep}
        named: Value = {text: text, "__proto__": {"canary": 1}}
        listed: Value = [text, self.draw("value")]
        return self.random.choice(NUMBERS if self.random.random() < 0.2 else (text, listed, named, deep, [], {}))


def poisoned(text: str) -> str:
    """Put the poison around a text."""
    return f"{text}{POISON}"


def hostile(hosts: int = 24) -> Sample:
    """Make a sample in which every string is poisoned."""
    return _bitten(sample(hosts), _one_poison())


def hostile_view(hosts: int = 24) -> ReportView:
    """Build the view of a run, after another one, in which every string is poisoned."""
    venom = _one_poison()
    return told(*(_bitten(night, venom) for night in nights(sample(hosts))))


def _one_poison() -> Venom:
    return Venom(draw=poisoned, random=Random(0))  # noqa: S311 - a test's dice


def venomous(seed: int, hosts: int = 12) -> Sample:
    """Make a sample in which every string is drawn from all that is hostile."""
    return _bitten(sample(hosts), _any_poison(seed))


def venomous_view(seed: int, hosts: int = 12) -> ReportView:
    """Build the view of a run, after another one, in which every string is drawn from all that is hostile."""
    venom = _any_poison(seed)
    return told(*(_bitten(night, venom) for night in nights(sample(hosts))))


def _any_poison(seed: int) -> Venom:
    random = Random(seed)  # noqa: S311 - a test's dice

    def draw(text: str) -> str:
        poison = random.choice(NAMES if random.random() < 0.4 else TEXTS)
        return poison if random.random() < 0.6 else f"{text}{poison}"

    return Venom(draw=draw, random=random)


def _bitten(base: Sample, venom: Venom) -> Sample:
    """Bite all that is not ours: the counts and the fields of the topology record are."""
    return replace(
        base,
        **{
            each.name: venom.bite(getattr(base, each.name))
            for each in fields(base)
            if each.name not in {"run", "topologies"}
        },
        run=replace(venom.bite(replace(base.run, counts=None)), counts=base.run.counts),
        topologies={
            venom.text(host): {name: _outcome(outcome, venom) for name, outcome in topology.items()}
            for host, topology in base.topologies.items()
        },
    )


def _outcome(outcome: Outcome, venom: Venom) -> Outcome:
    """Bite a field of the topology record; most of them are texts or lists of texts."""
    match outcome:
        case Known(value=list() | tuple() as parts, type=kind):
            return Known(value=[venom.text(str(part)) for part in parts], type=kind)
        case Known(value=str() as text, type=kind):
            return Known(value=venom.text(text), type=kind)
        case Known() | Absent() | Unknown():
            return venom.bite(outcome)


def strings(thing: object) -> Iterator[str]:
    """Walk through every string of a view."""
    match thing:
        case str():
            yield thing
        case tuple() | list():
            for inner in thing:
                yield from strings(inner)
        case Mapping():
            yield from strings((*thing.keys(), *thing.values()))
        case _ if is_dataclass(thing):
            for each in fields(thing):
                yield from strings(getattr(thing, each.name))
        case _:
            return
