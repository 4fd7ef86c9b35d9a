"""The values that were written for what one component or policy makes, found by what they are.

A component is deployed in many variants, which have most of their properties in common: a value that several of them
have at one path is kept once, so looking one up costs the same for one variant and for a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final, TypeAlias, final

from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.values import Path, Values
from velac.grammar.source import Span

Held: TypeAlias = tuple[str, str] | None
"""The kind and name ("" for none) of an object that is written out in properties."""
Places: TypeAlias = dict[str, dict[Path, Values]]
"""Where a value is: in which part, at which path, in the first of the properties that have it there."""

_MANY: Final = 64
CONTAINER_SUFFIX: Final = 3
"""How many steps of a path have to agree, if it has so many, before a mapping or list counts as the author's own."""


@final
class Written:
    """Properties in parts: those of the component or policy (""), and those of its traits by their type."""

    __slots__ = ("_containers", "_order", "_scalars")

    def __init__(self, pieces: Iterable[tuple[str, Values]]) -> None:
        self._scalars: Final[dict[tuple[Held, type, Any], Places]] = {}
        self._containers: Final[dict[Path, dict[tuple[Held, bytes], Places]]] = {}
        """Mappings and lists, by the last steps to them."""
        parts: dict[str, None] = {}
        for part, values in pieces:
            parts[part] = None
            for path, value, held in _walk(values.data, (), None):
                if not isinstance(value, (dict, list)):
                    places = self._scalars.setdefault((held, type(value), value), {})
                    places.setdefault(part, {}).setdefault(path, values)
                    continue
                key = (held, _digest(value))
                for length in range(1, min(CONTAINER_SUFFIX, len(path)) + 1):
                    places = self._containers.setdefault(path[-length:], {}).setdefault(key, {})
                    places.setdefault(part, {}).setdefault(path, values)
        self._order: Final = tuple(parts)

    def find(
        self, first: str, identity: Identity, path: Path, value: Any, needed: int
    ) -> Span | None:
        """Where a value was written whose path agrees best with one of an object, in `needed` last steps at least.

        The part `first` is looked at before the others. What is written for another object does not count.
        """
        same: tuple[Held, ...] = (None, (identity.kind, ""), (identity.kind, identity.name))
        if isinstance(value, (dict, list)):
            table = self._containers.get(path[-needed:])
            if table is None:
                return None
            digest = _digest(value)
            found = [places for held in same if (places := table.get((held, digest)))]
        else:
            kind, known = type(value), self._scalars
            found = [places for held in same if (places := known.get((held, kind, value)))]
        if not found:
            return None
        for part in (first, *self._order):
            paths = [places[part] for places in found if part in places]
            if paths:
                span = _best(paths[0] if len(paths) == 1 else _merged(paths), path, needed)
                if span is not None:
                    return span
        return None


def _merged(tables: Iterable[dict[Path, Values]]) -> dict[Path, Values]:
    return {path: values for table in tables for path, values in table.items()}


def _best(paths: dict[Path, Values], path: Path, needed: int) -> Span | None:
    best = _nearest(paths, path)
    agreeing = common_suffix(best, path)
    if agreeing < needed or (agreeing == 0 and len(paths) > 1):
        return None
    return paths[best].span(best)


def _nearest(paths: dict[Path, Values], path: Path) -> Path:
    """The path with the longest common end; among very many the longest that is such an end itself."""
    if len(paths) == 1:
        return next(iter(paths))
    if len(paths) > _MANY:
        for start in range(len(path)):
            if path[start:] in paths:
                return path[start:]
    return max(paths, key=lambda one: common_suffix(one, path))


def common_suffix(one: Sequence[str | int], two: Sequence[str | int]) -> int:
    """How many last steps two paths have in common."""
    count = 0
    for a, b in zip(reversed(one), reversed(two), strict=False):
        if a != b:
            break
        count += 1
    return count


def _digest(value: Any) -> bytes:
    """What equal mappings and lists have in common."""
    import orjson

    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    try:
        text = orjson.dumps(value, default=str, option=options)
    except TypeError:  # nested too deeply, or a number of more than 64 bits
        text = repr(value).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).digest()


def _walk(value: Any, path: Path, held: Held) -> Iterator[tuple[Path, Any, Held]]:
    yield path, value, held
    if isinstance(value, dict):
        if held is None and isinstance(value.get("kind"), str) and "metadata" in value:
            metadata = value["metadata"]
            name = metadata.get("name") if isinstance(metadata, dict) else None
            held = (value["kind"], "" if name is None else str(name))
        for key, item in value.items():
            yield from _walk(item, (*path, key), held)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), held)
