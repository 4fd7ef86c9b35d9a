"""Package `crypto/sha1`."""

from __future__ import annotations

import hashlib
from typing import Final

from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import BYTES, STRING

PACKAGE: Final = package("crypto/sha1")
PACKAGE.constants.update(Size=20, BlockSize=64)


@PACKAGE.function(BYTES | STRING, result=BYTES | STRING)
def Sum(data: str | bytes) -> bytes:
    """The checksum."""
    raw = data.encode() if isinstance(data, str) else data
    return hashlib.sha1(raw, usedforsecurity=False).digest()
