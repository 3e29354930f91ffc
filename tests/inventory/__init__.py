"""Tests of fleetscan.inventory."""
