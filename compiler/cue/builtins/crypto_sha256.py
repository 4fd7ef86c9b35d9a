"""Package `crypto/sha256`."""

from __future__ import annotations

import hashlib
from typing import Final

from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import BYTES, STRING

PACKAGE: Final = package("crypto/sha256")
PACKAGE.constants.update(Size=32, Size224=28, BlockSize=64)
_function = PACKAGE.function


def _raw(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum256(data: str | bytes) -> bytes:
    """The SHA256 checksum."""
    return hashlib.sha256(_raw(data)).digest()


@_function(BYTES | STRING, result=BYTES | STRING)
def Sum224(data: str | bytes) -> bytes:
    """The SHA224 checksum."""
    return hashlib.sha224(_raw(data)).digest()
