"""A fault in a condition is shown where it stands in the file, whatever YAML did to the text."""

from __future__ import annotations

import pytest

from tests.rules.samples import PACK, mistakes

CONDITION = "    when: svc.one.started && reg.number > parameter.most\n"
STYLES = {
    "plain": ("    when: svc.one.started && reg.nmber > parameter.most\n", "15:30"),
    "plain over two lines": ("    when: svc.one.started\n      && reg.nmber > parameter.most\n", "16:10"),
    "single quotes": ("    when: 'svc.one.state != ''x'' && reg.nmber > parameter.most'\n", "15:38"),
    "double quotes": ('    when: "svc.one.state != \\"x\\" && reg.nmber > parameter.most"\n', "15:38"),
    "double quotes with escapes": (
        "    when: \"svc.one.state != '\\x41\\u00e9\\t\\ ' && reg.nmber > parameter.most\"\n",
        "15:49",
    ),
    "double quotes with every blank": (
        "    when: \"svc.one.state != '\\v\\N\\_\\L\\P\\ ' &&\\r\\n\\t\\f reg.nmber > parameter.most\"\n",
        "15:55",
    ),
    "double quotes over two lines": ('    when: "svc.one.started \\\n      && reg.nmber > parameter.most"\n', "16:10"),
    "literal block": ("    when: |\n      svc.one.started\n      && reg.nmber > parameter.most\n", "17:10"),
    "folded block": ("    when: >-  # why\n      svc.one.started\n\n      && reg.nmber > parameter.most\n", "18:10"),
    "anchor": ("    when: &same svc.one.started && reg.nmber > parameter.most\n", "15:36"),
    "tag": ("    when: !!str 'svc.one.started && reg.nmber > parameter.most'\n", "15:37"),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_place_is_exact_in_every_style_of_scalar(style: str) -> None:
    """Folding, indentation, quotes and escapes are counted away."""
    text, place = STYLES[style]
    wanted = f"pack.yml:{place}: unknown name reg.nmber (did you mean reg.number?)"
    assert wanted in mistakes(PACK.replace(CONDITION, text))


def test_what_is_missing_at_the_end_is_shown_at_the_last_character() -> None:
    """A condition that ends too early has no character to point at but its last."""
    found = mistakes(PACK.replace(CONDITION, "    when: svc.one.started &&\n"))
    assert "pack.yml:15:28: the condition ends too early (write the rest of it)" in found
    quoted = mistakes(PACK.replace(CONDITION, "    when: 'svc.one.started &&'\n"))
    assert "pack.yml:15:29: the condition ends too early (write the rest of it)" in quoted


def test_a_byte_order_mark_moves_nothing() -> None:
    """Editors on Windows write one before the first line."""
    found = mistakes("\ufeff" + PACK.replace("reg.number > parameter.most", "reg.nmber > parameter.most"))
    assert any(line.startswith("pack.yml:15:30: unknown name reg.nmber") for line in found)
