"""Cases of package struct."""

from itertools import product

PATH = "struct"
CASES = [
    *((name, value, n) for name, value, n in product(
        ("MinFields", "MaxFields", "&MinFields", "&MaxFields"), ({}, {"a": 1}, {"a": 1, "b": 2, "é": 3}), (0, 1, 2, 5))),
    ("MinFields", [1], 1), ("MinFields", 1, 1), ("MaxFields", {"a": 1}, "x"), ("MinFields", {"a": 1}, 10**30),
]  # fmt: skip
