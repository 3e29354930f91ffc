"""The view as one HTML file: no network, no other file, a content security policy made of hashes.

Law: nothing that a host said is markup, style or script. Everything goes through the engine's encoding; the only parts
that do not are our own style sheet and script, whose hashes are the only ones that the policy lets run.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from markupsafe import Markup, escape

from fleetscan.errors import UsageError
from fleetscan.report.nouns import Tally
from fleetscan.report.sections import ReportView
from fleetscan.report.words import counted

PAGE, STYLE, SCRIPT = "report.html.j2", "report.css", "report.js"
"""The files that a template folder must hold."""

_BAR, _SLIVER = 1000, 8


def templates_folder() -> Path:
    """Find the templates: in the installed package, or beside it in a checkout."""
    packed = Path(str(files("fleetscan"))) / "_data" / "templates"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "templates"


def render(view: ReportView, templates: Path | None = None) -> str:
    """Render the report as one HTML document.

    ``templates`` is a folder that holds ``report.html.j2``, ``report.css`` and ``report.js``; ``None`` for ours.
    UsageError says what is wrong with a folder of somebody else's.
    """
    folder = templates or templates_folder()
    style, script = _own(folder, STYLE), _own(folder, SCRIPT)
    try:
        return (
            _environment(folder)
            .get_template(PAGE)
            .render(
                view=view,
                places={fact.id: fact.where for fact in view.facts},
                style=Markup(style),  # noqa: S704 - the folder's own style sheet, bound by its hash
                script=Markup(script),  # noqa: S704 - the folder's own script, bound by its hash
                style_hash=_hash(style),
                script_hash=_hash(script),
            )
        )
    except TemplateNotFound as error:
        message = f"{folder}: there is no template {error.name}; a template folder needs {PAGE} and its partials"
        raise UsageError(message) from error
    except TemplateError as error:
        message = f"{folder}: {_place(error)}{error.message}; compare with the templates that come with fleetscan"
        raise UsageError(message) from error


def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"segments": segments, "ticked": ticked, "breakable": breakable}
    environment.globals["counted"] = counted
    return environment


def _own(folder: Path, name: str) -> str:
    """Read a file that is put in the page as it is; what would end its element is refused."""
    try:
        text = (folder / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{folder / name}: cannot be read ({error}); a template folder needs {PAGE}, {STYLE} and {SCRIPT}"
        raise UsageError(message) from error
    if "</" in text:
        message = f"{folder / name}: must not contain </, which could end its element in the page"
        raise UsageError(message)
    return text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    """Give the source expression of a content security policy for one inline element."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _place(error: TemplateError) -> str:
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    return f"{name}:{line}: " if name and line else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One piece of a bar of 1,000 units."""

    key: str
    x: int
    width: int


def segments(tallies: Sequence[Tally]) -> tuple[Segment, ...]:
    """Cut a bar in proportion to the counts; what was counted at all is wide enough to be seen."""
    counted_ones = [tally for tally in tallies if tally.count]
    total = sum(tally.count for tally in counted_ones)
    free = _BAR - _SLIVER * len(counted_ones)
    pieces: list[Segment] = []
    x = 0
    for tally in counted_ones:
        width = _SLIVER + free * tally.count // total
        pieces.append(Segment(key=tally.key, x=x, width=width))
        x += width
    return tuple(pieces)


def ticked(text: str) -> Markup:
    """Encode an authored text and show what stands between two backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    pieces = [Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(parts)]
    return Markup("").join(pieces)


def breakable(text: str) -> Markup:
    """Encode a place and let it wrap after each backslash."""
    return Markup("\\<wbr>").join(text.split("\\"))
