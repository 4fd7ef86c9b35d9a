"""HTML text as Go's `html` package escapes and unescapes it."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final

ESCAPES: Final = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&#34;"})
_REFERENCE: Final = re.compile(
    r"&(?:#[xX](?P<hex>[0-9a-fA-F]*)(?P<hex_end>;?)|#(?P<dec>[0-9]*)(?P<dec_end>;?)|(?P<name>[0-9A-Za-z]+);?)"
)
_LONGEST_BARE: Final = 6


def unescape(text: str) -> str:
    """Character references as characters; unknown ones stay."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    whole = found[0]
    name = found["name"]
    if name is not None:
        return _named(whole, name)
    if len(whole) <= 3 or len(found.string) - found.start() <= 3:
        return whole
    base, digits = (16, found["hex"]) if found["hex"] is not None else (10, found["dec"])
    if not digits:
        return whole if whole[-1] != ";" else "\ufffd"
    code = int(digits[:20], base)
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", errors="ignore") or chr(code)
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    return chr(code)


def _named(whole: str, name: str) -> str:
    if whole in _KNOWN:
        return _KNOWN[whole]
    for end in range(min(len(name) - 1, _LONGEST_BARE), 1, -1):
        if "&" + name[:end] in _KNOWN:
            return _KNOWN["&" + name[:end]] + whole[1 + end :]
    return whole


_KNOWN: Final = {"&" + name: value for name, value in html5.items()}
