"""Change the code of rules and facts, one small thing at a time, and see whether a test notices.

    nice python benchmarks/mutants.py --minutes 25 fleetscan/rules/judge.py fleetscan/facts

Everything happens in a copy. The quick tests run once with coverage, so that each change is held first against those
tests that reach its line, and against all only when none of them notices. A change that no test notices has survived:
it is printed with its place. One process at a time; the order is drawn from ``--seed``, so that a run that is cut short
is a fair sample. Exits with 1 when something survived.
"""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[1]
COPIED = ("fleetscan", "templates", "tests", "docs", "inventory", "benchmarks", "pyproject.toml")
QUICK = ("tests/rules", "tests/facts")
"""The tests that are run: those of the two rooms, without lab or network."""

SLOWEST = 60
"""Seconds of the processor after which a change has made the tests endless, which is noticing, too.

All quick tests together take half a minute. Seconds of the clock would call noticed what a busy machine delays.
"""

PRELOADED = ("pytest", "hypothesis", "pydantic", "yaml", "celpy", "cel_expr_python.cel")
"""What every child would import anew; nothing of fleetscan is among it, and no plug-in that pytest rewrites."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: the file, its first line, what stood there and what stands there now, and the whole new text."""

    file: Path
    line: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.file}:{self.line}: {self.before}  ->  {self.after}"


def mutants_of(file: Path, text: str) -> Iterator[Mutant]:
    """Make every change of one module; ``file`` is relative to the top."""
    tree = ast.parse(text)
    skipped = set(_unread(tree))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        for changed in _changes(node):
            before, after = ast.get_source_segment(text, node), ast.unparse(changed)
            if before is not None and isinstance(node, ast.expr | ast.Return):
                if isinstance(node, ast.expr):
                    after = f"({after})"
                new = _spliced(text, node, after)
                yield Mutant(file=file, line=node.lineno, before=" ".join(before.split()), after=after, text=new)


def _unread(tree: ast.AST) -> Iterator[ast.AST]:
    """Pass over what no test can tell apart: docstrings, types, decorators, ``__all__``, words of errors."""
    for node in ast.walk(tree):
        for part in _words(node):
            yield from ast.walk(part)


def _words(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.JoinedStr():
            yield node
        case ast.Expr(value=ast.Constant() as part) | ast.AnnAssign(annotation=part):
            yield part
        case ast.arg(annotation=ast.expr() as part) | ast.FunctionDef(returns=ast.expr() as part):
            yield part
        case ast.Assign(targets=[ast.Name(id="message" | "remedy" | "__all__")]):
            yield node
        case ast.ClassDef(decorator_list=decorators):
            yield from decorators
        case ast.Call(keywords=keywords):
            yield from (word for word in keywords if word.arg in _WORDS)


_WORDS = frozenset({"message", "detail", "remedy", "about", "words", "short"})


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            yield ast.Compare(left=left, ops=[COMPARISONS[type(op)]()], comparators=comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            yield ast.BinOp(left=left, op=ARITHMETIC[type(op)](), right=right)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test=test, body=orelse, orelse=body)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(value=ast.Constant(value=None))
        case ast.Constant(value=value):
            yield from _constants(value)


def _constants(value: object) -> Iterator[ast.AST]:
    """Change a constant; of texts only those that are names, because sentences are held by snapshots."""
    match value:
        case bool():
            yield ast.Constant(value=not value)
        case int():
            yield ast.Constant(value=value + 1)
        case str() if re.fullmatch(r"[A-Za-z0-9_.*\\]{1,40}", value):
            yield ast.Constant(value=f"{value}!")


def _spliced(text: str, node: ast.expr | ast.Return, after: str) -> str:
    """Put other text in the place of a node; columns of the tree count bytes."""
    lines = text.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    head = b"".join(lines[:first]) + lines[first][: node.col_offset]
    tail = lines[last][node.end_col_offset :] + b"".join(lines[last + 1 :])
    return (head + after.encode() + tail).decode()


class Copy:
    """A copy of the project, in which a mutant lives as long as its tests run."""

    def __init__(self, folder: Path) -> None:
        """Copy, and find out which tests reach which lines."""
        self.folder = folder
        for name in COPIED:
            source = TOP / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--cov=fleetscan", "--cov-context=test"]
        subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", *arguments, "--cov-report=", "--cov-fail-under=0", *QUICK],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            check=True,
        )

    def tests_of(self, mutant: Mutant) -> Sequence[str]:
        """Name the tests that reach a line; all, those of the file first, where the line runs at import."""
        with sqlite3.connect(self.folder / ".coverage") as database:
            rows = database.execute(
                "select context.context, arc.fromno, arc.tono from arc join context on context.id = arc.context_id"
                " join file on file.id = arc.file_id where file.path like ?",
                (f"%/{mutant.file}",),
            ).fetchall()
        reached = {name.removesuffix("|run") for name, *lines in rows if mutant.line in map(abs, lines) and name}
        everything = {name.removesuffix("|run") for name, *_ in rows if name.endswith("|run")}
        stem = mutant.file.stem
        first = sorted((reached & everything) or everything, key=lambda name: (f"test_{stem}." not in name, name))
        return first if reached & everything else [*first, *QUICK]  # what uses a table need not call its module

    def holds(self) -> bool:
        """Tell whether the tests hold in a child when nothing was changed; else every change would seem noticed."""
        return _held(self.folder, QUICK)

    def survives(self, mutant: Mutant) -> bool:
        """Tell whether the tests of a mutant still hold, and then all: what runs as a test is collected has no test."""
        tests = self.tests_of(mutant)
        place = self.folder / mutant.file
        before = place.read_text(encoding="utf-8")
        place.write_text(mutant.text, encoding="utf-8")
        try:
            return _held(self.folder, tests) and _held(self.folder, QUICK)
        finally:
            place.write_text(before, encoding="utf-8")


def _held(folder: Path, tests: Sequence[str]) -> bool:
    """Run tests in a child that begins with everything loaded that is not ours."""
    if not tests:
        return True
    child = os.fork()
    if child == 0:
        _run(folder, tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(folder: Path, tests: Sequence[str]) -> None:
    signal.setitimer(signal.ITIMER_PROF, SLOWEST)  # ends the process with SIGPROF
    code = 1
    try:
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        sys.dont_write_bytecode = True
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        pytest = importlib.import_module("pytest")
        plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:cov", "--hypothesis-seed=0"]
        plain += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is loaded already
        code = int(pytest.main([*plain, *tests]))
    finally:
        os._exit(code)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def main() -> int:
    """Mutate until all is done or the time is spent; print what survived and the figure."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("paths", nargs="+", type=Path)
    reader.add_argument("--minutes", type=float, default=25.0)
    reader.add_argument("--seed", type=int, default=1)
    chosen = reader.parse_args()
    os.chdir(TOP)
    mutants = [one for file in _files(chosen.paths) for one in mutants_of(file, file.read_text(encoding="utf-8"))]
    random.Random(chosen.seed).shuffle(mutants)  # noqa: S311 - an order, no secret
    for name in PRELOADED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="fleetscan-mutants-") as folder:
        copy = Copy(Path(folder))
        if not copy.holds():
            sys.exit("the tests fail without any change; mend them first")
        end, done, survivors = time.monotonic() + 60 * chosen.minutes, 0, 0
        for mutant in mutants:
            if time.monotonic() > end:
                break
            done += 1
            if copy.survives(mutant):
                survivors += 1
                print(mutant, flush=True)  # noqa: T201 - the result of the program
    noticed = done - survivors
    print(f"{noticed} of {done} changes were noticed ({len(mutants)} there are), {survivors} survived")  # noqa: T201
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
