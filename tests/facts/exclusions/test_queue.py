from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.exclusions.queue import MAX_CHARACTERS, queue_folders
from fleetscan.model import Reason, Unknown
from tests.facts.words import DENIED, GONE, known


def _config(inside: str) -> str:
    return f'<?xml version="1.0"?><configuration><appSettings>{inside}</appSettings></configuration>'


def _reason(words: str) -> Reason:
    answer = queue_folders(known(words, "file"))
    assert isinstance(answer, Unknown)
    return answer.reason


def test_both_folders_are_taken_from_the_settings() -> None:
    """In the order of the documentation; comments, other settings and other places do not count."""
    words = _config(
        '<!-- <add key="QueueDatabasePath" value="C:\\old" /> -->'
        '<add key="QueueDatabaseLoggingPath" value=" Q:\\Logs " /><add key="Other" value="X" /><add />'
        '<add key="QueueDatabasePath" value="Q:\\Data" />'
    )
    assert queue_folders(known(f"\ufeff{words}\0", "file")) == ("Q:\\Data", "Q:\\Logs")
    elsewhere = words.replace("appSettings", "runtime")
    assert queue_folders(known(elsewhere, "file")) == ()


@pytest.mark.parametrize("inside", ["", '<add key="QueueDatabasePath" value="" />', '<add key="QueueDatabasePath" />'])
def test_a_file_that_names_no_folder_leaves_the_default(inside: str) -> None:
    """An empty value is none."""
    assert queue_folders(known(_config(inside), "file")) == ()


def test_without_the_file_the_default_holds() -> None:
    """Absent is none, and what was not seen is unknown with its reason."""
    assert queue_folders(GONE) == ()
    assert queue_folders(DENIED) == Unknown(reason=Reason.DENIED, detail="EdgeTransport.exe.config: Access is denied.")


def test_xml_of_a_host_is_not_trusted() -> None:
    """Broken, deep, long and typed documents are unknown, and so is what is no text."""
    assert _reason("<configuration>") is Reason.MALFORMED
    assert _reason('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') is Reason.MALFORMED
    assert _reason("<a>" * 33 + "</a>" * 33) is Reason.MALFORMED
    assert queue_folders(known("<a>" * 32 + "</a>" * 32, "file")) == ()
    assert _reason("\ud800") is Reason.MALFORMED
    assert _reason(_config("").ljust(MAX_CHARACTERS + 1)) is Reason.TOO_LARGE
    assert queue_folders(known(_config("").ljust(MAX_CHARACTERS), "file")) == ()
    assert isinstance(queue_folders(known(7, "file")), Unknown)


@given(st.text(alphabet='<>/a "=!-&;[]', max_size=40))
def test_any_text_is_read_or_refused(words: str) -> None:
    """No text makes the reader fail."""
    answer = queue_folders(known(_config(words), "file"))
    assert isinstance(answer, Unknown) or answer == ()
