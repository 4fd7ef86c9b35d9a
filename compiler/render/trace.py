"""Traces: what a rendering asked about its inputs, and how to answer again without the engine (design part 4).

A rendering over leaves is deterministic: as long as every question it asks gets the same answer, it does the same
and ends with the same objects, up to values that are computed from leaves. So the traces of one shape form a tree:
each inner node holds the next question, its branches are the answers met so far, a leaf holds the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar, final

from velac.compiler.cue import ops
from velac.compiler.cue.leaf import Input, Leaf, Residual, Source
from velac.compiler.cue.values import Bottom, Constraint, Decisions, compare, kind_of
from velac.compiler.render.namehash import GENERATED_NAME, name_of_parts
from velac.compiler.render.numbers import object_scalar
from velac.grammar.source import NO_SPAN

Outcome = TypeVar("Outcome")
Vector = Sequence[Any]
Getter = Callable[[Vector], Any]


class Unanswerable(Exception):
    """A recorded operation fails for other inputs; only the engine can tell what that means."""


@final
class Question:
    """One thing that a rendering depended on: the value of a source (`pin`), or the outcome of a test."""

    __slots__ = ("args", "ask", "op", "slots")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op = op
        self.args = args
        self.ask: Getter = _question(op, args)
        self.slots = frozenset(slot for arg in args for slot in slots_of(arg))

    def answer(self, vector: Vector) -> Any:
        """The answer for another vector, as the branches of a tree are called. Raises Unanswerable."""
        answer = self.ask(vector)
        return answer if type(answer) is str else (type(answer), answer)


@final
class Trace(Decisions):
    """Records the questions of one rendering, each once, in order."""

    __slots__ = ("_seen", "questions")

    def __init__(self) -> None:
        self.questions: list[tuple[Question, Any]] = []
        self._seen: set[Any] = set()

    def pin(self, leaf: Leaf) -> Any:
        """The concrete value; the trace holds for equal values only."""
        self._record("pin", (leaf.source,), leaf.value)
        return leaf.value

    def decide(self, op: str, args: tuple[Any, ...], outcome: bool) -> None:
        """A test over leaves came out as `outcome`."""
        sources = tuple(a.source if type(a) is Leaf else a for a in args)
        self._record(op, sources, bool(outcome))

    def _record(self, op: str, args: tuple[Any, ...], answer: Any) -> None:
        key = (op, *map(source_key, args))
        if key not in self._seen:
            self._seen.add(key)
            self.questions.append((Question(op, args), answer))


def source_key(source: Any) -> Any:
    """A hashable identity of a source, equal for equal computations."""
    if type(source) is Input:
        return source.slot
    if type(source) is Residual:
        return (source.op, *map(source_key, source.args))
    return ("=", type(source), source)


def slots_of(source: Any) -> set[int]:
    """The input slots that a source reads."""
    if type(source) is Input:
        return {source.slot}
    if type(source) is Residual:
        return set().union(*map(slots_of, source.args))
    return set()


def changed_slots(before: Vector, after: Vector) -> list[int]:
    """Where two vectors of one shape differ. Decimals count as different: equal ones may have different texts."""
    return [
        slot
        for slot, (a, b) in enumerate(zip(before, after, strict=True))
        if a is not b and (a != b or type(a) is Decimal)
    ]


# ------------------------------------------------------------------------------------------- recomputation


def getter(source: Any) -> Getter:
    """The code that computes a source from an input vector."""
    if type(source) is Input:
        slot = source.slot
        return lambda vector: vector[slot]
    if type(source) is Residual:
        code = operation(source.op)
        args = [getter(arg) for arg in source.args]
        return lambda vector: code(*[arg(vector) for arg in args])
    return lambda vector: source


def _question(op: str, args: tuple[Any, ...]) -> Getter:
    getters = [getter(arg) for arg in args]
    if op in ("pin", "true"):
        return getters[0]
    test = _TESTS[op]
    left, right = getters
    return lambda vector: test(left(vector), right(vector))


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(a == b)


def _test(op: str) -> Callable[[Any, Any], bool]:
    def test(a: Any, b: Any) -> bool:
        if op in ("=~", "!~"):
            return bool(_checked(ops.matches(op, a, b, NO_SPAN)))
        if op in ("==", "!=") and not _comparable(a, b):
            return op == "!="
        return compare(op, a, b)

    return test


def _comparable(a: Any, b: Any) -> bool:
    numbers = (int, Decimal)
    return type(a) is type(b) or (type(a) in numbers and type(b) in numbers)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "same": _same,
    **{op: _test(op) for op in ("==", "!=", "<", "<=", ">", ">=", "=~", "!~")},
}
_BINARY: Final = frozenset(("+", "-", "*", "/", "div", "mod", "quo", "rem", "&&", "||"))


def operation(op: str) -> Callable[..., Any]:
    """The function of a residual operation. Raises KeyError for one that does not exist."""
    found = _OPERATIONS.get(op)
    if found is not None:
        return found
    if op.startswith("call "):
        return _builtin(op[5:])
    raise KeyError(op)


def _checked(value: Any) -> Any:
    if type(value) is Bottom or type(value) is Constraint:
        raise Unanswerable
    return value


def _text(*args: Any) -> str:
    return "".join([a if type(a) is str else _shown(a) for a in args])


def _shown(value: Any) -> str:
    text = ops.scalar_text(value)
    if text is None:
        raise Unanswerable
    return text


def _bytes(*args: Any) -> bytes:
    return b"".join([a if type(a) is bytes else _shown(a).encode() for a in args])


def _arithmetic(op: str) -> Callable[..., Any]:
    from velac.compiler.cue.values import NO_TRACE

    def run(*args: Any) -> Any:
        if len(args) == 1:
            return _checked(ops.unary(op, args[0], NO_SPAN, NO_TRACE))
        return _checked(ops.scalar_binary(op, args[0], args[1], NO_SPAN))

    return run


def _compared(op: str) -> Callable[..., Any]:
    test = _TESTS[op]

    def run(a: Any, b: Any) -> bool:
        if not kind_of(a) & kind_of(b) and not _comparable(a, b):
            raise Unanswerable
        return test(a, b)

    return run


def _length(value: Any) -> int:
    return len(value) if type(value) is bytes else len(value.encode("utf-8", "surrogatepass"))


def _builtin(name: str) -> Callable[..., Any]:
    from velac.compiler.cue.builtins import registry
    from velac.compiler.cue.builtins.engine import ArgumentError, Invalid
    from velac.compiler.cue.builtins.package import BuiltinError, Incomplete
    from velac.compiler.cue.calls import fit

    path, _, function_name = name.rpartition(".")
    package = registry.find(path)
    if package is None:
        raise KeyError(name)
    function = package.functions[function_name]

    def run(*args: Any) -> Any:
        try:
            return function.call(
                *[fit(a, param) for a, param in zip(args, function.params, strict=False)]
            )
        except (ArgumentError, BuiltinError, Incomplete, Invalid, RecursionError, MemoryError):
            raise Unanswerable from None

    return run


_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "text": _text,
    "bytes": _bytes,
    "len": _length,
    "object_scalar": object_scalar,
    GENERATED_NAME: name_of_parts,
    **{op: _arithmetic(op) for op in (*_BINARY, "!")},
    **{op: _compared(op) for op in ("==", "!=", "<", "<=", ">", ">=", "=~", "!~")},
}


# -------------------------------------------------------------------------------------------------- the tree


@final
class Branch:
    """An inner node: the next question, and what follows from each answer."""

    __slots__ = ("answers", "question")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answers: dict[Any, Any] = {}


class DecisionTree(Generic[Outcome]):
    """The traces of one shape."""

    __slots__ = ("_root", "count", "fills")

    def __init__(self) -> None:
        self._root: Any = None
        self.count = 0
        self.fills = 0
        """How often an outcome was used again; its users count."""

    def clear(self) -> None:
        """Forget all traces."""
        self._root = None
        self.count = self.fills = 0

    def find(self, vector: Vector) -> tuple[Outcome, tuple[tuple[Question, Any], ...]] | None:
        """The outcome whose questions this vector answers alike, and these questions with their answers.

        None when it has to be traced. Raises Unanswerable.
        """
        here = self._root
        while type(here) is Branch:
            here = here.answers.get(here.question.answer(vector))
        return here  # type: ignore[no-any-return]

    def add(self, trace: Trace, outcome: Outcome) -> None:
        """Add the outcome of a traced rendering."""
        self.count += 1
        holder: dict[Any, Any] | None = None
        slot: Any = None
        here = self._root
        path = []
        for question, answer in trace.questions:
            if type(here) is not Branch:
                here = Branch(question)
                self._put(holder, slot, here)
            holder, slot = here.answers, _answer_key(answer)
            path.append((here.question, slot))
            here = holder.get(slot)
        self._put(holder, slot, (outcome, tuple(path)))

    def _put(self, holder: dict[Any, Any] | None, slot: Any, value: Any) -> None:
        if holder is None:
            self._root = value
        else:
            holder[slot] = value


def _answer_key(answer: Any) -> Any:
    """Answers as dictionary keys: `1`, `1.0` and `true` are three."""
    return answer if type(answer) is str else (type(answer), answer)


__all__ = ["DecisionTree", "Question", "Source", "Trace", "Unanswerable", "getter", "operation"]
