"""Characters as Go's `unicode` package has them: white space, and case mapping one character at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What `unicode.IsSpace` holds for; Python counts U+001C to U+001F too."""

_TO_SPACE: Final = str.maketrans("\x1c\x1d\x1e\x1f", "\x00\x00\x00\x00")


def upper(text: str) -> str:
    """`strings.ToUpper`: characters without a one-character upper case stay."""
    return text.upper() if text.isascii() else "".join(map(upper_rune, text))


def lower(text: str) -> str:
    """`strings.ToLower`, without regard to position (no final sigma)."""
    return text.lower() if text.isascii() else "".join(map(lower_rune, text))


@lru_cache(maxsize=4096)
def upper_rune(char: str) -> str:
    """`unicode.ToUpper`."""
    big = char.upper()
    return big if len(big) == 1 else title_rune(char)


@lru_cache(maxsize=4096)
def lower_rune(char: str) -> str:
    """`unicode.ToLower`."""
    small = char.lower()
    return small if len(small) == 1 else small[0] if char == "\u0130" else char


@lru_cache(maxsize=4096)
def title_rune(char: str) -> str:
    """`unicode.ToTitle`."""
    title = char.title()
    return title if len(title) == 1 else char


def fields(text: str) -> list[str]:
    """`strings.Fields`: the words between white space."""
    if text.isascii() and text.translate(_TO_SPACE) == text:
        return text.split()
    return _fields(text)


def _fields(text: str) -> list[str]:
    words: list[str] = []
    start = -1
    for i, char in enumerate(text):
        if char in SPACES:
            if start >= 0:
                words.append(text[start:i])
            start = -1
        elif start < 0:
            start = i
    if start >= 0:
        words.append(text[start:])
    return words


def from_bytes(data: bytes) -> str:
    """Bytes as a CUE string: each byte that is not UTF-8 becomes U+FFFD."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        loose = data.decode(errors="surrogateescape")
        return "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c for c in loose)
