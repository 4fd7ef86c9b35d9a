"""Package `encoding/base64`: the standard alphabet, with padding. The first argument must be null."""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.go.bounds import int64, wrap64
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BYTES, INT, STRING, TOP
from velac.compiler.cue.number import quo

PACKAGE: Final = package("encoding/base64")
_function = PACKAGE.function

_ALPHABET: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_WHOLE: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def _check_encoding(encoding: Any) -> None:
    if encoding is not None:
        kind = describe.kind_of(encoding)
        raise BuiltinError(
            f"base64: unsupported encoding: cannot use value {describe.brief(encoding)} (type {kind}) as null"
        )


@_function(TOP, INT, result=INT)
def EncodedLen(encoding: Any, n: int) -> int:
    """The length of the encoding of n bytes."""
    _check_encoding(encoding)
    return wrap64(quo(wrap64(int64(n, 1, "encoding/base64.EncodedLen") + 2), 3) * 4)


@_function(TOP, INT, result=INT)
def DecodedLen(encoding: Any, n: int) -> int:
    """The most bytes that n characters can stand for."""
    _check_encoding(encoding)
    return quo(int64(n, 1, "encoding/base64.DecodedLen"), 4) * 3


@_function(TOP, BYTES | STRING, result=STRING)
def Encode(encoding: Any, data: str | bytes) -> str:
    """Bytes as text."""
    if encoding is not None:
        _check_encoding(encoding)
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


@_function(TOP, STRING, result=BYTES | STRING)
def Decode(encoding: Any, text: str) -> bytes:
    """Text as bytes; newlines are skipped."""
    if encoding is not None:
        _check_encoding(encoding)
    plain = text.replace("\n", "").replace("\r", "") if "\n" in text or "\r" in text else text
    if not _WHOLE.fullmatch(plain):
        raise BuiltinError(f"illegal base64 data at input byte {corrupt_at(text.encode())}")
    return base64.b64decode(plain)


def corrupt_at(data: bytes) -> int:
    """Where Go's decoder stops in input that is not base64."""
    position = 0
    quantum = 0
    while position < len(data):
        byte = data[position]
        position += 1
        if byte in b"\r\n":
            continue
        if byte in _ALPHABET:
            quantum = (quantum + 1) % 4
            continue
        if byte != 0x3D or quantum < 2:
            return position - 1
        return _corrupt_padding(data, position, quantum)
    return position - quantum if quantum else position


def _corrupt_padding(data: bytes, position: int, quantum: int) -> int:
    """After the first `=` of a quantum: a second one if needed, then nothing but newlines."""
    if quantum == 2:
        while position < len(data) and data[position] in b"\r\n":
            position += 1
        if position >= len(data):
            return len(data)
        if data[position] != 0x3D:
            return position - 1 if data[position - 1] == 0x3D else position
        position += 1
    while position < len(data) and data[position] in b"\r\n":
        position += 1
    return position
