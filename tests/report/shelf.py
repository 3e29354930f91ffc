"""A small shelf for the report's tests: facts and rules as an engineer would write them, every severity among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from fleetscan.model import (
    Asked,
    CimRows,
    Confidence,
    Derived,
    Fact,
    FactType,
    File,
    FileAspect,
    Origin,
    RegistryList,
    RegistryValue,
    Service,
    Severity,
    Value,
)
from fleetscan.rules.condition import Compiler, Scope
from fleetscan.rules.interface import Rule, Shelf

SETUP = r"HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Setup"
SMEX = r"HKLM\SOFTWARE\TrendMicro\ScanMail for Exchange\CurrentVersion"

Seen: TypeAlias = "Mapping[str, Value | None]"
"""Fact id -> its value, or None when absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A rule's words and, for the sample only, when it fires."""

    id: str
    title: str
    severity: Severity
    reads: tuple[str, ...]
    fires: Callable[[Seen], bool]
    summary: str
    why: str
    fix: tuple[str, ...]
    source: str
    confidence: Confidence = Confidence.DOCUMENTED


ORIGINS: Mapping[str, tuple[FactType, Origin]] = {
    "scanmail.realtime": (FactType.SERVICE, Asked(question=Service(name="ScanMail_RealTimeScan"))),
    "scanmail.master": (FactType.SERVICE, Asked(question=Service(name="ScanMail_Master"))),
    "transport_av.enabled": (
        FactType.INT,
        Asked(question=RegistryValue(key=r"HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI", value="Enabled")),
    ),
    "scanmail.temp_files": (
        FactType.INT,
        Asked(
            question=File(path="", pattern="*", aspect=FileAspect.COUNT, base=RegistryValue(key=SMEX, value="TempDir"))
        ),
    ),
    "defender.paths": (
        FactType.VALUES,
        Asked(question=RegistryList(key=r"HKLM\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths", list="values")),
    ),
    "exchange.exsetup": (
        FactType.VERSION,
        Asked(
            question=File(
                path=r"Bin\ExSetup.exe",
                aspect=FileAspect.VERSION,
                base=RegistryValue(key=SETUP, value="MsiInstallPath"),
            )
        ),
    ),
    "cpu.logical": (
        FactType.INT,
        Asked(
            question=CimRows(cim_class="Win32_ComputerSystem", properties=("NumberOfLogicalProcessors",)),
            property="NumberOfLogicalProcessors",
        ),
    ),
    "vsapi.background": (
        FactType.INT,
        Asked(
            question=RegistryValue(
                key=r"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan", value="BackgroundScanning"
            )
        ),
    ),
    "exchange.product": (FactType.STRING, Derived(derivation="exchange_product", inputs=("exchange.exsetup",))),
    "antivirus.products": (FactType.STRINGS, Derived(derivation="antivirus_products", inputs=("scanmail.master",))),
}


def _started(seen: Seen, fact: str) -> bool:
    service = seen[fact]
    return isinstance(service, Mapping) and service["state"] == "Running"


def _more(seen: Seen, fact: str, than: int) -> bool:
    value = seen[fact]
    return isinstance(value, int) and value > than


SKETCHES = (
    Sketch(
        id="scanmail-master-stopped",
        title="The ScanMail master service is not running",
        severity=Severity.ERROR,
        reads=("scanmail.master",),
        fires=lambda seen: seen["scanmail.master"] is not None and not _started(seen, "scanmail.master"),
        summary="ScanMail is installed and its master service is stopped: mail is not scanned.",
        why="The master service drives all scanning. While it is stopped, mail passes unscanned.\n\n"
        "Exchange goes on delivering, so that nothing else tells.",
        fix=(
            "Start the service `ScanMail_Master` on the host.",
            "Look in the event log for why it stopped; set its start type to Automatic.",
        ),
        source="Trend Micro ScanMail for Microsoft Exchange, Installation and Deployment Guide",
    ),
    Sketch(
        id="scanmail-processes-twice",
        title="ScanMail processes every message twice",
        severity=Severity.WARNING,
        reads=("scanmail.realtime", "transport_av.enabled"),
        fires=lambda seen: _started(seen, "scanmail.realtime") and seen["transport_av.enabled"] == 1,
        summary="Transport scanning is on while the real-time scan service runs.",
        why="Messages are scanned by the same engine in transport and in the store. That costs time and memory and "
        "protects nothing more.",
        fix=(
            "Open the ScanMail Management Console.",
            "On Virus Scan, Options, keep Enable VS API virus scanning and clear Enable SMTP mail scanning.",
            "Apply.",
        ),
        source="https://learn.microsoft.com/previous-versions/office/exchange-server-analyzer/aa998196(v=exchg.80)",
    ),
    Sketch(
        id="scanmail-folders-not-excluded-defender",
        title="Defender scans the working folders of ScanMail",
        severity=Severity.WARNING,
        reads=("defender.paths", "scanmail.master"),
        fires=lambda seen: seen["defender.paths"] in (None, {}) and seen["scanmail.master"] is not None,
        summary="Defender does not exclude the folders storage, temp and debug of ScanMail.",
        why="A file scanner that opens quarantined mail locks it, removes it, or scans it again.",
        fix=("Add the folders to the exclusions of Defender.",),
        source="Trend Micro, Maintaining Security",
    ),
    Sketch(
        id="scanmail-temp-files",
        title="Many files in the temp folder of ScanMail",
        severity=Severity.BEST_PRACTICE,
        confidence=Confidence.INFERRED,
        reads=("scanmail.temp_files",),
        fires=lambda seen: _more(seen, "scanmail.temp_files", 1000),
        summary="More than 1000 files are in the temp folder.",
        why="ScanMail should purge them itself.",
        fix=("Delete the files dated before today.",),
        source="Exchange Server Analyzer, article of 2008-05-23",
    ),
    Sketch(
        id="vsapi-background-scanning",
        title="Background scanning is on",
        severity=Severity.NON_DEFAULT,
        reads=("vsapi.background",),
        fires=lambda seen: seen["vsapi.background"] == 1,
        summary="Every signature update scans the whole store again.",
        why="Background scanning walks the store after each update.",
        fix=("Set `BackgroundScanning` to 0, or clear it in the product.",),
        source="Exchange Server Analyzer, article of 2005-11-18",
    ),
    Sketch(
        id="exchange-update-behind",
        title="Exchange is behind its newest security update",
        severity=Severity.INFO,
        reads=("exchange.exsetup", "cpu.logical"),
        fires=lambda seen: str(seen["exchange.exsetup"]) < "15.2.1544.39",
        summary="The build is older than 15.2.1544.39.",
        why="Security updates close holes that are used.",
        fix=("Install the newest security update.",),
        source="https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates",
    ),
    Sketch(
        id="antivirus-two-file-scanners",
        title="Two file scanners run side by side",
        severity=Severity.WARNING,
        reads=("antivirus.products",),
        fires=lambda seen: False,  # noqa: ARG005 - a rule that never fires in the sample
        summary="Two file scanners run.",
        why="They scan each other's work.",
        fix=("Remove one.",),
        source="https://learn.microsoft.com/exchange/antispam-and-antimalware/windows-antivirus-software",
    ),
)


def _rule(sketch: Sketch) -> Rule:
    condition = Compiler(Scope(kinds={}, owners={})).compile("true")
    return Rule(
        id=sketch.id,
        title=sketch.title,
        severity=sketch.severity,
        confidence=sketch.confidence,
        summary=sketch.summary,
        reads=sketch.reads,
        applies=None,
        when=condition,
        absent={},
        types={name: ORIGINS[name][0] for name in sketch.reads},
        parameters={},
        why=sketch.why,
        fix=sketch.fix,
        sources=(sketch.source,),
        applies_to="Exchange 2016, Exchange 2019, Exchange SE",
        cases=(),
        pack="sample",
        line=1,
    )


@cache
def shelf() -> Shelf:
    """Build the shelf."""
    facts = {
        name: Fact(id=name, type=kind, origin=origin, about=f"About {name}.")
        for name, (kind, origin) in ORIGINS.items()
    }
    return Shelf(facts=facts, rules=tuple(map(_rule, SKETCHES)), packs=("sample",))
