"""From a document to typed nouns: each of pydantic's complaints becomes a mistake with a place and a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from fleetscan.authored.document import Document, Step, Steps
from fleetscan.errors import AuthoredError, Mistake

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")


def validate(document: Document, adapter: TypeAdapter[T], at: Steps = ()) -> T:
    """Validate the part of the document at ``at`` (all of it by default) and give the typed value.

    Raise AuthoredError with one Mistake for each complaint; no message shows a value. How strict the types are is
    the adapter's own configuration. For unknown keys to be refused it must forbid extras.
    """
    try:
        return adapter.validate_python(document.at(at))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        raise AuthoredError([_mistake(document, adapter, at, detail) for detail in details]) from None


def suggest(wrong: str, known: Sequence[str]) -> str:
    """Say which known word was probably meant, or what is known when nothing is close."""
    close = get_close_matches(wrong.lower(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known: {', '.join(known)}" if known else ""


def kind_of(value: object) -> str:
    """Name the kind of a YAML value for a person, without showing the value."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "nothing")


_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (Mapping, "a mapping"),
    (Sequence, "a list"),
)

_WANTED: Final[tuple[tuple[tuple[str, ...], str, str], ...]] = (
    (("string",), "text", "put it in quotes"),
    (("int",), "a whole number", "write it without quotes"),
    (("float",), "a number", "write it without quotes"),
    (("bool",), "true or false", "write true or false without quotes"),
    (("list", "tuple", "set", "frozen_set"), "a list", "write `[one, two]`, or one `- item` a line"),
    (("dict", "mapping", "model", "model_attributes", "dataclass"), "a mapping", "write `key: value`, indented"),
)
_WANTED_BY_TYPE: Final[Mapping[str, tuple[str, str]]] = {
    f"{stem}_{end}": (wanted, remedy)
    for stems, wanted, remedy in _WANTED
    for stem in stems
    for end in ("type", "parsing", "from_float", "exact_type")
}


def _mistake(document: Document, adapter: TypeAdapter[Any], at: Steps, detail: ErrorDetails) -> Mistake:
    steps = (*at, *detail["loc"])
    match detail["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            key = str(steps[-1])
            known = _known_keys(adapter, detail["loc"][:-1])
            return document.mistake_at_key(steps, f"unknown key `{key}`", suggest(key, known))
        case "missing" | "missing_argument":
            return document.mistake_at_key(steps[:-1], f"`{steps[-1]}` is missing", f"add `{steps[-1]}:`")
        case kind:
            message, remedy = _words(kind, detail)
            return document.mistake(steps, f"{_name(steps)}{message}", remedy)


def _words(kind: str, detail: ErrorDetails) -> tuple[str, str]:
    given = detail["input"]
    context: Mapping[str, object] = detail.get("ctx", {})
    if kind in _WANTED_BY_TYPE:
        wanted, remedy = _WANTED_BY_TYPE[kind]
        return f"must be {wanted}, not {kind_of(given)}", remedy
    if kind in ("literal_error", "enum"):
        words = str(context.get("expected", "")).replace("' or '", "', '").strip("'").split("', '")
        return f"must be one of {', '.join(words)}", suggest(given, words) if isinstance(given, str) else ""
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", detail["msg"])), ""
    return f"is not valid: {detail['msg']}", ""


def _name(steps: Steps) -> str:
    """Name what stands at ``steps``; steps in parentheses and brackets are pydantic's own."""
    named = [step for step in steps if isinstance(step, int) or step.replace("-", "_").replace(".", "_").isidentifier()]
    match named:
        case [*_, str(name), int()]:
            return f"an item of `{name}` "
        case [*_, str(name)]:
            return f"`{name}` "
        case _:
            return ""


class _QuietSchema(GenerateJsonSchema):
    """Ask only for the names of keys: defaults that JSON cannot hold are no matter here."""

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Say nothing."""


def _known_keys(adapter: TypeAdapter[Any], steps: Steps) -> list[str]:
    """Give the keys that the adapter knows at ``steps``, of every member when it is a union."""
    schema = adapter.json_schema(schema_generator=_QuietSchema)
    here = list(_members(schema, schema))
    for step in steps:
        below = [member for part in here for inner in _below(part, step) for member in _members(inner, schema)]
        here = below or here  # pydantic's own steps, such as the name of a union's member, are not in the file
    return list(dict.fromkeys(key for part in here for key in part.get("properties", {})))


def _members(part: Any, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  # any JSON Schema
    """Give the schema itself, or what it refers to, or each member of a union."""
    if not isinstance(part, Mapping):
        return
    unions = [*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ())]
    if "$ref" in part:
        unions.append(schema["$defs"][part["$ref"].rpartition("/")[2]])
    for member in unions:
        yield from _members(member, schema)
    if not unions:
        yield part


def _below(part: Mapping[str, Any], step: Step) -> Iterator[Any]:
    """Give the schemas of what stands under a key or at an index."""
    if isinstance(step, int) and "items" in part:
        yield part["items"]
    elif step in part.get("properties", {}):
        yield part["properties"][step]
    elif "additionalProperties" in part:
        yield part["additionalProperties"]
