"""The patch engine: how a trait's `patch` changes a workload (semantics 4.3 to 4.5).

Upstream rewrites two syntax trees, then lets CUE unify them (kubevela/workflow, pkg/cue/model/sets). Here both
happen in one walk over resolved trees: the rules look at a patch field and at the base value of the same path,
decide what stands on both sides, and the two sides are unified. Neither argument is changed; the result shares
whatever only one side has. Time is linear in both trees, keyed lists included.

Markers are the `+key=value` comments of a patch field. `patchKey` holds for everything below its field,
`patchStrategy` for the field alone. Strategies of a field: `replace` (lists only), `retainKeys` (anything, and
keyed lists element by element); of the whole patch: `jsonPatch`, `jsonMergePatch`. Other names mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from velac.compiler.cue import kinds
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.tree import TBottom, TChoice, TField, TList, Tree, TStruct, TType
from velac.compiler.cue.unify import meet_flags, unify_values
from velac.compiler.cue.values import NO_TRACE, Bottom, Constraint, Decisions, Disjunction, kind_of
from velac.compiler.render import jsonpatch
from velac.compiler.render.trees import (
    Labels,
    data_of,
    keep_places,
    path_text,
    tree_of,
    tree_text,
)
from velac.grammar.source import Span

PATCH_KEY: Final = "patchKey"
PATCH_STRATEGY: Final = "patchStrategy"
_EMPTY: Final = TStruct({})
_MOST_COMPARISONS: Final = 256
_SPECIAL: Final = (TStruct, TList, TChoice, TType, TBottom)


def apply_patch(
    base: Tree, patch: Tree, patch_marks: Mapping[str, str], trace: Decisions = NO_TRACE
) -> Tree:
    """`base` changed by `patch`; `patch_marks` are the markers of the field `patch` itself.

    Raises CueError with every conflict, paths relative to the base, and `jsonpatch.PatchFailed` when an operation
    of a JSON patch cannot be done.
    """
    strategy = patch_marks.get(PATCH_STRATEGY)
    if strategy == "jsonMergePatch":
        merged = jsonpatch.merge_patch(data_of(base), data_of(patch))
        return keep_places(tree_of(merged, open_lists=True), (base, patch))
    if strategy == "jsonPatch":
        operations = patch.fields.get("operations") if isinstance(patch, TStruct) else None
        if operations is None:
            raise CueError([Problem("field not found: operations", "operations")])
        changed = jsonpatch.apply_operations(data_of(base), data_of(operations.value), trace)
        return keep_places(tree_of(changed, open_lists=True), (base,))
    return unify_patch(base, patch, trace)


def unify_patch(base: Tree, patch: Tree, trace: Decisions = NO_TRACE) -> Tree:
    """The ordinary way: markers inside the patch count, those on the patch itself do not."""
    unifier = _Unifier(trace)
    result = unifier.unify(base, patch, (), _Marks("", True), ())
    if unifier.problems:
        raise CueError(unifier.problems)
    return result


class _Marks:
    """What the rewrite rules know at one place: the inherited patchKey, and whether the base has this place."""

    __slots__ = ("active", "key")

    def __init__(self, key: str, active: bool) -> None:
        self.key = key
        self.active = active


_PLAIN: Final = _Marks("", False)
Spans = tuple[Span, ...]


class _Unifier:
    """One application of a patch; collects conflicts instead of stopping at the first."""

    __slots__ = ("problems", "trace")

    def __init__(self, trace: Decisions) -> None:
        self.trace = trace
        self.problems: list[Problem] = []

    def unify(
        self,
        base: Tree,
        patch: Tree,
        path: Labels,
        marks: _Marks,
        spans: Spans,
        *,
        field: bool = False,
    ) -> Tree:
        """The meet of two trees. `field` tells that a base list is a field's own value, and so may grow."""
        if isinstance(base, TStruct) and isinstance(patch, TStruct):
            return self._structs(base, patch, path, marks)
        if isinstance(base, TList) and isinstance(patch, TList):
            return self._lists(base, patch, path, marks, spans, field)
        if not isinstance(base, _SPECIAL) and not isinstance(patch, _SPECIAL):
            if type(base) is type(patch) and base == patch and type(base) is not Leaf:
                return base
            return self._scalar(unify_values(base, patch, self.trace), path, spans)
        if isinstance(base, TBottom):
            return patch if isinstance(patch, TBottom) and not patch.incomplete else base
        if isinstance(patch, TBottom):
            return patch
        if isinstance(base, TChoice) or isinstance(patch, TChoice):
            return self._choices(base, patch, path, marks, spans)
        return self._type_or_conflict(base, patch, path, spans)

    # ---------------------------------------------------------------------------------------------- structs

    def _structs(self, base: TStruct, patch: TStruct, path: Labels, marks: _Marks) -> Tree:
        if not patch.fields and patch.pending is None:
            return base
        fields = dict(base.fields)
        for label, added in patch.fields.items():
            present = fields.get(label)
            if present is None:
                fields[label] = added
            else:
                fields[label] = self._field(present, added, (*path, label), marks)
        return TStruct(fields, base.pending or patch.pending)

    def _field(self, present: TField, added: TField, path: Labels, marks: _Marks) -> TField:
        spans = _joined(present.spans, added.spans)
        strategy = ""
        if marks.active and added.marks:
            strategy = added.marks.get(PATCH_STRATEGY, "")
            key = added.marks.get(PATCH_KEY)
            if key is not None:
                marks = _Marks(key, True)
        base, patch = present.value, added.value
        if isinstance(patch, TList):
            if marks.active and isinstance(base, TList):
                if strategy == "replace":
                    return TField(TList(patch.items, True, patch.rest), present.marks, spans)
                if marks.key:
                    base, patch = self._keyed(base, patch, marks.key, strategy == "retainKeys")
        elif strategy == "retainKeys":
            return TField(patch, present.marks, spans)
        value = self.unify(base, patch, path, marks, spans, field=True)
        return TField(value, present.marks, spans)

    # ------------------------------------------------------------------------------------------------ lists

    def _keyed(self, base: TList, patch: TList, keys: str, retain: bool) -> tuple[TList, TList]:
        """Both lists as they are unified after a merge by key, or unchanged where upstream gives up."""
        pin = not self._compared(base, patch, keys)
        slots: list[Tree] = []
        found: dict[tuple[str, type, Any], int] = {}
        kept = base.items
        for key in keys.split(","):
            labels = key.split(".")
            hits = 0
            for index, element in enumerate(patch.items):
                value = _at(element, labels)
                if value is _ABSENT:
                    continue
                hits += 1
                if isinstance(value, _SPECIAL):
                    return TList(kept, base.open, base.rest), patch
                found[self._merge_key(key, value, pin)] = index
            if not hits:
                if patch.items:
                    return TList(kept, base.open, base.rest), patch
                continue
            for index, element in enumerate(base.items):
                value = _at(element, labels)
                if value is _ABSENT:
                    continue
                if isinstance(value, _SPECIAL):
                    return TList(kept, base.open, base.rest), patch
                matched = found.pop(self._merge_key(key, value, pin), None)
                if matched is None:
                    slots.append(_EMPTY)
                    continue
                slots.append(patch.items[matched])
                if retain:
                    kept = list(kept) if kept is base.items else kept
                    kept[index] = _EMPTY
        left = frozenset(found.values())
        slots += [element for index, element in enumerate(patch.items) if index in left]
        return TList(kept, base.open, base.rest), TList(slots, True)

    def _merge_key(self, key: str, value: Any, pin: bool) -> tuple[str, type, Any]:
        """Values compare as written: `80` and `"80"` differ."""
        if type(value) is Leaf:
            value = self.trace.pin(value) if pin else value.value
        return key, type(value), value

    def _compared(self, base: TList, patch: TList, keys: str) -> bool:
        """Tell the trace which traced key values are equal: all that a merge depends on. False when they are too many."""
        for key in keys.split(","):
            labels = key.split(".")
            values = [_at(element, labels) for element in (*patch.items, *base.items)]
            values = [v for v in values if v is not _ABSENT and not isinstance(v, _SPECIAL)]
            leaves = [v for v in values if type(v) is Leaf]
            if len(leaves) * len(values) > _MOST_COMPARISONS:
                return False
            for leaf in leaves:
                for other in values:
                    if other is not leaf:
                        self._compare(leaf, other)
        return True

    def _compare(self, leaf: Leaf, other: Any) -> None:
        plain = other.value if type(other) is Leaf else other
        same = type(leaf.value) is type(plain) and leaf.value == plain
        self.trace.decide("same", (leaf, other), same)

    def _lists(
        self, base: TList, patch: TList, path: Labels, marks: _Marks, spans: Spans, field: bool
    ) -> Tree:
        left, right = base.items, patch.items
        base_open = base.open or field
        if (len(right) > len(left) and not base_open) or (
            len(left) > len(right) and not patch.open
        ):
            message = f"incompatible list lengths ({len(right)} and {len(left)})"
            return self._conflict(message, path, spans)
        both = min(len(left), len(right))
        items: list[Tree] = []
        for i in range(both):
            if right[i] is _EMPTY and isinstance(left[i], TStruct):
                items.append(left[i])
            else:
                items.append(self.unify(left[i], right[i], (*path, i), marks, spans))
        for i, item in enumerate(left[both:], both):
            items.append(self._with_rest(item, patch.rest, (*path, i), spans))
        for i, item in enumerate(right[both:], both):
            items.append(
                item
                if base.rest is None
                else self.unify(base.rest, item, (*path, i), _PLAIN, spans)
            )
        rest = (
            base.rest if patch.rest is None else self._with_rest(patch.rest, base.rest, path, spans)
        )
        return TList(items, base_open and patch.open, rest)

    def _with_rest(self, item: Tree, rest: Tree | None, path: Labels, spans: Spans) -> Tree:
        return item if rest is None else self.unify(item, rest, path, _PLAIN, spans)

    # -------------------------------------------------------------------------------- everything that is left

    def _choices(self, base: Tree, patch: Tree, path: Labels, marks: _Marks, spans: Spans) -> Tree:
        """A disjunction on either side: every pair of arms is tried; a default is one where no side objects."""
        found: list[tuple[Tree, str, str]] = []
        failed: list[Problem] = []
        problems = self.problems
        # The rules never look into a disjunction of the base, and its lists are not opened.
        inner = _PLAIN if isinstance(base, TChoice) else marks
        for left, left_flag in _arms(base):
            for right, right_flag in _arms(patch):
                self.problems = []
                met = self.unify(left, right, path, inner, spans)
                if self.problems:
                    failed = failed or self.problems
                else:
                    found.append((met, left_flag, right_flag))
        self.problems = problems
        if not found:
            self.problems += failed
            return TBottom("no arm of the disjunction fits", False, spans)
        return _disjunction(found)

    def _type_or_conflict(self, base: Tree, patch: Tree, path: Labels, spans: Spans) -> Tree:
        for one, other in ((base, patch), (patch, base)):
            if isinstance(one, TType) and isinstance(other, TStruct | TList):
                if kind_of(one.constraint) & _kind(other):
                    return other
            elif isinstance(one, TType) and not isinstance(other, TStruct | TList):
                right = other.constraint if isinstance(other, TType) else other
                return self._scalar(unify_values(one.constraint, right, self.trace), path, spans)
        return self._conflict(
            f"conflicting values {tree_text(patch)} and {tree_text(base)} "
            f"(mismatched types {kinds.kind_name(_kind(patch))} and {kinds.kind_name(_kind(base))})",
            path,
            spans,
        )

    def _scalar(self, met: Any, path: Labels, spans: Spans) -> Tree:
        if isinstance(met, Bottom):
            return self._conflict(met.message, path, _joined(spans, met.spans))
        return TType(met) if isinstance(met, Constraint | Disjunction) else met

    def _conflict(self, message: str, path: Labels, spans: Spans) -> Tree:
        self.problems.append(Problem(message, path_text(path), spans))
        return TBottom(message, False, spans)


# ------------------------------------------------------------------------------------------------------ parts

_ABSENT: Final = object()


def _at(element: Tree, labels: Sequence[str]) -> Any:
    """The value at a dotted path below a list element, or `_ABSENT`; an index may be a label."""
    here: Any = element
    for label in labels:
        if isinstance(here, TStruct):
            found = here.fields.get(label)
            if found is None:
                return _ABSENT
            here = found.value
        elif isinstance(here, TList) and label.isdecimal() and int(label) < len(here.items):
            here = here.items[int(label)]
        else:
            return _ABSENT
    return here


def _arms(tree: Tree) -> Sequence[tuple[Tree, str]]:
    """Arms with their default flags: D default, N not the default, M nothing is said (as the engine has it)."""
    if not isinstance(tree, TChoice):
        return ((tree, "M"),)
    other = "N" if any(default for _, default in tree.arms) else "M"
    return [(arm, "D" if default else other) for arm, default in tree.arms]


def _disjunction(found: list[tuple[Tree, str, str]]) -> Tree:
    """The arms that are left, each with the flag it had on both sides."""
    # A side whose defaults have all failed says nothing about defaults any more.
    left = any(flag == "D" for _, flag, _ in found)
    right = any(flag == "D" for _, _, flag in found)
    arms: dict[Any, tuple[Tree, bool]] = {}
    for met, left_flag, right_flag in found:
        flag = meet_flags(left_flag if left else "M", right_flag if right else "M")
        key = _arm_key(met)
        if key not in arms or flag == "D":
            arms[key] = (met, flag == "D")
    if len(arms) == 1:
        return next(iter(arms.values()))[0]
    return TChoice(tuple(arms.values()))


def _arm_key(tree: Tree) -> Any:
    """Equal scalars and types are one arm; structs and lists are never compared."""
    if isinstance(tree, TStruct | TList | TChoice | TBottom):
        return id(tree)
    if isinstance(tree, TType):
        return TType, tree_text(tree)
    value = tree.value if isinstance(tree, Leaf) else tree
    return type(value), value


def _kind(tree: Tree) -> int:
    if isinstance(tree, TStruct):
        return kinds.STRUCT
    if isinstance(tree, TList):
        return kinds.LIST
    return kind_of(tree.constraint if isinstance(tree, TType) else tree)


def _joined(first: Spans, second: Spans) -> Spans:
    if not second or first is second:
        return first
    return first + tuple(span for span in second if span not in first) if first else second
