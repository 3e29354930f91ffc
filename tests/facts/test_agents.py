from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.agents import MAX_CHARACTERS
from fleetscan.model import Known, Outcome, Reason, Unknown
from tests.facts.words import DENIED, GONE, derive, known, reason_of, value_of

CONFIG = """\
<?xml version="1.0" encoding="utf-8"?>
<configuration xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <mexRuntime>
    <monitoring><agentExecution timeLimitInMilliseconds="90000" /></monitoring>
    <agentList>
      <agent name="ScanMail Routing Agent" baseType="x" assemblyPath="C:\\a.dll" enabled="true" priority="1" />
      <agent name="Malware Agent" enabled="False"><data><agent name="inner" enabled="true" /></data></agent>
      <agent name="Text &amp; Messaging" enabled="TRUE" />
    </agentList>
    <settings />
  </mexRuntime>
</configuration>
"""


def _agents(text: str) -> Outcome:
    return derive("enabled_transport_agents", known(text, "file"))


def _around(agents: str, head: str = "") -> str:
    return f"{head}<configuration><mexRuntime><agentList>{agents}</agentList></mexRuntime></configuration>"


@pytest.mark.parametrize("text", [CONFIG, f"\ufeff{CONFIG}", f"{CONFIG}\0", CONFIG.replace("utf-8", "utf-16")])
def test_lists_enabled_agents_in_order(text: str) -> None:
    """Enabled agents on the documented path are listed in the file's order, in whatever encoding it says it was."""
    assert value_of(_agents(text)) == ("ScanMail Routing Agent", "Text & Messaging")


def test_an_empty_list_is_known_to_be_empty() -> None:
    """A file that has a list without agents has no enabled agent."""
    assert value_of(_agents(_around(""))) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<configuration>",
        "<configuration><mexRuntime></mexRuntime></configuration>",
        "<agentList><agent name='a' enabled='true'/></agentList>",
        _around("<agent name='a'/>"),
        _around("<agent enabled='true'/>"),
        _around("<agent name='' enabled='true'/>"),
        _around("<agent name='a' enabled='yes'/>"),
        _around("<agent name='&undefined;' enabled='true'/>"),
        _around("<agent name='\ud800' enabled='true'/>"),
        _around("<a>" * 40 + "</a>" * 40),
        _around("", head="<!DOCTYPE configuration>"),
        _around("<agent name='&x;' enabled='true'/>", head="<!DOCTYPE c [<!ENTITY x 'boom'>]>"),
        _around("", head="<!DOCTYPE c SYSTEM 'file:///etc/passwd'>"),
    ],
)
def test_anything_unexpected_makes_the_file_unreadable(text: str) -> None:
    """Broken XML, a document type, a foreign shape or an agent without its attributes gives no list at all."""
    assert reason_of(_agents(text))[0] is Reason.MALFORMED


def test_size_is_bounded() -> None:
    """A text that is longer than the bound is not parsed."""
    assert reason_of(_agents("x" * (MAX_CHARACTERS + 1)))[0] is Reason.TOO_LARGE


def test_other_outcomes_pass_through() -> None:
    """An absent file is absent, a denied one denied, and no text is malformed."""
    assert derive("enabled_transport_agents", GONE) == GONE
    assert reason_of(derive("enabled_transport_agents", DENIED)) == (Reason.DENIED, "agents.config: Access is denied.")
    assert reason_of(derive("enabled_transport_agents", known({"text": ""})))[0] is Reason.MALFORMED


@given(st.text() | st.text(alphabet="<>/='\"! agentListconfiguration&;").map(_around))
def test_no_text_makes_it_fail(text: str) -> None:
    """Any text is a list or malformed."""
    answer = _agents(text)
    assert isinstance(answer, Known) or (isinstance(answer, Unknown) and answer.reason is Reason.MALFORMED)
