"""Package `crypto/ed25519`: checking signatures."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, BYTES, STRING

PACKAGE: Final = package("crypto/ed25519")
PACKAGE.constants["PublicKeySize"] = 32
_TEXT: Final = BYTES | STRING


def _raw(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


@PACKAGE.function(_TEXT, _TEXT, _TEXT, result=BOOL)
def Valid(public_key: str | bytes, message: str | bytes, signature: str | bytes) -> bool:
    """Whether a signature of a message belongs to a public key."""
    from velac.compiler.cue.builtins.go.ed25519 import verify

    key = _raw(public_key)
    if len(key) != 32:
        raise BuiltinError("ed25519: publicKey must be 32 bytes")
    return verify(key, _raw(message), _raw(signature))
