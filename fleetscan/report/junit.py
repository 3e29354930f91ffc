"""The verdicts as JUnit XML, for the test view of a CI system: a suite a host, a test case a rule.

Law: green means judged and fine. A finding is a failure; a verdict that is unknown or broken is an error, because CI
systems show what was skipped beside what passed; only a rule that is not about the host is skipped. A host that no
rule said anything of has one test case that is an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from typing import Final, assert_never
from xml.sax.saxutils import escape, quoteattr

from fleetscan.model import Broken, Finding, NotApplicable, Pass, Undetermined, Verdict
from fleetscan.report.material import HostTold, Material, missing, place, reading, sentence
from fleetscan.report.text import visible

NOT_JUDGED: Final = "not_judged"
"""The test case of a host that no rule said anything of, and the type of its error."""

OUTCOMES: Final = {"finding": "failures", "unknown": "errors", "broken": "errors", "not_applicable": "skipped"}
"""Word of a verdict -> the attribute of a suite that counts it; a pass is in none but ``tests``."""


def suites(material: Material) -> Iterator[str]:
    """Write the document, a host at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    for number, host in enumerate(material.hosts):
        yield "".join(_suite(material, host, number))
    yield "</testsuites>\n"


def _suite(material: Material, host: HostTold, number: int) -> Iterator[str]:
    name = visible(host.host)
    started = (host.record.started if host.record else material.run.started).astimezone(UTC)
    yield (
        f"<testsuite{_attributes(name=name, hostname=name, id=str(number), package=visible(material.run.environment))}"
        f"{_attributes(timestamp=f'{started:%Y-%m-%dT%H:%M:%S}', time=_seconds(host))}{_numbers(host)}>\n<properties>"
    )
    for key, value in _properties(material, host):
        yield f"<property{_attributes(name=key, value=value)}/>"
    yield "</properties>\n"
    for verdict in host.verdicts:
        yield _case(name, visible(verdict.rule), _result(verdict))
    if host.unjudged:
        yield _case(name, NOT_JUDGED, _element("error", NOT_JUDGED, host.unjudged))
    yield f"<system-out/>\n<system-err>{escape(host.silence)}</system-err>\n</testsuite>\n"


def _numbers(host: HostTold) -> str:
    counted = Counter(OUTCOMES.get(verdict.word, "passed") for verdict in host.verdicts)
    counted["errors"] += bool(host.unjudged)
    named = {name: str(counted[name]) for name in ("failures", "errors", "skipped")}
    return _attributes(tests=str(counted.total()), **named)


def _seconds(host: HostTold) -> str:
    return f"{host.record.seconds if host.record else 0:.3f}"


def _properties(material: Material, host: HostTold) -> Iterator[tuple[str, str]]:
    yield "run", visible(material.run.id)
    if host.record:
        yield "site", visible(host.record.site)
        yield "status", str(host.record.status)
        yield "transport", visible(host.record.transport)
        yield "credential", visible(host.record.credential)


def _case(host: str, rule: str, result: str) -> str:
    head = f"<testcase{_attributes(classname=host, name=rule, time='0')}"
    return f"{head}>{result}</testcase>\n" if result else f"{head}/>\n"


def _result(verdict: Verdict) -> str:
    match verdict.ruling:
        case Pass():
            return ""
        case Finding():
            return _element("failure", str(verdict.severity), sentence(verdict), _evidence(verdict))
        case Undetermined():
            return _element("error", verdict.word, "; ".join(missing(verdict)), _evidence(verdict))
        case Broken():
            return _element("error", verdict.word, sentence(verdict), _evidence(verdict))
        case NotApplicable():
            return "<skipped/>"
        case _:
            assert_never(verdict.ruling)


def _evidence(verdict: Verdict) -> str:
    return "\n".join(f"{reading(evidence)}\n  {place(evidence)}" for evidence in verdict.evidence)


def _element(name: str, kind: str, message: str, text: str = "") -> str:
    return f"<{name}{_attributes(type=kind, message=message)}>{escape(text)}</{name}>"


def _attributes(**named: str) -> str:
    """Write attributes; what was made visible holds only characters that XML allows."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in named.items())
