"""Cases of package encoding/json."""

import sys
from decimal import Decimal as D
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from encoding import Cue

PATH = "encoding/json"
VALUES = [
    None, True, False, 0, -1, 2**53, 10**30, D("1.50"), D("1E+3"), D("1E-7"), D("2"), "", "abc", 'a"b\\c/', "\b\f\n\r\t\x00\x1f\x7f", "<&>é日😀", "\u2028\u2029",
    b"", b"a\xff", [], {}, [1, [2, {"a": None}]], {"b": 1, "a": {"z": "x", "y": [True]}}, {"a-b": 1, "é\n": 2, "": 3}, "\ufeff", "\ufffd",
]
GOOD = [
    "1", "-0", "-0.0", "0.50", "1e5", "1E-5", "1.0", "123456789012345678901234567890", '"a\\u00e9\\n\\/\\ud83d\\ude00"', "null", "true", "false", "[]", "{}",
    ' {"a" : [1, 2.0, {"b":"c"}] , "_h":1, "#d":2, "x-y":null}\n', '{"a":1,"a":1}', '{"a":{"b":1},"a":{"c":2}}', "[1,[2,[3]]]", '"é"', '{"":1}', "  1  ",
    '"<>&\u2028"', '{"a": {"b": 1, "b": 1}}', "1e0", "100e-2",
]
BAD = [
    "", " ", "{", "[1,", "[1,]", '{"a":1,}', '{"a"}', '{"a":}', "{a:1}", "nul", "nulx", "tru", "01", "1.", "1.x", ".5", "1e", "1ex", "-", "-x", "+1", '"a', '"\\q"',
    '"\\u12x"', '"\n"', "1 2", "[1 2]", '{"a":1 "b":2}', "'a'", "NaN", "Infinity", "1,", "]", "}", "é", '{"a":1}}', "\ufeff1", '"\\', '"\\u1', "fals\n", "/*c*/1",
]
CASES = [
    *(("Marshal", value) for value in VALUES),
    ("MarshalStream", VALUES), ("MarshalStream", []), ("MarshalStream", 1), ("MarshalStream", {"a": 1}), ("MarshalStream", "a"),
    *(("Unmarshal", text) for text in GOOD + BAD), ("Unmarshal", b'{"a": 1}'), ("Unmarshal", 1), ("Unmarshal", '"\\ud800"'),
    *(("UnmarshalStream", text) for text in ["", "1", "1 2", '{"a":1}[2]"x"', "1\n2\n", "null", " "]),
    *(("UnmarshalStream", text) for text in ("1 x", "1 {", "[1 2]")),
    *((name, text) for name, text in product(("Valid", "Compact"), GOOD + BAD)), ("&Valid", "{}"), ("&Valid", "{"), ("Valid", b"[]"),
    *(("Indent", text, prefix, step) for text, (prefix, step) in product(GOOD + BAD[:12], (("", "  "), (">", "\t")))),
    *(("HTMLEscape", text) for text in ('"<a>&\u2028\u2029"', "", "é<", b"<a>")),
    *((name, text, schema) for name, text, schema in product(
        ("Validate", "&Validate"), ("1", "5", '"a"'), (Cue("int"), Cue(">2"), Cue("string")))),
    ("Validate", "{", Cue("int")), ("&Validate", "{", Cue("int")), ("Validate", '{"a": 1}', Cue("{a: int}")),
]  # fmt: skip
