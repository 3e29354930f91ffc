"""Tests of the command line, as its user calls it."""
