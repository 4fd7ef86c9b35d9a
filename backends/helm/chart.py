"""The objects of an Application over all clusters, as templates and values.

An object whose versions have one structure becomes one template. What differs between clusters is a value, and so is every
leaf that copies a parameter; a value is called after its parameter where all clusters agree on which one it is. Versions of
different structure are written out, and a value chooses among them (or none, for a cluster that does not get the object).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from velac.backends.plain.emit import object_names
from velac.compiler.ir.manifest import AppManifests, Identity, Manifest
from velac.compiler.ir.values import Path
from velac.grammar.yaml_writer import Hole, template

Name: TypeAlias = tuple[str, ...]
_EXACT: Final = 2**53
"""Helm reads numbers as floats; beyond this they would change."""


@dataclass(slots=True)
class Version:
    """One form of an object, and the numbers of the classes that get it."""

    manifest: Manifest
    classes: list[int] = field(default_factory=list)
    parameters: dict[Path, Name] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """The placeholder of a value inside an object; `name` is its path in the values."""

    name: Name


@dataclass(slots=True)
class Chart:
    """Templates by file name, and the values of each class of clusters by their path."""

    values: list[dict[Name, Any]]
    templates: dict[str, str] = field(default_factory=dict)
    _leaves: set[Name] = field(default_factory=set)
    _inner: set[Name] = field(default_factory=set)

    def fits(self, name: Name, leaves: Iterable[tuple[int, Any]]) -> bool:
        """Whether a value can have this name: no other one is above, below or, in one of these classes, different."""
        if name in self._inner or any(name[:end] in self._leaves for end in range(1, len(name))):
            return False
        return all(self.values[at].get(name, leaf) == leaf for at, leaf in leaves)

    def enter(self, name: Name, leaves: Iterable[tuple[int, Any]]) -> None:
        """Give a value to classes."""
        self._leaves.add(name)
        self._inner.update(name[:end] for end in range(1, len(name)))
        for at, leaf in leaves:
            self.values[at][name] = leaf


def chart_of(app: AppManifests) -> Chart:
    """The chart of an Application."""
    chart = Chart([{} for _ in app.groups])
    objects = _versions(app)
    names = object_names(tuple(versions[0].manifest for versions in objects))
    for name, versions in zip(names, objects, strict=True):
        _add(chart, name, versions)
    return chart


def _versions(app: AppManifests) -> list[list[Version]]:
    found: dict[Identity, dict[str, Version]] = {}
    for number, group in enumerate(app.groups):
        for manifest in group.manifests:
            versions = found.setdefault(manifest.identity, {})
            version = versions.get(manifest.text)
            if version is None:
                version = versions[manifest.text] = Version(manifest)
                version.parameters = dict(_parameters(manifest))
            version.classes.append(number)
    return [list(versions.values()) for versions in found.values()]


def _parameters(manifest: Manifest) -> Iterator[tuple[Path, Name]]:
    owner = manifest.origin.owner.split("`")
    for path, parameter in getattr(manifest.made, "parameters", ()):
        if len(owner) > 1:
            yield path, ("components", owner[1], *map(str, parameter))


def _add(chart: Chart, name: str, versions: list[Version]) -> None:
    first = versions[0].manifest.object
    where = {at for version in versions for at in version.classes}
    everywhere = len(where) == len(chart.values)
    if all(_alike(first, version.manifest.object) for version in versions[1:]):
        body = _one_template(chart, name, versions)
        choice = dict.fromkeys(where, "all")
        parts = {"all": body}
    else:
        parts = {}
        choice = {}
        for number, version in enumerate(versions, 1):
            parts[str(number)] = literal(version.manifest.text)
            choice |= dict.fromkeys(version.classes, str(number))
    if everywhere and len(parts) == 1:
        chart.templates[f"{name}.yaml"] = parts["all"]
        return
    key = ("objects", name)
    chart.enter(key, ((at, choice.get(at, "none")) for at in range(len(chart.values))))
    chart.templates[f"{name}.yaml"] = "".join(
        f"{{{{- if eq {_reference(key)} {json.dumps(word)} }}}}\n{body}{{{{- end }}}}\n"
        for word, body in parts.items()
    )


def _one_template(chart: Chart, name: str, versions: list[Version]) -> str:
    """The common template; the values of each class are entered."""
    objects = [version.manifest.object for version in versions]
    places: dict[Path, Name] = {}
    for path in _leaf_paths(objects[0]):
        called = {version.parameters.get(path) for version in versions}
        parameter = called.pop() if len(called) == 1 else None
        leaves = [_at(obj, path) for obj in objects]
        given = [
            (at, leaf)
            for version, leaf in zip(versions, leaves, strict=True)
            for at in version.classes
        ]
        differs = any(leaf != leaves[0] or type(leaf) is not type(leaves[0]) for leaf in leaves)
        named = parameter is not None and all(map(_can_be_value, leaves))
        if named and parameter is not None and chart.fits(parameter, given):
            places[path] = parameter
        elif differs:
            places[path] = ("differences", name, "/".join(map(str, path)))
        else:
            continue
        chart.enter(places[path], given)
    return _text(_with_values(objects[0], places))


def _alike(one: Any, two: Any) -> bool:
    """Whether two objects differ in leaves that values can hold, if at all."""
    if type(one) is dict and type(two) is dict:
        return one.keys() == two.keys() and all(_alike(one[key], two[key]) for key in one)
    if type(one) is list and type(two) is list:
        return len(one) == len(two) and all(map(_alike, one, two))
    if type(one) is type(two) and one == two:
        return True
    return _can_be_value(one) and _can_be_value(two)


def _can_be_value(leaf: Any) -> bool:
    # A null value would remove the key; collections are compared by their parts.
    if isinstance(leaf, (str, bool)):
        return True
    return isinstance(leaf, int) and abs(leaf) < _EXACT


def _leaf_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        yield path
    for key, item in items:
        yield from _leaf_paths(item, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _with_values(value: Any, places: dict[Path, Name], path: Path = ()) -> Any:
    if path in places:
        return Value(places[path])
    if isinstance(value, dict):
        return {key: _with_values(item, places, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_values(item, places, (*path, at)) for at, item in enumerate(value)]
    return value


def _text(obj: Any) -> str:
    return "".join(
        f"{{{{ {_reference(part.value.name)} | toJson }}}}\n"
        if isinstance(part, Hole)
        else literal(part)
        for part in template(obj, Value)
    )


def _reference(name: Name) -> str:
    steps = " ".join(json.dumps(step) for step in name)
    return f"(index .Values {steps})"


def literal(text: str) -> str:
    """Text that a template prints as it is."""
    return text.replace("{{", '{{ "{{" }}')
