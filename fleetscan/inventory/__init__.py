"""Environment files to hosts, sites and credential names; every mistake as file:line:column."""

from fleetscan.inventory.ansible_json import parse_ansible_json
from fleetscan.inventory.check import check_credentials
from fleetscan.inventory.complaints import has_jinja
from fleetscan.inventory.diff import diff_inventories
from fleetscan.inventory.interface import Change, Inventory, InventoryDiff
from fleetscan.inventory.limit import limit_inventory
from fleetscan.inventory.load import load_inventory
from fleetscan.inventory.schema import json_schema, schema_text, variables_table

__all__ = [
    "Change",
    "Inventory",
    "InventoryDiff",
    "check_credentials",
    "diff_inventories",
    "has_jinja",
    "json_schema",
    "limit_inventory",
    "load_inventory",
    "parse_ansible_json",
    "schema_text",
    "variables_table",
]
