"""Services that show another antivirus product, and the products that run.

Source: public inventories of antivirus services (documented by public code); a product's scanner counts, its
management agent does not. Product names of the last four rows but one are inferred from the service's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.senses import mapping, runs, some_texts
from fleetscan.model import Absent, Outcome, Unknown

PRODUCTS: tuple[tuple[str, str], ...] = (
    ("WinDefend", "Microsoft Defender Antivirus"),
    ("ntrtscan", "Trend Micro Apex One, OfficeScan or Worry-Free agent"),
    ("ds_agent", "Trend Micro Deep Security agent"),
    ("SepMasterService", "Symantec Endpoint Protection"),
    ("McShield", "McAfee or Trellix"),
    ("mfemms", "McAfee or Trellix"),
    ("SAVService", "Sophos"),
    ("Sophos Endpoint Defense Service", "Sophos"),
    ("CSFalconService", "CrowdStrike Falcon"),
    ("ekrn", "ESET"),
    ("avp", "Kaspersky"),
    ("CylanceSvc", "Cylance"),
    ("SentinelAgent", "SentinelOne"),
    ("CbDefense", "Carbon Black Cloud"),
    ("xagt", "FireEye or Trellix HX"),
    ("SMSMSE", "Symantec Mail Security for Microsoft Exchange"),
)
"""Service and product, in the order of the derivation's inputs."""


def antivirus_products(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the products of which a service runs, in the table's order, each once.

    An unknown service could add a product, unless the product is known to run by another service.
    """
    services = [(product, mapping(outcome, name)) for (name, product), outcome in zip(PRODUCTS, inputs, strict=True)]
    found = dict.fromkeys(
        product for product, record in services if not isinstance(record, Absent | Unknown) and runs(record)
    )
    for product, record in services:
        if isinstance(record, Unknown) and product not in found:
            return record
    return some_texts(tuple(found))
