"""From a field of a rendered object to the line that the author wrote.

A value that a property handed on is found again among the properties: by its value, and by how much of the two paths
agrees from their ends. Where nothing fits, the place is that of the component or trait that made the object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, final

from velac.compiler.cue.leaf import Input, Leaf
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.written import CONTAINER_SUFFIX, Written
from velac.compiler.render.specialise import Filled
from velac.grammar.source import Span


@final
class Places:
    """The places of what the objects of one Application show. Nothing is indexed before somebody asks."""

    __slots__ = ("_app", "_pieces", "_written")

    def __init__(self, app: AppIR) -> None:
        self._app: Final = app
        self._pieces: dict[str, list[tuple[str, Values]]] | None = None
        self._written: Final[dict[str, Written]] = {}

    def find(self, manifest: Manifest, path: Path, data: Any = None) -> Span:
        """Where the value at `path` of an object was written, as far as that is known; `data` is the object, if at hand.

        For one that is missing it is the place of what lacks it: an item of a list, by its name, or the object.
        """
        written = self._of(manifest.origin.owner)
        obj = manifest.object if data is None else data
        role, identity = manifest.origin.role, manifest.identity
        for place, value, needed in _attempts(manifest, obj, path):
            found = written.find(role, identity, place, value, needed)
            if found is not None:
                return found
        return manifest.origin.span

    def _of(self, owner: str) -> Written:
        found = self._written.get(owner)
        if found is None:
            if self._pieces is None:
                self._pieces = _pieces_of(self._app)
            found = self._written[owner] = Written(self._pieces.get(owner, ()))
        return found


def _pieces_of(app: AppIR) -> dict[str, list[tuple[str, Values]]]:
    """The properties that an object may have taken a value from, by who made it; each piece once."""
    found: dict[str, dict[int, tuple[str, Values]]] = {}
    for group in (*(d.components for d in app.deployments), app.components):
        for component in group:
            known = found.setdefault(f"component `{component.name}`", {})
            if component.properties is not None:
                known.setdefault(id(component.properties), ("", component.properties))
            for trait in component.traits:
                if trait.properties is not None:
                    known.setdefault(id(trait.properties), (trait.type, trait.properties))
    for policy in app.policies:
        if policy.properties is not None:
            known = found.setdefault(f"policy `{policy.name}`", {})
            known.setdefault(id(policy.properties), ("", policy.properties))
    return {owner: [*known.values()] for owner, known in found.items()}


def _attempts(manifest: Manifest, obj: Any, path: Path) -> Iterator[tuple[Path, Any, int]]:
    """Paths of the object to look for with their values, the best first, each with how many steps have to agree."""
    trail = _trail(obj, path)
    end = len(trail) - 1
    if end == len(path) and not isinstance(trail[end], (dict, list)):
        yield path, trail[end], 0 if _handed_on(manifest, path) else 1
    for cut in range(end, 0, -1):
        held = trail[cut]
        if isinstance(held, dict):
            yield path[:cut], held, min(cut, CONTAINER_SUFFIX)
            name = held.get("name")
            # A container that is called like its component has its name from there.
            if name is not None and f"`{name}`" not in manifest.origin.owner:
                place = (*path[:cut], "name")
                if _handed_on(manifest, place):
                    yield place, name, 1
        elif isinstance(held, list):
            yield path[:cut], held, min(cut, CONTAINER_SUFFIX)
    metadata = obj.get("metadata") if isinstance(obj, dict) else None
    if isinstance(metadata, dict):
        yield ("metadata", "name"), metadata.get("name"), 2


def _trail(data: Any, path: Path) -> list[Any]:
    """What lies on the way to `path`, as far as there is something."""
    found = [data]
    for step in path:
        held = step in data if isinstance(data, dict) else _has_index(data, step)
        if not held:
            break
        data = data[step]
        found.append(data)
    return found


def _has_index(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _handed_on(manifest: Manifest, path: Path) -> bool:
    """Whether the rendering copied the value from its inputs."""
    made = manifest.made
    if not isinstance(made, Filled):
        return False
    trail = _trail(made.rendered.object, path)
    leaf = trail[-1]
    return len(trail) > len(path) and type(leaf) is Leaf and type(leaf.source) is Input
