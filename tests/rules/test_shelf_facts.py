"""Facts in packs: what each means, and where a wrong one is wrong."""

from __future__ import annotations

import pytest

from fleetscan.model import (
    Asked,
    CimRows,
    Derived,
    Fact,
    FactType,
    File,
    FileAspect,
    RegistryList,
    RegistryValue,
    Service,
    Services,
)
from tests.rules.samples import PACK, indexed, load, mistakes

KEY = "registry: 'HKLM\\SOFTWARE\\One'"
FACTS = [
    (
        "{service: One}",
        "{service: One, services: 'O*'}",
        "2:3: the fact svc.one does not say in one way where it comes",
    ),
    ("{service: One}", "{}", "2:3: the fact svc.one does not say in one way where it comes from (write one of service"),
    ("{service: One}", "One", "2:3: the fact svc.one does not say in one way where it comes from"),
    ("{service: One}", "{service: 'O*'}", "2:22: `service` must be the short name of a service; for a pattern"),
    ("{service: One}", "{services: 'O'}", "2:23: `services` must be the beginning of a name and `*`"),
    ("{service: One}", "{services: '*'}", "2:23: `services` must be the beginning of a name and `*`"),
    ("{service: One}", "{service: One, abuot: x}", "2:27: unknown key `abuot` (did you mean `about`?)"),
    ("{service: One}", "{service: One, confidence: guessed}", "2:39: `confidence` must be one of documented"),
    (
        "HKLM\\SOFTWARE\\One', value: Number",
        "HKEY_LOCAL_MACHINE\\One', value: Number",
        "3:26: `registry` must begin with HKLM, HKU, HKCR: write HKLM",
    ),
    ("HKLM\\SOFTWARE\\One', value: Number", "HKCU\\One', value: Number", "3:26: `registry` must begin with HKLM"),
    ("HKLM\\SOFTWARE\\One', value: Number", "HKLM\\A\\\\B', value: Number", "3:26: `registry` must be written with"),
    ("HKLM\\SOFTWARE\\One', value: Number", "HKLM\\A\\', value: Number", "3:26: `registry` must be written with"),
    ("HKLM\\SOFTWARE\\One', value: Number", "HKLM/A', value: Number", "3:26: `registry` must begin with HKLM"),
    (
        "HKLM\\SOFTWARE\\One', value: Number",
        "HKLM\\SOFTWARE\\WOW6432Node\\A', value: Number",
        "3:26: `registry` must not name Wow6432Node",
    ),
    ("value: Number, type: int}", "value: Number, type: int, view: 16}", "3:79: `view` must be one of 64 or 32"),
    ("value: Number, type: int}", "value: Number, type: bool}", "3:68: `type` must be one of int, string"),
    ("value: Number, type: int}", "value: Number}", "3:3: `type` is missing"),
    ("value: Number, type: int}", "list: keys}", "3:53: `list` must be one of values, subkeys"),
    ("derive: joined", "derive: jioned", "5:22: there is no derivation jioned (did you mean `joined`?)"),
    ("from: [reg.number, reg.text]", "from: [reg.number]", "5:36: joined takes 2 facts, not 1 (A number and a text.)"),
    ("from: [reg.number, reg.text]", "from: []", "5:36: `from` is not valid: List should have at least 1 item"),
    ("joined, from: [reg.number, reg.text]", "many, from: [reg.number]", "5:34: many takes 2 or more facts, not 1"),
    ("from: [reg.number, reg.text]", "from: [reg.number, reg.txet]", "5:49: there is no fact reg.txet (did you mean"),
    ("from: [reg.number, reg.text]", "from: [reg.text, reg.text]", "5:37: joined takes int here, reg.text is string"),
    ("from: [reg.number, reg.text]", "from: [sum.both, reg.text]", "5:36: the fact sum.both is derived from itself"),
    ("sum.both:", "number:", "5:3: a fact is named `area.name`"),
    ("sum.both:", "sum.in:", "5:3: `in` is a word of the condition language and cannot be part of a name"),
    ("{service: One}", f"{{service: {257 * 'x'}}}", "2:22: `service` must be the short name of a service"),
    ("sum.both:", "reg.text.both:", "5:3: the fact reg.text.both begins with the name of the fact reg.text"),
]


RESERVED = (
    "as break const continue else false for function if import in let loop namespace null package parameter return "
    "true var void while"
)
"""What cannot be a name in a condition: the reserved words of CEL, and the first word of a parameter's name."""


@pytest.mark.parametrize("word", RESERVED.split())
def test_a_word_of_the_language_is_no_part_of_a_name(word: str) -> None:
    """A condition could not say it."""
    found = mistakes(PACK.replace("sum.both:", f"sum.{word}:"))
    assert indexed(found, f"5:3: `{word}` is a word of the condition language and cannot be part of a name"), found


def test_the_longest_and_the_shortest_name_are_taken() -> None:
    """Windows has no service of a longer name; a pattern has one letter at least."""
    longest = load(PACK.replace("{service: One}", f"{{service: {256 * 'x'}}}")).facts["svc.one"]
    assert longest.origin == Asked(question=Service(name=256 * "x"))
    shortest = load("facts:\n  x.y: {services: 'x*'}\n").facts["x.y"]
    assert shortest.origin == Asked(question=Services(pattern="x*"))


@pytest.mark.parametrize(("old", "new", "wanted"), FACTS, ids=[new for _, new, _ in FACTS])
def test_a_mistake_in_a_fact_is_said_where_it_stands(old: str, new: str, wanted: str) -> None:
    """Keys, names, types, hives, views, derivations."""
    assert PACK.count(old) == 1
    found = mistakes(PACK.replace(old, new))
    assert indexed(found, wanted), found


QUESTIONS = [
    ("{file: 'Bin\\x.exe', what: version}", "must have a path that begins with a drive or %VARIABLE%"),
    ("{file: '\\\\server\\share\\x', what: version}", "must name a local path, with backslashes"),
    ("{file: 'C:/x', what: version}", "must name a local path, with backslashes"),
    ("{file: 'C:\\x\\..\\y', what: version}", "must not go up with `..`"),
    ("{file: 'C:\\*.exe', what: version}", "must name a local path, with backslashes"),
    (f"{{file: 'C:\\x', base: {{{KEY}, value: P}}, what: stat}}", "must name what comes below its base"),
    ("{file: 'C:\\x', what: newest}", "must have a `pattern`, because of `what: newest`"),
    ("{file: 'C:\\x', what: stat, pattern: '*'}", "must not have a `pattern`: it goes with"),
    ("{file: 'C:\\x', what: count, pattern: 'a\\*'}", "must be a file name with `*` and `?`, without folders"),
    ("{file: 'C:\\x', what: stat, max: 5}", "must not have a `max`"),
    ("{file: 'C:\\x', what: text, max: 0}", "`max` is not valid"),
    ("{file: 'C:\\x', what: size}", "`what` must be one of version, stat, newest, count, text"),
    ("{cim: 'Win32 Thing', property: A, type: int}", "`cim` must be made of letters, digits and underscores"),
    ("{cim: Win32_Thing, property: A}", "`type` is missing"),
]


@pytest.mark.parametrize(("entry", "wanted"), QUESTIONS, ids=[entry for entry, _ in QUESTIONS])
def test_a_question_that_no_host_could_answer_is_refused(entry: str, wanted: str) -> None:
    """Paths stay on the host, below their base, and say what is asked of them."""
    assert any(wanted in line for line in mistakes(f"facts:\n  x.y: {entry}\n"))


KEY_NAME = "HKLM\\SOFTWARE\\One"
MEANINGS = [
    ("{service: One}", FactType.SERVICE, Asked(question=Service(name="One"))),
    ("{services: 'One*'}", FactType.SERVICES, Asked(question=Services(pattern="One*"))),
    (
        f"{{{KEY}, value: '', type: version, view: 32}}",
        FactType.VERSION,
        Asked(question=RegistryValue(key=KEY_NAME, value="", view=32)),
    ),
    (f"{{{KEY}, value: A, type: strings}}", FactType.STRINGS, Asked(question=RegistryValue(key=KEY_NAME, value="A"))),
    (f"{{{KEY}, list: values}}", FactType.VALUES, Asked(question=RegistryList(key=KEY_NAME, list="values"))),
    (f"{{{KEY}, list: subkeys}}", FactType.STRINGS, Asked(question=RegistryList(key=KEY_NAME, list="subkeys"))),
    (
        f"{{file: '', base: {{{KEY}, value: P, view: 32}}, what: stat}}",
        FactType.STAT,
        Asked(question=File(path="", aspect=FileAspect.STAT, base=RegistryValue(key=KEY_NAME, value="P", view=32))),
    ),
    (
        "{file: '%ProgramFiles(x86)%\\a', what: newest, pattern: 'p$.*'}",
        FactType.NEWEST,
        Asked(question=File(path="%ProgramFiles(x86)%\\a", aspect=FileAspect.NEWEST, pattern="p$.*")),
    ),
    (
        "{file: 'C:\\a', what: count, pattern: '*'}",
        FactType.INT,
        Asked(question=File(path="C:\\a", aspect=FileAspect.COUNT, pattern="*")),
    ),
    (
        "{file: 'C:\\a.txt', what: text, max: 100}",
        FactType.TEXT,
        Asked(question=File(path="C:\\a.txt", aspect=FileAspect.TEXT, max_bytes=100)),
    ),
    ("{file: 'C:\\a', what: version}", FactType.VERSION, Asked(question=File(path="C:\\a", aspect=FileAspect.VERSION))),
    (
        "{cim: Win32_Thing, property: A, type: bool}",
        FactType.BOOL,
        Asked(question=CimRows(cim_class="Win32_Thing", properties=("A",)), property="A"),
    ),
    (
        "{derive: many, from: [reg.number, reg.text, reg.text]}",
        FactType.STRINGS,
        Derived(derivation="many", inputs=("reg.number", "reg.text", "reg.text")),
    ),
]


@pytest.mark.parametrize(("entry", "kind", "origin"), MEANINGS, ids=[entry for entry, _, _ in MEANINGS])
def test_a_fact_means_its_question(entry: str, kind: FactType, origin: Asked | Derived) -> None:
    """The short syntax of packs gives exactly one question and one type."""
    shelf = load(PACK.replace("rules:", f"  x.y: {entry}\nrules:"))
    assert shelf.facts["x.y"] == Fact(id="x.y", type=kind, origin=origin)


def test_a_circle_names_the_facts_on_it_and_no_others() -> None:
    """A fact that leads into a circle is not on it."""
    circle = (
        "  c.one: {derive: joined, from: [c.two, reg.text]}\n"
        "  c.two: {derive: joined, from: [c.one, reg.text]}\n"
        "  c.out: {derive: joined, from: [c.one, reg.text]}\n"
    )
    found = mistakes(PACK.replace("rules:", f"{circle}rules:"))
    assert [line.split(" (")[0] for line in found] == [
        "pack.yml:6:33: the fact c.one is derived from itself",
        "pack.yml:7:33: the fact c.two is derived from itself",
    ]
