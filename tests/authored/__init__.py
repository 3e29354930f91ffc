"""Tests of fleetscan.authored."""
