"""IP addresses and prefixes as Go's `net/netip` reads, tells apart and prints them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_MAPPED: Final = b"\0" * 10 + b"\xff\xff"


@dataclass(frozen=True, slots=True)
class Address:
    """4 or 16 bytes, and the zone of an IPv6 address."""

    raw: bytes
    zone: str = ""

    @property
    def is4(self) -> bool:
        """Whether it is an IPv4 address; one mapped into IPv6 is not."""
        return len(self.raw) == 4

    def unmapped(self) -> bytes:
        """The bytes, of the IPv4 address if one is mapped."""
        return self.raw[12:] if self.raw.startswith(_MAPPED) and not self.is4 else self.raw

    def is_loopback(self) -> bool:
        raw = self.unmapped()
        return raw[0] == 127 if len(raw) == 4 else raw == b"\0" * 15 + b"\1"

    def is_multicast(self) -> bool:
        raw = self.unmapped()
        return raw[0] & 0xF0 == 0xE0 if len(raw) == 4 else raw[0] == 0xFF

    def is_interface_local_multicast(self) -> bool:
        return not self.is4 and self.raw[0] == 0xFF and self.raw[1] & 0x0F == 1

    def is_link_local_multicast(self) -> bool:
        raw = self.unmapped()
        if len(raw) == 4:
            return raw[:3] == b"\xe0\0\0"
        return raw[0] == 0xFF and raw[1] & 0x0F == 2

    def is_link_local_unicast(self) -> bool:
        raw = self.unmapped()
        if len(raw) == 4:
            return raw[:2] == b"\xa9\xfe"
        return raw[0] == 0xFE and raw[1] & 0xC0 == 0x80

    def is_unspecified(self) -> bool:
        return not any(self.raw) and not self.zone

    def is_global_unicast(self) -> bool:
        raw = self.unmapped()
        if raw in (b"\0" * 4, b"\xff" * 4):
            return False
        special = self.is_loopback() or self.is_multicast() or self.is_link_local_unicast()
        return not special and not self.is_unspecified()

    def as16(self) -> bytes:
        """The 16-byte form."""
        return _MAPPED + self.raw if self.is4 else self.raw

    def __str__(self) -> str:
        if self.is4:
            return ".".join(map(str, self.raw))
        if self.raw.startswith(_MAPPED):
            text = "::ffff:" + ".".join(map(str, self.raw[12:]))
        else:
            text = str(ipaddress.IPv6Address(self.raw))
        return f"{text}%{self.zone}" if self.zone else text


def parse(text: str) -> Address:
    """An address. BuiltinError with Go's reason."""
    for char in text:
        if char == ".":
            return Address(_v4(text, text))
        if char == ":":
            return _v6(text)
        if char == "%":
            raise _error(text, "missing IPv6 address")
    raise _error(text, "unable to parse IP")


def parse_prefix(text: str) -> tuple[Address, int]:
    """An address with a prefix length."""
    head, slash, bits = text.rpartition("/")
    if not slash:
        raise _prefix_error(text, "no '/'")
    try:
        address = parse(head)
    except BuiltinError as error:
        raise _prefix_error(text, str(error)) from None
    if address.zone:
        raise _prefix_error(text, "IPv6 zones cannot be present in a prefix")
    digits = bits.removeprefix("+") if len(bits) == 1 else bits
    if not (digits.isascii() and digits.isdigit()) or (len(bits) > 1 and bits[0] == "0"):
        raise _prefix_error(text, f"bad bits after slash: {quote(bits)}")
    if len(bits) > 4 or int(bits) > len(address.raw) * 8:
        if len(bits) > 18:
            raise _prefix_error(text, f"bad bits after slash: {quote(bits)}")
        raise _prefix_error(text, "prefix length out of range")
    return address, int(bits)


def _prefix_error(text: str, reason: str) -> BuiltinError:
    return BuiltinError(f"netip.ParsePrefix({quote(text)}): {reason}")


def _error(text: str, reason: str, at: str = "") -> BuiltinError:
    place = f" (at {quote(at)})" if at else ""
    return BuiltinError(f"ParseAddr({quote(text)}): {reason}{place}")


def _v4(whole: str, text: str) -> bytes:
    octets: list[int] = []
    start = 0
    for i, char in enumerate(text):
        if "0" <= char <= "9":
            if text[start : i + 1][:1] == "0" and i > start:
                raise _error(whole, "IPv4 field has octet with leading zero")
            if int(text[start : i + 1]) > 255:
                raise _error(whole, "IPv4 field has value >255")
        elif char == ".":
            if i in (start, len(text) - 1):
                raise _error(whole, "IPv4 field must have at least one digit", text[i:])
            if len(octets) == 3:
                raise _error(whole, "IPv4 address too long")
            octets.append(int(text[start:i]))
            start = i + 1
        else:
            raise _error(whole, "unexpected character", text[i:])
    if len(octets) < 3:
        raise _error(whole, "IPv4 address too short")
    return bytes([*octets, int(text[start:])])


def _v6(whole: str) -> Address:
    rest, percent, zone = whole.partition("%")
    if percent and not zone:
        raise _error(whole, "zone must be a non-empty string")
    raw = bytearray()
    ellipsis = -1
    if rest.startswith("::"):
        ellipsis, rest = 0, rest[2:]
    while rest and len(raw) < 16:
        digits = _group(whole, rest)
        if rest[digits : digits + 1] == ".":
            raw += _embedded(whole, rest, len(raw), ellipsis)
            rest = ""
            break
        raw += int(rest[:digits], 16).to_bytes(2, "big")
        rest = rest[digits:]
        if not rest:
            break
        if rest[0] != ":":
            raise _error(whole, "unexpected character, want colon", rest)
        if len(rest) == 1:
            raise _error(whole, "colon must be followed by more characters", rest)
        rest = rest[1:]
        if rest[0] == ":":
            if ellipsis >= 0:
                raise _error(whole, "multiple :: in address", rest)
            ellipsis, rest = len(raw), rest[1:]
    return Address(_expanded(whole, rest, bytes(raw), ellipsis), zone)


def _group(whole: str, rest: str) -> int:
    """How many hexadecimal digits the text starts with: 1 to 4."""
    digits = 0
    while digits < len(rest) and rest[digits] in _HEX:
        digits += 1
        if digits > 4:
            raise _error(whole, "each group must have 4 or less digits", rest)
    if not digits:
        raise _error(whole, "each colon-separated field must have at least one digit", rest)
    return digits


def _embedded(whole: str, rest: str, filled: int, ellipsis: int) -> bytes:
    if ellipsis < 0 and filled != 12:
        reason = "embedded IPv4 address must replace the final 2 fields of the address"
        raise _error(whole, reason, rest)
    if filled + 4 > 16:
        reason = "too many hex fields to fit an embedded IPv4 at the end of the address"
        raise _error(whole, reason, rest)
    return _v4(whole, rest)


def _expanded(whole: str, rest: str, raw: bytes, ellipsis: int) -> bytes:
    if rest:
        raise _error(whole, "trailing garbage after address", rest)
    if len(raw) == 16:
        if ellipsis >= 0:
            raise _error(whole, "the :: must expand to at least one field of zeros")
        return raw
    if ellipsis < 0:
        raise _error(whole, "address string too short")
    return raw[:ellipsis] + b"\0" * (16 - len(raw)) + raw[ellipsis:]
