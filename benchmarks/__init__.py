"""Measurements of velac: a seeded fleet generator, pytest-benchmark suites, and cases run beside other tools."""
