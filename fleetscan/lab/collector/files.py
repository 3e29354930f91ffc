"""The section ``files``: version, stat, newest, count and text of what lies on a local disk."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable, Mapping

from fleetscan.lab.collector.items import Item, error, refused, text, utc
from fleetscan.lab.collector.registry import registry_item
from fleetscan.lab.disk import File
from fleetscan.lab.machine import Machine
from fleetscan.lab.windows import expand

_LOCAL = re.compile(r"[A-Za-z]:\\")
_DEFAULT_MAX = 262_144
_MARK = "\ufeff"


def file_item(machine: Machine, item: Item) -> Item:
    """Answer one item of the section ``files``."""
    path = _path(machine, item)
    if isinstance(path, dict):
        return path
    if not _LOCAL.match(path):
        return error(f"{path!r} is not a path on a local disk")
    refusal = machine.refused_path(path)
    if refusal is not None:
        return refused(refusal)
    what = text(item, "what")
    aspect = _ASPECTS.get(what)
    return error(f"a file item cannot be asked for {what!r}") if aspect is None else aspect(machine, path, item)


def _path(machine: Machine, item: Item) -> str | Item:
    """Work out the whole path, or the state of the base that it hangs on."""
    path = expand(text(item, "path"), machine.environment)
    match item.get("base"):
        case None:
            return path
        case dict(base):
            found = registry_item(machine, base)
        case _:
            return error("the base of a file item is a registry value")
    if found["s"] != "ok":
        return found
    directory = found.get("d")
    if not isinstance(directory, str) or not directory:
        return error("the base of a file item holds no directory")
    return ntpath.join(expand(directory, machine.environment), path) if path else expand(directory, machine.environment)


def _modified(machine: Machine, file: File) -> str:
    return utc(machine.now - file.age - machine.extra_age)


def _no_file(machine: Machine, path: str) -> Item:
    """Tell a directory, which cannot be read as a file, from what is not there."""
    return error("This is a directory, not a file.") if machine.disk.is_directory(path) else {"s": "absent"}


def _no_directory(machine: Machine, path: str) -> Item:
    return {"s": "absent"} if machine.disk.file(path) is None else error("This is a file, not a directory.")


def _version(machine: Machine, path: str, _item: Item) -> Item:
    file = machine.disk.file(path)
    if file is None:
        return _no_file(machine, path)
    return {"s": "ok", "version": file.version} if file.version else error("The file has no version information.")


def _stat(machine: Machine, path: str, _item: Item) -> Item:
    """Answer for files and directories; a directory has no size of its own."""
    file = File(name="") if machine.disk.is_directory(path) else machine.disk.file(path)
    return {"s": "absent"} if file is None else {"s": "ok", "size": file.size, "modified": _modified(machine, file)}


def _contents(machine: Machine, path: str, item: Item) -> Item:
    """Cut at bytes of UTF-8, so that a character that does not fit whole is left out; a byte order mark is no text."""
    file = machine.disk.file(path)
    if file is None:
        return _no_file(machine, path)
    limit = item.get("max")
    limit = limit if isinstance(limit, int) else _DEFAULT_MAX
    data = file.text.encode(errors="surrogatepass")
    if len(data) <= limit:
        return {"s": "ok", "text": file.text.removeprefix(_MARK)}
    return {"s": "ok", "text": data[:limit].decode(errors="ignore").removeprefix(_MARK), "truncated": True}


def _newest(machine: Machine, path: str, item: Item) -> Item:
    if not machine.disk.is_directory(path):
        return _no_directory(machine, path)
    files = machine.disk.listing(path, text(item, "pattern"))
    if not files:
        return {"s": "absent"}
    file = min(files, key=lambda each: (each.age, each.name))
    return {"s": "ok", "name": file.name, "size": file.size, "modified": _modified(machine, file)}


def _count(machine: Machine, path: str, item: Item) -> Item:
    if not machine.disk.is_directory(path):
        return _no_directory(machine, path)
    return {"s": "ok", "count": len(machine.disk.listing(path, text(item, "pattern")))}


_ASPECTS: Mapping[str, Callable[[Machine, str, Item], Item]] = {
    "version": _version,
    "stat": _stat,
    "text": _contents,
    "newest": _newest,
    "count": _count,
}
