"""Read what people write: YAML with positions, every mistake at once. How to: :mod:`fleetscan.authored.document`."""

from fleetscan.authored.document import Document, Position, Step, Steps
from fleetscan.authored.places import ABSOLUTE, file_path, registry_key
from fleetscan.authored.reader import parse_yaml, read_bytes, read_yaml
from fleetscan.authored.validation import kind_of, suggest, validate

__all__ = [
    "ABSOLUTE",
    "Document",
    "Position",
    "Step",
    "Steps",
    "file_path",
    "kind_of",
    "parse_yaml",
    "read_bytes",
    "read_yaml",
    "registry_key",
    "suggest",
    "validate",
]
