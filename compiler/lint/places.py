"""From a field of a rendered object to the line that the author wrote.

A value that a property handed on is found again among the properties: by its value, and by how much of the two paths
agrees from their ends. Where nothing fits, the place is that of the component or trait that made the object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from velac.compiler.cue.leaf import Input, Leaf
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.values import Path, Values
from velac.compiler.render.specialise import Filled
from velac.grammar.source import Span

_CONTAINER_SUFFIX: Final = 3
"""How many steps of a path have to agree before a mapping or list counts as the author's own."""


class Places:
    """The places of values in properties; each piece of properties is indexed once."""

    __slots__ = ("_indexes",)

    def __init__(self) -> None:
        self._indexes: dict[int, tuple[Values, dict[Any, list[Path]]]] = {}

    def find(self, manifest: Manifest, path: Path, properties: Sequence[Values]) -> Span:
        """Where the value at `path` of an object was written, as far as that is known.

        For one that is missing it is the place of what lacks it: an item of a list, by its name, or the object.
        """
        for place, needed in _attempts(manifest, path):
            value = _value(manifest.object, place)[1]
            for values in properties:
                found = self._best(manifest, values, place, value, needed)
                if found is not None:
                    return values.span(found)
        return manifest.origin.span

    def _best(
        self, manifest: Manifest, values: Values, path: Path, value: Any, needed: int
    ) -> Path | None:
        """The path in properties that agrees most with one of the object, in `needed` last steps at least."""
        scalar = not isinstance(value, (dict, list))
        paths = self._index(values).get(_key(value) if scalar else path[-1:], [])
        fitting = [p for p in paths if not _is_of_another(manifest, values.data, p)]
        if not fitting:
            return None
        best = max(fitting, key=lambda p: _common_suffix(p, path))
        agreeing = _common_suffix(best, path)
        if agreeing < needed or (agreeing == 0 and len(fitting) > 1):
            return None
        if not scalar and _value(values.data, best)[1] != value:
            return None
        return best

    def _index(self, values: Values) -> dict[Any, list[Path]]:
        found = self._indexes.get(id(values))
        if found is None:
            table: dict[Any, list[Path]] = {}
            for path, value in _walk(values.data, ()):
                scalar = not isinstance(value, (dict, list))
                table.setdefault(_key(value) if scalar else path[-1:], []).append(path)
            found = self._indexes[id(values)] = (values, table)
        return found[1]


def _attempts(manifest: Manifest, path: Path) -> Iterator[tuple[Path, int]]:
    """Paths of the object to look for, the best first, each with how many steps have to agree."""
    here: Any = manifest.object
    end = 0
    while end < len(path) and _value(here, path[end : end + 1])[0]:
        here = here[path[end]]
        end += 1
    if end == len(path) and not isinstance(here, (dict, list)):
        yield path, 0 if _handed_on(manifest, path) else 1
    for cut in range(end, 0, -1):
        held = _value(manifest.object, path[:cut])[1]
        if isinstance(held, (dict, list)):
            yield path[:cut], min(cut, _CONTAINER_SUFFIX)
            name = (*path[:cut], "name")
            # A container that is called like its component has its name from there.
            own = isinstance(held, dict) and f"`{held.get('name')}`" in manifest.origin.owner
            if isinstance(held, dict) and not own and _handed_on(manifest, name):
                yield name, 1
    yield ("metadata", "name"), 2


def _key(value: Any) -> tuple[str, Any]:
    return (type(value).__name__, value)


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _value(data: Any, path: Path) -> tuple[bool, Any]:
    """Whether `data` holds something at `path`, and what."""
    here: Any = data
    for step in path:
        held = step in here if isinstance(here, dict) else _has_index(here, step)
        if not held:
            return False, None
        here = here[step]
    return True, here


def _has_index(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _handed_on(manifest: Manifest, path: Path) -> bool:
    """Whether the rendering copied the value from its inputs."""
    made = manifest.made
    if not isinstance(made, Filled):
        return False
    held, leaf = _value(made.rendered.object, path)
    return held and type(leaf) is Leaf and type(leaf.source) is Input


def _common_suffix(one: Path, two: Path) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(two), strict=False):
        if a != b:
            break
        count += 1
    return count


def _is_of_another(manifest: Manifest, data: Any, path: Path) -> bool:
    """Whether a path of properties lies in an object that is written out there and is not this one."""
    for end in range(len(path)):
        _, here = _value(data, path[:end])
        if isinstance(here, dict) and isinstance(here.get("kind"), str) and "metadata" in here:
            name = (here.get("metadata") or {}).get("name")
            same = here["kind"] == manifest.identity.kind
            return not same or name not in (None, manifest.identity.name)
    return False
