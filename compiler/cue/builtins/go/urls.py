"""URLs as Go's `net/url` checks and escapes them."""

from __future__ import annotations

import re
import string
from typing import Final
from urllib.parse import quote as percent_encode
from urllib.parse import quote_plus

from velac.compiler.cue.builtins.go import addresses
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError

_PERCENT: Final = re.compile("%([0-9A-Fa-f]{2})?")
_HOST: Final = frozenset(string.ascii_letters + string.digits + "-_.~!$&'()*+,;=:[]<>\"")
_USER: Final = frozenset(string.ascii_letters + string.digits + "-._:~!$&'()*+,;=%@")
_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_PORT: Final = re.compile("(:[0-9]*)?")


def escape_path(text: str) -> str:
    """A path segment."""
    return percent_encode(text, safe="&=+$:@")


def escape_query(text: str) -> str:
    """A query component."""
    return quote_plus(text)


def unescape(text: str, query: bool = False) -> str:
    """The text with its escapes read; in a query `+` is a space."""
    _check_escapes(text)
    plain = text.replace("+", " ") if query else text
    raw = re.sub(
        b"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), plain.encode()
    )
    return from_bytes(raw)


def check(text: str) -> str:
    """Whether a text is a URL, relative or absolute: its scheme. BuiltinError with Go's reason."""
    body, _, fragment = text.partition("#")
    try:
        scheme = _check(body)
    except BuiltinError as error:
        raise BuiltinError(f"parse {quote(body)}: {error}") from None
    try:
        _check_escapes(fragment)
    except BuiltinError as error:
        raise BuiltinError(f"parse {quote(text)}: {error}") from None
    return scheme


def _check(text: str) -> str:
    if any(char < " " or char == "\x7f" for char in text):
        raise BuiltinError("net/url: invalid control character in URL")
    if text.startswith(":"):
        raise BuiltinError("missing protocol scheme")
    found = _SCHEME.match(text)
    scheme = found[0][:-1].lower() if found else ""
    rest = text[len(found[0]) :] if found else text
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        if scheme:
            return scheme
        if ":" in rest.partition("/")[0]:
            raise BuiltinError("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        _check_authority(authority)
        rest = slash + path
    _check_escapes(rest)
    return scheme


def _check_authority(authority: str) -> None:
    user, at, host = authority.rpartition("@")
    _check_host(host)
    if at:
        if not _USER.issuperset(user):
            raise BuiltinError("net/url: invalid userinfo")
        for part in user.split(":", 1):
            _check_escapes(part)


def _check_host(host: str) -> None:
    bracket = host.rfind("[")
    if bracket > 0:
        raise BuiltinError("invalid IP-literal")
    if bracket == 0:
        _check_literal(host)
        return
    colon = host.rfind(":")
    if colon >= 0:
        _check_port(host[colon:])
    _check_host_text(host)


def _check_literal(host: str) -> None:
    end = host.rfind("]")
    if end < 0:
        raise BuiltinError("missing ']' in host")
    _check_port(host[end + 1 :])
    name = host[1:end]
    zone = name.find("%25")
    _check_host_text(name if zone < 0 else name[:zone])
    try:
        address = addresses.parse(unescape(name))
    except BuiltinError as error:
        raise BuiltinError(f"invalid host: {error}") from None
    if address.is4:
        raise BuiltinError("invalid IP-literal")


def _check_port(text: str) -> None:
    if not _PORT.fullmatch(text):
        raise BuiltinError(f"invalid port {quote(text)} after host")


def _check_host_text(text: str) -> None:
    """Only bytes beyond ASCII, and `%25`, may be escaped; the rest must be host characters."""
    position = 0
    while position < len(text):
        char = text[position]
        if char == "%":
            found = _PERCENT.match(text, position)
            code = found[1] if found else None
            if code is None:
                raise _bad_escape(text[position : position + 3])
            if int(code, 16) < 0x80 and code != "25":
                raise _bad_escape(text[position : position + 3])
            position += 3
            continue
        if char.isascii() and char not in _HOST:
            raise BuiltinError(f"invalid character {quote(char)} in host name")
        position += 1


def _check_escapes(text: str) -> None:
    for found in _PERCENT.finditer(text):
        if found[1] is None:
            raise _bad_escape(text[found.start() : found.start() + 3])


def _bad_escape(escape: str) -> BuiltinError:
    data = escape.encode()[:3]
    whole = data.decode(errors="ignore")  # a character cut in two is shown as bytes
    rest = "".join(f"\\x{byte:02x}" for byte in data[len(whole.encode()) :])
    return BuiltinError(f'invalid URL escape {quote(whole)[:-1]}{rest}"')
