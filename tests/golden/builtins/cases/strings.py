"""Cases of package strings."""

from itertools import product

PATH = "strings"
TEXTS = [
    "",
    "a",
    "abc",
    "abcabc",
    "Hello, World",
    "ÄÖü ß ŉ",
    "日本語日本",
    "a😀b",
    " \t x\n ",
    "ǆ ﬁ İı",
]
PARTS = ["", "a", "b", "bc", "ö", "本", "😀", " ", "zz"]
PAIRS = (
    "Count Contains ContainsAny Index LastIndex IndexAny LastIndexAny Split SplitAfter HasPrefix HasSuffix"
    " Trim TrimLeft TrimRight TrimPrefix TrimSuffix Compare"
).split()
CASES = [
    *((name, text, part) for name, text, part in product(PAIRS, TEXTS, PARTS)),
    *((name, text) for name, text in product("Runes ToTitle ToCamel ToUpper ToLower TrimSpace Fields".split(), [
        *TEXTS, "the quick  brown\u00a0fox", "ΑΣ ΣΑΣ ᾀ ᾳ", "\u2003x\u2003", "\x1cx\x1fy\x85z", "straße ǰ ΐ", "ÑANDÚ ǅ ǈ",
    ])),
    *((name, text, part, n) for name, text, part, n in product(
        ("SplitN", "SplitAfterN"), ("a,b,c", "日本語", "", "aaa"), (",", "", "a"), (-1, 0, 1, 2, 5))),
    *(("Replace", text, old, new, n) for text, old, new, n in product(
        ("banana", "日本日", ""), ("a", "", "日", "zz"), ("", "o", "$1"), (-1, 0, 1, 2))),
    *(("Join", items, sep) for items, sep in product(
        ([], [""], ["a"], ["a", "b", "c"], ["é", "ü"]), ("", ",", "→"))),
    ("Join", [1], ","), ("Join", ["a", None], ","), ("Join", ["a", {"b": 1, "c-d": [1, True]}], ","),
    ("Join", [b"x\xff"], ","), ("Join", "a", ","), ("Join", ["a"]), ("Join", ["a"], ",", 1), ("Join", [["x"]], ""),
    *(("Repeat", text, n) for text, n in product(("", "ab", "é"), (0, 1, 3, -1, 10**30))),
    *(("ByteAt", text, i) for text, i in product(("abc", "é", b"\x00\xff", ""), (0, 1, 2, -1, 9, 10**30))),
    *(("ByteSlice", text, i, j) for text, i, j in product(("abc", "é", b"\x00\xff\xfe"), (0, 1, -1), (0, 2, 3, 9))),
    *(("SliceRunes", text, i, j) for text, i, j in product(("abc", "日本語"), (0, 1, -1), (0, 2, 3, 9))),
    *((name, text, n) for name, text, n in product(
        ("MinRunes", "MaxRunes", "&MinRunes", "&MaxRunes"), ("", "abc", "日本語"), (0, 3, 4, -1, 10**30))),
    ("&Contains", "abc", "z"), ("&HasPrefix", "abc", "a"), ("&HasPrefix", "abc", "z"), ("&HasSuffix", "abc", "c"),
    ("&ContainsAny", "abc", "z"),
    ("ToUpper", 1), ("ToUpper", b"a"), ("ToUpper",), ("ToLower", None), ("ToLower", ["a"]), ("Split", "a", 1),
    ("Replace", "a", "b", "c", "d"), ("Fields", {"a": 1}), ("MinRunes", 5, 1),
]  # fmt: skip
