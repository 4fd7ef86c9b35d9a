"""The merge of one override into a list of components (semantics 5.2; vela pkg/policy/envbinding/patch.go).

A pure function over the IR, used by the override pass and by dry-run. Every oddity here is upstream's: names are
unanchored patterns, a patch of another type replaces the component and lends it its pattern as name, a component
that lists a trait type twice ends up with the last one twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from velac.compiler.ir.app import Component, ComponentPatch, Override, Trait, TraitPatch
from velac.compiler.ir.values import Json, Values

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_*-]*")
_LOWER = re.compile(r"[a-z]")


def merge_override(components: Sequence[Component], override: Override) -> tuple[Component, ...]:
    """The components after `override`; the given ones are never changed, untouched ones are kept as they are."""
    slots = _Slots(components)
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


def matcher(pattern: str) -> Callable[[str], object] | None:
    """A test of component names; None when the pattern is not a regular expression that Go would compile."""
    expression = pattern.replace("*", ".*")
    if _PLAIN_NAME.fullmatch(pattern):
        if "*" not in pattern:
            return lambda name: pattern in name
        return re.compile(expression).search
    # Anything beyond letters, digits and stars follows RE2, whose syntax is not Python's.
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(expression, options=options).search  # type: ignore[no-any-return]
    except re2.error:
        return None


class _Slots:
    """Components by the name they had at first; a replaced component keeps its slot under the old name."""

    __slots__ = ("_order", "_slots")

    def __init__(self, components: Sequence[Component]) -> None:
        # With a duplicated name all of its occurrences show the last one, as upstream's map does.
        self._order = [component.name for component in components]
        self._slots = {component.name: component for component in components}

    def apply(self, patch: ComponentPatch) -> None:
        if not patch.name:
            for key, base in self._slots.items():
                if patch.type in ("", base.type):
                    self._slots[key] = _merge_component(base, patch)
            return
        test = matcher(patch.name)
        hits = [key for key in self._slots if test(key)] if test else []
        for key in hits:
            base = self._slots[key]
            same = patch.type in ("", base.type)
            self._slots[key] = _merge_component(base, patch) if same else fresh_component(patch)
        if not hits and _LOWER.search(patch.name):
            self._slots[patch.name] = fresh_component(patch)
            self._order.append(patch.name)

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
    return replace(
        base,
        properties=merge_properties(base.properties, patch.properties),
        traits=_merge_traits(base.traits, patch.traits),
        external_revision=patch.external_revision or base.external_revision,
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
            traits[patch.type] = replace(present, properties=merged)
    return tuple(traits[name] for name in order if name in traits)


def apply_overrides(
    components: Sequence[Component], overrides: Sequence[Override]
) -> tuple[Component, ...]:
    """All overrides of one deploy step, in the order in which the step lists them."""
    result = tuple(components)
    for override in overrides:
        result = merge_override(result, override)
    return result
