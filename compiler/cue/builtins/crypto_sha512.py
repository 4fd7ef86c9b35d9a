"""Package `crypto/sha512`."""

from __future__ import annotations

import hashlib
from typing import Final

from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import BYTES, STRING

PACKAGE: Final = package("crypto/sha512")
PACKAGE.constants.update(Size=64, Size224=28, Size256=32, Size384=48, BlockSize=128)
_function = PACKAGE.function


def _sum(name: str, data: str | bytes) -> bytes:
    return hashlib.new(name, data.encode() if isinstance(data, str) else data).digest()


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum512(data: str | bytes) -> bytes:
    """The SHA512 checksum."""
    return _sum("sha512", data)


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum384(data: str | bytes) -> bytes:
    """The SHA384 checksum."""
    return _sum("sha384", data)


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum512_224(data: str | bytes) -> bytes:
    """The SHA512/224 checksum."""
    return _sum("sha512_224", data)


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum512_256(data: str | bytes) -> bytes:
    """The SHA512/256 checksum."""
    return _sum("sha512_256", data)
