"""Expected against actual data: lines that say where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def differences(
    expected: Any, actual: Any, path: str = "", *, subset: bool = False
) -> Iterator[str]:
    """Where `actual` is not `expected`; with `subset` it may have more fields, at every depth."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            where = f"{path}.{key}" if path else str(key)
            if key not in actual:
                yield f"{where}: missing, expected {shown(value)}"
            else:
                yield from differences(value, actual[key], where, subset=subset)
        if not subset:
            for key in actual:
                if key not in expected:
                    where = f"{path}.{key}" if path else str(key)
                    yield f"{where}: not expected, is {shown(actual[key])}"
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: {len(actual)} elements, expected {len(expected)}: {shown(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from differences(one, other, f"{path}[{index}]", subset=subset)
    elif not _same(expected, actual):
        yield f"{path}: is {shown(actual)}, expected {shown(expected)}"


def _same(one: Any, other: Any) -> bool:
    """Equality in which `true` is not `1`."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def shown(value: Any) -> str:
    """A value on one line, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:197] + "..."
