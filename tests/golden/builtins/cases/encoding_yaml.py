"""Cases of package encoding/yaml."""

import sys
from decimal import Decimal as D
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from encoding import Cue

PATH = "encoding/yaml"
VALUES = [
    None, True, 0, -5, 10**30, D("1.50"), D("1E+3"), "", "abc", "a: b", "- x", "yes", "true", "1", "1.5", "~", "null", "2001-01-01", "multi\nline", "multi\nline\n",
    " lead", "trail ", "#c", "é日😀", "tab\t", "a\x00b", b"a\xff", [], {}, [1, [2, {"a": None}]], {"b": 1, "a": {"z": "x", "y": [True]}}, [[1, 2], [3]],
    {"a-b": 1, "é": 2, "": 3, "1": 4, "true": 5, "x y": 6}, [{"a": 1, "b": [1]}], {"a": [], "b": {}, "c": "x\ny\n"}, "<<", "=", "!x", "&x", "*x", "@x", "`x", "%x", "a #b",
    "0x1F", "0o17", "017", "1_000", "1e3", ".5", ".inf", "on", "n", "\n", "a\n\nb", "\u2028", 'quote"s', "it's", "a:b", "a:", ":a", "?", "? a", "-", "--", "{a}", "[a]", "a, b",
]
DOCUMENTS = [
    "a: 1", "- 1", " 0o17", "017", "0x1F", "0b11", "1_000", "1e3", "1.0", ".5", "5.", "+5", "-0", "-0.0", "yes", "true", "True", "on", "~", "null", "Null", "", "2001-01-01",
    "2001-01-01T00:00:00Z", "1:30", '"1"', "'a''b'", "0.0", "089", "0789", ".inf", "-.inf", ".nan", '!!int "5"', "!!str 5", "!!float 5", "!!binary aGk=", "!!foo x", "!foo x",
    "<<", "a: &x 1\nb: *x", "a: &x {k: 1}\nb: {<<: *x, j: 2}", "b: {k: 2, <<: {k: 1}}", "b: {<<: {k: 1}, k: 2}", "<<: [{a: 1}, {a: 2, b: 3}]", "<<: 1", "a: 1\na: 1", "1: a", "true: a",
    "null: a", "1.5: a", "017: a", "-5: a", "? [a]\n: b", "? {a: 1}\n: b", "---\na: 1", "a: 1\n---\nb: 2", "---", "# c", "a: |\n  x\n  y\n", "a: >\n  x\n  y\n", "a: |-\n  x\n", "a: |+\n  x\n\n",
    "a: [1,\n", "a: b: c", "\ta: 1", "a:\n\t- b", '"a\\qb"', '"\\x41\\u00e9"', 'a: !!null ""', "a: !!bool yes", "a: !!bool true", "a: !!int 1.5", "a: !!int abc", "0x_1", "1__0", "1_",
    "_1", "1e", "1e+5", "-1e5", "-5", "- - 1\n  - 2", "a: !!seq [1]", "a: !!map {b: 1}", "a: !!set {b}", "0o8", "1.2.3", "0.1e1", "1E3", "12e03", "-.5", "+.5", "+.inf", "+0x1", "-0x1F",
    "-017", "+017", "-0b1", "!!timestamp 2001-01-01", "9" * 25, "0xFFFFFFFFFFFFFFFFFF", "1.0_0", "a: 'b\n\n  c'", "%YAML 1.1\n---\na: 1", "a: &b *b", "*x", "{a: 1, b}", "[a, b: c]", 'a: "b', "'",
    "a: &x [1, *x]", "é: 日", "a: b\n c: d", "a:\n  - b\n c", "[]", "{}", "a: ''", "a:", "- ", "{a: [1, {b: c}]}", '{"a": 1}', "? a\n: b", "!!binary '%'", "~: 1", "a: 1 # c", "a: b#c", "'a': 1",
    "a: 18446744073709551615", "a: 18446744073709551616.5", "- a\n-\n- b", "a: -9223372036854775809", "_a: 1\n#b: 2", "x: {_h: 1, '#d': 2}", "a: !!str", "- !!int 0x10", "- !!float 1.5",
    "a: !!float abc", "&a a: *a", "a: \u0001", "a\n---\n[", "1e999", "a: .", "a: +", "a: -", "a: ..", "0", "00", "08", "1.", "a: 1e-3",
]
CASES = [
    *(("Unmarshal", text) for text in DOCUMENTS), ("Unmarshal", b"a: 1"), ("Unmarshal", 1),
    *(("UnmarshalStream", text) for text in ("", "1", "1\n---\n2", "---\n---\n", "a: 1\n---\nb: [2]\n", "a: [", "1\n---\n{", "# c")),
    *(("Marshal", value) for value in VALUES), ("MarshalStream", [1, {"a": 2}, "x"]), ("MarshalStream", []), ("MarshalStream", 1),
    *((name, text, schema) for name, text, schema in product(
        ("Validate", "ValidatePartial", "&Validate", "&ValidatePartial"), ("1", "5", "a", "5\n---\n1"), (Cue("int"), Cue(">2"), Cue("string")))),
    ("Validate", "{", Cue("int")), ("&Validate", "{", Cue("int")), ("Validate", "a: 1", Cue("{a: int}")), ("ValidatePartial", "[", Cue("int")),
]  # fmt: skip
