"""Cases of package list."""

import sys
from decimal import Decimal as D
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from encoding import Cue

PATH = "list"
ASCENDING, DESCENDING = Cue("list.Ascending"), Cue("list.Descending")
BY_A, BY_LENGTH = (
    Cue("{x: {}, y: {}, less: x.a < y.a}"),
    Cue("{x: string, y: string, less: len(x) < len(y)}"),
)
LISTS = [[], [1], [1, 2, 3, 4], ["a", "b"], [[1], [2, 3]], [{"a": 1}, None, True]]
NUMBERS = [
    [],
    [1],
    [1, 2, 3],
    [D("1.5"), 2],
    [D("0.1"), D("0.2")],
    [3, 1, D("2.50")],
    [D("1.0"), D("2.0")],
    [10**40, 1],
    [1, 1, 2],
    [7, 7, 6],
]
SORTABLE = [[], [1], [3, 1, 2], [2, D("1.5"), 1], ["b", "a", "é", "Z"], [1, 1], [5, 4, 3, 2, 1]]
CASES = [
    *((name, items, n) for name, items, n in product(("Drop", "Take"), LISTS, (0, 1, 2, 9, -1, 10**30))),
    *(("Slice", items, i, j) for items, i, j in product(LISTS[:4], (0, 1, -1, 3), (0, 2, 4, 9))),
    *(("Reverse", items) for items in LISTS), *(("Repeat", items, n) for items, n in product(LISTS, (0, 1, 3, -1, 10**30))),
    ("Concat", []), ("Concat", [[1], [2, 3], []]), ("Concat", [["a"], [{"b": 1}]]), ("Concat", [1]), ("Concat", [[1], {"a": 1}]),
    ("Concat", 5), ("Concat", [[1], "x"]), ("Concat", [[[1]], [[2]]]),
    *(("FlattenN", items, n) for items, n in product(([], [1, [2, [3, [4]]], []], [[[1]], [[2]]]), (-1, 0, 1, 2, 10**30))),
    ("FlattenN", 1, 1), ("FlattenN", "a", 1),
    *((name, items, n) for name, items, n in product(("MinItems", "MaxItems", "&MinItems", "&MaxItems"), LISTS[:4], (0, 1, 3, 5))),
    *((name, items) for name, items in product(("UniqueItems", "&UniqueItems"), [
        [], [1], [1, 2], [1, 1], [1, D("1.0")], ["a", "b", "a"], [[1], [1]], [{"a": 1}, {"a": 1}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}],
        [True, 1], [None, None], [b"a", "a"], [1, 2, 3, 2, 1], [D("1.50"), D("1.5")], [[1, {"a": 2}], [1, {"a": 3}]], [0, False],
    ])),
    *(("Contains", items, value) for items, value in product(
        ([], [1, 2], ["a", "b"], [[1]], [{"a": 1, "b": 2}], [D("1.0")], [True, None], [b"a"]),
        (1, "a", [1], {"b": 2, "a": 1}, D("1.0"), True, None, b"a", 0, False))),
    ("&Contains", [1, 2], 2), ("&Contains", [1, 2], 3),
    *((name, items) for name, items in product(("Avg", "Max", "Min", "Product", "Sum"), NUMBERS)),
    *((name, ["a"]) for name in ("Avg", "Max", "Min", "Product", "Sum")), ("Sum", [1, True]), ("Max", [None]), ("Sum", 5), ("Avg", [[1]]),
    *(("Range", a, b, c) for a, b, c in product((0, 1, 5), (0, 5, 10), (1, 2, -1, 0, D("0.5")))),
    ("Range", D("0.5"), 3, D("0.5")), ("Range", 5, 0, -2), ("Range", 0, D("1.5"), D("0.3")), ("Range", "a", 1, 1), ("Range", D("1.0"), 3, 1),
    *((name, items, order) for name, items, order in product(("Sort", "SortStable", "IsSorted"), SORTABLE, (ASCENDING, DESCENDING))),
    *((name, [{"a": 2, "n": 1}, {"a": 1, "n": 2}, {"a": 2, "n": 3}], BY_A) for name in ("Sort", "SortStable", "IsSorted")),
    *((name, ["ccc", "a", "bb", "b", "aa"], BY_LENGTH) for name in ("Sort", "SortStable", "IsSorted")),
    *((name, items) for name, items in product(("SortStrings", "IsSortedStrings"), ([], ["b", "a"], ["a", "b", "b"], ["é", "z", "Z", "😀"], [1], ["a", None]))),
    *((name, items, n, schema) for name, items, n, schema in product(
        ("MatchN", "&MatchN"), ([], [1, 2, 3], ["a", 5, {"a": 1}]), (0, 1, 2, Cue(">=2"), Cue(">2")), (Cue("int"), Cue("string"), Cue("{a: int}")))),
]  # fmt: skip
