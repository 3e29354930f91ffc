"""What can be asked and how an answer is read; the plan that merges questions. Pure."""

from fleetscan.facts.antivirus import PRODUCTS as ANTIVIRUS_PRODUCTS
from fleetscan.facts.build_table import TABLE_AS_OF
from fleetscan.facts.catalogue import fact_list
from fleetscan.facts.plan import Plan, plan
from fleetscan.facts.read import read
from fleetscan.facts.table import DERIVATIONS

__all__ = [
    "ANTIVIRUS_PRODUCTS",
    "DERIVATIONS",
    "TABLE_AS_OF",
    "Plan",
    "fact_list",
    "plan",
    "read",
]
