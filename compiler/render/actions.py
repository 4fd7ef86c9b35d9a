"""Actions: structs with `#do` and `#provider`, whose `$params` go somewhere and whose `$returns` come back.

Upstream runs them while it renders (semantics 3.2). A compiler runs those that only compute. What all others would
return is known at run time only: it stays missing, which is an error where an object needs it (`late_actions` says
what to tell the author then).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from velac.compiler.cue.api import Program, Value
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.labels import HIDDEN
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import MEMBER
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.render.patch import unify_patch
from velac.compiler.render.trees import data_of

Path = tuple[str | tuple[int, int], ...]
"""Internal labels; an element of a list is its index and the length of the list."""

Runner: TypeAlias = Callable[[Value, Value], Any]
Runners: TypeAlias = Mapping[tuple[str, str], Runner]
"""What computes the result of an action, by its provider and what it does, from the action and the whole template.

Raises CueError.
"""

NO_RUNNERS: Final[Runners] = {}
_RETURNS: Final = "$returns"
_INPUTS: Final = frozenset(("parameter", "context"))


def evaluate_with_actions(
    program: Program,
    data: Mapping[str, Any],
    trace: Decisions = NO_TRACE,
    runners: Runners = NO_RUNNERS,
) -> Value:
    """The value of a program after its computing actions have run, each once, inner ones first. Raises CueError.

    `runners` compute further ones.
    """
    results: dict[Path, Any] = {}
    while True:
        extra = _nested(results)
        value = program.evaluate({**data, **extra}, trace=trace)
        ready = _ready(value, runners)
        new = {path: run(action, value) for path, action, run in ready if path not in results}
        if not new:
            return value
        results |= new


def late_actions(value: Value) -> list[str]:
    """The actions of a value that only a controller can run, as `provider/do`."""
    return [
        f"{provider}/{do}"
        for _, _, provider, do in _actions(value)
        if (provider, do) not in _COMPUTED
    ]


def _ready(value: Value, runners: Runners) -> Iterator[tuple[Path, Value, Runner]]:
    for path, action, provider, do in _actions(value):
        run = _COMPUTED.get((provider, do)) or runners.get((provider, do))
        params = action.lookup("$params")
        if run is None or params is None or params.problems(final=True):
            continue
        yield path, action, run


def _actions(value: Value) -> Iterator[tuple[Path, Value, str, str]]:
    """All actions of a template, inner ones first, with the internal labels of their paths."""
    root = value.node.final()
    root.settle_all()
    for label, arc in list(root.arcs.items()):
        if arc.kind == MEMBER and label not in _INPUTS:
            yield from _below(arc, (label,), set())


def _below(node: Node, path: Path, above: set[int]) -> Iterator[tuple[Path, Value, str, str]]:
    if str(path[-1]).startswith(HIDDEN + "#"):
        return
    holder = node.result()
    if type(holder) is not Node:
        return
    holder = holder.final()
    if id(holder) in above:
        return
    holder.settle_all()
    above = above | {id(holder)}
    elements = holder.elems or []
    for index, element in enumerate(elements):
        yield from _below(element, (*path, (index, len(elements))), above)
    for label, arc in list(holder.arcs.items()):
        if arc.kind == MEMBER:
            yield from _below(arc, (*path, label), above)
    if HIDDEN + "#do" in holder.arcs:
        action = Value(node)
        do, provider = _name(action, "#do"), _name(action, "#provider")
        if do and provider:
            yield path, action, provider, do


def _name(action: Value, label: str) -> str:
    found = action.lookup(label)
    try:
        name = found.plain() if found is not None else ""
    except CueError:
        return ""
    return name if isinstance(name, str) else ""


def _nested(results: Mapping[Path, Any]) -> dict[str, Any]:
    """Results as data to unify with the template. Elements of lists get empty structs as neighbours."""
    root: dict[str, Any] = {}
    for path, result in results.items():
        here: Any = root
        for label, following in zip(path, (*path[1:], _RETURNS), strict=True):
            fresh: Any = {}
            if isinstance(following, tuple):
                fresh = [{} for _ in range(following[1])]
            if isinstance(label, tuple):
                here[label[0]] = here[label[0]] or fresh
                here = here[label[0]]
            else:
                here = here.setdefault(label, fresh)
        here[_RETURNS] = result
    return root


# --------------------------------------------------------------------------------------- what can be computed


def _text(action: Value) -> str:
    params = action.lookup("$params")
    text = params.plain() if params is not None else None
    if not isinstance(text, str):
        raise CueError([Problem("`$params` has to be a string", action.node.path())])
    return text


def _encode(action: Value, _: Value) -> str:
    return base64.b64encode(_text(action).encode("utf-8", "surrogatepass")).decode("ascii")


def _decode(action: Value, _: Value) -> str:
    try:
        return base64.b64decode(_text(action), validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise CueError([Problem(f"not base64: {error}", action.node.path())]) from None


def _strategy_unify(action: Value, _: Value) -> Any:
    base, patch = action.lookup("$params", "value"), action.lookup("$params", "patch")
    if base is None or patch is None:
        raise CueError([Problem("`$params` needs `value` and `patch`", action.node.path())])
    return data_of(unify_patch(base.tree(), patch.tree()))


_COMPUTED: Final[dict[tuple[str, str], Runner]] = {
    ("base64", "encode"): _encode,
    ("base64", "decode"): _decode,
    ("cue", "strategyUnify"): _strategy_unify,
}
