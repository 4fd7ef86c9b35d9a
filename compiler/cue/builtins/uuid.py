"""Package `uuid`."""

from __future__ import annotations

import re
import uuid
from typing import Final

from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, BYTES, INT, STRING

PACKAGE: Final = package("uuid")
_function = PACKAGE.function

PACKAGE.source = """
ns: {
	DNS:  "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	URL:  "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
	OID:  "6ba7b812-9dad-11d1-80b4-00c04fd430c8"
	X500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8"
	Nil:  "00000000-0000-0000-0000-000000000000"
}
variants: {Invalid: 0, RFC4122: 1, Reserved: 2, Microsoft: 3, Future: 4}
"""

_DASHED: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PLAIN: Final = re.compile(r"[0-9a-fA-F]{32}")


def _parse(text: str, strict: bool = False) -> uuid.UUID:
    """A UUID in one of four forms; without `strict` any characters pass for braces."""
    length = len(text.encode())
    body = text
    if length == 45:
        if body[:9].lower() != "urn:uuid:":
            raise BuiltinError(f"invalid urn prefix: {quote(body[:9])}")
        body = body[9:]
    elif length == 38:
        if strict and (body[0] != "{" or body[-1] != "}"):
            raise BuiltinError("invalid bracketed UUID format")
        body = body[1:-1]
    elif length == 32:
        if not _PLAIN.fullmatch(body):
            raise BuiltinError("invalid UUID format")
        return uuid.UUID(body)
    elif length != 36:
        raise BuiltinError(f"invalid UUID length: {length}")
    if not _DASHED.fullmatch(body):
        raise BuiltinError("invalid UUID format")
    return uuid.UUID(body)


@_function(STRING, result=BOOL)
def Valid(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        _parse(text, strict=True)
    except BuiltinError as error:
        raise ArgumentError(str(error)) from None
    return True


@_function(STRING, result=STRING)
def Parse(text: str) -> str:
    """A UUID in its standard form."""
    return str(_parse(text))


@_function(STRING, result=STRING)
def URN(text: str) -> str:
    """A UUID as a URN."""
    return _parse(text).urn


@_function(INT, result=STRING)
def FromInt(number: int) -> str:
    """The UUID of a number of 128 bits."""
    size = (number.bit_length() + 7) // 8
    if size > 16:
        raise BuiltinError(f"invalid UUID (got {size} bytes)")
    return str(uuid.UUID(int=abs(number)))


@_function(STRING, result=INT)
def ToInt(text: str) -> int:
    """The bytes of the text, not of the UUID, as a number: what cue 0.14 does."""
    return int.from_bytes(text.encode(), "big")


@_function(STRING, result=INT)
def Variant(text: str) -> int:
    """The variant: a value of `variants`."""
    octet = _parse(text).bytes[8]
    if octet & 0xC0 == 0x80:
        return 1
    if octet & 0xE0 == 0xC0:
        return 3
    return 4 if octet & 0xE0 == 0xE0 else 2


@_function(STRING, result=INT)
def Version(text: str) -> int:
    """The version."""
    return _parse(text).bytes[6] >> 4


def _hashed(space: str, data: str | bytes, version: int) -> str:
    import hashlib

    raw = _parse(space).bytes + (data.encode() if isinstance(data, str) else data)
    name = "sha1" if version == 5 else "md5"
    digest = hashlib.new(name, raw, usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest[:16], version=version))


@_function(STRING, BYTES | STRING, result=STRING)
def SHA1(space: str, data: str | bytes) -> str:
    """The UUID of version 5 of data in a name space."""
    return _hashed(space, data, 5)


@_function(STRING, BYTES | STRING, result=STRING)
def MD5(space: str, data: str | bytes) -> str:
    """The UUID of version 3 of data in a name space."""
    return _hashed(space, data, 3)
