"""Lint rules, one file each, found by the entry point group `velac.lint`."""
