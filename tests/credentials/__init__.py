"""Tests of fleetscan.credentials."""
