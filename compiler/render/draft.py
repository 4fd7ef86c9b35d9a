"""An object while traits work on it: a value of the engine, a resolved tree, or plain data, each made when needed."""

from __future__ import annotations

from typing import Any, Protocol, final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.tree import Tree
from velac.compiler.cue.values import Decisions
from velac.compiler.render.numbers import object_data
from velac.compiler.render.report import Subject
from velac.compiler.render.trees import data_of, tree_of

Object = dict[str, Any]


class Evaluated(Protocol):
    """The part of the engine's value that a draft needs."""

    def data(self) -> Any:
        """Plain data; raises CueError where something is not concrete."""

    def tree(self) -> Tree:
        """The resolved tree."""


@final
class Draft:
    """What a template or a patch made, not yet labelled and named."""

    __slots__ = ("_data", "_tree", "_value")

    def __init__(
        self, value: Evaluated | None = None, *, tree: Tree = None, data: Object | None = None
    ) -> None:
        self._value = value
        self._tree = tree
        self._data: Any = data

    def data(self) -> Any:
        """Plain data, as `context.output` shows it. Raises CueError where something is not concrete."""
        if self._data is None:
            self._data = data_of(self._tree) if self._value is None else self._value.data()
        return self._data

    def tree(self) -> Tree:
        """The resolved tree, for the patch engine."""
        if self._tree is None:
            if self._value is not None:
                self._tree = self._value.tree()
            else:
                self._tree = tree_of(self._data)
        return self._tree

    def finished(self, subject: Subject, what: str, trace: Decisions) -> Object:
        """A fresh object of JSON data. Raises CueError where it is not concrete, Rejected without a kind."""
        obj = object_data(self.data())
        if not isinstance(obj, dict):
            subject.reject("V701", f"`{what}` is not an object")
        _decide_identity(obj, trace)
        if not obj.get("kind"):
            subject.reject(
                "V705", f"`{what}` has no `kind`", help="every Kubernetes object needs `kind`"
            )
        return obj


def _decide_identity(obj: Object, trace: Decisions) -> None:
    """Tell the trace what the contract will look at: API version, kind, whether there is a name and a namespace."""
    for key in ("apiVersion", "kind"):
        value = obj.get(key)
        if type(value) is Leaf:
            obj[key] = trace.pin(value)
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        return
    for key in ("name", "namespace"):
        value = metadata.get(key)
        if type(value) is Leaf and isinstance(value.value, str):
            trace.decide("!=", (value, ""), value.value != "")
