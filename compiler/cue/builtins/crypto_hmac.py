"""Package `crypto/hmac`."""

from __future__ import annotations

import hmac
from typing import Final

from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BYTES, STRING

PACKAGE: Final = package("crypto/hmac")

_HASHES: Final = ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512_224", "SHA512_256")
PACKAGE.constants.update({name: name for name in _HASHES})


@PACKAGE.function(STRING, BYTES | STRING, BYTES | STRING, result=BYTES | STRING)
def Sign(hash_name: str, key: str | bytes, data: str | bytes) -> bytes:
    """The signature of data with a key and the named hash function."""
    if hash_name not in _HASHES:
        raise BuiltinError("unsupported hash function")
    secret = key.encode() if isinstance(key, str) else key
    message = data.encode() if isinstance(data, str) else data
    return hmac.digest(secret, message, hash_name.lower())
