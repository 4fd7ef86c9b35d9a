"""Lint rules, one file each; every module with a `RULE` is one."""
