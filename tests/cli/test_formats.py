"""scan and report with --format and --template."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from fleetscan.lab import Fleet
from fleetscan.report.formats import FORMATS
from tests.cli.conftest import Caller

ALL = "html,json,csv,junit,sarif,markdown"
BESIDE = [each.file for each in FORMATS[1:]]


@pytest.fixture
def scanned(call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path) -> Path:
    """Scan one host into every format, and give the folder of the runs."""
    out = tmp_path / "runs"
    done = call("scan", "-i", inventory, "-l", small_fleet.hosts[0].name, "--out", out, "--format", ALL)
    assert f"Beside it {', '.join(BESIDE)}" in done.out
    return out


def test_every_format_is_written_beside_the_report_for_its_owner_only(scanned: Path) -> None:
    """Each has its file in the run folder, nobody else can read it, and nothing half written is left."""
    folder = scanned / "latest"
    files = {path.name for path in folder.iterdir()}
    assert {"report.html", *BESIDE} <= files
    assert not [name for name in files if name.endswith(".new")]
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in BESIDE} == {0o600}
    read = json.loads((folder / "report.json").read_text("utf-8"))
    assert read["run"] == json.loads((folder / "run.json").read_text("utf-8"))
    assert len(read["verdicts"]) == read["run"]["counts"]["pairs"]


def test_names_may_be_joined_and_repeated(call: Caller, scanned: Path, tmp_path: Path) -> None:
    """A comma and another option are the same."""
    folder = (scanned / "latest").resolve()
    for name in BESIDE:
        (folder / name).unlink()
    call("report", folder, "--out", tmp_path, "--format", "csv, json", "--format", "markdown")
    assert sorted(name for name in BESIDE if (folder / name).exists()) == ["report.csv", "report.json", "report.md"]


def test_a_format_that_the_run_has_is_written_again(call: Caller, scanned: Path) -> None:
    """After another look at a run no file of it tells what was told before."""
    old = {name: (scanned / "latest" / name).read_bytes() for name in BESIDE}
    for name in BESIDE:
        (scanned / "latest" / name).write_text("of another day", encoding="utf-8")
    done = call("report", "latest", "--out", scanned)
    assert {name: (scanned / "latest" / name).read_bytes() for name in BESIDE} == old
    assert f"Beside it {', '.join(BESIDE)}" in done.out


@pytest.mark.parametrize("verb", ["scan", "report"])
def test_a_format_that_is_not_there_is_refused_before_anything_is_done(
    call: Caller, inventory: Path, tmp_path: Path, verb: str
) -> None:
    """The choices are named, and no run folder is made."""
    words = ("-i", inventory) if verb == "scan" else ()
    done = call(verb, *words, "--out", tmp_path / "runs", "--format", "csv,jsn")
    assert done.code == 2
    assert "there is no format 'jsn' (choose from html, json, csv, junit, sarif, markdown)" in done.err
    assert not (tmp_path / "runs").exists()


def test_own_templates_are_used(call: Caller, scanned: Path, tmp_path: Path) -> None:
    """A folder with one file changes that part of the page."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "report.html.j2").write_text("{{ view.totals.hosts }} host", encoding="utf-8")
    call("report", "latest", "--out", scanned, "--template", tmp_path / "own")
    assert (scanned / "latest" / "report.html").read_text("utf-8") == "1 host"


@pytest.mark.parametrize("text", ["{% if %}", "{{ view.nothing }}"])
def test_templates_that_cannot_be_rendered_are_refused_before_a_host_is_touched(
    call: Caller, inventory: Path, tmp_path: Path, text: str
) -> None:
    """What is wrong is said at once, and not after a night of scanning."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "report.html.j2").write_text(text, encoding="utf-8")
    done = call("scan", "-i", inventory, "--out", tmp_path / "runs", "--template", tmp_path / "own")
    assert done.code == 2
    assert str(tmp_path / "own") in done.err
    assert not (tmp_path / "runs").exists()
