"""What can be asked and how an answer is read; the plan that merges questions. Pure."""

from fleetscan.facts.antivirus import PRODUCTS as ANTIVIRUS_PRODUCTS
from fleetscan.facts.build_table import TABLE_AS_OF
from fleetscan.facts.catalogue import fact_list
from fleetscan.facts.plan import Plan, plan
from fleetscan.facts.read import read
from fleetscan.facts.table import DERIVATIONS
from fleetscan.facts.told import Word, word_of
from fleetscan.facts.told_check import complain_of

__all__ = [
    "ANTIVIRUS_PRODUCTS",
    "DERIVATIONS",
    "TABLE_AS_OF",
    "Plan",
    "Word",
    "complain_of",
    "fact_list",
    "plan",
    "read",
    "word_of",
]
