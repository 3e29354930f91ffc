from __future__ import annotations

from fleetscan.facts import ANTIVIRUS_PRODUCTS
from fleetscan.model import Reason
from tests.facts.words import DENIED, GONE, derive, known, reason_of, value_of

ALL = tuple(dict.fromkeys(product for _, product in ANTIVIRUS_PRODUCTS))


def test_a_scanner_of_mail_scans_no_files() -> None:
    """Everything in the table but the scanner for Exchange's mail is file-level."""
    mail = "Symantec Mail Security for Microsoft Exchange"
    rest = tuple(product for product in ALL if product != mail)
    assert value_of(derive("file_level_products", known(ALL, "strings"))) == rest
    assert derive("file_level_products", GONE) == GONE


def test_products_with_rules_of_their_own_are_not_unreadable() -> None:
    """What is left keeps its exclusions where they cannot be read."""
    some = known(("Microsoft Defender Antivirus", "Sophos", "McAfee or Trellix", "CrowdStrike Falcon"), "strings")
    assert value_of(derive("unreadable_products", some)) == ("Sophos", "CrowdStrike Falcon")
    assert value_of(derive("unreadable_products", known(ALL[:1], "strings"))) == ()
    assert reason_of(derive("unreadable_products", DENIED))[0] is Reason.DENIED


def test_each_product_of_the_table_has_one_rule() -> None:
    """No product is forgotten: it has a list, cannot be read, or scans no files."""
    assert value_of(derive("unreadable_products", known(ALL, "strings"))) == (
        "Trend Micro Deep Security agent",
        "Sophos",
        "CrowdStrike Falcon",
        "ESET",
        "Kaspersky",
        "Cylance",
        "SentinelOne",
        "Carbon Black Cloud",
        "FireEye or Trellix HX",
    )
