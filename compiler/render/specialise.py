"""Trace once, fill many: the ordinary way in which every command renders components (design part 4).

A rendering's inputs are split into shape and leaves. The first vector of a shape is rendered by the engine over
leaves; its objects become texts with holes, under the questions that the rendering asked. Every other vector that
answers them alike is filled in without the engine. Where tracing gives up, the plain engine renders, and is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from time import perf_counter
from typing import Any, Final, final

from velac.compiler.cue.leaf import Input
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.values import Path, Values
from velac.compiler.load.definition import Definition
from velac.compiler.render.component import RenderedObject, render_component
from velac.compiler.render.context import UNKNOWN_CLUSTER, surroundings_of
from velac.compiler.render.contract import ANNOTATION_FILTER, LABEL_FILTER
from velac.compiler.render.engine import Templates
from velac.compiler.render.fill import Filled, Identify, Outcome, Series, leaves
from velac.compiler.render.shape import flatten, leafed
from velac.compiler.render.stats import Stats, Work
from velac.compiler.render.trace import DecisionTree, Trace, Unanswerable
from velac.grammar.record import record

Finish = Callable[[RenderedObject, Any], None]
"""What a build does to a finished object, in place: gets the Application's namespace, and may not look into leaves."""

Traits = tuple[tuple[Trait, Definition], ...]
MAX_TRACES: Final = 64
"""Traces of one shape after which the engine takes over, unless they are filled more often than they are made."""

KEPT_TRACES: Final = 1024
"""Traces of one shape that are kept; past that a shape starts anew, so that memory stays bounded."""

_FLAT_LIMIT: Final = 20_000
_SERIES_LIMIT: Final = 1_000
_OUTCOMES_LIMIT: Final = 8


@final
@record
class Place:
    """Where a component is rendered for: the arguments of `surroundings_of`."""

    namespace: str = ""
    cluster: str = ""
    cluster_version: Mapping[str, Any] = field(default_factory=lambda: UNKNOWN_CLUSTER)
    revision: str = ""
    revision_number: int = 0


@final
class _Frame:
    """The inputs of a component without its properties: what all its variants in one place have in common."""

    __slots__ = ("_keep", "after", "before", "reads", "shape")

    def __init__(
        self, keep: Any, shape: int, before: list[Any], after: list[Any], reads: bool
    ) -> None:
        self._keep = keep
        """Kept alive, so that nothing else takes their ids."""
        self.shape = shape
        self.before = before
        self.after = after
        self.reads = reads


@final
class Specialiser:
    """The traces of one build, by definitions and shape."""

    def __init__(
        self,
        templates: Templates,
        finish: Finish = lambda rendered, namespace: None,
        identify: Identify = lambda field: None,
    ) -> None:
        self._templates = templates
        self._identify = identify
        self._finish = finish
        self._trees: dict[Any, DecisionTree[Outcome]] = {}
        self._series: dict[tuple[int, int, str], dict[int, Series]] = {}
        self._whole: dict[tuple[int, ...], bool] = {}
        self._flat: dict[Any, tuple[Any, tuple[Any, ...], list[Any]]] = {}
        self._frames: dict[Any, _Frame] = {}
        self._shapes: dict[tuple[Any, ...], int] = {}
        self._parts: dict[int, tuple[Any, list[Any], list[Any]]] = {}
        self._properties: dict[int, tuple[Values | None, tuple[Any, ...], list[Any]]] = {}
        self.stats = Stats()

    def forget(self) -> None:
        """Let go of all Applications; traces stay."""
        for known in (self._series, self._flat, self._frames, self._parts, self._properties):
            known.clear()

    def render(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits,
    ) -> tuple[Filled, ...]:
        """All objects of a component. Raises Rejected with the diagnostics of the plain engine."""
        frame = self._frame(app, place, component, definition, traits)
        own_shape, own_vector = self.flat(component.properties)
        vector = [*frame.before, *own_vector, *frame.after]
        key = (frame.shape, own_shape)
        tree = self._trees.get(key)
        if tree is None:
            tree = self._trees[key] = DecisionTree()
        filled = self._fill((id(tree), id(app), component.name), tree, vector)
        if filled is not None:
            self.stats.fills += 1
            tree.fills += 1
            return filled
        if tree.count >= KEPT_TRACES:
            tree.clear()
        since = perf_counter()
        if tree.count >= MAX_TRACES and tree.fills < tree.count:
            why = f"more than {MAX_TRACES} traces of one shape"
            try:
                return self._evaluate(app, place, component, definition, traits)
            finally:
                self.stats.count_evaluation(definition.name, why, since)
        trace = Trace()
        try:
            outcome = self._trace(
                app, place, component, definition, traits, frame.reads, trace, len(vector)
            )
            filled = Series(outcome).first(vector, self._identify)
        except (Rejected, Unanswerable) as problem:
            if isinstance(problem, Rejected) and problem.diagnostics[0].code == "V208":
                raise  # a budget that is used up would be used up again
            # Messages name values: let the plain engine say it.
            try:
                return self._evaluate(app, place, component, definition, traits)
            finally:
                self.stats.count_evaluation(definition.name, "ends in an error", since)
        tree.add(trace, outcome)
        self.stats.count_trace(definition.name, since)
        return filled

    def _fill(
        self, who: tuple[int, int, str], tree: DecisionTree[Outcome], vector: list[Any]
    ) -> tuple[Filled, ...] | None:
        """The objects for a vector without the engine; None when it has to be traced.

        A component's variants with one outcome are made from each other. Which outcome a variant has is asked of
        the last one first.
        """
        known = self._series.get(who)
        try:
            if known:
                last = known[next(reversed(known))]
                filled = last.fill(vector, self._identify)
                if filled is not None:
                    return filled
            found = tree.find(vector)
            if found is None:
                return None
            outcome, path = found
            if known is None:
                if len(self._series) >= _SERIES_LIMIT:
                    self._series.clear()
                known = self._series[who] = {}
            series = known.pop(id(outcome), None)
            if series is not None:
                filled = series.fill(vector, self._identify)
                if filled is not None:
                    known[id(outcome)] = series
                    return filled
            series = Series(outcome, path)
            filled = series.first(vector, self._identify)
            if len(known) >= _OUTCOMES_LIMIT:
                del known[next(iter(known))]
            known[id(outcome)] = series
            return filled
        except Unanswerable:
            self._series.pop(who, None)
            return None

    def _frame(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits,
    ) -> _Frame:
        """What the variants of a component have in common."""
        name, replica, type_ = component.name, component.replica_key, component.type
        key = (id(app), id(place), name, replica, type_, id(definition), *map(_ids, traits))
        found = self._frames.get(key)
        if found is not None:
            return found
        if len(self._frames) >= _FLAT_LIMIT:
            self._frames.clear()
        kinds = (id(definition), *[id(d) for _, d in traits])
        reads = self._whole.get(kinds)
        if reads is None:
            reads = self._whole[kinds] = self._reads(definition, traits)
        shape: list[Any] = [id(definition), type_]
        before: list[Any] = []
        self._append((app, place), _app_inputs, shape, before)
        flatten(name, shape, before)
        flatten(replica, shape, before)
        after: list[Any] = []
        if reads:
            flatten(app.raw, shape, after)
        for trait, trait_definition in traits:
            own_shape, own_vector = self.flat(trait.properties)
            shape += (id(trait_definition), trait.type, own_shape)
            after += own_vector
        number = self._shapes.setdefault(tuple(shape), len(self._shapes))
        found = _Frame((app, place, definition, traits), number, before, after, reads)
        self._frames[key] = found
        return found

    def flat(self, properties: Values | None) -> tuple[tuple[Any, ...], list[Any]]:
        """Shape and leaves of properties, which several ask for and variants share."""
        key = id(properties)
        found = self._properties.get(key)
        if found is None:
            if len(self._properties) >= _FLAT_LIMIT:
                self._properties.clear()
            shape: list[Any] = []
            vector: list[Any] = []
            self._flatten(_raw(properties), shape, vector)
            # the properties are kept alive, so that no others take their id
            found = self._properties[key] = (properties, tuple(shape), vector)
        return found[1], found[2]

    def _flatten(self, data: Any, shape: list[Any], vector: list[Any]) -> None:
        """As `flatten`; variants share what no override has changed, and that is flattened once."""
        if type(data) is not dict:
            flatten(data, shape, vector)
            return
        shape.append(tuple(data))
        parts = self._parts
        for item in data.values():
            if type(item) is not dict and type(item) is not list:
                flatten(item, shape, vector)
                continue
            found = parts.get(id(item))
            if found is None:
                if len(parts) >= _FLAT_LIMIT:
                    parts.clear()
                own_shape: list[Any] = []
                own_vector: list[Any] = []
                flatten(item, own_shape, own_vector)
                found = parts[id(item)] = (item, own_shape, own_vector)
            shape += found[1]
            vector += found[2]

    def _append(
        self,
        parts: tuple[Any, ...],
        flat: Callable[..., None],
        shape: list[Any],
        vector: list[Any],
    ) -> None:
        """Append what `flat` makes of parts that many variants share."""
        key = (flat, *map(id, parts))
        found = self._flat.get(key)
        if found is None:
            if len(self._flat) >= _FLAT_LIMIT:
                self._flat.clear()
            own_shape: list[Any] = []
            own_vector: list[Any] = []
            flat(*parts, own_shape, own_vector)
            # `parts` are kept alive, so that no other object takes their ids
            found = self._flat[key] = (parts, tuple(own_shape), own_vector)
        shape.append(found[1])
        vector += found[2]

    def _reads(self, definition: Definition, traits: Traits) -> bool:
        """Whether a template reads `context.components`, all that the Application says."""
        for one in (definition, *(d for _, d in traits)):
            if one.is_terraform:
                continue
            try:
                keys = self._templates.of(one).context_keys
            except Exception:
                return True
            if keys is None or "components" in keys:
                return True
        return False

    def _evaluate(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits,
    ) -> tuple[Filled, ...]:
        surroundings = _surroundings(app, place)
        rendered = render_component(surroundings, component, definition, traits, self._templates)
        for item in rendered.objects:
            self._finish(item, app.namespace or "default")
        return Series(Outcome(rendered.objects, 0)).first([], self._identify)

    def _trace(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits,
        reads: bool,
        trace: Trace,
        width: int,
    ) -> Outcome:
        slots: list[Any] = []
        traced_app, traced_place, traced = _leafed_inputs(app, place, component, reads, slots)
        traced_traits = tuple(
            (replace(trait, properties=_leafed_values(trait.properties, slots)), d)
            for trait, d in traits
        )
        assert len(slots) == width
        surroundings = _surroundings(traced_app, traced_place)
        rendered = render_component(
            surroundings, traced, definition, traced_traits, self._templates, trace
        )
        for item in rendered.objects:
            self._finish(item, traced_app.namespace)
        return Outcome(rendered.objects, width, _parameter_names(traced, traced_traits))


def _ids(pair: tuple[Trait, Definition]) -> tuple[int, int]:
    return id(pair[0]), id(pair[1])


def _surroundings(app: AppIR, place: Place) -> Any:
    return surroundings_of(
        app,
        place=place.namespace,
        revision=place.revision,
        revision_number=place.revision_number,
        cluster=place.cluster,
        cluster_version=place.cluster_version,
    )


# `Specialiser.render` and the functions below meet the same inputs in the same order.


def _app_inputs(app: AppIR, place: Place, shape: list[Any], vector: list[Any]) -> None:
    labels, annotations, filters = _metadata(app)
    shape.append(filters)
    if app.custom is not None:
        # Rare, so that it is not worth leaves: equal ones share their traces.
        shape.append(("custom", json.dumps(app.custom, sort_keys=True)))
    for value in (
        app.name,
        app.namespace or "default",
        labels,
        annotations,
        place.namespace,
        place.cluster,
        dict(place.cluster_version),
        place.revision,
        place.revision_number,
    ):
        flatten(value, shape, vector)


def _leafed_inputs(
    app: AppIR, place: Place, component: Component, reads: bool, slots: list[Any]
) -> tuple[AppIR, Place, Component]:
    labels, annotations, filters = _metadata(app)
    name = leafed(app.name, slots)
    namespace = leafed(app.namespace or "default", slots)
    traced_labels = leafed(labels, slots)
    traced_annotations = leafed(annotations, slots) | dict(filters)
    traced_place = Place(
        leafed(place.namespace, slots),
        leafed(place.cluster, slots),
        leafed(dict(place.cluster_version), slots),
        leafed(place.revision, slots),
        leafed(place.revision_number, slots),
    )
    traced = replace(
        component,
        name=leafed(component.name, slots),
        replica_key=leafed(component.replica_key, slots),
        properties=_leafed_values(component.properties, slots),
    )
    traced_app = replace(
        app,
        name=name,
        namespace=namespace,
        labels=Values(traced_labels, app.labels.sources),
        annotations=Values(traced_annotations, app.annotations.sources),
        raw=leafed(app.raw, slots) if reads else None,
    )
    return traced_app, traced_place, traced


def _metadata(app: AppIR) -> tuple[dict[str, Any], dict[str, Any], tuple[tuple[str, Any], ...]]:
    """Labels, annotations, and apart from them the annotations that decide which of both are passed on."""
    annotations = app.annotations.data or {}
    filters = tuple((key, annotations[key]) for key in _FILTERS if key in annotations)
    if filters:
        annotations = {key: value for key, value in annotations.items() if key not in _FILTERS}
    return app.labels.data or {}, annotations, filters


_FILTERS: Final = (LABEL_FILTER, ANNOTATION_FILTER)


def _parameter_names(component: Component, traits: Traits) -> dict[int, Path]:
    """The paths of the parameters that the slots were read from."""
    names: dict[int, Path] = {}
    parts: list[tuple[Path, Values | None]] = [(("properties",), component.properties)]
    parts += [(("traits", at), trait.properties) for at, (trait, _) in enumerate(traits)]
    for path, values in parts:
        for inner, leaf in leaves(_raw(values)):
            if type(leaf.source) is Input:
                names[leaf.source.slot] = path + inner
    return names


def _raw(values: Values | None) -> Any:
    return {} if values is None or values.data is None else values.data


def _leafed_values(values: Values | None, slots: list[Any]) -> Values | None:
    if values is None:
        return None
    return Values(leafed(_raw(values), slots), values.sources)


__all__ = ["Filled", "Place", "Specialiser", "Stats", "Work"]
