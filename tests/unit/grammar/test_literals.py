"""Decoding of literals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from velac.grammar.literals import (
    LiteralError,
    Quote,
    decode_number,
    decode_parts,
    decode_string,
    read_quote,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1_000", 1000),
        ("0xFf", 255),
        ("0X1_0", 16),
        ("0b101", 5),
        ("0o17", 15),
        ("1K", 1000),
        ("1.5Ki", 1536),
        ("0.001M", 1000),
        (".5Gi", 536870912),
        ("2P", 2 * 10**15),
        ("9" * 40, int("9" * 40)),
    ],
)
def test_integers(text: str, value: int) -> None:
    found = decode_number(text)
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1.50", "1.50"),
        ("1.", "1"),
        (".5", "0.5"),
        ("1e3", "1E+3"),
        ("1E-7", "1E-7"),
        ("1_0.2_5", "10.25"),
        ("00.5", "0.5"),
        ("0.1e1", "1"),
    ],
)
def test_floats_keep_their_digits(text: str, digits: str) -> None:
    found = decode_number(text)
    assert isinstance(found, Decimal)
    assert str(found) == digits


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("09", "cannot begin with `0`"),
        ("0x", "needs digits"),
        ("1e", "exponent needs digits"),
        ("1e+", "exponent needs digits"),
        ("1__0", "between digits"),
        ("1_", "between digits"),
        ("1_.5", "between digits"),
        ("0.0001K", "not a whole number"),
        ("0.1Ki", "not a whole number"),
        ("1e99999999999999999999", "too large"),
        ("9" * 5000, "more than 4000 digits"),
    ],
)
def test_malformed_numbers(text: str, message: str) -> None:
    with pytest.raises(LiteralError, match=message) as caught:
        decode_number(text)
    assert (caught.value.start, caught.value.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', ""),
        (r'"\u0041\U0001F600"', "A\U0001f600"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\\ \/ \""', '\\ / "'),
        (r'#"\n\#n"#', "\\n\n"),
        ('"""\n\ta\n\t\tb\n\n\tc\n\t"""', "a\n\tb\n\nc"),
        ('"""\r\n\ta\r\n\tb\r\n\t"""', "a\nb"),
        ('"""\n  a"""', "  a"),
        ('"""\n a """', "a "),
        (r"'\x00\377\u00e9'", b"\x00\xff\xc3\xa9"),
        ("'''\n\ta\n\t'''", b"a"),
    ],
)
def test_strings(text: str, value: str | bytes) -> None:
    assert decode_string(text) == value


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (r'"ab\qc"', r"\q"),
        (r'"\x41"', r"\x41"),
        (r'"x\u12"', r"\u"),
        (r'"\ud800x"', r"\ud800"),
        (r'"\U00110000"', r"\U00110000"),
        ("'\\400'", r"\400"),
        ('"""\n\t\ta\n\tb\n\t\t"""', "\tb"),
        ('"""\n\t\ta\\q\n\t\t"""', r"\q"),
        ('"a\rb"', "\r"),
    ],
)
def test_errors_mark_their_place(text: str, marked: str) -> None:
    with pytest.raises(LiteralError) as caught:
        decode_string(text)
    assert text[caught.value.start : caught.value.end] == marked


def test_parts_share_the_indentation_of_the_closing_quotes() -> None:
    quote = read_quote('"""', 0)
    assert quote == Quote('"', True, 0)
    parts = ['"""\n\ta \\(', ")\n\tb \\(", ")\n\t"]
    assert decode_parts(quote, [*parts[:2], parts[2] + '"""']) == ["a ", "\nb ", ""]


def test_an_error_says_which_part() -> None:
    with pytest.raises(LiteralError) as caught:
        decode_parts(read_quote('"', 0), ['"a\\(', ')b\\qc"'])
    assert caught.value.part == 1
    assert caught.value.start == 2
