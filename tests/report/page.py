"""A small page made of the report's own scripts and style, over a data block made by hand."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from pathlib import Path

from fleetscan.report.html import templates_folder

PARTS = (
    "10-dom.js",
    "20-data.js",
    "30-route.js",
    "35-sort.js",
    "40-table.js",
    "50-filter.js",
    "60-views.js",
)
"""The scripts that all views rest on."""

SEVERITIES = ("error", "warning", "best-practice", "non-default", "info")
SITES = ("", "Paris", "Osaka", "Milwaukee")
STRINGS = (
    *SITES,
    "ScanMail is off",
    "Off since spring",
    "0",
    "REG_DWORD",
    "denied here",
    "a key",
    "winrm as reader",
    "scanmail.on",
)
ENABLED, DENIED, ABSENT = (0, 6, 7, -1, 0, 0, 10), (2, 0, 0, 0, 8, 9, 10), (1, 0, 0, -1, 0, 0, 10)
"""The three readings of the one fact."""

LETTERS = "fpuffnb"


def block(hosts: int = 40, rules: int = 3) -> dict[str, object]:
    """Make a data block: host ``h`` under rule ``r`` has the letter ``h + r`` of :data:`LETTERS`, in turn."""
    return {
        "format": 1,
        "strings": STRINGS,
        "run": {"environment": "lab", "id": "run-1", "epoch": 1_795_309_203, "previous": ""},
        "severities": [{"key": key, "words": key.title()} for key in SEVERITIES],
        "words": [{"key": word, "words": word} for word in ("finding", "unknown", "broken", "pass", "not_applicable")],
        "statuses": [{"key": key, "words": key} for key in ("complete", "partial", "not_scanned")],
        "reasons": [{"key": "denied", "short": "access denied", "words": "Access was denied.", "remedy": "Grant it."}],
        "rules": [_rule(number, hosts) for number in range(rules)],
        "facts": [
            {
                "id": "scanmail.on",
                "type": "int",
                "where": r"HKLM\SOFTWARE\ScanMail\On",
                "about": "",
                "confidence": "documented",
                "anchor": "fact-scanmail.on",
                "table": [ENABLED, DENIED, ABSENT],
                "column": [h % 4 if h % 4 < 3 else -1 for h in range(hosts)],
            }
        ],
        "topology": [{"label": "AD site", "table": [ENABLED], "column": [0 if h % 2 else -1 for h in range(hosts)]}],
        "evidence": [[], [0], [[11, ENABLED]]],
        "missing": [[], [[11, 0, 8]]],
        "hosts": _hosts(hosts),
        "changes": {"verdicts": [], "facts": [], "new_hosts": [], "gone_hosts": []},
        "attestations": [],
    }


def _rule(number: int, hosts: int) -> Mapping[str, object]:
    letters = "".join(LETTERS[(h + number) % len(LETTERS)] for h in range(hosts))
    verdicts = {
        "word": letters,
        "summary": [4 if letter == "f" else 0 for letter in letters],
        "since": [5 if letter == "f" else 0 for letter in letters],
        "evidence": [1 if h % 2 else 2 for h in range(hosts)],
        "missing": [1 if letter == "u" else 0 for letter in letters],
    }
    own = {"severity": [0 if h % 2 else 1 for h in range(hosts)]} if number == 1 else {}
    return {
        "id": f"rule-{number}",
        "anchor": f"rule-rule-{number}",
        "title": f"Rule {number} found <b>something</b>",
        "severity": number % len(SEVERITIES),
        "confidence": "documented",
        "pack": "scanmail",
        "facts": [0],
        "when": "scanmail.on == 0",
        "counts": {"finding": letters.count("f")},
        "verdicts": verdicts | own,
    }


def _hosts(hosts: int) -> Mapping[str, object]:
    return {
        "name": [f"ex{h + 1:05}" for h in range(hosts - 1)] + ["Last One"],
        "site": [h % len(SITES) for h in range(hosts)],
        "status": [h % 3 for h in range(hosts)],
        "failure": [0 if h % 3 == 2 else -1 for h in range(hosts)],
        "groups": [[1, 2]] * hosts,
        "notes": [[4]] * hosts,
        **{key: [7] * hosts for key in ("dag", "product", "scanmail", "address", "detail", "transport", "credential")},
        **{
            key: [h * 2 for h in range(hosts)]
            for key in ("started", "at", "took", "attempts", "round_trips", "received")
        },
    }


def packed(data: Mapping[str, object]) -> str:
    """Pack a data block as the report does."""
    return base64.b64encode(gzip.compress(json.dumps(data).encode(), 1)).decode()


def page(body: str, script: str, data: str) -> str:
    """Write a page: ``body`` is its main part, ``script`` its own views, ``data`` the packed block."""
    folder = templates_folder()
    style = "".join(path.read_text("utf-8") for path in sorted((folder / "css").glob("*.css")))
    parts = [folder / "js" / name for name in PARTS]
    code = "".join(path.read_text("utf-8") for path in parts) + script + _app(folder)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>lab</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{style}</style></head><body><a class="skip" href="#main">Skip</a>{_icons(folder)}{body}'
        f'<p class="toast" role="status" id="toast"></p><script type="text/plain" id="data">{data}</script>'
        f'<script>(() => {{ "use strict"; {code} }})();</script></body></html>'
    )


def _app(folder: Path) -> str:
    return (folder / "js" / "90-app.js").read_text("utf-8")


def _icons(folder: Path) -> str:
    return (folder / "icons.html.j2").read_text("utf-8").partition("#}")[2]
