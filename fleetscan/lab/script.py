"""What a pipeline may run on a pretend host: the collector. Everything else fails as it does in PowerShell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

MARK = "# fleetscan-collect v1"
"""The first line of the collector script."""

COMMAND = "Get-FleetScanFact"
"""What a constrained endpoint offers in its place."""

_RUNTIME_ERROR = ("System.Management.Automation.RuntimeException", "System.SystemException")

Ask: TypeAlias = Callable[[dict[str, object]], dict[str, object]]
"""Answer one request of the collector's contract for one machine; ValueError when it is no request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The first command of a pipeline, and how many there are."""

    text: str
    is_script: bool
    parameters: Mapping[str, object]
    commands: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptError:
    """A terminating error: words, .NET types, most derived first, category and id."""

    message: str
    types: tuple[str, ...]
    category: str
    identifier: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """The pipeline gave one string."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The pipeline failed."""

    error: ScriptError


def run(invocation: Invocation, *, constrained: bool, ask: Ask) -> Printed | Failed:
    """Run one pipeline; ``constrained`` tells whether its endpoint is one without a language."""
    if constrained and invocation.is_script:
        return Failed(_no_language(invocation.text))
    if not _is_collector(invocation, constrained=constrained) or invocation.commands != 1:
        return Failed(_not_found(invocation.text))
    request = invocation.parameters.get("Request")
    return _collect(request, ask) if isinstance(request, str) else Failed(_missing_request())


def _collect(request: str, ask: Ask) -> Printed | Failed:
    """Be the collector."""
    try:
        asked = json.loads(request)
    except ValueError:
        return Failed(_bad_json(request))
    if not isinstance(asked, dict):
        return thrown("The request is not an object.")
    try:
        # ASCII, as the product's own script writes it: a lone surrogate does not survive CLIXML at the client
        return Printed(json.dumps(ask(asked), separators=(",", ":")))
    except ValueError as error:
        return thrown(str(error))


def thrown(message: str) -> Failed:
    """Fail as a script does that throws."""
    return Failed(
        ScriptError(
            message=message, types=_RUNTIME_ERROR, category="OperationStopped", identifier=message, target=message
        )
    )


def _is_collector(invocation: Invocation, *, constrained: bool) -> bool:
    """Tell whether this is the one thing the endpoint offers."""
    if constrained:
        return invocation.text.lower() == COMMAND.lower()
    return invocation.is_script and invocation.text.lstrip("\ufeff").split("\n", 1)[0].rstrip() == MARK


def _no_language(script: str) -> ScriptError:
    """Refuse a script on a constrained endpoint (recorded on Server 2016)."""
    return ScriptError(
        message="The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.",
        types=("System.Management.Automation.ParseException", *_RUNTIME_ERROR),
        category="ParserError",
        identifier="ScriptsNotAllowed",
        target=script,
    )


def _not_found(text: str) -> ScriptError:
    """Not know a command."""
    words = text.split(maxsplit=1)
    name = words[0] if words else ""
    return ScriptError(
        message=f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable "
        "program. Check the spelling of the name, or if a path was included, verify that the path is correct and try "
        "again.",
        types=("System.Management.Automation.CommandNotFoundException", *_RUNTIME_ERROR),
        category="ObjectNotFound",
        identifier="CommandNotFoundException",
        target=name,
    )


def _missing_request() -> ScriptError:
    """Miss the parameter."""
    return ScriptError(
        message="Cannot process command because of one or more missing mandatory parameters: Request.",
        types=("System.Management.Automation.ParameterBindingException", *_RUNTIME_ERROR),
        category="InvalidArgument",
        identifier="MissingMandatoryParameter",
    )


def _bad_json(request: str) -> ScriptError:
    """Not understand the parameter."""
    return ScriptError(
        message=f"Invalid JSON primitive: {request[:40]}.",
        types=("System.ArgumentException", "System.SystemException"),
        category="NotSpecified",
        identifier="System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
    )
