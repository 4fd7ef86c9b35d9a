"""The JSON Patch operations (RFC 6902) that turn one piece of plain data into another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Operation(NamedTuple):
    """`operator` is `add`, `remove` or `replace`; `path` is a JSON pointer."""

    operator: str
    path: str
    value: Any = None


def difference(old: Any, new: Any, path: str = "") -> Iterator[Operation]:
    """Operations to apply in order. Lists of one length are compared item by item, others are replaced."""
    if type(old) is dict and type(new) is dict:
        for key in sorted(old.keys() | new.keys()):
            at = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in new:
                yield Operation("remove", at)
            elif key not in old:
                yield Operation("add", at, new[key])
            else:
                yield from difference(old[key], new[key], at)
    elif type(old) is list and type(new) is list and len(old) == len(new):
        for index, (one, two) in enumerate(zip(old, new, strict=True)):
            yield from difference(one, two, f"{path}/{index}")
    elif type(old) is not type(new) or old != new:
        yield Operation("replace", path, new)
