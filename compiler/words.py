"""Words that messages and reports of all parts share."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """`1 cluster`, `2 clusters`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
