"""Reads the shelf of personas: every file, its inheritance, and all mistakes at once as file:line:column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from fleetscan.authored import Document, read_yaml, suggest, validate
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.lab.personas.recipe import Recipe, laid_over, over
from fleetscan.lab.personas.schema import PartFile, PersonaFile

P = TypeVar("P", bound=PartFile)

_PART: TypeAdapter[PartFile] = TypeAdapter(PartFile)
_PERSONA: TypeAdapter[PersonaFile] = TypeAdapter(PersonaFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One pretend server: what it is, how it is made, and what a truthful scanner must say of it.

    ``lineage`` names all that it is laid over, in that order, and itself.
    """

    name: str
    lineage: tuple[str, ...]
    about: str
    recipe: Recipe
    status: str
    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All personas and all parts, by file name without its end."""

    personas: Mapping[str, Persona]
    parts: Mapping[str, Recipe]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Files that were read, recipes that are done, and the names that are being resolved right now."""

    documents: dict[str, Document] = field(default_factory=dict)
    files: dict[str, PartFile] = field(default_factory=dict)
    recipes: dict[str, Recipe] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


@cache
def load_personas(folder: Path = Path(__file__).parent) -> Shelf:
    """Read ``*.yml`` (personas) and ``parts/*.yml`` of a folder, fleetscan's own by default.

    AuthoredError carries every mistake of every file.
    """
    reading = _Reading()
    for path in sorted(folder.glob("parts/*.yml")):
        _read(reading, path, _PART)
    for path in sorted(folder.glob("*.yml")):
        _read(reading, path, _PERSONA)
    for name in reading.files:
        _resolve(reading, name)
    if reading.mistakes:
        raise AuthoredError(reading.mistakes)
    return Shelf(
        personas={
            name: Persona(
                name=name,
                lineage=tuple(_lineage(reading.files, name)),
                about=file.about,
                recipe=reading.recipes[name],
                status=file.expect.status,
                verdicts=file.expect.verdicts,
            )
            for name, file in reading.files.items()
            if isinstance(file, PersonaFile)
        },
        parts={
            name: reading.recipes[name] for name, file in reading.files.items() if not isinstance(file, PersonaFile)
        },
    )


def _lineage(files: Mapping[str, PartFile], name: str) -> Iterator[str]:
    for parent in files[name].extends:
        yield from _lineage(files, parent)
    yield name


def _read(reading: _Reading, path: Path, adapter: TypeAdapter[P]) -> None:
    name = path.stem
    try:
        document = read_yaml(path)
        file = validate(document, adapter)
    except AuthoredError as error:
        reading.mistakes += error.mistakes
        return
    if name in reading.files:
        other = reading.documents[name].file
        reading.mistakes.append(document.mistake((), f"the name `{name}` is taken", f"by {other}; rename one"))
    reading.files[name], reading.documents[name] = file, document


def _resolve(reading: _Reading, name: str) -> Recipe:
    if name in reading.recipes:
        return reading.recipes[name]
    document, file = reading.documents[name], reading.files[name]
    reading.open.append(name)
    base = Recipe()
    for index, parent in enumerate(file.extends):
        if parent in reading.open:
            reading.mistakes.append(document.mistake(("extends", index), "extends itself in the end", "break the ring"))
        elif parent not in reading.files:
            remedy = suggest(parent, tuple(reading.files))
            reading.mistakes.append(document.mistake(("extends", index), f"there is no `{parent}`", remedy))
        else:
            base = laid_over(base, _resolve(reading, parent))
    reading.open.pop()
    recipe, lost = over(base, file)
    remedy = "spell it as the inherited one, or leave it out"
    reading.mistakes += [document.mistake_at_key(steps, "nothing of this name is inherited", remedy) for steps in lost]
    reading.recipes[name] = recipe
    return recipe
