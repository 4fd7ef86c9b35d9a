"""Kubernetes' CEL library of semantic versions (semver.org 2.0.0): parsing, and the order of versions."""

from __future__ import annotations

import re
from typing import Final

_IDENTIFIER: Final = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_LARGEST: Final = 2**64 - 1
_LONGEST: Final = 256

Part = tuple[int, int, str]
"""An identifier of a pre-release: numbers come before words."""
Version = tuple[tuple[int, int, int], tuple[bool, tuple[Part, ...]]]
"""Ordered as versions are: numbers, then pre-releases before the release."""


def parsed(text: str, normalize: bool = False) -> str:
    """A version in the form that equal ones have in common: without what follows `+`. Raises ValueError."""
    wanted = _normalized(text) if normalize else text
    match = _VERSION.fullmatch(wanted) if len(wanted) <= _LONGEST else None
    if match is None or any(int(match[n]) > _LARGEST for n in (1, 2, 3)):
        raise ValueError(f"`{text[:_LONGEST]}` is not a semantic version")
    return wanted.partition("+")[0]


def _normalized(text: str) -> str:
    """Without a leading `v` and zeros in front of numbers, with a minor and a patch number."""
    parts = text.removeprefix("v").split(".", 2)
    parts = [re.sub(r"\A0+(?=[0-9])", "", part) for part in parts]
    if len(parts) < 3 and re.search(r"[-+]", parts[-1]):
        raise ValueError(f"`{text[:_LONGEST]}` is a short version with a pre-release or build")
    return ".".join(parts + ["0"] * (3 - len(parts)))


def ordered(text: str) -> Version:
    """What versions are compared by. Raises ValueError."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError("not a value of semver")
    before = match[4]
    parts = tuple(map(_part, before.split("."))) if before else ()
    return (int(match[1]), int(match[2]), int(match[3])), (not before, parts)


def _part(text: str) -> Part:
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)
