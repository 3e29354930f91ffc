"""Tests of fleetscan.rules."""
