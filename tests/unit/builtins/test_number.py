"""Numbers: each expected text is what cue 0.14.1 prints for the expression."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from velac.compiler.cue import number
from velac.compiler.cue.builtins.package import BuiltinError

BIG = "12345678901234567890123456789012345678901234567890"


@pytest.mark.parametrize(
    ("a", "operation", "b", "text"),
    [
        ("10", "div", "2", "5.0"),
        ("100", "div", "10", "10"),
        ("1000", "div", "10", "1.0E+2"),
        ("0", "div", "5", "0"),
        ("0.0", "div", "5", "0.0"),
        ("0", "div", "0.5", "0"),
        ("1", "div", "8", "0.125"),
        ("1", "div", "3", "0.3333333333333333333333333333333333"),
        ("-2", "div", "3", "-0.6666666666666666666666666666666667"),
        ("1e33", "div", "1", "1E+33"),
        ("1e32", "div", "1", "1.0E+32"),
        ("5", "div", "1e-3", "5.0E+3"),
        ("6", "div", "1e40", "6E-40"),
        ("7", "div", "7", "1.0"),
        ("123456789012345678901234567890123", "div", "1", "123456789012345678901234567890123.0"),
        ("1234567890123456789012345678901234", "div", "1", "1234567890123456789012345678901234"),
        ("9999999999999999999999999999999999", "add", "1", "1.000000000000000000000000000000000E+34"),
        ("99999999999999999999999999999999995", "add", "0", "1.000000000000000000000000000000000E+35"),
        (BIG, "mul", "1", "1.234567890123456789012345678901235E+49"),
        (BIG, "sub", "1", "1.234567890123456789012345678901235E+49"),
        ("1.10", "add", "1.20", "2.30"),
        ("1.0", "mul", "1.0", "1.00"),
        ("3", "mul", "1e2", "3E+2"),
        ("0.0", "mul", "-1", "-0.0"),
        ("0", "sub", "0.0", "0.0"),
        ("5", "add", "0.0", "5.0"),
        ("1e3", "add", "1", "1001"),
        ("12345678901234567890.5", "add", "12345678901234567890.55555555555555555", "24691357802469135781.05555555555556"),
    ],
)  # fmt: skip
def test_arithmetic(a: str, operation: str, b: str, text: str) -> None:
    result = getattr(number, operation)(number.parse(a), number.parse(b))
    assert number.text(result) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1e3", "1E+3"), ("1e-7", "1E-7"), ("0.000001", "0.000001"), ("1.50", "1.50"), ("0e-10", "0.0000000000"),
        ("0e5", "0E+5"), ("123e5", "1.23E+7"), ("120e-2", "1.20"), (BIG, BIG), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_text(text: str, shown: str) -> None:
    assert number.text(number.parse(text)) == shown


@pytest.mark.parametrize(
    ("a", "operation", "b", "message"),
    [
        ("1", "div", "0", "failed arithmetic: division by zero"),
        ("0", "div", "0", "failed arithmetic: division undefined"),
        ("1e99999", "mul", "1000", "failed arithmetic: exponent out of range"),
        ("1e-99999", "div", "1000", "failed arithmetic: exponent out of range"),
        ("5", "quo", "0", "division by zero"),
        ("5", "mod", "0", "division by zero"),
    ],
)
def test_failures(a: str, operation: str, b: str, message: str) -> None:
    with pytest.raises(BuiltinError, match=f"^{message}$"):
        getattr(number, operation)(number.parse(a), number.parse(b))


def test_int_division() -> None:
    table = {
        (a, b): (number.div_int(a, b), number.mod(a, b), number.quo(a, b), number.rem(a, b))
        for a in (7, -7)
        for b in (2, -2)
    }
    assert table == {
        (7, 2): (3, 1, 3, 1),
        (7, -2): (-3, 1, -3, 1),
        (-7, 2): (-4, 1, -3, -1),
        (-7, -2): (4, 1, 3, -1),
    }


def test_rounded_ints_stay_ints() -> None:
    product = number.mul(10**20, 10**20)
    assert isinstance(product, int)
    assert product == 10**40
    assert number.text(product) == "1.000000000000000000000000000000000E+40"
    assert number.text(number.neg(product)) == "-1.000000000000000000000000000000000E+40"


def test_negation_has_no_negative_zero() -> None:
    assert number.text(number.neg(Decimal("0.0"))) == "0.0"
    assert number.text(number.neg(Decimal("1.50"))) == "-1.50"


def test_no_bomb_hides_in_an_exponent() -> None:
    with pytest.raises(BuiltinError):
        number.parse("1e999999999")


small = st.integers(-(10**15), 10**15)


@given(small, small)
def test_small_ints_are_python_ints(a: int, b: int) -> None:
    assert number.add(a, b) == a + b
    assert number.sub(a, b) == a - b
    assert number.mul(a, b) == a * b
    assert type(number.mul(a, b)) is int


@given(small, small.filter(bool))
def test_division_identities(a: int, b: int) -> None:
    assert number.quo(a, b) * b + number.rem(a, b) == a
    assert number.div_int(a, b) * b + number.mod(a, b) == a
    assert 0 <= number.mod(a, b) < abs(b)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_text_reads_back(value: Decimal) -> None:
    assert Decimal(number.text(value)) == value
