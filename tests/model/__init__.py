"""Tests of fleetscan; the folders mirror the package."""
