"""Rule packs, compiled, and their verdicts. Pure."""

from fleetscan.rules.cases import CaseResult, run_cases
from fleetscan.rules.catalogue import catalogue
from fleetscan.rules.explain import Explanation, explain
from fleetscan.rules.fleet import FleetJudge
from fleetscan.rules.interface import Case, FleetRule, Parameter, Rule, Shelf
from fleetscan.rules.judge import judge, judge_all
from fleetscan.rules.load import BUILT_IN, Source, load_shelf, load_sources
from fleetscan.rules.parameters import ParameterError, check_overrides

__all__ = [
    "BUILT_IN",
    "Case",
    "CaseResult",
    "Explanation",
    "FleetJudge",
    "FleetRule",
    "Parameter",
    "ParameterError",
    "Rule",
    "Shelf",
    "Source",
    "catalogue",
    "check_overrides",
    "explain",
    "judge",
    "judge_all",
    "load_shelf",
    "load_sources",
    "run_cases",
]
