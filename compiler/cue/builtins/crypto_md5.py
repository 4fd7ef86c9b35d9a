"""Package `crypto/md5`."""

from __future__ import annotations

import hashlib
from typing import Final

from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import BYTES, STRING

PACKAGE: Final = package("crypto/md5")
PACKAGE.constants.update(Size=16, BlockSize=64)


@PACKAGE.function(BYTES | STRING, result=BYTES | STRING)
def Sum(data: str | bytes) -> bytes:
    """The checksum."""
    raw = data.encode() if isinstance(data, str) else data
    return hashlib.md5(raw, usedforsecurity=False).digest()
