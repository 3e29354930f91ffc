"""Read what people write: YAML with positions, every mistake at once. How to: :mod:`fleetscan.authored.document`."""

from fleetscan.authored.document import Document, Position, Step, Steps
from fleetscan.authored.reader import parse_yaml, read_bytes, read_yaml
from fleetscan.authored.validation import kind_of, suggest, validate

__all__ = [
    "Document",
    "Position",
    "Step",
    "Steps",
    "kind_of",
    "parse_yaml",
    "read_bytes",
    "read_yaml",
    "suggest",
    "validate",
]
