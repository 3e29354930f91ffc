from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_pwsh
from tree_sitter import Language, Node, Parser

from fleetscan.lab import script as lab_script
from fleetscan.transport.winrm import script

JEA = Path(script.__file__).parent / "jea"
CAPABILITY = JEA / "FleetScan" / "RoleCapabilities" / "FleetScan.psrc"

CMDLETS = {
    "CimCmdlets\\Get-CimInstance",
    "Microsoft.PowerShell.Utility\\ConvertFrom-Json",
    "Microsoft.PowerShell.Utility\\ConvertTo-Json",
}
"""All that the script runs beside its own functions: three cmdlets that read or convert."""

METHODS = {
    "Close",
    "ContainsKey",
    "CreateInstance",
    "EndsWith",
    "EnumerateFiles",
    "Escape",
    "ExpandEnvironmentVariables",
    "GetAttributes",
    "GetBytes",
    "GetIPGlobalProperties",
    "GetLastWriteTimeUtc",
    "GetString",
    "GetSubKeyNames",
    "GetValue",
    "GetValueKind",
    "GetValueNames",
    "GetVersionInfo",
    "Min",
    "Open",
    "OpenBaseKey",
    "OpenSubKey",
    "Read",
    "Replace",
    "Substring",
    "ToLowerInvariant",
    "ToString",
    "ToUInt32",
    "ToUInt64",
    "ToUniversalTime",
    "TrimEnd",
    "TrimStart",
}
"""All methods that it calls: none of them writes, starts or stops anything."""

TYPES = {
    "Array",
    "BitConverter",
    "Diagnostics.FileVersionInfo",
    "Environment",
    "IO.DirectoryInfo",
    "IO.File",
    "IO.FileAttributes",
    "IO.FileInfo",
    "Math",
    "Microsoft.Win32.RegistryKey",
    "Net.NetworkInformation.IPGlobalProperties",
    "Text.Encoding",
    "bool",
    "byte",
    "byte[]",
    "char",
    "datetime",
    "int",
    "int16",
    "long",
    "object[]",
    "ordered",
    "regex",
    "sbyte",
    "string",
    "string[]",
    "uint16",
    "uint32",
    "uint64",
}
"""All types that it names; each is in .NET Framework 4, which PowerShell 3 brings."""


def _tree(text: str) -> Node:
    return Parser(Language(tree_sitter_pwsh.language())).parse(text.encode()).root_node


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _texts(root: Node, kind: str) -> set[str]:
    return {_text(node) for node in _walk(root) if node.type == kind}


def _text(node: Node) -> str:
    return (node.text or b"").decode()


@pytest.mark.parametrize(
    "path",
    [Path(script.__file__).parent / "collect.ps1", *JEA.rglob("*.ps*")],
    ids=lambda path: path.name,
)
def test_every_powershell_file_parses(path: Path) -> None:
    """Parsed with the tree-sitter grammar: no PowerShell runs here."""
    root = _tree(path.read_text("ascii"))
    assert [_text(node) for node in _walk(root) if node.type == "ERROR" or node.is_missing] == []


def test_the_script_begins_with_its_mark_and_one_parameter() -> None:
    """The lab, written from the same contract, knows it by that line and gives it that parameter."""
    text = script.collector()
    assert text.splitlines()[0] == script.FIRST_LINE == lab_script.MARK
    assert script.FUNCTION == lab_script.COMMAND
    block = next(node for node in _walk(_tree(text)) if node.type == "param_block")
    assert _text(block) == "param([string]$Request)"


def test_the_script_runs_nothing_that_is_not_listed() -> None:
    """Own functions and three cmdlets by their full names: no alias, no module, nothing that writes or starts."""
    root = _tree(script.collector())
    own = _texts(root, "function_name")
    assert _texts(root, "command_name") - own == CMDLETS
    assert all(re.fullmatch(r"(?:Get|Test)-[A-Za-z]+", name) for name in own)
    assert not any(node.type in {"command_invokation_operator", "redirection", "redirections"} for node in _walk(root))


def test_the_script_calls_no_method_and_names_no_type_that_is_not_listed() -> None:
    """The lists are the proof that it only reads."""
    root = _tree(script.collector())
    called = {
        _text(child)
        for node in _walk(root)
        if node.type == "invocation_expression"
        for child in node.children
        if child.type == "member_name"
    }
    assert called == METHODS
    assert {name[1:-1] for name in _texts(root, "type_literal")} == TYPES


def test_files_and_keys_are_opened_for_reading_only() -> None:
    """The only calls that could do otherwise are written out with their modes."""
    text = script.collector()
    assert len(re.findall(r"::Open\(", text)) == len(
        re.findall(r"::Open\(\$Path, 'Open', 'Read', 'ReadWrite, Delete'\)", text)
    )
    assert re.findall(r"OpenSubKey\(([^)]*)\)", text) == [
        "$name",
        "[string]$path",
        "$Name",
        "'SYSTEM\\CurrentControlSet\\Services'",
    ]


@pytest.mark.parametrize(
    "construct", [r"::new\(", r"^\s*class\s", r"^\s*enum\s", r"^\s*using\s", r"\?\?", r"&&", r"\$using:"]
)
def test_the_script_uses_nothing_newer_than_powershell_3(construct: str) -> None:
    """None of the constructs that came with 5 and 7."""
    assert re.search(construct, script.collector(), re.MULTILINE) is None


def test_the_role_capability_is_made_from_the_script() -> None:
    """The shipped file is what the function makes; to renew it, write ``role_capability()`` there."""
    assert CAPABILITY.read_text("ascii") == script.role_capability()
    body = [line.strip() for line in script.role_capability().splitlines()]
    assert all(line.strip() in body for line in script.collector().splitlines())


def test_the_role_capability_shows_one_function() -> None:
    """Nobody who may use the endpoint gets anything else."""
    text = script.role_capability()
    assert text.count("Visible") == 1
    assert f"VisibleFunctions = '{script.FUNCTION}'" in text
    assert f"Name = '{script.FUNCTION}'" in text


@pytest.mark.parametrize(
    ("configuration", "constrained"),
    [
        ("Microsoft.PowerShell", False),
        ("microsoft.powershell", False),
        ("PowerShell.7", False),
        ("PowerShell.7.4.6", False),
        ("PowerShell.7-preview", True),
        ("FleetScan", True),
        ("Microsoft.PowerShell.Workflow", True),
    ],
)
def test_the_endpoints_of_full_sessions_run_the_text(configuration: str, constrained: bool) -> None:  # noqa: FBT001
    """Every other endpoint is asked for the function that the role capability defines."""
    assert script.constrained(configuration) is constrained


def test_absence_of_a_key_is_confirmed_by_the_list_of_its_parent() -> None:
    """OpenSubKey gives null for rare errors, too: no answer says absent before the parent's list was looked at."""
    function = next(
        node
        for node in _walk(_tree(script.collector()))
        if node.type == "function_statement" and "function Get-RegistryItem" in _text(node)
    )
    before, _, _ = _text(function).partition("return @{ s = 'absent' }")
    assert before.count("Test-Listed $base") == 1
