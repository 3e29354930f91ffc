"""The view as one HTML file: no network, no other file, a content security policy made of hashes.

Law: nothing that a host said is markup, style or script. Everything goes through the engine's encoding; the only parts
that do not are our own style sheet and script, whose hashes are the only ones that the policy lets run, and the data
block, which is letters, digits and three signs.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
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

PAGE = "report.html.j2"
"""The template of the page; it includes the others."""

STYLE, SCRIPT = "css", "js"
"""The folders whose files make the style sheet and the script, and how their names end."""

_BAR, _SLIVER = 1000, 8
_EFFORT = 6
"""How hard gzip tries: 9 takes twice the time for one part in two hundred."""


def templates_folder() -> Path:
    """Find the templates: in the installed package, or beside it in a checkout."""
    packed = Path(str(files("fleetscan"))) / "_data" / "templates"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "templates"


def render(view: ReportView, templates: Path | None = None) -> str:
    """Render the report as one HTML document; the same view gives the same document, to the byte.

    ``templates`` is a folder of somebody else's, in which a file takes the place of ours of the same name; what is not
    in it is ours. UsageError says what is wrong with it.
    """
    folders = _folders(templates)
    style = joined(folders, STYLE)
    script = f'(() => {{\n"use strict";\n{joined(folders, SCRIPT)}\n}})();'
    try:
        return (
            _environment(folders)
            .get_template(PAGE)
            .render(
                view=view,
                h=view.header,
                t=view.totals,
                style=Markup(style),  # noqa: S704 - the folder's own style sheet, bound by its hash
                script=Markup(script),  # noqa: S704 - the folder's own script, bound by its hash
                style_hash=_hash(style),
                script_hash=_hash(script),
                data=Markup(packed(view.columns)),  # noqa: S704 - base64
            )
        )
    except TemplateNotFound as error:
        message = f"{folders[0]}: there is no template {error.name}, neither there nor among those of fleetscan"
        raise UsageError(message) from error
    except TemplateError as error:
        message = f"{folders[0]}: {_place(error)}{error.message}; compare with the templates that come with fleetscan"
        raise UsageError(message) from error


def packed(columns: Mapping[str, object]) -> str:
    """Pack the data block: JSON, compressed by gzip, in base64."""
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), _EFFORT, mtime=0)).decode()


def _folders(templates: Path | None) -> Sequence[Path]:
    """Give the folders in which a template is looked for, in this order."""
    ours = templates_folder()
    if templates is None:
        return (ours,)
    if not any(_own_files(templates)):
        message = f"{templates}: holds no template: no *.j2, no {STYLE}/*.{STYLE} and no {SCRIPT}/*.{SCRIPT}"
        raise UsageError(message)
    return (templates, ours)


def _own_files(folder: Path) -> Iterator[Path]:
    for pattern in ("*.j2", f"{STYLE}/*.{STYLE}", f"{SCRIPT}/*.{SCRIPT}"):
        yield from folder.glob(pattern)


def joined(folders: Sequence[Path], kind: str) -> str:
    """Join the style sheets or the scripts of all folders in the order of their names; the first of a name counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob(f"{kind}/*.{kind}"):
            found.setdefault(path.name, path)
    return "\n".join(_text(found[name]) for name in sorted(found))


def _text(path: Path) -> str:
    """Read a file that is put in the page as it is; what would end its element is refused."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read ({error})"
        raise UsageError(message) from error
    if "</" in text or "<!--" in text:
        message = f"{path}: must not contain </ or <!--, which could end its element in the page"
        raise UsageError(message)
    return text.replace("\r\n", "\n")


def _environment(folders: Sequence[Path]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"segments": segments, "ticked": ticked, "breakable": breakable}
    environment.globals["counted"] = counted
    return environment


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
