"""The fields in which two objects differ. Lists of things with a key are matched by it, as Kubernetes merges them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from velac.compiler.ir.values import Path

ABSENT: Final = object()
_KEYS: Final = (
    "name",
    "containerPort",
    "mountPath",
    "key",
    "port",
    "ip",
    "topologyKey",
    "type",
    "path",
    "host",
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: its path, what it was and what it becomes; `ABSENT` where there is none."""

    path: str
    before: Any
    after: Any
    at: Path = ()
    """The path in the newer object, in the older one where the field is gone."""

    @property
    def verb(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is ABSENT:
            return "added"
        return "removed" if self.after is ABSENT else "changed"


def field_changes(before: Any, after: Any, path: str = "", at: Path = ()) -> Iterator[FieldChange]:
    """All differing fields, in path order; a whole subtree that is new or gone is one change."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = f"{path}.{_part(key)}" if path else _part(key)
            yield from field_changes(
                before.get(key, ABSENT), after.get(key, ABSENT), inner, (*at, key)
            )
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_changes(before, after, path, at)
    elif before is ABSENT or after is ABSENT or type(before) is not type(after) or before != after:
        yield FieldChange(path, before, after, at)


def pattern_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """What matches a path that one of the patterns means: `*` stands for anything, all else for itself."""
    if not patterns:
        return None
    return re.compile("|".join(re.escape(p).replace(r"\*", ".*") for p in patterns), re.DOTALL)


def _part(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'


def _list_changes(
    before: list[Any], after: list[Any], path: str, at: Path
) -> Iterator[FieldChange]:
    key = _key_of(before, after)
    if key is None:
        for index in range(max(len(before), len(after))):
            one = before[index] if index < len(before) else ABSENT
            two = after[index] if index < len(after) else ABSENT
            yield from field_changes(one, two, f"{path}[{index}]", (*at, index))
        return
    old = {item[key]: (index, item) for index, item in enumerate(before)}
    new = {item[key]: (index, item) for index, item in enumerate(after)}
    for value in dict.fromkeys((*old, *new)):
        was, one = old.get(value, (0, ABSENT))
        index, two = new.get(value, (was, ABSENT))
        yield from field_changes(one, two, f"{path}[{key}={value}]", (*at, index))
    kept = [v for v in old if v in new]
    if kept != [v for v in new if v in old]:
        yield FieldChange(f"{path} (order)", list(old), list(new), at)


def _key_of(before: list[Any], after: list[Any]) -> str | None:
    """The field that tells the elements of both lists apart."""
    items = [*before, *after]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    for key in _KEYS:
        if all(isinstance(item.get(key), str | int) for item in items) and all(
            len({item[key] for item in side}) == len(side) for side in (before, after)
        ):
            return key
    return None
