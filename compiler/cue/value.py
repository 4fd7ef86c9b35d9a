"""The values that the library hands out: to look into, unify, check, and turn into data or text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from velac.compiler.cue import kinds
from velac.compiler.cue import program as engine
from velac.compiler.cue.errors import CueError, Problem, distinct
from velac.compiler.cue.expr import Data, ValueExpr
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import PLAIN_INFO, Conjunct, Env
from velac.compiler.cue.program import DATA_SPAN, budgeted, deep_recursion
from velac.compiler.cue.values import Bottom, Disjunction, default_of, is_concrete, kind_of
from velac.grammar.source import NO_SPAN, Span


class Value(engine.Value):
    r"""A CUE value, concrete or not. Nothing is evaluated before somebody asks.

    >>> from velac import cue
    >>> value = cue.evaluate({"a.cue": "#Port: int & >0\nport: #Port | *80\nhosts: [string, string]"})
    >>> value.get("port").plain()
    80
    >>> [label for label, _ in value.fields()]
    ['port', 'hosts']
    """

    __slots__ = ()

    def lookup(self, *labels: str) -> Value | None:
        """The value at field labels (`#D` and `_x` as written), or None.

        >>> from velac import cue
        >>> cue.evaluate({"a.cue": '"a.b": c: 1'}).lookup("a.b", "c").plain()
        1
        """
        found = super().lookup(*labels)
        return None if found is None else Value(found.node)

    def get(self, path: str) -> Value:
        """The value at a path as CUE writes it: `a.b`, `a["b.c"]`, `list[0]`. Raises CueError if there is none.

        >>> from velac import cue
        >>> cue.evaluate({"a.cue": "a: [{b: 1}]"}).get("a[0].b").plain()
        1
        """
        from velac.compiler.cue.paths import parse_expression, steps

        node = self._node
        with deep_recursion(), budgeted():
            for step in steps(parse_expression(path)):
                found = _below(node, step)
                if type(found) is Bottom:
                    raise CueError([engine.problem_of(found, node.path())])
                node = found
        return Value(node)

    def fields(self) -> Iterator[tuple[str, Value]]:
        """Regular fields in the order in which `cue export` prints them."""
        for label, value in super().fields():
            yield label, Value(value.node)

    def elements(self) -> Iterator[Value]:
        """The elements of a list.

        >>> from velac import cue
        >>> [e.plain() for e in cue.evaluate({"a.cue": "[1, 2]"}).elements()]
        [1, 2]
        """
        with deep_recursion(), budgeted():
            self._node.expand()
            elems = self._node.final().elems or ()
        for elem in elems:
            yield Value(elem)

    @property
    def kind(self) -> str:
        """`struct`, `list`, `string`, `int`, …; several as `(int|string)`; `_|_` for an error.

        >>> from velac import cue
        >>> cue.evaluate({"a.cue": "a: int | string"}).get("a").kind
        '(int|string)'
        """
        with deep_recursion(), budgeted():
            value = self._node.result()
            return "_|_" if type(value) is Bottom else kinds.kind_name(kind_of(value))

    @property
    def is_concrete(self) -> bool:
        """Whether this and everything that is exported below it is data."""
        return not self.problems(final=True)

    @property
    def default(self) -> Value | None:
        """The default of a disjunction; None when there is none.

        >>> from velac import cue
        >>> cue.evaluate({"a.cue": "a: *1 | int"}).get("a").default.plain()
        1
        """
        with deep_recursion(), budgeted():
            value = self._node.result()
            chosen = default_of(value)
            if type(value) is not Disjunction or type(chosen) is Disjunction:
                return None
            return Value(chosen if type(chosen) is Node else self._made(chosen))

    @property
    def positions(self) -> tuple[Span, ...]:
        """The places of all that made this value, in the texts that were given."""
        self._node.expand()
        spans = (
            c.field.span if hasattr(c.field, "span") else c.expr.span for c in self._node.conjuncts
        )
        return tuple(dict.fromkeys(span for span in spans if span is not NO_SPAN))

    def unify(self, other: Value | Mapping[str, Any] | Sequence[Any] | Any) -> Value:
        """The meet of this value and another one, or plain data. Errors show when it is checked or read.

        >>> from velac import cue
        >>> schema = cue.evaluate({"a.cue": "#P: {port: int & <100}"}).get("#P")
        >>> schema.unify({"port": 8080}).validate()[0].message
        'invalid value 8080 (out of bound <100)'
        """
        node = Node(self._node.run, None, "")
        env = Env(None, node)
        right = (
            ValueExpr(other.node, NO_SPAN)
            if isinstance(other, engine.Value)
            else Data(_data(other), DATA_SPAN)
        )
        for expr in (_reference(self._node), right):
            node.conjuncts.append(Conjunct(expr, env, PLAIN_INFO))
        return Value(node)

    def validate(self, *, concrete: bool = True) -> tuple[Problem, ...]:
        """All errors; unless `concrete` is false, also what is not data yet. Empty when all is well.

        >>> from velac import cue
        >>> [str(p).splitlines()[0] for p in cue.evaluate({"a.cue": "a: int"}).validate()]
        ['a: incomplete value int']
        """
        return tuple(
            replace(problem, spans=tuple(s for s in problem.spans if s.file is not DATA_SPAN.file))
            for problem in distinct(self.problems(final=concrete))
        )

    def text(self) -> str:
        """The value as CUE source, as `cue eval` prints it.

        >>> from velac import cue
        >>> print(cue.evaluate({"a.cue": "a: >0 & int"}).text(), end="")
        a: int & >0
        """
        from velac.compiler.cue.cuetext import Shown, node_text
        from velac.grammar.parser import parse

        # What the text imports is what the files do that the value was written in.
        sources = dict.fromkeys(span.file for span in self.positions if span.file.text)
        return node_text(self._node, Shown(), [parse(source) for source in sources])

    def _made(self, value: Any) -> Node:
        node = Node(self._node.run, None, "")
        node.conjuncts.append(Conjunct(ValueExpr(value, NO_SPAN), Env(None, node), PLAIN_INFO))
        return node


def _reference(node: Node) -> ValueExpr:
    return ValueExpr(node, NO_SPAN)


def _data(value: Any) -> Any:
    """Plain data of the engine: dicts and lists, floats as decimals."""
    from decimal import Decimal

    if isinstance(value, Mapping):
        return {str(key): _data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(item) for item in value]
    if isinstance(value, float):
        return Decimal(repr(value))
    if value is None or is_concrete(value):
        return value
    raise TypeError(f"{type(value).__name__} is no plain data")


def _below(node: Node, step: str | int) -> Node | Bottom:
    if isinstance(step, str):
        return node.lookup(step, NO_SPAN)
    node.expand()
    elems = node.final().elems
    if elems is None or not 0 <= step < len(elems):
        return Bottom(2, f"no element {step}", node.spans())
    return elems[step]
