"""Trace once, fill many: the ordinary way in which every command renders components (design part 4).

A rendering's inputs are split into shape and leaves. The first vector of a shape is rendered by the engine over
leaves; its objects become texts with holes, under the questions that the rendering asked. Every other vector that
answers them alike is filled in without the engine. Where tracing gives up, the plain engine renders, and is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Final, final

from velac.compiler.cue.leaf import Input, Leaf, Residual
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.values import Path, Values
from velac.compiler.load.definition import Definition
from velac.compiler.render.component import RenderedObject, render_component
from velac.compiler.render.context import UNKNOWN_CLUSTER, surroundings_of
from velac.compiler.render.contract import ANNOTATION_FILTER, LABEL_FILTER
from velac.compiler.render.engine import Templates
from velac.compiler.render.shape import flatten, leafed
from velac.compiler.render.trace import (
    DecisionTree,
    Trace,
    Unanswerable,
    changed_slots,
    operation,
    source_key,
)
from velac.grammar.yaml_writer import Hole, scalar_line, template

Object = dict[str, Any]
Finish = Callable[[RenderedObject, Any], None]
"""What a build does to a finished object, in place: gets the Application's namespace, and may not look into leaves."""

Identify = Callable[[Callable[..., Any]], Any]
"""What tells an object apart, from its API version, kind, name and namespace; kept while those stay the same."""

_IDENTITY: Final = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
)
MAX_TRACES: Final = 64
"""Traces of one shape after which the engine takes over, unless they are filled more often than they are made."""

KEPT_TRACES: Final = 1024
"""Traces of one shape that are kept; past that a shape starts anew, so that memory stays bounded."""


_NO_NAMES: Final[Mapping[int, Path]] = {}
_FLAT_LIMIT: Final = 20_000
_LAST_LIMIT: Final = 1_000


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Where a component is rendered for: the arguments of `surroundings_of`."""

    namespace: str = ""
    cluster: str = ""
    cluster_version: Mapping[str, Any] = field(default_factory=lambda: UNKNOWN_CLUSTER)
    revision: str = ""
    revision_number: int = 0


@final
class Filled:
    """One object of a variant: its text at once, its data when asked."""

    __slots__ = ("_object", "_recipe", "_values", "identity", "text")

    def __init__(self, recipe: Recipe, values: list[Any], identity: Any, text: str) -> None:
        self._recipe = recipe
        self._values = values
        self._object: Object | None = None
        self.identity = identity
        self.text = text

    @property
    def object(self) -> Object:
        """The object as plain data."""
        if self._object is None:
            self._object = _substituted(self._recipe.object, self._values, self._recipe.slots)
        return self._object

    @property
    def rendered(self) -> RenderedObject:
        """Who made the object; its `object` is that of the trace, with leaves."""
        return self._recipe.rendered

    @property
    def parameters(self) -> Iterator[tuple[Path, Path]]:
        """The leaves that are copies of parameters: their path in the object, and that of the parameter.

        The latter begins with `properties`, or `traits` and the number of the trait.
        """
        names = self._recipe.names
        stack: list[tuple[Path, Any]] = [((), self._recipe.object)]
        while stack:
            path, here = stack.pop()
            if type(here) is Leaf:
                if type(here.source) is Input and here.source.slot in names:
                    yield path, names[here.source.slot]
            elif type(here) is dict:
                stack += [((*path, key), item) for key, item in here.items()]
            elif type(here) is list:
                stack += [((*path, index), item) for index, item in enumerate(here)]


@final
class Recipe:
    """One object of a trace: the leaf-bearing object, its text in pieces, and which value goes into which hole."""

    __slots__ = ("holes", "named_by", "names", "object", "pieces", "rendered", "slots")

    def __init__(
        self, rendered: RenderedObject, slots: dict[int, int], names: Mapping[int, Path]
    ) -> None:
        self.rendered = rendered
        self.names = names
        self.object = rendered.object
        self.slots = slots
        self.pieces: list[str] = []
        self.holes: dict[int, list[tuple[int, int, int]]] = {}
        for part in template(self.object, Leaf):
            if type(part) is Hole:
                at = (len(self.pieces), part.indent, part.column)
                self.holes.setdefault(slots[id(part.value.source)], []).append(at)
            self.pieces.append("" if type(part) is Hole else str(part))
        self.named_by = frozenset(
            slots[id(leaf.source)] for leaf in map(self._at, _IDENTITY) if type(leaf) is Leaf
        )

    def _at(self, path: tuple[str, ...]) -> Any:
        here: Any = self.object
        for label in path:
            here = here.get(label) if type(here) is dict else None
        return here

    def field(self, path: tuple[str, ...], values: Sequence[Any]) -> Any:
        """One scalar of the object; None where there is none."""
        found = self._at(path)
        return values[self.slots[id(found.source)]] if type(found) is Leaf else found


@final
class Filling:
    """The last fill of one object for one component: a next one changes only what differs."""

    __slots__ = ("_identity", "_pieces", "_recipe", "_text")

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._pieces = list(recipe.pieces)
        self._text: str | None = None
        self._identity: Any = None

    def fill(self, values: list[Any], changed: Sequence[int], identify: Identify) -> Filled:
        """The object for `values`, of which those in `changed` slots differ from the last time."""
        recipe, pieces = self._recipe, self._pieces
        holes = recipe.holes
        text = self._text
        if text is None or not recipe.named_by.isdisjoint(changed):
            self._identity = identify(lambda *path: recipe.field(path, values))
        for slot in changed:
            for at, indent, column in holes.get(slot, ()):
                pieces[at] = scalar_line(values[slot], indent, column)
                text = None
        if text is None:
            text = self._text = "".join(pieces)
        return Filled(recipe, values, self._identity, text)


@final
class Outcome:
    """What a trace ends with: the computations in order, and the objects."""

    __slots__ = ("_keep", "readers", "recipes", "steps", "width")

    def __init__(
        self, objects: Sequence[RenderedObject], width: int, names: Mapping[int, Path] = _NO_NAMES
    ) -> None:
        slots: dict[int, int] = {}
        self.steps: list[tuple[Callable[..., Any], tuple[tuple[bool, Any], ...]]] = []
        self.width = width
        self._keep: list[Any] = []
        known: dict[Any, int] = {}
        for rendered in objects:
            for leaf in _leaves(rendered.object):
                self._slot(leaf.source, slots, known)
        self.recipes = tuple(Recipe(rendered, slots, names) for rendered in objects)
        self.readers: dict[int, list[int]] = {}
        for at, (_, args) in enumerate(self.steps):
            for is_slot, arg in args:
                if is_slot:
                    self.readers.setdefault(arg, []).append(at)

    def _slot(self, source: Any, slots: dict[int, int], known: dict[Any, int]) -> int:
        found = slots.get(id(source))
        if found is not None:
            return found
        self._keep.append(source)  # its id is a key
        if type(source) is Input:
            slots[id(source)] = source.slot
            return source.slot
        assert type(source) is Residual
        key = source_key(source)
        at = known.get(key)
        if at is None:
            args = tuple(
                (True, self._slot(arg, slots, known))
                if type(arg) in (Input, Residual)
                else (False, arg)
                for arg in source.args
            )
            at = known[key] = self.width + len(self.steps)
            self.steps.append((operation(source.op), args))
        slots[id(source)] = at
        return at


@final
class Last:
    """The last variant of one component: its vector, the outcome it found, and what was filled in."""

    __slots__ = ("_fillings", "_outcome", "_values", "decisive", "vector")

    def __init__(self, outcome: Outcome, decisive: frozenset[int]) -> None:
        self.vector: Sequence[Any] = ()
        self.decisive = decisive
        self._outcome = outcome
        self._values: list[Any] = []
        self._fillings = [Filling(recipe) for recipe in outcome.recipes]

    def fill(
        self, vector: list[Any], differing: Sequence[int] | None, identify: Identify
    ) -> tuple[Filled, ...]:
        """The objects for a vector that differs in these slots (None: the first). Raises Unanswerable."""
        outcome = self._outcome
        values = list(vector)
        changed: Sequence[int]
        if differing is None:
            for code, args in outcome.steps:
                values.append(code(*[values[arg] if is_slot else arg for is_slot, arg in args]))
            changed = range(len(values))
        else:
            values += self._values[outcome.width :]
            changed = self._recompute(values, differing) if outcome.steps else differing
        self.vector = vector
        self._values = values
        return tuple([filling.fill(values, changed, identify) for filling in self._fillings])

    def _recompute(self, values: list[Any], differing: Sequence[int]) -> list[int]:
        """Do the steps that read a changed slot, in order; the slots changed in the end."""
        outcome = self._outcome
        readers, width = outcome.readers, outcome.width
        due = {at for slot in differing for at in readers.get(slot, ())}
        out = list(differing)
        for at, (code, args) in enumerate(outcome.steps) if due else ():
            if at not in due:
                continue
            slot = width + at
            value = code(*[values[arg] if is_slot else arg for is_slot, arg in args])
            if value != values[slot] or type(value) is not type(values[slot]):
                values[slot] = value
                out.append(slot)
                due.update(readers.get(slot, ()))
        return out


def _leaves(value: Any) -> list[Leaf]:
    out: list[Leaf] = []
    stack = [value]
    while stack:
        here = stack.pop()
        if type(here) is Leaf:
            out.append(here)
        elif type(here) is dict:
            stack.extend(here.values())
        elif type(here) is list:
            stack.extend(here)
    return out


def _substituted(value: Any, values: list[Any], slots: dict[int, int]) -> Any:
    if type(value) is Leaf:
        return values[slots[id(value.source)]]
    if type(value) is dict:
        return {key: _substituted(item, values, slots) for key, item in value.items()}
    if type(value) is list:
        return [_substituted(item, values, slots) for item in value]
    return value


@dataclass(slots=True)
class Work:
    """How often something was done, and what it cost in all."""

    count: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Stats:
    """What the specialiser did: fills, traces by component definition, evaluations by definition and reason."""

    fills: int = 0
    traced: dict[str, Work] = field(default_factory=dict)
    evaluations: dict[tuple[str, str], Work] = field(default_factory=dict)

    @property
    def rendered(self) -> int:
        """All variants, however they were rendered."""
        return self.fills + self.traces + sum(work.count for work in self.evaluations.values())

    @property
    def traces(self) -> int:
        """All traces."""
        return sum(work.count for work in self.traced.values())

    def count_trace(self, definition: str, since: float) -> None:
        """Count a trace that began at `since`."""
        work = self.traced.setdefault(definition, Work())
        work.count += 1
        work.seconds += perf_counter() - since

    def count_evaluation(self, definition: str, why: str, since: float) -> None:
        """Count an evaluation by the plain engine, failed attempts to trace included, that began at `since`."""
        work = self.evaluations.setdefault((definition, why), Work())
        work.count += 1
        work.seconds += perf_counter() - since


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
        self._last: dict[tuple[int, int, str], Last] = {}
        self._whole: dict[tuple[int, ...], bool] = {}
        self._flat: dict[Any, tuple[Any, tuple[Any, ...], list[Any]]] = {}
        self._properties: dict[int, tuple[Values | None, tuple[Any, ...], list[Any]]] = {}
        self.stats = Stats()

    def render(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: tuple[tuple[Trait, Definition], ...],
    ) -> tuple[Filled, ...]:
        """All objects of a component. Raises Rejected with the diagnostics of the plain engine."""
        kinds = (id(definition), *[id(d) for _, d in traits])
        reads = self._whole.get(kinds)
        if reads is None:
            reads = self._whole[kinds] = self._reads(definition, traits)
        shape: list[Any] = [id(definition), component.type]
        vector: list[Any] = []
        self._append((app, place), _app_inputs, shape, vector)
        flatten(component.name, shape, vector)
        flatten(component.replica_key, shape, vector)
        self._add(component.properties, shape, vector)
        if reads:
            flatten(app.raw, shape, vector)
        for trait, trait_definition in traits:
            shape += (id(trait_definition), trait.type)
            self._add(trait.properties, shape, vector)
        key = tuple(shape)
        tree = self._trees.get(key)
        if tree is None:
            tree = self._trees[key] = DecisionTree()
        who = (id(tree), id(app), component.name)
        filled = self._fill(who, tree, vector)
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
                app, place, component, definition, traits, reads, trace, len(vector)
            )
            filled = Last(outcome, frozenset()).fill(vector, None, self._identify)
        except (Rejected, Unanswerable):
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

        Neighbouring variants of a component differ in few leaves: when none of those was asked about on the way to
        the last outcome, that is the outcome again.
        """
        last = self._last.get(who)
        try:
            if last is not None:
                differing = changed_slots(last.vector, vector)
                if last.decisive.isdisjoint(differing):
                    return last.fill(vector, differing, self._identify)
            found = tree.find(vector)
            if found is None:
                return None
            if len(self._last) >= _LAST_LIMIT:
                self._last.clear()
            last = self._last[who] = Last(*found)
            return last.fill(vector, None, self._identify)
        except Unanswerable:
            self._last.pop(who, None)
            return None

    def flat(self, properties: Values | None) -> tuple[tuple[Any, ...], list[Any]]:
        """Shape and leaves of properties, which several ask for and variants share."""
        key = id(properties)
        found = self._properties.get(key)
        if found is None:
            if len(self._properties) >= _FLAT_LIMIT:
                self._properties.clear()
            shape: list[Any] = []
            vector: list[Any] = []
            flatten(_raw(properties), shape, vector)
            # the properties are kept alive, so that no others take their id
            found = self._properties[key] = (properties, tuple(shape), vector)
        return found[1], found[2]

    def _add(self, properties: Values | None, shape: list[Any], vector: list[Any]) -> None:
        own_shape, own_vector = self.flat(properties)
        shape.append(own_shape)
        vector += own_vector

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

    def _reads(self, definition: Definition, traits: tuple[tuple[Trait, Definition], ...]) -> bool:
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
        traits: tuple[tuple[Trait, Definition], ...],
    ) -> tuple[Filled, ...]:
        surroundings = _surroundings(app, place)
        rendered = render_component(surroundings, component, definition, traits, self._templates)
        for item in rendered.objects:
            self._finish(item, app.namespace or "default")
        outcome = Outcome(rendered.objects, 0)
        return Last(outcome, frozenset()).fill([], None, self._identify)

    def _trace(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: tuple[tuple[Trait, Definition], ...],
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


def _parameter_names(
    component: Component, traits: tuple[tuple[Trait, Definition], ...]
) -> dict[int, Path]:
    """The paths of the parameters that the slots were read from."""
    names: dict[int, Path] = {}
    stack: list[tuple[Path, Any]] = [(("properties",), _raw(component.properties))]
    stack += [(("traits", at), _raw(trait.properties)) for at, (trait, _) in enumerate(traits)]
    while stack:
        path, here = stack.pop()
        if type(here) is Leaf:
            if type(here.source) is Input:
                names[here.source.slot] = path
        elif type(here) is dict:
            stack += [((*path, key), item) for key, item in here.items()]
        elif type(here) is list:
            stack += [((*path, index), item) for index, item in enumerate(here)]
    return names


def _raw(values: Values | None) -> Any:
    return {} if values is None or values.data is None else values.data


def _leafed_values(values: Values | None, slots: list[Any]) -> Values | None:
    if values is None:
        return None
    return Values(leafed(_raw(values), slots), values.sources)
