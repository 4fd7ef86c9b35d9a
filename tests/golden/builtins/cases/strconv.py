"""Cases of package strconv."""

from decimal import Decimal as D
from itertools import product

PATH = "strconv"
BOOLS = ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False", "", "yes", "tRUE", " true", "é\n"]
FLOATS = [
    "0", "1", "1.5", "-1.5", "+2", "1e3", "1E-3", ".5", "5.", "", ".", "e5", "1e", "abc", "1_000", "1_0.5", "0x1p4", "0x1.8p1",
    "0x1", "-0x1p-2", "1e400", "-1e400", "1e-400", "inf", "-Inf", "NaN", "0.1", "123456789.123456789", "1e21", "1e20", "100",
    "3.4028235e38", "1e39", "16777217", "0x_1p4", " 1", "1 ", "-0", "00012", "1.7976931348623157e308", "5e-324", "0b1", "é",
]
INTS = [
    "0", "1", "-1", "+5", "007", "0x1f", "0X1F", "0b101", "0o17", "017", "08", "1_000", "_1", "1__0", "0x_f", "0_7", "z", "Zz",
    "", "-", "+", " 1", "1.5", "127", "128", "-128", "-129", "255", "256", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "é", "1\n", "9" * 40,
    "0x", "0b2", "1_",
]
VALUES = [
    0, 1, -1, 10, 255, 1000000, 10**21, -(10**30), D("0.1"), D("1.5"), D("-2.5"), D("1E+21"), D("1E+20"), D("1E-7"),
    D("123456789.125"), D("0.000001"), D("100"), D("12345678901234567890"), D("3.14159265358979"), D("-0.00001"), D("5E-324"),
    D("1.7976931348623157E+308"), D("0.05"), D("2.675"), D("1E+23"),
]
TEXTS = [
    "", "abc", 'a"b', "a'b", "a\\b", "\a\b\f\n\r\t\v", "\x00\x1f\x7f", "é日本", "😀", "\u00ad\u200b\ufeff", "\u2028", "\u00a0", "\U000e0001",
    "\ufffd", "a`b",
]
LITERALS = [
    '"abc"', r'"a\nb\tc\u00e9\\\""', r'"a\qb"', r"'abc\x41\101'", r"'\xff'", "abc", '"abc', "1", r'"a\(b)c"', r'#"a\n\#nb"#', '"""\n\tab\n\tcd\n\t"""',
    '"""\n\tab\n  cd\n\t"""', "'''\nab\n'''", r'"a\ud83d\ude00b"', r'"a\ud83d"', r'"\U0001F600"', r'"\/\a\b\f\v\r"', "`abc`", '"a\nb"', '"ab"c"',
    "'a\"b'", '"a\'b"', r'"\x41"', r'"\u12"', '""', "''", '"""\n"""', '"""abc"""', '##"a"#b"##', r"'\400'", r"'\12'", '"é日本"', '"""\n\n  a\n\n  b\n  """',
    r'"\udc00"', '#"a"', '"a"#', '"""\n  a\\\n  b\n  """',
]
CASES = [
    *(("ParseBool", text) for text in BOOLS), ("&ParseBool", "true"), ("ParseBool", 1),
    ("FormatBool", True), ("FormatBool", False), ("FormatBool", "true"),
    *(("ParseFloat", text, bits) for text, bits in product(FLOATS, (64, 32))), ("ParseFloat", "1.1", 0), ("ParseFloat", 1, 64),
    *(("ParseInt", text, base, bits) for text, base, bits in product(INTS, (0, 10), (0, 8))),
    *(("ParseUint", text, base, bits) for text, base, bits in product(INTS, (0, 10), (64, 8))),
    *(("ParseInt", text, base, 64) for text, base in product(("10", "zz", "1g", "-7f"), (2, 8, 16, 36))),
    ("ParseInt", "1", 1, 64), ("ParseInt", "1", 37, 64), ("ParseInt", "1", -1, 64), ("ParseInt", "1", 10, 65), ("ParseInt", "1", 10, -1),
    ("ParseUint", "1", 1, 64), ("ParseUint", "1", 10, 65), ("ParseInt", "1", 10**30, 64),
    *(("Atoi", text) for text in INTS), ("Atoi", 1),
    *(("FormatInt", n, base) for n, base in product((0, 1, -1, 35, 255, -255, 10**40, 61), (2, 8, 10, 16, 36, 62))),
    ("FormatInt", 5, 1), ("FormatInt", 5, 63), ("FormatInt", D("1.5"), 10), ("FormatInt", "5", 10),
    *(("FormatUint", n, base) for n, base in product((0, 255, -255, 10**40), (2, 10, 16, 62))),
    *(("FormatFloat", n, ord(style), precision, 64) for n, style, precision in product(VALUES, "eEfgG", (-1, 0, 2, 5))),
    *(("FormatFloat", n, ord(style), precision, 64) for n, style, precision in product(VALUES[:8], "bxX", (-1, 0, 2, 5))),
    *(("FormatFloat", n, ord(style), precision, 32) for n, style, precision in product(VALUES[:18], "efgbx", (-1, 3))),
    ("FormatFloat", 1, ord("q"), 2, 64), ("FormatFloat", 1, 300, 2, 64), ("FormatFloat", 1, ord("f"), 2, 16),
    *((name, text) for name, text in product(("Quote", "QuoteToASCII", "QuoteToGraphic"), TEXTS)),
    *((name, code) for name, code in product(
        ("QuoteRune", "QuoteRuneToASCII", "QuoteRuneToGraphic", "IsPrint", "IsGraphic"),
        (0, 7, 10, 31, 32, 34, 39, 65, 92, 127, 160, 173, 233, 0x2003, 0x2028, 0x3000, 0x65E5, 0xD800, 0xFEFF, 0xFFFD, 0x1F600, 0x10FFFF,
         0x110000, -1, 2**31, 2**32, 2**40))),
    ("&IsPrint", 65), ("&IsPrint", 7),
    *(("Unquote", text) for text in LITERALS),
]  # fmt: skip
