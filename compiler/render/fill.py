"""From an outcome of a trace to the objects of a variant: texts with holes, and what goes into them.

Neighbouring variants of a component differ in few leaves. What they have in common is made once: an object none of
whose leaves has changed is the one of the variant before, text, identity and all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, final

from velac.compiler.cue.leaf import Input, Leaf, Residual
from velac.compiler.ir.values import Path
from velac.compiler.render.component import RenderedObject
from velac.compiler.render.trace import Question, changed_slots, operation, source_key
from velac.grammar.yaml_writer import Hole, scalar_line, template

Object = dict[str, Any]

Identify = Callable[[Callable[..., Any]], Any]
"""What tells an object apart, from its API version, kind, name and namespace; kept while those stay the same."""

Answered = tuple[Question, Any]
"""A question that a rendering asked, and its answer as `DecisionTree` keeps it."""

_IDENTITY: Final = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
)
_KNOWN_LIMIT: Final = 1_000
_NO_NAMES: Final[Mapping[int, Path]] = {}


@final
class Filled:
    """One object of a variant: its text at once, its data when asked. Variants that agree in it share it."""

    __slots__ = ("_object", "_recipe", "_values", "identity", "memo", "text")

    def __init__(self, recipe: Recipe, values: list[Any], identity: Any, text: str) -> None:
        self._recipe = recipe
        self._values = values
        self._object: Object | None = None
        self.identity = identity
        self.text = text
        self.memo: Any = None
        """For the use of whoever asked for the object: what was made of it the last time."""

    @property
    def object(self) -> Object:
        """The object as plain data."""
        if self._object is None:
            self._object = _filled(self._recipe.object, self._values, self._recipe.slots)
        return self._object

    def anew(self) -> Object:
        """The object as plain data, which is not kept: for who looks once at each of very many."""
        if self._object is not None:
            return self._object
        recipe = self._recipe
        found: Object = _filled(recipe.object, self._values, recipe.slots, recipe.constants)
        return found

    def part(self, path: Path) -> Any:
        """What the object has at a path of labels, without making the rest; None where there is nothing."""
        here: Any = self._recipe.object
        for label in path:
            here = here.get(label) if type(here) is dict else None
        return _filled(here, self._values, self._recipe.slots)

    @property
    def rendered(self) -> RenderedObject:
        """Who made the object; its `object` is that of the trace, with leaves."""
        return self._recipe.rendered

    @property
    def recipe(self) -> Recipe:
        """What the object was made by; objects that differ in their leaves only have it in common."""
        return self._recipe

    @property
    def resource(self) -> str:
        """The name under `outputs`, which may follow from parameters."""
        resource: Any = self._recipe.rendered.resource
        if type(resource) is Leaf:
            resource = self._values[self._recipe.slots[id(resource.source)]]
        return str(resource)

    @property
    def parameters(self) -> Iterator[tuple[Path, Path]]:
        """The leaves that are copies of parameters: their path in the object, and that of the parameter.

        The latter begins with `properties`, or `traits` and the number of the trait.
        """
        names = self._recipe.names
        for path, leaf in leaves(self._recipe.object):
            if type(leaf.source) is Input and leaf.source.slot in names:
                yield path, names[leaf.source.slot]


@final
class Recipe:
    """One object of a trace: the leaf-bearing object, its text in pieces, and which value goes into which hole."""

    __slots__ = (
        "_constants", "holes", "named_by", "names", "object", "pieces", "reads", "rendered", "slots",
    )  # fmt: skip

    def __init__(
        self, rendered: RenderedObject, slots: dict[int, int], names: Mapping[int, Path]
    ) -> None:
        self.rendered = rendered
        self.names = names
        self.object = rendered.object
        self._constants: frozenset[int] | None = None
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
        resource: Any = rendered.resource
        self.reads = frozenset(self.holes)
        if type(resource) is Leaf:
            self.reads |= {slots[id(resource.source)]}

    @property
    def constants(self) -> frozenset[int]:
        """The mappings and lists without leaves, by their `id`: all variants have them in common."""
        if self._constants is None:
            found: set[int] = set()
            _add_constants(self.object, found)
            self._constants = frozenset(found)
        return self._constants

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
            for _, leaf in leaves(rendered.object):
                self._slot(leaf.source, slots, known)
            resource: Any = rendered.resource
            if type(resource) is Leaf:
                self._slot(resource.source, slots, known)
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
class Series:
    """The variants of one component that have one outcome, each made from the one before.

    `path` are the questions on the way to the outcome with their answers.
    """

    __slots__ = (
        "_decisive", "_filled", "_outcome", "_path", "_pieces", "_reads", "_values", "_yes", "vector",
    )  # fmt: skip

    def __init__(self, outcome: Outcome, path: Sequence[Answered] = ()) -> None:
        self.vector: list[Any] = []
        self._decisive = frozenset(slot for question, _ in path for slot in question.slots)
        self._reads = sorted(self._decisive)
        self._yes: set[tuple[Any, ...]] | None = None
        """Values of the decisive slots that are known to have the outcome; None where equal ones may differ."""
        self._path = path
        self._outcome = outcome
        self._values: list[Any] = []
        self._pieces: list[list[str]] = []
        self._filled: list[Filled] = []

    def holds(self, vector: list[Any], differing: Sequence[int]) -> bool:
        """Whether a vector that differs in these slots from the last one has the same outcome. Raises Unanswerable."""
        if self._decisive.isdisjoint(differing):
            return True
        known = self._yes
        read = tuple([vector[slot] for slot in self._reads])
        if known is not None and read in known:
            return True
        for question, answer in self._path:
            if not question.slots.isdisjoint(differing) and question.answer(vector) != answer:
                return False
        if known is not None and len(known) < _KNOWN_LIMIT:
            known.add(read)
        return True

    def first(self, vector: list[Any], identify: Identify) -> tuple[Filled, ...]:
        """The objects of the first variant. Raises Unanswerable."""
        outcome = self._outcome
        values = list(vector)
        for code, args in outcome.steps:
            values.append(code(*[values[arg] if is_slot else arg for is_slot, arg in args]))
        self._pieces = [list(recipe.pieces) for recipe in outcome.recipes]
        self._filled = [
            _made(recipe, pieces, values, recipe.holes, None, identify)
            for recipe, pieces in zip(outcome.recipes, self._pieces, strict=True)
        ]
        self.vector, self._values = vector, values
        # Equal decimals may have different texts.
        if not any(type(vector[slot]) is Decimal for slot in self._reads):
            self._yes = set()
        return tuple(self._filled)

    def fill(self, vector: list[Any], identify: Identify) -> tuple[Filled, ...] | None:
        """The objects for a vector; None where it has another outcome. Raises Unanswerable."""
        differing = changed_slots(self.vector, vector)
        return self.next(vector, differing, identify) if self.holds(vector, differing) else None

    def next(
        self, vector: list[Any], differing: list[int], identify: Identify
    ) -> tuple[Filled, ...]:
        """The objects for a vector that has the outcome and differs in these slots. Raises Unanswerable."""
        outcome, made = self._outcome, self._filled
        values = vector + self._values[outcome.width :]
        changed = self._recompute(values, differing) if outcome.steps else differing
        for at, recipe in enumerate(outcome.recipes):
            if not recipe.reads.isdisjoint(changed):
                made[at] = _made(recipe, self._pieces[at], values, changed, made[at], identify)
        self.vector, self._values = vector, values
        return tuple(made)

    def _recompute(self, values: list[Any], differing: list[int]) -> list[int]:
        """Do the steps that read a changed slot, in order; the slots changed in the end."""
        outcome = self._outcome
        readers, width = outcome.readers, outcome.width
        due = {at for slot in differing if slot in readers for at in readers[slot]}
        if not due:
            return differing
        out = list(differing)
        for at, (code, args) in enumerate(outcome.steps):
            if at not in due:
                continue
            slot = width + at
            value = code(*[values[arg] if is_slot else arg for is_slot, arg in args])
            if value != values[slot] or type(value) is not type(values[slot]):
                values[slot] = value
                out.append(slot)
                due.update(readers.get(slot, ()))
        return out


def _made(
    recipe: Recipe,
    pieces: list[str],
    values: list[Any],
    changed: Sequence[int] | Mapping[int, Any],
    before: Filled | None,
    identify: Identify,
) -> Filled:
    """An object whose pieces are those of `before`, except for the holes of changed slots."""
    holes = recipe.holes
    for slot in changed:
        if slot in holes:
            value = values[slot]
            for at, indent, column in holes[slot]:
                pieces[at] = scalar_line(value, indent, column)
    if before is None or not recipe.named_by.isdisjoint(changed):
        identity = identify(lambda *path: recipe.field(path, values))
    else:
        identity = before.identity
    return Filled(recipe, values, identity, "".join(pieces))


def leaves(value: Any) -> Iterator[tuple[Path, Leaf]]:
    """All leaves of leaf-bearing data, with their paths."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, here = stack.pop()
        if type(here) is Leaf:
            yield path, here
        elif type(here) is dict:
            stack += [((*path, key), item) for key, item in here.items()]
        elif type(here) is list:
            stack += [((*path, index), item) for index, item in enumerate(here)]


def _filled(
    value: Any, values: list[Any], slots: dict[int, int], constants: frozenset[int] = frozenset()
) -> Any:
    """Leaf-bearing data with the values of its leaves; `constants`, which have none, are not copied."""
    if type(value) is Leaf:
        return values[slots[id(value.source)]]
    if id(value) in constants:
        return value
    if type(value) is dict:
        return {k: _filled(item, values, slots, constants) for k, item in value.items()}
    if type(value) is list:
        return [_filled(item, values, slots, constants) for item in value]
    return value


def _add_constants(value: Any, found: set[int]) -> bool:
    """Whether there are no leaves in a value; mappings and lists of which that is true are added."""
    if type(value) is Leaf:
        return False
    if type(value) is not dict and type(value) is not list:
        return True
    items = value.values() if type(value) is dict else value
    with_leaves = sum(not _add_constants(item, found) for item in items)  # none may be left out
    if not with_leaves:
        found.add(id(value))
    return not with_leaves
