"""Versions of definitions: what one says about itself, and which of several is the newest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

NAME_ANNOTATION: Final = "definitionrevision.oam.dev/name"
_NUMBERS: Final = re.compile(r"v(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def declared_version(metadata: Any, spec: Any) -> str:
    """`v1.2.3` of `spec.version`, `vfoo` of the annotation that names the revision; "" where there is neither."""
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    named = annotations.get(NAME_ANNOTATION) if isinstance(annotations, dict) else None
    number = spec.get("version") if isinstance(spec, dict) else None
    for text in (named, number):
        if isinstance(text, str) and text:
            return f"v{text}"
    return ""


def observed_version(name: str, status: Any) -> str:
    """`v3` of an object that a cluster has numbered (`status.latestRevision`); "" where it has not."""
    latest = status.get("latestRevision") if isinstance(status, dict) else None
    text = latest.get("name") if isinstance(latest, dict) else None
    if isinstance(text, str) and text.startswith(f"{name}-v"):
        return text[len(name) + 1 :]
    return ""


def newest(versions: Iterable[str]) -> str:
    """The highest of some versions."""
    return max(versions, key=precedence)


def precedence(version: str) -> tuple[Any, ...]:
    """What versions are ordered by: as semantic versions; what is none comes before all that are."""
    found = _NUMBERS.fullmatch(version)
    if found is None:
        return (0, (), (), version)
    numbers = tuple(int(text or 0) for text in found.groups()[:3])
    before = found[4]
    parts = tuple(_part(p) for p in before.split(".")) if before else ()
    return (1, numbers, (not before, parts), version)


def _part(text: str) -> tuple[int, int, str]:
    """A part of a pre-release: numbers by value, and before words."""
    return (0, int(text), "") if text.isdigit() else (1, 0, text)
