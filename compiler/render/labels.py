"""Computed labels under `outputs`: names that are only copied do not tie a trace to one name.

`outputs: "configmap-\\(v.name)": {…}` makes a field whose name nobody in the template reads. What the result depends
on is which names there are twice, and their order; so a trace asks just that, and the name is a leaf like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final, final

from velac.compiler.cue.leaf import Input, Leaf, Residual
from velac.compiler.cue.values import Decisions
from velac.compiler.render.syntax import children
from velac.compiler.render.trace import source_key
from velac.grammar import ast

OUTPUTS: Final = "outputs"


@final
class Labels(Decisions):
    """What one evaluation tells its trace, with some computed labels kept apart until somebody asks for them."""

    __slots__ = ("_found", "_free", "_trace", "keeps_leaves")

    def __init__(self, trace: Decisions, free: frozenset[int]) -> None:
        self._trace = trace
        self._free = free
        self.keeps_leaves = trace.keeps_leaves
        self._found: dict[str, Leaf | None] = {}
        """Labels by their text; None for one that the trace depends on."""

    def pin(self, leaf: Leaf) -> Any:
        """See Decisions."""
        return self._trace.pin(leaf)

    def decide(self, op: str, args: tuple[Any, ...], outcome: bool) -> None:
        """See Decisions."""
        self._trace.decide(op, args, outcome)

    def label(self, leaf: Leaf, field: object) -> Any:
        """The text of a computed label; the trace depends on it unless the label is a free one."""
        text = leaf.value
        source = leaf.source
        copied = type(source) is Input or (type(source) is Residual and source.op == "text")
        if id(field) not in self._free or type(text) is not str or not copied:
            return self.pin(leaf)
        known = self._found.setdefault(text, leaf)
        if known is None or source_key(known.source) != source_key(source):
            # Two names that happen to be equal make one field.
            self._depend_on(text)
            return self.pin(leaf)
        return text

    def names(self, labels: Iterable[str]) -> list[str | Leaf]:
        """The labels of all fields of `outputs`, in order, with leaves for the free ones."""
        ordered: list[str | Leaf] = [self._found.pop(label, None) or label for label in labels]
        by_text = sorted(ordered, key=lambda name: _text(name).encode("utf-8", "surrogatepass"))
        for one, two in pairwise(by_text):
            if type(one) is Leaf or type(two) is Leaf:
                self.decide("<", (one, two), True)
        return ordered

    def settle(self) -> None:
        """Nobody has asked for what is left: the trace depends on it."""
        for text in list(self._found):
            self._depend_on(text)

    def _depend_on(self, text: str) -> None:
        leaf = self._found.get(text)
        self._found[text] = None
        if leaf is not None:
            self.pin(leaf)


def output_names(trace: Decisions, labels: Iterable[str]) -> list[Any]:
    """The names of the fields of `outputs` as one evaluation may hand them on: texts, or leaves."""
    return trace.names(labels) if type(trace) is Labels else list(labels)


def _text(name: str | Leaf) -> str:
    return str(name.value) if type(name) is Leaf else str(name)


# ------------------------------------------------------------------------------------------- what a template says


def free_labels(file: ast.File) -> frozenset[int]:
    """The ids of the fields with computed labels directly in `outputs`, where nothing in the template reads them."""
    try:
        found = frozenset(id(field) for field in _computed(file.decls, inside=False))
    except _Unclear:
        return frozenset()
    return frozenset() if not found or _refers_to_outputs(file) else found


class _Unclear(Exception):
    """There is more in `outputs` than fields, or it comes from somewhere else."""


def _computed(decls: Iterable[ast.Decl], *, inside: bool) -> Iterator[ast.Field]:
    for decl in decls:
        if isinstance(decl, ast.Comprehension):
            yield from _computed(decl.value.decls, inside=inside)
        elif isinstance(decl, ast.Embedding | ast.Ellipsis):
            raise _Unclear
        elif isinstance(decl, ast.Field):
            fixed = isinstance(decl.label, ast.Ident | ast.StringLit)
            if inside:
                if decl.alias is not None or isinstance(decl.label, ast.PatternLabel):
                    raise _Unclear
                if not fixed:
                    yield decl
            elif not fixed:
                raise _Unclear
            elif _name_of(decl) == OUTPUTS:
                if not isinstance(decl.value, ast.StructLit) or decl.alias is not None:
                    raise _Unclear
                yield from _computed(decl.value.decls, inside=True)


def _name_of(field: ast.Field) -> str:
    label = field.label
    if isinstance(label, ast.Ident):
        return label.name
    return label.value if isinstance(label, ast.StringLit) else ""


def _refers_to_outputs(file: ast.File) -> bool:
    pending: list[Any] = [file.decls]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
        elif isinstance(node, ast.Ident):
            if node.name == OUTPUTS:
                return True
        else:
            pending.extend(children(node))
    return False
