"""Which of the antivirus products that run scan files, and which of those show their exclusions.

The table of products is that of :mod:`fleetscan.facts.antivirus`. A product that has no list of its own here keeps its
exclusions where they cannot be read (documented for Sophos, inferred for the clouds, not established for the others).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.antivirus import PRODUCTS
from fleetscan.facts.senses import some_texts, texts
from fleetscan.model import Absent, Outcome, Unknown

_MAIL_SCANNERS = {"SMSMSE"}
_WITH_LIST = {"WinDefend", "ntrtscan", "SepMasterService", "McShield", "mfemms"}
_NO_FILES = {product for service, product in PRODUCTS if service in _MAIL_SCANNERS}
_LISTED = {product for service, product in PRODUCTS if service in _WITH_LIST}


def file_level_products(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Leave the scanners of mail out of the products that run."""
    return _without(inputs[0], _NO_FILES)


def unreadable_products(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Leave out those whose exclusions have rules of their own as well."""
    return _without(inputs[0], _NO_FILES | _LISTED)


def _without(outcome: Outcome, left_out: set[str]) -> Outcome:
    products = texts(outcome, "the products that run")
    if isinstance(products, Absent | Unknown):
        return products
    return some_texts(tuple(product for product in products if product not in left_out))
