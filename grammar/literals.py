r"""Decoding of CUE's literals: strings, bytes, the text parts of interpolations, numbers.

All functions take source text. A *part* of a string is what stands between its delimiters: the opening quote or
the `)` that ends an interpolation, and the closing quote or the `\(` that begins one.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

_MULTIPLIERS: Final = {letter: power for power, letter in enumerate("KMGTP", 1)}
_SIMPLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "/": "/", "\\": "\\",
}  # fmt: skip
_BLANKS: Final = (
    "\t\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_PRECISION: Final = Context(prec=34)
_MAX_DIGITS: Final = 4000
_BAD_SEPARATOR: Final = re.compile(r"__|_(?![0-9a-fA-F])")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class LiteralError(Exception):
    """A malformed literal: what is wrong, the offending characters of the text given (or of part number `part`
    of it), and a fix.
    """

    def __init__(self, message: str, start: int, end: int, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.fix = fix
        self.part = 0


class Quote(NamedTuple):
    """The delimiters of a string: `"` or `'`, whether three of them, and the number of `#`."""

    char: str
    multiline: bool
    hashes: int

    @property
    def is_bytes(self) -> bool:
        """Whether the literal makes bytes."""
        return self.char == "'"

    @property
    def closing(self) -> str:
        """The text that ends the literal."""
        return self.char * (3 if self.multiline else 1) + "#" * self.hashes


# --------------------------------------------------------------------------------------------------- numbers


def decode_number(text: str) -> int | Decimal:
    """The value of a number literal: `int` for integers and multiplied numbers, `Decimal` for the others.

    Raises LiteralError.
    """
    if _BAD_SEPARATOR.search(text):
        raise _bad_number(
            text, "a `_` in a number must stand between digits", text.replace("_", "")
        )
    digits = text.replace("_", "")
    radix = {"0x": 16, "0X": 16, "0b": 2, "0o": 8}.get(digits[:2])
    if radix:
        if len(digits) == 2:
            raise _bad_number(text, f"a number in base {radix} needs digits after `{digits}`")
        return int(digits[2:], radix)
    if digits[-1] == "i" or digits[-1] in _MULTIPLIERS:
        return _multiplied(text, digits)
    if len(digits) > _MAX_DIGITS:
        raise _bad_number(text, f"a number of more than {_MAX_DIGITS} digits")
    if digits.isdecimal():
        if digits[0] == "0" and len(digits) > 1:
            raise _bad_number(
                text, "a whole number cannot begin with `0`", f"0o{digits.lstrip('0')} for octal"
            )
        return int(digits)
    try:
        return Decimal(digits)
    except InvalidOperation:
        message = (
            "an exponent needs digits" if digits[-1] in "eE+-" else "the exponent is too large"
        )
        raise _bad_number(text, message) from None


def _multiplied(text: str, digits: str) -> int:
    binary = digits[-1] == "i"
    letter = digits[-2] if binary else digits[-1]
    mantissa = digits.rstrip("KMGTPi")
    if mantissa == "0":
        raise _bad_number(text, "`0` cannot have a multiplier", "0")
    factor = Decimal((1024 if binary else 1000) ** _MULTIPLIERS[letter])
    value = _PRECISION.multiply(Decimal(mantissa), factor)
    if value != value.to_integral_value():
        raise _bad_number(text, f"`{text}` is not a whole number", str(value.normalize()))
    return int(value)


def _bad_number(text: str, message: str, fix: str = "") -> LiteralError:
    return LiteralError(message, 0, len(text), f"write {fix}" if fix else "")


# --------------------------------------------------------------------------------------------------- strings


def read_quote(text: str, start: int) -> Quote:
    """The delimiters of the string literal that begins at `start`."""
    at = start
    while text[at] == "#":
        at += 1
    char = text[at]
    return Quote(char, text.startswith(char * 3, at), at - start)


def decode_string(raw: str) -> str | bytes:
    """The value of a whole string or bytes literal, delimiters included. Raises LiteralError."""
    quote = read_quote(raw, 0)
    return decode_parts(quote, [raw])[0]


def decode_parts(quote: Quote, raws: list[str]) -> list[str | bytes]:
    r"""The values of the text parts of a literal; each raw part includes the delimiters on both sides.

    In a multi-line literal every line must begin with the blanks that stand before the closing quotes; they and
    the last line break are dropped. A LiteralError's offsets count from the start of its `part`.
    """
    close = len(quote.closing)
    inner = 2 + quote.hashes
    indent = _indent(raws[-1][:-close]) if quote.multiline else ""
    values: list[str | bytes] = []
    for number, raw in enumerate(raws):
        last = number == len(raws) - 1
        start = 1 if number else _body_start(quote, raw)
        body = raw[start : -close if last else -inner]
        try:
            values.append(_decode_body(quote, body, indent, not number, last))
        except LiteralError as error:
            error.start += start
            error.end += start
            error.part = number
            raise
    return values


def _body_start(quote: Quote, raw: str) -> int:
    if not quote.multiline:
        return quote.hashes + 1
    return raw.index("\n") + 1


def _indent(raw: str) -> str:
    return raw[len(raw.rstrip(_BLANKS)) :]


def _decode_body(quote: Quote, body: str, indent: str, first: bool, last: bool) -> str | bytes:
    text = body
    if quote.multiline:
        text = _unindent(body, indent, first)
        if last and text.endswith("\n"):
            text = text[:-1]
    elif "\r" in body:
        at = body.index("\r")
        raise LiteralError("a carriage return inside a string", at, at + 1, r"write \r")
    if "\\" + "#" * quote.hashes not in text:
        return text.encode() if quote.is_bytes else text
    try:
        return _unescape_bytes(quote, text) if quote.is_bytes else _unescape(quote, text)
    except LiteralError:
        _raise_at_escape(quote, body)
        raise


def _unindent(body: str, indent: str, first: bool) -> str:
    lines = body.replace("\r", "").split("\n")
    if not indent:
        return "\n".join(lines)
    final = len(lines) - 1
    width = len(indent)
    for number in range(0 if first else 1, len(lines)):
        line = lines[number]
        if line.startswith(indent):
            lines[number] = line[width:]
        elif line or number == final:
            raise _bad_indent(body, number, indent)
    return "\n".join(lines)


def _bad_indent(body: str, number: int, indent: str) -> LiteralError:
    line = body.split("\n")[number]
    start = len("\n".join(body.split("\n")[:number])) + (1 if number else 0)
    return LiteralError(
        "a line of a multi-line string must begin with the blanks before the closing quotes",
        start,
        start + max(len(line), 1),
        f"begin the line with {_describe(indent)}, or move the closing quotes to the left",
    )


def _describe(indent: str) -> str:
    kinds = {"\t": "tab", " ": "space"}
    if len(set(indent)) == 1 and indent[0] in kinds:
        return f"{len(indent)} {kinds[indent[0]]}{'s' if len(indent) > 1 else ''}"
    return repr(indent)


@lru_cache(maxsize=16)
def _escapes(hashes: int) -> re.Pattern[str]:
    return re.compile(
        r"\\"
        + "#" * hashes
        + r"(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|(.?))",
        re.DOTALL,
    )


def _escape_value(quote: Quote, match: re.Match[str]) -> str | bytes:
    """What one escape stands for: text, or one byte."""
    group = match.lastindex or 0
    code = match[group]
    if group == 5:
        value = _SIMPLE.get(code) or (code if code == quote.char else None)
        if value is None:
            raise _bad_escape(quote, match)
        return value
    if group <= 2:
        point = int(code, 16)
        if point > 0x10FFFF:
            raise LiteralError("no such Unicode character", match.start(), match.end())
        return chr(point)
    byte = int(code, 16 if group == 3 else 8)
    if not quote.is_bytes:
        raise LiteralError(
            f"`{match[0]}` is only allowed in bytes",
            match.start(),
            match.end(),
            f"write \\u{byte:04x}",
        )
    if byte > 255:
        raise LiteralError(f"`{match[0]}` is more than a byte", match.start(), match.end())
    return bytes((byte,))


def _bad_escape(quote: Quote, match: re.Match[str]) -> LiteralError:
    shown = match[0].replace("\n", "")
    fix = f"write \\{shown} for a backslash" if not quote.hashes else ""
    if match[5] in ("'", '"') and match[5]:
        fix = f"`{match[5]}` needs no backslash here"
    elif match[5] in ("u", "U", "x"):
        fix = {"u": "four", "U": "eight", "x": "two"}[match[5]] + " hexadecimal digits must follow"
    return LiteralError(f"unknown escape sequence `{shown}`", match.start(), match.end(), fix)


def _unescape(quote: Quote, text: str) -> str:
    value = _escapes(quote.hashes).sub(lambda match: str(_escape_value(quote, match)), text)
    return _join_surrogates(value) if _SURROGATE.search(value) else value


def _unescape_bytes(quote: Quote, text: str) -> bytes:
    out = bytearray()
    run: list[str] = []
    at = 0
    for match in _escapes(quote.hashes).finditer(text):
        run.append(text[at : match.start()])
        at = match.end()
        value = _escape_value(quote, match)
        if isinstance(value, str):
            run.append(value)
        else:
            out += _join_surrogates("".join(run)).encode() + value
            run.clear()
    run.append(text[at:])
    return bytes(out + _join_surrogates("".join(run)).encode())


def _join_surrogates(value: str) -> str:
    r"""Text with `\ud83d\ude00` as the one character it means."""
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise LiteralError("half of a surrogate pair", 0, len(value)) from None


def _raise_at_escape(quote: Quote, body: str) -> None:
    """Raise the first bad escape with its place in the untouched body."""
    for match in _escapes(quote.hashes).finditer(body):
        value = _escape_value(quote, match)
        if isinstance(value, str) and _SURROGATE.match(value):
            raise LiteralError(
                f"`{match[0]}` is half of a surrogate pair", match.start(), match.end()
            )
