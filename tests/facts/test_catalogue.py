from __future__ import annotations

from fleetscan.facts import DERIVATIONS, fact_list
from fleetscan.model import Asked, Derived, Fact, FactType, Indirect, RegistryValue, Told

SITE = Fact(
    id="ad.site",
    type=FactType.STRING,
    origin=Derived(derivation="ad_site", inputs=("ad.fixed", "ad.dynamic")),
    about="Site of the host.",
)
FIXED = Fact(
    id="ad.fixed",
    type=FactType.STRING,
    origin=Asked(question=RegistryValue(key=r"HKLM\N", value="SiteName")),
    about="Set by | hand,\non purpose.",
    confidence="inferred",
)


UPDATE = Fact(
    id="a.update",
    type=FactType.BOOL,
    origin=Told(indirect=Indirect(derivation="pattern_arrives", inputs=("a.file",), days=7)),
)


def test_the_page_lists_asked_derived_and_told_facts() -> None:
    """Each fact is one row under its kind; a bar or a line break in its words does not break the table."""
    page = fact_list([SITE, FIXED, UPDATE])
    asked, derived, told, rest = page.split("\n## ")[1:]
    assert "| `a.update` | bool | `told by the inventory, else pattern_arrives(a.file)` | documented |  |" in told
    assert "| `ad.fixed` | string | `HKLM\\N\\SiteName` | inferred | Set by \\| hand, on purpose. |" in asked
    assert "| `ad.site` | string | `ad_site(ad.fixed, ad.dynamic)` | documented | Site of the host. |" in derived
    assert all(f"| `{name}` |" in rest for name in DERIVATIONS)
    assert "| `etrust_installed` | (string, ...) | bool |" in rest


def test_the_page_does_not_depend_on_the_order_of_facts() -> None:
    """The same facts make the same page, with one line break at its end."""
    assert fact_list([SITE, FIXED]) == fact_list([FIXED, SITE])
    assert fact_list([SITE]).endswith("|\n")
