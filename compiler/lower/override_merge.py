"""The merge of one override into a list of components (semantics 5.2; vela pkg/policy/envbinding/patch.go).

A pure function over the IR, used by the override pass and by dry-run. Every oddity here is upstream's: names are
unanchored patterns, a patch of another type replaces the component and lends it its pattern as name, a component
that lists a trait type twice ends up with the last one twice.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from velac.compiler.ir.app import Component, ComponentPatch, Override, Trait, TraitPatch
from velac.compiler.ir.values import Json, Values
from velac.grammar.node import changed

_LITERAL = re.compile(r"[A-Za-z0-9_-]+")
_STARRED = re.compile(r"[A-Za-z0-9_.*-]+")
_LOWER = re.compile(r"[a-z]")


def merge_override(
    components: Sequence[Component], override: Override, index: NameIndex | None = None
) -> tuple[Component, ...]:
    """The components after `override`; the given ones are never changed, untouched ones are kept as they are.

    `index` holds their names, where many overrides change the same components.
    """
    slots = _Slots(components, index)
    for patch in override.components:
        slots.apply(patch)
    return slots.result(override.selector)


def merge_properties(base: Values | None, patch: Values | None) -> Values | None:
    """Maps merge key by key; lists and scalars (also empty ones, and null) replace."""
    if patch is None or patch.data is None:
        return base
    if base is None or base.data is None:
        return patch
    return Values(merge_data(base.data, patch.data), base.sources + patch.sources)


def merge_data(base: Json, patch: Json) -> Json:
    """A new value; neither argument is changed, parts that stay equal are shared."""
    if not (isinstance(base, dict) and isinstance(patch, dict)):
        return patch
    merged = dict(base)
    for key, value in patch.items():
        merged[key] = merge_data(merged[key], value) if key in merged else value
    return merged


def is_plain_name(pattern: str) -> bool:
    """Whether a pattern has no sign that means anything else than itself."""
    return _LITERAL.fullmatch(pattern) is not None


class NameIndex:
    """Component names, searchable by upstream's patterns: `*` is any text, unanchored, otherwise RE2.

    Names lie in one text, a line each, so that a pattern is one search at the speed of C: with as many patches as
    components a test per pair would be quadratic in Python.
    """

    __slots__ = ("_found", "_names", "_starts", "_text")

    def __init__(self, names: Iterable[str]) -> None:
        self._found: dict[str, list[str] | None] = {}
        self._names = list(dict.fromkeys(names))
        self._text = "".join(f"{name}\n" for name in self._names)
        self._starts: list[int] = []
        at = 0
        for name in self._names:
            self._starts.append(at)
            at += len(name) + 1

    def add(self, name: str) -> None:
        """Append a name that is not there yet."""
        self._found.clear()
        self._starts.append(len(self._text))
        self._names.append(name)
        self._text += name + "\n"

    def matching(self, pattern: str) -> list[str] | None:
        """The names a pattern hits, in order; None when Go could not compile the pattern."""
        if pattern not in self._found:
            # The clusters of a fleet have overrides of their own, and all name the same components.
            self._found[pattern] = self._search(pattern)
        return self._found[pattern]

    def _search(self, pattern: str) -> list[str] | None:
        if _LITERAL.fullmatch(pattern):
            return self._lines_with(lambda at: self._text.find(pattern, at))
        expression = pattern.replace("*", ".*")
        if _STARRED.fullmatch(pattern):
            search = re.compile(expression).search
            return self._lines_with(
                lambda at: match.start() if (match := search(self._text, at)) else -1
            )
        # Anything beyond letters, digits, dots and stars follows RE2, whose syntax is not Python's.
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            test = re2.compile(expression, options=options).search
        except re2.error:
            return None
        return [name for name in self._names if test(name)]

    def _lines_with(self, find: Callable[[int], int]) -> list[str]:
        hits = []
        at = find(0)
        while 0 <= at < len(self._text):
            line = bisect_right(self._starts, at) - 1
            hits.append(self._names[line])
            if line + 1 == len(self._starts):
                break
            at = find(self._starts[line + 1])
        return hits


class _Slots:
    """Components by the name they had at first; a replaced component keeps its slot under the old name."""

    __slots__ = ("_index", "_order", "_shared", "_slots")

    def __init__(self, components: Sequence[Component], index: NameIndex | None) -> None:
        # With a duplicated name all of its occurrences show the last one, as upstream's map does.
        self._order = [component.name for component in components]
        self._slots = {component.name: component for component in components}
        self._index = index or NameIndex(self._slots)
        self._shared = index is not None

    def apply(self, patch: ComponentPatch) -> None:
        if not patch.name:
            for key, base in self._slots.items():
                if patch.type in ("", base.type):
                    self._slots[key] = _merge_component(base, patch)
            return
        hits = self._index.matching(patch.name) or ()
        for key in hits:
            base = self._slots[key]
            same = patch.type in ("", base.type)
            self._slots[key] = _merge_component(base, patch) if same else fresh_component(patch)
        if not hits and _LOWER.search(patch.name):
            if self._shared:
                self._index, self._shared = NameIndex(self._slots), False
            self._slots[patch.name] = fresh_component(patch)
            self._order.append(patch.name)
            self._index.add(patch.name)

    def result(self, selector: Iterable[str] | None) -> tuple[Component, ...]:
        if selector is None:
            return tuple(self._slots[key] for key in self._order)
        wanted = frozenset(selector)
        return tuple(self._slots[key] for key in self._order if key in wanted)


def fresh_component(patch: ComponentPatch) -> Component:
    """The component a patch makes on its own: it has no dependencies, inputs or outputs."""
    return Component(
        name=patch.name,
        type=patch.type,
        properties=patch.properties,
        traits=tuple(_fresh_trait(trait) for trait in patch.traits if not trait.disable),
        external_revision=patch.external_revision,
        origin=patch.origin,
    )


def _fresh_trait(patch: TraitPatch) -> Trait:
    return Trait(patch.type, patch.properties, patch.origin)


def _merge_component(base: Component, patch: ComponentPatch) -> Component:
    # Written out: `replace` takes several times as long, and a fleet has many variants.
    return Component(
        base.name,
        base.type,
        merge_properties(base.properties, patch.properties),
        _merge_traits(base.traits, patch.traits),
        base.depends_on,
        base.inputs,
        base.outputs,
        base.replica_key,
        patch.external_revision or base.external_revision,
        base.origin,
    )


def _merge_traits(base: tuple[Trait, ...], patches: tuple[TraitPatch, ...]) -> tuple[Trait, ...]:
    traits = {trait.type: trait for trait in base}
    if not patches and len(traits) == len(base):
        return base
    order = [trait.type for trait in base]
    for patch in patches:
        present = traits.get(patch.type)
        if present is None:
            if not patch.disable:
                # A type removed just before stands in the order twice from here on, and is rendered twice.
                traits[patch.type] = _fresh_trait(patch)
                order.append(patch.type)
        elif patch.disable:
            del traits[patch.type]
        else:
            merged = merge_properties(present.properties, patch.properties)
            traits[patch.type] = changed(present, properties=merged)
    return tuple(traits[name] for name in order if name in traits)


def apply_overrides(
    components: Sequence[Component],
    overrides: Sequence[Override],
    index: NameIndex | None = None,
) -> tuple[Component, ...]:
    """All overrides of one deploy step, in the order in which the step lists them. `index`: see `merge_override`."""
    result = tuple(components)
    for override in overrides:
        result = merge_override(result, override, index)
        index = None
    return result
