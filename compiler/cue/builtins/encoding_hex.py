"""Package `encoding/hex`."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.go.bounds import check_text, int64, wrap64
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BYTES, INT, STRING

PACKAGE: Final = package("encoding/hex")
_function = PACKAGE.function
_DIGITS: Final = frozenset(b"0123456789abcdefABCDEF")


def _raw(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


@_function(INT, result=INT)
def EncodedLen(n: int) -> int:
    """The length of the encoding of n bytes."""
    return wrap64(int64(n, 0, "encoding/hex.EncodedLen") * 2)


@_function(INT, result=INT)
def DecodedLen(n: int) -> int:
    """How many bytes n digits stand for."""
    length = int64(n, 0, "encoding/hex.DecodedLen")
    return length // 2 if length >= 0 else -(-length // 2)


@_function(STRING, result=BYTES | STRING)
def Decode(text: str) -> bytes:
    """Digits as bytes."""
    raw = text.encode()
    for byte in raw:
        if byte not in _DIGITS:
            char = chr(byte)
            shown = f" '{char}'" if char.isprintable() else ""
            raise BuiltinError(f"encoding/hex: invalid byte: U+{byte:04X}{shown}")
    if len(raw) % 2:
        raise BuiltinError("encoding/hex: odd length hex string")
    return bytes.fromhex(text)


@_function(BYTES | STRING, result=STRING)
def Dump(data: str | bytes) -> str:
    """Lines of 16 bytes with their offset, as `hexdump -C` prints them."""
    raw = _raw(data)
    check_text(len(raw) * 16)  # what it takes, rather than what it makes
    lines = []
    for offset in range(0, len(raw), 16):
        row = raw[offset : offset + 16]
        left, right = (" ".join(f"{b:02x}" for b in half) for half in (row[:8], row[8:]))
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        lines.append(f"{offset:08x}  {left:<23}  {right:<23}  |{shown}|\n")
    return "".join(lines)


@_function(BYTES | STRING, result=STRING)
def Encode(data: str | bytes) -> str:
    """Bytes as digits."""
    return _raw(data).hex()
