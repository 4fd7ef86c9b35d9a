"""JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386) with the behaviour of the Go library KubeVela uses.

It departs from the RFCs in a few places (evanphx/json-patch 4): `replace`, `copy` and `test` treat a missing member
of an existing object as null, negative indices count from the end, only `replace` takes the whole document as its
target, and a merge removes nulls from objects in replaced lists too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from velac.compiler.cue.values import NO_TRACE, Decisions, plain, same_scalar

Data = Any


class PatchFailed(Exception):
    """An operation that cannot be done; `index` tells which one, `message` why."""

    def __init__(self, message: str, index: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.index = index


# --------------------------------------------------------------------------------------------------- merge patch


def merge_patch(document: Data, patch: Data) -> Data:
    """`document` after RFC 7386; neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    if not isinstance(document, dict):
        return _without_nulls(patch)
    merged = dict(document)
    for key, value in patch.items():
        present = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif present is None:
            merged[key] = _without_nulls(value)
        elif isinstance(value, dict):
            merged[key] = merge_patch(present, value)
        else:
            merged[key] = value if isinstance(present, dict) else _without_nulls(value)
    return merged


def _without_nulls(value: Data) -> Data:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


# ---------------------------------------------------------------------------------------------------- operations


def apply_operations(document: Data, operations: Data, trace: Decisions = NO_TRACE) -> Data:
    """`document` after all operations, in order. It is changed in place: hand over a copy of your own.

    Raises PatchFailed at the first operation that cannot be done.
    """
    if not isinstance(operations, list):
        raise PatchFailed("the operations of a JSON patch must be a list")
    for index, operation in enumerate(operations):
        try:
            document = _apply(document, operation, trace)
        except PatchFailed as failure:
            failure.index = index
            raise
    return document


def _apply(document: Data, operation: Data, trace: Decisions) -> Data:
    if not isinstance(operation, dict):
        raise PatchFailed("an operation must be a struct")
    name = plain(operation.get("op"), trace)
    act = _ACTIONS.get(name)
    if act is None:
        raise PatchFailed(f"unexpected kind of operation `{name}`")
    path = _path(operation, "path", trace)
    if name == "replace" and not path:
        whole = operation.get("value")
        return whole if isinstance(whole, dict | list) else document
    act(document, operation, path, trace)
    return document


def _path(operation: dict[str, Data], member: str, trace: Decisions) -> str:
    path = plain(operation.get(member), trace)
    if not isinstance(path, str):
        raise PatchFailed(f"an operation needs a `{member}`")
    return path


def _target(document: Data, path: str, name: str) -> tuple[Data, str]:
    """The container that holds the last part of a path, and that part."""
    parts = path.split("/")
    here = document
    if len(parts) < 2:
        raise PatchFailed(f"{name} operation does not apply: the path `{path}` is missing")
    for part in parts[1:-1]:
        try:
            here = _get(here, _unescaped(part))
        except PatchFailed:
            here = None
        if not isinstance(here, dict | list):
            raise PatchFailed(f"{name} operation does not apply: the path `{path}` is missing")
    return here, _unescaped(parts[-1])


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _get(container: Data, key: str) -> Data:
    """A member, None for one that an object does not have."""
    if isinstance(container, dict):
        return container.get(key)
    return container[_index(container, key, len(container))]


def _index(container: list[Data], key: str, limit: int) -> int:
    try:
        index = int(key)
    except ValueError:
        raise PatchFailed(f"`{key}` is not an index of a list") from None
    if not -limit <= index < limit:
        raise PatchFailed(f"unable to access invalid index: {index}")
    return index + limit if index < 0 else index


def _put(container: Data, key: str, value: Data) -> None:
    if isinstance(container, dict):
        container[key] = value
    elif key == "-":
        container.append(value)
    else:
        container.insert(_index(container, key, len(container) + 1), value)


def _take(container: Data, key: str) -> None:
    if isinstance(container, dict):
        if key not in container:
            raise PatchFailed(f"unable to remove nonexistent key: {key}")
        del container[key]
    else:
        del container[_index(container, key, len(container))]


def _add(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    container, key = _target(document, path, "add")
    _put(container, key, operation.get("value"))


def _remove(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    container, key = _target(document, path, "remove")
    _take(container, key)


def _replace(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    container, key = _target(document, path, "replace")
    if isinstance(container, list):
        container[_index(container, key, len(container))] = operation.get("value")
    else:
        container[key] = operation.get("value")


def _move(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    source, key = _target(document, _path(operation, "from", trace), "move")
    value = _get(source, key)
    _take(source, key)
    container, last = _target(document, path, "move")
    _put(container, last, value)


def _copy(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    source, key = _target(document, _path(operation, "from", trace), "copy")
    value = _copied(_get(source, key))
    container, last = _target(document, path, "copy")
    _put(container, last, value)


def _test(document: Data, operation: dict[str, Data], path: str, trace: Decisions) -> None:
    container, key = _target(document, path, "test")
    if not same_data(_get(container, key), operation.get("value"), trace):
        raise PatchFailed(f"testing value {path} failed")


def same_data(a: Data, b: Data, trace: Decisions = NO_TRACE) -> bool:
    """Whether two pieces of plain data are equal; numbers as written, so `1` and `1.0` differ."""
    if isinstance(a, dict):
        return (
            isinstance(b, dict)
            and a.keys() == b.keys()
            and all(same_data(a[key], b[key], trace) for key in a)
        )
    if isinstance(a, list):
        return (
            isinstance(b, list)
            and len(a) == len(b)
            and all(same_data(x, y, trace) for x, y in zip(a, b, strict=True))
        )
    if isinstance(b, dict | list):
        return False
    return same_scalar(a, b, trace)


def _copied(value: Data) -> Data:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


_Action = Callable[[Data, dict[str, Data], str, Decisions], None]
_ACTIONS: dict[Any, _Action] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
