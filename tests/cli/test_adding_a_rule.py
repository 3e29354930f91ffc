"""docs/adding-a-rule.md, taken out of the page and done on pretend servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleetscan import history
from fleetscan.lab import Fleet, Lab, LabHost
from fleetscan.lab.environment import PASSWORD_VARIABLE
from fleetscan.lab.machine import Machine, Refusal, Refusals, Service
from fleetscan.lab.registry import Datum, Registry
from fleetscan.lab.windows import fold
from fleetscan.rules.condition import Compiler, Scope, Undecided
from fleetscan.rules.fact_schema import KINDS
from fleetscan.rules.kinds import Kind
from tests.cli.conftest import PASSWORD, USER, Caller

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "adding-a-rule.md").read_text(encoding="utf-8")
ACME = r"HKLM\SOFTWARE\Acme\Backup"
BLOCK = re.compile(r"<!-- (file|output): ([^\n]+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
SHORT, UNTESTED, MIXED = "acme-backup-short", "acme-restore-untested", "acme-retention-mixed"


def blocks(kind: str) -> dict[str, str]:
    """Take the files or the outputs out of the page; what is of one name is one text."""
    found: dict[str, str] = {}
    for what, name, text in BLOCK.findall(PAGE):
        if what == kind:
            found[name] = found.get(name, "") + text
    return found


FILES, OUTPUTS = blocks("file"), blocks("output")


def server(number: int, *, agent: bool = True, denied: bool = False, **values: int) -> LabHost:
    """Make a server with, or without, the agent; its values are those of the agent's key."""
    data = {fold(name): Datum(name=name, type="REG_DWORD", data=value) for name, value in values.items()}
    refused = {ACME: Refusal(state="denied", message="Access is denied.")} if denied else {}
    return LabHost(
        name=f"ex{number:02}",
        address=f"127.89.0.{number}",
        site="Paris",
        persona="test",
        machine=Machine(
            computer=f"EX{number:02}",
            fqdn=f"ex{number:02}.lab.example",
            registry=Registry({ACME: data} if agent else {}),
            services={fold("AcmeBackup"): Service(name="AcmeBackup")} if agent else {},
            refusals=Refusals(registry=refused),
        ),
    )


SERVERS = (
    server(1, RetentionDays=3, RestoreTested=0),
    server(2, RetentionDays=14, RestoreTested=1),
    server(3),
    server(4, denied=True, RetentionDays=3),
    server(5, agent=False),
    server(6, RetentionDays=14, RestoreTested=0),
)


@pytest.fixture(scope="module")
def serving() -> Iterator[Lab]:
    """Serve the servers."""
    with Lab(Fleet(seed=1, hosts=SERVERS), user=USER, password=PASSWORD) as lab:
        yield lab


@pytest.fixture
def folder(serving: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the pack of the page and the inventory of the servers."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acme.yml").write_text(FILES["acme.yml"], encoding="utf-8")
    serving.environment(tmp_path / "inventory").rename(tmp_path / "inventory" / "prod.yml")
    return tmp_path


def verdicts(run: str = "latest") -> dict[tuple[str, str], str]:
    """Read the words for the two rules out of a kept run."""
    found = history.read_verdicts(history.find_run(Path("runs"), run))
    return {(one.host, one.rule): one.word for one in found if one.rule in {SHORT, UNTESTED, MIXED}}


def test_the_cases_of_the_page_hold(call: Caller, folder: Path) -> None:
    """Every rule of the page is tested by its own cases, and the one that is changed fails as it says."""
    done = call("rules", "test", "--rules", "acme.yml")
    assert (done.code, done.out[-11:]) == (0, ", 0 failed\n")
    text = FILES["acme.yml"].replace(
        "enough, given: {acme.backup: started, acme.retention_days: 14}",
        "enough, given: {acme.backup: started, acme.retention_days: 13}",
    )
    assert text != FILES["acme.yml"]
    (folder / "acme.yml").write_text(text, encoding="utf-8")
    failed = call("rules", "test", "--rules", "acme.yml")
    assert failed.code == 1
    assert failed.out.startswith(OUTPUTS["a case that does not hold"])


def test_the_mistakes_of_the_page_are_said_so(call: Caller, folder: Path) -> None:
    """Both at once, where they stand."""
    text = FILES["acme.yml"].replace("< parameter.least_days\n", "< parameter.least_days and acme.backup.started\n")
    text = text.replace("severity: best-practice\n", "severity: best-practise\n")
    (folder / "acme.yml").write_text(text, encoding="utf-8")
    done = call("rules", "test", "--rules", "acme.yml")
    assert (done.code, done.err) == (2, OUTPUTS["mistakes"])


def test_the_scan_of_the_page_finds_what_it_says(call: Caller, folder: Path) -> None:
    """A finding, a pass, absence, denial, no agent; the reason clause by clause; what a person vouches for."""
    call("scan", "-i", "inventory/prod.yml", "--rules", "acme.yml")
    assert {host: verdicts()[host, SHORT] for host, _ in verdicts()} == {
        "ex01": "finding",
        "ex02": "pass",
        "ex03": "finding",
        "ex04": "unknown",
        "ex05": "not_applicable",
        "ex06": "pass",
    }
    assert {verdicts()[f"ex0{number}", UNTESTED] for number in (1, 2, 3, 4)} == {"unknown"}
    assert [verdicts()[f"ex0{number}", MIXED] for number in range(1, 7)] == [
        "finding",
        "finding",
        "finding",
        "unknown",
        "not_applicable",
        "finding",
    ]
    explained = call("explain", SHORT, "ex01", "--rules", "acme.yml")
    assert explained.out == OUTPUTS["explain"]
    report = (folder / "runs" / "latest" / "report.html").read_text(encoding="utf-8")
    assert "Damage to a mailbox database is often found a week later." in report
    today = datetime.now(UTC).date()
    term = f"since: {today - timedelta(days=1)}, until: {today + timedelta(days=1)}"
    told = FILES["group_vars/all.yml"].replace("since: 2026-10-01, until: 2027-03-31", term)
    assert term in told
    (folder / "inventory" / "group_vars").mkdir()
    (folder / "inventory" / "group_vars" / "all.yml").write_text(told, encoding="utf-8")
    call("scan", "-i", "inventory/prod.yml", "--rules", "acme.yml")
    again = verdicts()
    assert [again[f"ex0{number}", UNTESTED] for number in (1, 5)] == ["pass", "not_applicable"]
    assert [again[f"ex0{number}", SHORT] for number in (1, 3)] == ["pass", "pass"]


def test_the_probe_of_the_page_prints_the_locator(call: Caller, folder: Path) -> None:
    """The setting was switched between the two snapshots; pasted, the locator is read."""
    for name, host in (("before", "ex06"), ("after", "ex02")):
        call("probe", "snapshot", host, r"HKLM\SOFTWARE\Acme", "-i", "inventory/prod.yml", "--out", f"{name}.json")
    done = call("probe", "diff", "before.json", "after.json", "--rules", "acme.yml", "--fact", "acme.restore_tested")
    assert done.code == 1
    assert done.out.endswith(OUTPUTS["probe diff"])
    pasted = "".join(line[4:] + "\n" for line in OUTPUTS["probe diff"].splitlines()[1:])
    (folder / "inventory" / "group_vars").mkdir()
    (folder / "inventory" / "group_vars" / "all.yml").write_text(pasted, encoding="utf-8")
    call("scan", "-i", "inventory/prod.yml", "--rules", "acme.yml")
    found = verdicts()
    assert [found[f"ex0{number}", UNTESTED] for number in (1, 2, 3, 5)] == [
        "finding",
        "pass",
        "unknown",
        "not_applicable",
    ]


def test_the_plan_and_the_catalogue_hold_the_pack_of_the_page(call: Caller, folder: Path) -> None:
    """What it reads can be printed beforehand, and each of its rules has an anchor."""
    assert folder.is_dir()
    assert rf"  {ACME}\RetentionDays" in call("plan", "--rules", "acme.yml").out.splitlines()
    out = call("rules", "docs", "--rules", "acme.yml").out
    assert f"## {SHORT}\n" in out
    assert f"[{UNTESTED}](#{UNTESTED})" in out


ROW = re.compile(r"^\| (true|false|unknown) \| (true|false|unknown) \| (.*) \|$", re.MULTILINE)
COLUMNS = ("a.a && a.b", "a.a || a.b", "!a.a", "a.a ? a.b : false")
ROWS = ROW.findall(PAGE)


@pytest.mark.parametrize(("one", "other", "answers"), ROWS)
def test_the_table_of_what_is_not_known_is_that_of_the_engine(one: str, other: str, answers: str) -> None:
    """Every cell."""
    compiler = Compiler(Scope(kinds={"a.a": Kind.BOOL, "a.b": Kind.BOOL}, owners={"a.a": "a.a", "a.b": "a.b"}))
    bound = {name: word == "true" for name, word in (("a.a", one), ("a.b", other)) if word != "unknown"}
    given = [compiler.compile(text).evaluate(bound) for text in COLUMNS]
    said = ["unknown" if isinstance(answer, Undecided) else str(answer).lower() for answer in given]
    assert answers.split(" | ") == said
    assert len(ROWS) == 5


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", PAGE))
def test_the_links_of_the_page_lead_somewhere(link: str) -> None:
    """The document is there, and so is the heading."""
    name, _, anchor = link.partition("#")
    headings = re.findall(r"^#+ (.*)$", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE)
    slugs = [re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert not anchor or anchor in slugs


def test_every_kind_of_fact_is_in_the_table_of_the_page() -> None:
    """All that can be written without Python; a derivation is a function of it."""
    rows = re.findall(r"^\| [^|`]+ \| `([a-z]+): ", PAGE, re.MULTILINE)
    assert set(rows) == set(KINDS) - {"derive"}
