"""The inputs of a rendering as leaves that know what they are: a property, a default, a label, the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final, final

from velac.compiler.cue.tree import TField, TList, TStruct
from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.values import Below, Path, Source, Values
from velac.compiler.render.shape import leafed
from velac.compiler.render.specialise import Place
from velac.grammar.source import NO_SPAN, Span

_OWN: Final = (("spec", "components"), ("metadata", "labels"), ("metadata", "annotations"))


@final
@dataclass(frozen=True, slots=True)
class Origin:
    """One thing that a value comes from: `kind` is a word such as `property` or `override`."""

    kind: str
    text: str
    span: Span = NO_SPAN


@final
@dataclass(frozen=True, slots=True)
class InputLeaf:
    """What one input slot holds: a piece of something that was written, or something named."""

    what: str
    name: str
    path: Path = ()
    values: Values | None = None
    default: Span | None = None
    """Where the definition gives the value, if nobody else does."""

    def origins(self) -> list[Origin]:
        """Newest first: the last override wins over what it replaces."""
        if self.default is not None:
            return [Origin("default", f"{self.name}{path_text(self.path)}", self.default)]
        if self.values is None:
            return [Origin(self.what, self.name)]
        found = [
            Origin(_kind(source, self.what), f"{self.name}{path_text(self.path)}", span)
            for source in self.values.sources
            if (span := source.find(self.path)) is not None
        ]
        return found[::-1] or [Origin(self.what, f"{self.name}{path_text(self.path)}")]


@final
@dataclass(slots=True)
class Inputs:
    """All inputs of a rendering in slot order, and the inputs as leaves."""

    slots: list[Any] = field(default_factory=list)
    leaves: list[InputLeaf] = field(default_factory=list)

    def add(self, data: Any, what: str, name: str, values: Values | None = None) -> Any:
        """The same data as leaves."""
        made = leafed(data, self.slots)
        for path in _leaf_paths(data, ()):
            self.leaves.append(InputLeaf(what, name, path, values))
        return made

    def properties(
        self, values: Values | None, what: str, defaults: tuple[Any, Any]
    ) -> Values | None:
        """Properties as leaves, completed by the definition's defaults and where it gives them."""
        given = {} if values is None or values.data is None else values.data
        whole, tree = defaults
        data = completed(given, whole) if whole is not None else given
        made = leafed(data, self.slots)
        for path in _leaf_paths(data, ()):
            default = None if _has(given, path) else _span_in(tree, path)
            self.leaves.append(InputLeaf(what, "parameter", path, values, default))
        return Values(made, values.sources if values is not None else ())


def _kind(source: Source, what: str) -> str:
    """Properties that do not stand in the Application's own components come from an override."""
    written = not isinstance(source, Below) or source.path[:2] in _OWN
    return what if written else "override"


def leafed_inputs(
    app: AppIR,
    place: Place,
    component: Component,
    defaults: Sequence[tuple[Any, Any]],
) -> tuple[Inputs, AppIR, Place, Component, tuple[Trait, ...]]:
    """Everything that templates can read, as leaves; `defaults` are those of the component and of each trait."""
    inputs = Inputs()
    metadata = app.origin
    name = inputs.add(app.name, "Application", "metadata.name")
    namespace = inputs.add(app.namespace or "default", "Application", "metadata.namespace")
    labels = inputs.add(app.labels.data or {}, "label", "metadata.labels", app.labels)
    notes = app.annotations.data or {}
    annotations = inputs.add(notes, "annotation", "metadata.annotations", app.annotations)
    traced_app = replace(
        app,
        name=name,
        namespace=namespace,
        labels=Values(labels, app.labels.sources),
        annotations=Values({**annotations, **_filters(notes)}, app.annotations.sources),
        origin=metadata,
    )
    traced_place = Place(
        inputs.add(place.namespace, "topology", "namespace"),
        inputs.add(place.cluster, "cluster", "context.cluster"),
        inputs.add(dict(place.cluster_version), "cluster", "context.clusterVersion"),
    )
    traced = replace(
        component,
        name=inputs.add(component.name, "component", "name"),
        replica_key=inputs.add(component.replica_key, "replication", "replicaKey"),
        properties=inputs.properties(component.properties, "property", defaults[0]),
    )
    traits = tuple(
        replace(t, properties=inputs.properties(t.properties, "trait property", own))
        for t, own in zip(component.traits, defaults[1:], strict=True)
    )
    return inputs, traced_app, traced_place, traced, traits


def completed(given: Any, whole: Any) -> Any:
    """What was given, with what only the definition says added at every depth."""
    if isinstance(given, dict) and isinstance(whole, dict):
        more = {key: value for key, value in whole.items() if key not in given}
        return {**{key: completed(v, whole.get(key)) for key, v in given.items()}, **more}
    if isinstance(given, list) and isinstance(whole, list) and len(given) == len(whole):
        return [completed(a, b) for a, b in zip(given, whole, strict=True)]
    return given


def path_text(path: Path) -> str:
    """`.a[0].b`, as people write it behind a name."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            out += f'["{step}"]' if "." in step or "/" in step else f".{step}"
    return out


def field_at(tree: Any, path: Path) -> TField | None:
    """The field of a tree that holds what is at `path`; of the nearest field above for an item of a list."""
    found: TField | None = None
    for step in path:
        if isinstance(tree, TStruct) and isinstance(step, str) and step in tree.fields:
            found = tree.fields[step]
            tree = found.value
        elif isinstance(tree, TList) and isinstance(step, int) and step < len(tree.items):
            tree = tree.items[step]
        else:
            return None
    return found


def _filters(annotations: dict[str, Any]) -> dict[str, Any]:
    """Annotations that decide about others stay plain."""
    return {key: value for key, value in annotations.items() if key.startswith("filter.oam.dev/")}


def _leaf_paths(value: Any, path: Path) -> Iterator[Path]:
    """The paths of what `leafed` wraps, in its order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaf_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaf_paths(item, (*path, index))
    elif value is not None and not isinstance(value, bool) and value != "":
        yield path


def child(data: Any, step: str | int) -> Any:
    """What a mapping or list holds. Raises KeyError."""
    if isinstance(data, dict):
        return data[step]
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    raise KeyError(step)


def _has(data: Any, path: Path) -> bool:
    try:
        reduce(child, path, data)
    except KeyError:
        return False
    return True


def _span_in(tree: Any, path: Path) -> Span:
    found = field_at(tree, path)
    return found.spans[0] if found is not None and found.spans else NO_SPAN
