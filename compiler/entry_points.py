"""Entry points of the installed distributions, without `importlib.metadata`: importing that costs more than a small build.

An installed distribution is a folder `<name>.dist-info` or `<name>.egg-info` on the import path with a file
`entry_points.txt`. Anything else on the path (a zip file, say) is left to the standard library.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Final

_INFO: Final = (".dist-info", ".egg-info")
_PREFIX: Final = "velac."


def entry_points(group: str) -> list[tuple[str, str]]:
    """Names and values of the entry points of a group, sorted by name and value; a distribution counts once."""
    return [(name, value) for own, name, value in _all(tuple(sys.path)) if own == group]


@lru_cache(maxsize=4)
def _all(path: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    found: set[tuple[str, str, str]] = set()
    seen: set[str] = set()
    for place in dict.fromkeys(path):
        try:
            names = os.listdir(place or ".")
        except NotADirectoryError:
            return _by_standard_library()
        except OSError:
            continue
        for name in names:
            if not name.endswith(_INFO):
                continue
            distribution = name.partition("-")[0].lower()
            if distribution not in seen:
                seen.add(distribution)
                found.update(_read(os.path.join(place, name, "entry_points.txt")))
    return tuple(sorted(found))


def _read(file: str) -> list[tuple[str, str, str]]:
    """Our groups of one `entry_points.txt`."""
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except OSError:
        return []
    if f"[{_PREFIX}" not in text:
        return []
    found: list[tuple[str, str, str]] = []
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[]")
        elif group.startswith(_PREFIX) and "=" in line and line[0] not in "#;":
            name, _, value = line.partition("=")
            found.append((group, name.strip(), value.strip()))
    return found


def _by_standard_library() -> tuple[tuple[str, str, str], ...]:
    from importlib.metadata import entry_points as standard

    points = standard()
    groups = [group for group in points.groups if group.startswith(_PREFIX)]
    return tuple(
        sorted({(p.group, p.name, p.value) for g in groups for p in points.select(group=g)})
    )
