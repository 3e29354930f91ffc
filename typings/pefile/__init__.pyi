# What fleetscan's tests use of pefile 2024.8.26, which carries no types.
# A PE has the attributes that its file gives it.

from collections.abc import Sequence
from typing import Any

class ResourceDirEntryData:
    id: int | None
    struct: Any
    directory: ResourceDirData

class ResourceDirData:
    entries: Sequence[ResourceDirEntryData]

class PE:
    DIRECTORY_ENTRY_RESOURCE: ResourceDirData
    def __init__(self, name: str | None = None, data: bytes | None = None, fast_load: bool | None = None) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def parse_data_directories(self, directories: Sequence[int] | None = None) -> None: ...
