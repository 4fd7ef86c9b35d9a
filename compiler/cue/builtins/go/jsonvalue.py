"""JSON text to plain data and back, as CUE reads and writes it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.package import BuiltinError

INVALID: Final = "json: invalid JSON"
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def dump(data: Any) -> str:
    """Plain data as compact JSON: keys in their order, no HTML escapes, U+2028 and U+2029 escaped."""
    import orjson

    try:
        raw = orjson.dumps(data, default=_default, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        raw = _dump(data).encode(errors="replace")
    if b"\xe2\x80" in raw:
        raw = raw.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return raw.decode()


def _finite(data: int | Decimal) -> str:
    if type(data) is number.NonFinite:
        raise BuiltinError(f"{data} is no number of JSON")
    return number.text(data)


def _default(data: Any) -> Any:
    import orjson

    if isinstance(data, (Decimal, int)):
        return orjson.Fragment(_finite(data))
    if isinstance(data, bytes):
        return b64encode(data).decode()
    raise TypeError


def _dump(data: Any) -> str:
    """What orjson does not do: ints beyond 64 bits, deep nesting."""
    if isinstance(data, bool) or data is None or isinstance(data, str):
        return json.dumps(data, ensure_ascii=False)
    if isinstance(data, (int, Decimal)):
        return _finite(data)
    if isinstance(data, bytes):
        return f'"{b64encode(data).decode()}"'
    if isinstance(data, dict):
        return "{" + ",".join(f"{_dump(k)}:{_dump(v)}" for k, v in data.items()) + "}"
    return "[" + ",".join(map(_dump, data)) + "]"


def load(text: str | bytes) -> Any:
    """The value of a JSON text. BuiltinError if it is malformed, or repeats a key with another value."""
    source = _valid_source(text)
    try:
        _check_depth(source)
        value = _DECODER.decode(source)
    except (ValueError, RecursionError):
        raise BuiltinError(INVALID) from None
    _check_surrogates(source, value)
    return value


def _check_surrogates(source: str, value: Any) -> None:
    if _SURROGATE.search(source):
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ArgumentError("invalid string: unmatched surrogate pair") from None


def load_stream(text: str | bytes) -> list[Any]:
    """The values of JSON texts one after another."""
    from velac.compiler.cue.builtins.go import jsontext

    source = _valid_source(text)
    values: list[Any] = []
    position = 0
    while True:
        while position < len(source) and source[position] in jsontext.SPACE:
            position += 1
        if position >= len(source):
            _check_surrogates(source, values)
            return values
        try:
            if position == 0:
                _check_depth(source)
            value, position = _DECODER.raw_decode(source, position)
        except (ValueError, RecursionError):
            raise BuiltinError(f'invalid JSON for file "": {_why(source, position)}') from None
        values.append(value)


def _why(source: str, position: int) -> str:
    from velac.compiler.cue.builtins.go import jsontext

    try:
        for _ in jsontext.tokens(source, position):
            pass
    except BuiltinError as error:
        return str(error).replace(jsontext.END, "unexpected EOF")
    return INVALID


_MAX_DEPTH: Final = 10_000
"""Go's limit too; the scanner of the standard library recurses on the machine's stack."""
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.S)


def _check_depth(source: str) -> None:
    """ValueError for a text that nests too deeply."""
    if source.count("[") + source.count("{") <= _MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(source):
        char = found[0]
        if char in "[{":
            depth += 1
            if depth > _MAX_DEPTH:
                raise ValueError("exceeded max depth")
        elif char in "]}":
            depth -= 1


def is_valid(text: str | bytes) -> bool:
    """Whether a text is one well-formed JSON value."""
    source = _source(text)
    try:
        _check_depth(source)
        _CHECKER.decode(source)
    except (ValueError, RecursionError):
        return False
    return True


def merge(a: Any, b: Any) -> Any:
    """Two values of one key unified."""
    if isinstance(a, dict) and isinstance(b, dict):
        out = dict(a)
        for key, value in b.items():
            out[key] = merge(out[key], value) if key in out else value
        return out
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            raise BuiltinError(f"incompatible list lengths ({len(a)} and {len(b)})")
        return [merge(x, y) for x, y in zip(a, b, strict=True)]
    kinds = describe.kind_of(a), describe.kind_of(b)
    if kinds[0] != kinds[1]:
        shown = f"{describe.brief(b)} and {describe.brief(a)}"
        raise BuiltinError(
            f"conflicting values {shown} (mismatched types {kinds[1]} and {kinds[0]})"
        )
    if a != b:
        raise BuiltinError(f"conflicting values {describe.brief(b)} and {describe.brief(a)}")
    return a


def _source(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    from velac.compiler.cue.builtins.go.chars import from_bytes

    return from_bytes(text)


def _valid_source(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise BuiltinError("illegal UTF-8 encoding") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        out = {}
        for key, value in pairs:
            out[key] = merge(out[key], value) if key in out else value
    return out


def _refuse(word: str) -> Any:
    raise ValueError(word)  # NaN, Infinity


def _float(text: str) -> number.Number:
    value = number.parse(text)
    return number.neg(value.copy_abs()) if not value and isinstance(value, Decimal) else value


def _int(text: str) -> int:
    return int(text) if len(text) < 4000 else int(number.parse(text))


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_refuse
)
_CHECKER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
