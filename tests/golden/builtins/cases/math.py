"""Cases of package math."""

from decimal import Decimal as D
from itertools import product

PATH = "math"
NUMBERS = [
    0,
    1,
    -1,
    7,
    D("0.5"),
    D("-0.5"),
    D("1.5"),
    D("2.5"),
    D("-2.5"),
    D("0.49999"),
    D("1234.5678"),
    D("1E+3"),
    D("1E-7"),
    10**20,
    D("12345678901234567890.5"),
    D("3.0"),
    D("-7.25"),
]
ROUND = [
    *NUMBERS,
    D("-1.7"),
    D("1E+40"),
    D("12345678901234567890123456789012345678.5"),
    D("99999999999999999999999999999999999.5"),
]
POSITIVE = [
    1,
    2,
    3,
    10,
    1000,
    D("0.5"),
    D("2.25"),
    D("0.001"),
    D("1.1"),
    8,
    27,
    64,
    100,
    D("2.718281828459045"),
]
FLOATS = [0, 1, D("0.5"), 2, D("0.1"), 10, D("0.75")]
CASES = [
    *((name, x) for name, x in product(("Floor", "Ceil", "Trunc", "Round", "RoundToEven"), ROUND)),
    *((name, x) for name, x in product(("Abs", "Signbit"), [*NUMBERS, -(10**40)])),
    *((name, x, y) for name, x, y in product(("Copysign", "Dim", "MultipleOf"), NUMBERS[:12], (1, -2, D("0.5"), 3))), ("MultipleOf", 6, 0), ("MultipleOf", 0, 0),
    ("&MultipleOf", 6, 3), ("&MultipleOf", 6, 4), ("&MultipleOf", D("1.5"), D("0.5")), ("&MultipleOf", 6, 0),
    *((name, x) for name, x in product(("Log", "Log2", "Log10", "Cbrt"), POSITIVE)), *(("Exp", x) for x in (0, 1, -1, D("0.5"), 10, 1000, -1000, D("1E-7"))),
    *(("Exp2", x) for x in (0, 1, 10, -1, D("0.5"), 200)), ("Log", 0), ("Log", -1), ("Log2", 0), ("Log10", -1), ("Cbrt", 0), ("Cbrt", -27), ("Cbrt", D("-0.001")),
    *(("Pow", x, y) for x, y in product((2, 10, D("1.5"), D("0.1"), -2, D("2.25")), (0, 1, 2, 3, 10, -1, -2))), ("Pow", 2, D("0.5")), ("Pow", D("2.25"), D("0.5")), ("Pow", 4, D("0.5")),
    ("Pow", -8, D("0.5")), ("Pow", 0, 0), ("Pow", 0, -1), ("Pow", 0, 3), ("Pow", 2, 200), ("Pow", D("1.1"), 100), ("Pow", 10, 40), ("Pow", 1, 5),
    *(("Pow10", n) for n in (0, 1, 3, 40, -1, -3, -40, 400)),
    *(("Jacobi", x, y) for x, y in product((0, 1, 2, 3, 6, 8, -1, -5, 1001), (1, 3, 7, 9, 15, -3))), ("Jacobi", 2, 6), ("Jacobi", 1, 0),
    *((name, x) for name, x in product("Asin Acos Asinh Atan Atanh Erf Erfc Erfinv Erfcinv Expm1 Gamma J0 J1 Y0 Y1 Log1p Logb Ilogb Cos Sin Sinh Cosh Sqrt Tan Tanh".split(), FLOATS)),
    *(("Acosh", x) for x in (0, 1, 2, 10, D("1.5"))), *((name, x) for name, x in product("Sin Cos Tan Exp Sqrt Gamma Sinh J0 Y1 Erf Atan".split(), (3, 5, 30, D("123.456"), 170))),
    *((name, x, y) for name, x, y in product(("Atan2", "Hypot", "Mod", "Remainder"), (0, 3, -7, D("5.5")), (4, 0, D("0.3"), -2))),
    *((name, n, x) for name, n, x in product(("Jn", "Yn"), (0, 1, 2, 5, -1, -2, 20), (1, 3, D("0.5"), 12, 600))), *(("Ldexp", x, n) for x, n in product((0, 1, D("0.75"), -3), (0, 1, 10, -10, 2000, -2000))),
    ("Sqrt", -1), ("Sqrt", 10000), ("Sqrt", D("1E+400")), ("Acosh", D("0.5")), ("Asin", 2), ("Atanh", 1), ("Gamma", 200), ("Gamma", -1), ("Log1p", -1), ("Log1p", -2), ("Erfinv", 2), ("Erfcinv", 3),
    *((name, x) for name, x in product("Sin Cos Tan Atan Sinh Cosh Tanh Asinh Log1p Expm1 Cbrt Exp Sqrt Gamma".split(), (D("0.3"), D("-1.25"), D("4.75"), 100, D("1234.5"), 6, D("0.0001"), D("-0.9")))),
    *((name, x) for name, x in product("Asin Acos Atanh".split(), (D("0.3"), D("-0.25"), D("0.99"), D("-0.71"), D("0.0001")))), *(("Hypot", x, y) for x, y in product((1, D("2.5"), -7, D("1E+200")), (1, D("0.1"), 24, D("1E+200")))),
    *(("Atan2", x, y) for x, y in product((1, D("-2.5"), 7), (1, D("-0.1"), -24, D("1E+20")))), *((name, x) for name, x in product(("Sin", "Cos", "Tan"), (10**6, D("123456789.5"), 10**10, D("3.14159265358979"), D("-7.853981633974483")))),
    ("Floor", "a"), ("Abs", None), ("Pow", 1), ("Sin", [1]),
]  # fmt: skip
