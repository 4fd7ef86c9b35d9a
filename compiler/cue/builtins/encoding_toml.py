"""Package `encoding/toml`: read by the standard library, written in the layout of go-toml."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from math import isinf
from typing import Any, Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BYTES, STRING, TOP

PACKAGE: Final = package("encoding/toml")
_function = PACKAGE.function

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_NEEDS_ESCAPES: Final = re.compile(r"['\x00-\x08\x0a-\x1f\x7f]")
_ESCAPES: Final = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_INT64: Final = 2**63
_MOST_PARTS: Final = 200
_DEEP_KEY: Final = re.compile(rf"(?:[\w\"'-]+[ \t]*\.[ \t]*){{{_MOST_PARTS}}}[\w\"']")
"""The reader takes time and room for each beginning of a dotted key."""


@_function(TOP, result=STRING)
def Marshal(value: Any) -> str:
    """A value as TOML: keys sorted, tables after plain fields, nulls left out."""
    if isinstance(value, dict):
        out: list[str] = []
        _write_table(value, (), out, header=False)
        return "".join(out)
    if value is None:
        raise BuiltinError("toml: cannot encode a nil interface")
    if isinstance(value, list) and _is_table(value):
        tables: list[str] = []
        for item in value:
            tables.append("\n[[]]\n" if tables else "[[]]\n")
            _write_table(item, (), tables, header=False)
        return "".join(tables)
    if _is_large(value):
        raise BuiltinError("toml: a number beyond 64 bits cannot be a root element")
    return _inline(value)


@_function(BYTES | STRING, result=TOP)
def Unmarshal(data: str | bytes) -> Any:
    """The value of a TOML document; dates and times are strings."""
    import tomllib

    text = data if isinstance(data, str) else from_bytes(data)
    if _DEEP_KEY.search(text):
        raise BuiltinError(f"toml: a key of more than {_MOST_PARTS} parts")
    try:
        return _plain(tomllib.loads(text, parse_float=_float))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BuiltinError(str(error)) from None


def _float(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ArgumentError(f'parse error: illegal number start "{text}"')
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (date, datetime, time)):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    if not _NEEDS_ESCAPES.search(text):
        return f"'{text}'"
    return '"' + "".join(_ESCAPES.get(c) or _control(c) for c in text) + '"'


def _control(char: str) -> str:
    return f"\\u{ord(char):04X}" if char < " " or char == "\x7f" else char


def _is_table(value: Any) -> bool:
    """Whether a value is written under a header of its own."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def _write_table(
    table: dict[str, Any], path: tuple[str, ...], out: list[str], header: bool
) -> None:
    if header:
        out.append(f"[{'.'.join(path)}]\n")
    fields = sorted((item for item in table.items() if item[1] is not None), key=lambda f: f[0])
    plain = [field for field in fields if not _is_table(field[1])]
    out += (f"{_key(name)} = {_inline(value)}\n" for name, value in plain)
    blank = bool(plain)
    for name, value in fields:
        if not _is_table(value):
            continue
        if blank:
            out.append("\n")
        blank = True
        inner = (*path, _key(name))
        if isinstance(value, dict):
            _write_table(value, inner, out, header=True)
            continue
        for i, item in enumerate(value):
            out.append(("\n" if i else "") + f"[[{'.'.join(inner)}]]\n")
            _write_table(item, inner, out, header=False)


def _inline(value: Any) -> str:
    if value is None:
        raise BuiltinError("toml: encoding a nil interface is not supported")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return f"'{number.text(value)}'" if _is_large(value) else str(value)
    if isinstance(value, Decimal):
        if _is_large(value):
            return f"'{number.text(value).replace('E', 'e')}'"
        return _float_text(float(value))
    if isinstance(value, dict):
        fields = sorted((name, item) for name, item in value.items() if item is not None)
        return "{" + ", ".join(f"{_key(name)} = {_inline(item)}" for name, item in fields) + "}"
    return "[" + ", ".join(map(_inline, value)) + "]"


def _is_large(value: Any) -> bool:
    """Whether a number is none of 64 bits, and written as a string."""
    if isinstance(value, int):
        return not -_INT64 <= value < _INT64
    return isinstance(value, Decimal) and (
        isinf(binary := float(value)) or (not binary and value != 0)
    )


def _float_text(value: float) -> str:
    if value == int(value):
        return f"{value:.1f}" if value else "0.0"
    return f"{Decimal(repr(value)):f}"
