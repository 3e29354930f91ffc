from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Known, Reason, Unknown, Value
from fleetscan.transport.remote_registry.values import registry_value
from fleetscan.transport.words import TEXT_LIMIT

NONE, SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD = 0, 1, 2, 3, 4, 7, 11
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def utf16(text: str) -> bytes:
    """Write a text, lone surrogates included."""
    return text.encode("utf-16-le", "surrogatepass")


@given(TEXTS, st.sampled_from([(SZ, "REG_SZ"), (EXPAND_SZ, "REG_EXPAND_SZ")]))
def test_a_text_is_read_with_or_without_its_nul(text: str, kind: tuple[int, str]) -> None:
    """And it is not expanded."""
    expected = Known(value=text, type=kind[1])
    assert registry_value(kind[0], utf16(text + "\0")) == expected
    assert registry_value(kind[0], utf16(text)) == expected


@given(st.lists(TEXTS.filter(bool)))
def test_a_list_of_texts_ends_with_an_empty_one(texts: list[str]) -> None:
    """Which is no part of it; a list that lacks its end is read all the same."""
    expected = Known(value=texts, type="REG_MULTI_SZ")
    assert registry_value(MULTI_SZ, utf16("".join(text + "\0" for text in texts) + "\0" * bool(texts))) == expected
    assert registry_value(MULTI_SZ, utf16("\0".join(texts))) == expected


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (SZ, b"", ""),
        (SZ, b"\0\0", ""),
        (SZ, utf16("a\0\0"), "a\0"),
        (SZ, utf16("a\0b\0"), "a\0b"),
        (SZ, b"a\0b", "ab"),
        (SZ, b"a\0\0", "a"),
        (SZ, b"a", "a"),
        (SZ, utf16("a\ud800b\0"), "a\ufffdb"),
        (SZ, utf16("a\ud83d\ude00\0"), "a\U0001f600"),
        (MULTI_SZ, b"", []),
        (MULTI_SZ, utf16("\0"), []),
        (MULTI_SZ, utf16("\0\0"), [""]),
        (MULTI_SZ, utf16("a\0"), ["a"]),
        (MULTI_SZ, utf16("a\0\0"), ["a"]),
        (MULTI_SZ, utf16("a\0\0\0"), ["a", ""]),
        (MULTI_SZ, utf16("a\0\0b\0\0"), ["a", "", "b"]),
        (MULTI_SZ, utf16("a\0b"), ["a", "b"]),
        (MULTI_SZ, b"a\0\0\0b", ["a", "b"]),
        (MULTI_SZ, utf16("\udc00\0\0"), ["\ufffd"]),
        (BINARY, b"", ""),
        (BINARY, b"\x00\xab\xff", "00abff"),
        (NONE, b"\x01", "01"),
        (DWORD, b"\xff\xff\xff\xff", 0xFFFFFFFF),
        (QWORD, b"\xff" * 8, 2**64 - 1),
    ],
)
def test_data_that_is_off_is_read_as_dotnet_reads_it(kind: int, data: bytes, value: Value) -> None:
    """So that both transports give the same (dotnet/runtime, RegistryKey.InternalGetValue)."""
    outcome = registry_value(kind, data)
    assert isinstance(outcome, Known)
    assert outcome.value == value


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (5, bytes(4), "the registry type REG_DWORD_BIG_ENDIAN is not read"),
        (6, bytes(4), "the registry type REG_LINK is not read"),
        (8, bytes(4), "the registry type REG_RESOURCE_LIST is not read"),
        (9, bytes(4), "the registry type REG_FULL_RESOURCE_DESCRIPTOR is not read"),
        (10, bytes(4), "the registry type REG_RESOURCE_REQUIREMENTS_LIST is not read"),
        (12, b"", "the registry type 12 is not read"),
        (0xFFFF0005, b"", "the registry type 4294901765 is not read"),
    ],
)
def test_what_dotnet_does_not_read_is_unsupported(kind: int, data: bytes, words: str) -> None:
    """They have no name there."""
    assert registry_value(kind, data) == Unknown(reason=Reason.UNSUPPORTED, detail=words)


@pytest.mark.parametrize(("kind", "name", "size"), [(DWORD, "REG_DWORD", 4), (QWORD, "REG_QWORD", 8)])
def test_a_number_has_all_its_bytes_and_no_others(kind: int, name: str, size: int) -> None:
    """What is too short is not filled up with zeros, not even nothing at all; what is too long is not cut."""
    for length in range(2 * size + 2):
        outcome = registry_value(kind, b"\x01" * length)
        if length != size:
            words = f"a {name} of {length} bytes is no number"
            assert outcome == Unknown(reason=Reason.MALFORMED, detail=words)
        else:
            assert outcome == Known(value=int.from_bytes(b"\x01" * size, "little"), type=name)


def test_texts_have_a_limit() -> None:
    """The same as over the other transport; binary data counts in hexadecimal digits."""
    longest = "x" * TEXT_LIMIT
    assert registry_value(SZ, utf16(longest + "\0")) == Known(value=longest, type="REG_SZ")
    assert registry_value(BINARY, bytes(TEXT_LIMIT // 2)) == Known(value="0" * TEXT_LIMIT, type="REG_BINARY")
    for kind, data in ((SZ, utf16(longest + "x\0")), (MULTI_SZ, utf16(longest + "x\0\0")), (NONE, bytes(600_000))):
        outcome = registry_value(kind, data)
        assert isinstance(outcome, Unknown)
        assert outcome.reason is Reason.TOO_LARGE


@given(st.integers(0, 12), st.binary(max_size=40))
def test_any_data_is_known_or_unknown(kind: int, data: bytes) -> None:
    """And what is known can be written as UTF-8."""
    outcome = registry_value(kind, data)
    if isinstance(outcome, Known):
        repr(outcome.value).encode()
        texts = outcome.value if isinstance(outcome.value, list) else [outcome.value]
        for text in texts:
            str(text).encode()
