"""The chain behind each field of the objects of one component: template line, trait patches, inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, final

from velac.compiler.cue.errors import CueError
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.values import Path
from velac.compiler.load.definition import Definition
from velac.compiler.provenance.inputs import (
    InputLeaf,
    Inputs,
    Origin,
    child,
    field_at,
    leafed_inputs,
)
from velac.compiler.render.component import RenderedObject, Rendering
from velac.compiler.render.context import surroundings_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.specialise import Place
from velac.compiler.render.trace import slots_of

Traits = tuple[tuple[Trait, Definition], ...]


@final
class _Keeping(Decisions):
    """Leaves stay leaves; what was asked about them does not matter."""

    __slots__ = ()
    keeps_leaves = True


@final
@dataclass(frozen=True, slots=True)
class Explained:
    """One object with what is needed to explain its fields."""

    rendered: RenderedObject
    tree: Any
    inputs: Inputs
    definitions: tuple[Definition, ...]

    @property
    def resource(self) -> str:
        """The name under `outputs`."""
        name = self.rendered.resource
        return str(name.value) if type(name) is Leaf else str(name)

    def fields(self) -> Iterator[tuple[Path, Any]]:
        """All scalars with their paths, in the order of the object."""
        return scalars(self.rendered.object, ())

    def value(self, path: Path) -> Any:
        """The plain value at a path. Raises KeyError."""
        return reduce(child, path, self.rendered.object)

    def chain(self, path: Path) -> list[Origin]:
        """Where the value at `path` comes from: what wrote the field first, then the inputs it copies."""
        links = (x.origins() if type(x) is InputLeaf else [x] for x in self.links(path))
        return list(dict.fromkeys(origin for origins in links for origin in origins))

    def links(self, path: Path) -> list[Origin | InputLeaf]:
        """The same with the inputs as leaves. Raises KeyError."""
        found: list[Origin | InputLeaf] = []
        field = field_at(self.tree, path)
        for span in field.spans if field is not None else ():
            owner = next((d for d in self.definitions if d.span.file is span.file), None)
            kind = "definition" if owner is None or owner.type == "component" else "trait"
            found.append(Origin(kind, owner.name if owner is not None else "", span))
        if field is None:
            found.append(
                Origin("contract", "a label, annotation, name or namespace of every object")
            )
        here = self.value(path)
        if type(here) is Leaf:
            found += [self.inputs.leaves[slot] for slot in sorted(slots_of(here.source))]
        return found


def explained(
    app: AppIR,
    place: Place,
    component: Component,
    definition: Definition,
    traits: Traits,
    templates: Templates,
) -> list[Explained]:
    """The objects of a component, explainable. Raises Rejected where it cannot be rendered."""
    first = _rendered(app, place, component, definition, traits, templates, NO_TRACE)
    defaults = [_defaults(value) for _, value in first.values]
    if len(defaults) == len(traits):  # the component itself is no CUE
        defaults.insert(0, (None, None))
    try:
        return _traced(app, place, component, definition, traits, templates, defaults)
    except Rejected:
        # A default that stands among others need not be one that an author may write.
        plain = [(None, None)] * (1 + len(traits))
        return _traced(app, place, component, definition, traits, templates, plain)


def _traced(
    app: AppIR,
    place: Place,
    component: Component,
    definition: Definition,
    traits: Traits,
    templates: Templates,
    defaults: Sequence[tuple[Any, Any]],
) -> list[Explained]:
    inputs, traced_app, where, traced, own = leafed_inputs(app, place, component, defaults)
    pairs = tuple((trait, d) for trait, (_, d) in zip(own, traits, strict=True))
    state = _rendered(traced_app, where, traced, definition, pairs, templates, _Keeping())
    trees = [None if definition.is_terraform else state.workload_tree()]
    trees += [resource.draft.tree() for resource in state.resources]
    definitions = (definition, *(d for _, d in traits))
    return [
        Explained(item, tree, inputs, definitions)
        for item, tree in zip(state.finish().objects, trees, strict=True)
    ]


def _rendered(
    app: AppIR,
    place: Place,
    component: Component,
    definition: Definition,
    traits: Traits,
    templates: Templates,
    trace: Decisions,
) -> Rendering:
    surroundings = surroundings_of(
        app,
        place=place.namespace,
        cluster=place.cluster,
        cluster_version=place.cluster_version,
    )
    return Rendering.of(surroundings, component, definition, traits, templates, trace)


def _defaults(value: Any) -> tuple[Any, Any]:
    """A template's parameters as data and as a tree; nothing where they are not concrete."""
    parameter = value.lookup("parameter")
    if parameter is None:
        return None, None
    try:
        return parameter.data(), parameter.tree()
    except CueError:
        return None, None


def scalars(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """All scalars and empty collections of plain data with their paths."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from scalars(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from scalars(item, (*path, index))
    else:
        yield path, value
