"""Cron expressions as CronJobs take them."""

from __future__ import annotations

import re
from typing import Final

_FIELDS: Final = (
    ("minute", 0, 59, ""),
    ("hour", 0, 23, ""),
    ("day", 1, 31, ""),
    ("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    ("weekday", 0, 7, "sun mon tue wed thu fri sat"),
)
_MACROS: Final = frozenset("@yearly @annually @monthly @weekly @daily @midnight @hourly".split())
_PART: Final = re.compile(r"(?:\*|\?|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def cron_problem(text: str) -> str:
    """Why a text is no schedule (`has a minute …`), or ""."""
    if text in _MACROS or re.fullmatch(r"@every ([0-9.]+(h|m|s|ms|us|ns))+", text):
        return ""
    parts = text.split()
    if parts and parts[0].startswith(("TZ=", "CRON_TZ=")):
        return "names a time zone, which belongs into `timeZone`"
    if len(parts) != len(_FIELDS):
        return f"has {len(parts)} fields instead of 5"
    for part, (name, low, high, words) in zip(parts, _FIELDS, strict=True):
        if any(not _fits(item, low, high, words.split()) for item in part.split(",")):
            return f"has the {name} `{part}`"
    return ""


def _fits(item: str, low: int, high: int, words: list[str]) -> bool:
    match = _PART.fullmatch(item)
    if match is None or match[3] == "0":
        return False
    numbers = [_number(text, words, low) for text in match.groups()[:2] if text is not None]
    return all(n is not None and low <= n <= high for n in numbers)


def _number(text: str, words: list[str], low: int) -> int | None:
    if text.lower() in words:
        return words.index(text.lower()) + low
    return int(text) if text.isdigit() else None
