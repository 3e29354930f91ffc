"""Find and read ``credentials.yml``; which ways to get a secret there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import TypeAdapter

from fleetscan.authored import read_yaml, validate
from fleetscan.credentials.command import CommandSource
from fleetscan.credentials.entry import CredentialsFile, clear_text_mistakes, entry_mistakes
from fleetscan.credentials.env import EnvSource
from fleetscan.credentials.file import FileSource
from fleetscan.credentials.interface import Source
from fleetscan.credentials.keyring import KeyringSource
from fleetscan.credentials.prompt import PromptSource
from fleetscan.credentials.store import CredentialStore
from fleetscan.errors import AuthoredError, UsageError

SourceFactory: TypeAlias = Callable[[Path], Source]
BUILT_IN: Final[tuple[SourceFactory, ...]] = (EnvSource, FileSource, CommandSource, PromptSource, KeyringSource)
ENTRY_POINTS: Final = "fleetscan.credentials"
FILE_NAMES: Final = ("credentials.yml", "credentials.yaml")


def find_credentials(inventories: Sequence[Path], given: Path | None = None) -> Path | None:
    """Give the credentials file: the one given, or the first ``credentials.yml`` beside (or in) an inventory."""
    if given is not None:
        return given
    folders = [path if _is(path.is_dir) else path.parent for path in inventories]
    candidates = (folder / name for folder in folders for name in FILE_NAMES)
    return next((path for path in candidates if _is(path.is_file)), None)


def _is(asked: Callable[[], bool]) -> bool:
    """Take no for an answer when a folder may not be looked into; whoever reads the inventory in it says so."""
    try:
        return asked()
    except OSError:
        return False


def load_credentials(path: Path) -> CredentialStore:
    """Read a credentials file without reading any secret; raise AuthoredError with every mistake at once."""
    document = read_yaml(path)
    refused = list(clear_text_mistakes(document))
    places = {(mistake.line, mistake.column) for mistake in refused}
    try:
        file = validate(document, TypeAdapter(CredentialsFile))
    except AuthoredError as error:
        others = [mistake for mistake in error.mistakes if (mistake.line, mistake.column) not in places]
        raise AuthoredError([*refused, *others]) from None
    sources = {source.kind: source for source in (make(path.parent) for make in (*BUILT_IN, *_plugged_in()))}
    mistakes = [
        mistake
        for name, entry in file.credentials.items()
        for mistake in entry_mistakes(document, name, entry, sources)
    ]
    if mistakes:
        raise AuthoredError(mistakes)
    return CredentialStore(path, file.credentials, sources)


def _plugged_in() -> Iterator[SourceFactory]:
    for entry_point in entry_points(group=ENTRY_POINTS):
        try:
            yield entry_point.load()
        except (ImportError, AttributeError) as error:
            message = f"the plug-in {entry_point.name} ({entry_point.value}) cannot be loaded: {error} (reinstall it)"
            raise UsageError(message) from error
