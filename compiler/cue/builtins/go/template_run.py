"""Runs parsed Go templates over plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue.builtins.go import htmltext, urls
from velac.compiler.cue.builtins.go.bounds import check_text
from velac.compiler.cue.builtins.go.printf import Int64, show, sprint, sprintf
from velac.compiler.cue.builtins.go.template_parse import (
    Action,
    Branch,
    Call,
    Jump,
    Node,
    Operand,
    Pipeline,
    Text,
    parse,
)
from velac.compiler.cue.builtins.package import BuiltinError

_MAX_CALLS: Final = 200
_MAX_STEPS: Final = 200_000
_MISSING: Final = object()
"""Not given: a command's final argument when nothing is piped in."""


def execute(source: str, data: Any) -> str:
    """The text of a template with its dot set to data."""
    templates = parse(source, FUNCTIONS)
    run = _Run(templates)
    try:
        run.body(templates[""], plain(data), {"$": plain(data)})
    except RecursionError:
        raise BuiltinError("template: exceeded maximum template depth") from None
    return "".join(run.out)


def plain(data: Any) -> Any:
    """Data as Go decodes it: decimals become binary floats."""
    if isinstance(data, Decimal):
        return float(data)
    if isinstance(data, int) and not isinstance(data, bool):
        return Int64(data)
    if isinstance(data, list):
        return [plain(item) for item in data]
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    return data


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class _Run:
    """One execution: the output so far, and how much work was done."""

    def __init__(self, templates: dict[str, list[Node]]) -> None:
        self._templates = templates
        self._depth = self._made = self._size = self._steps = 0
        self.out: list[str] = []

    def _write(self, text: str) -> None:
        self._size += len(text)
        check_text(self._size)
        self.out.append(text)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise BuiltinError(f"template: more than {_MAX_STEPS} steps")

    def body(self, nodes: list[Node], dot: Any, variables: dict[str, Any]) -> None:
        """Run nodes; `variables` is the scope that they declare into."""
        for node in nodes:
            self._step()
            if isinstance(node, Text):
                self._write(node.text)
            elif isinstance(node, Action):
                value = self._pipeline(node.pipeline, dot, variables)
                if not node.pipeline.variables:
                    self._write("<no value>" if value is None else show(value))
            elif isinstance(node, Branch):
                self._branch(node, dot, _Scope(variables))
            elif isinstance(node, Call):
                self._call(node, dot, variables)
            elif isinstance(node, Jump):
                raise _Break if node.kind == "break" else _Continue

    def _call(self, node: Call, dot: Any, variables: dict[str, Any]) -> None:
        body = self._templates.get(node.name)
        if body is None:
            raise BuiltinError(f'template "{node.name}" not defined')
        value = self._pipeline(node.pipeline, dot, variables) if node.pipeline else None
        self._depth += 1
        if self._depth > _MAX_CALLS:
            raise BuiltinError("template: exceeded maximum template depth")
        self.body(body, value, {"$": value})
        self._depth -= 1

    def _branch(self, node: Branch, dot: Any, variables: dict[str, Any]) -> None:
        if node.kind == "range":
            self._range(node, dot, variables)
            return
        value = self._pipeline(node.pipeline, dot, variables)
        inner = value if node.kind == "with" else dot
        if truth(value):
            self.body(node.body, inner, _Scope(variables))
        else:
            self.body(node.other, dot, _Scope(variables))

    def _range(self, node: Branch, dot: Any, variables: dict[str, Any]) -> None:
        names = node.pipeline.variables
        silent = Pipeline(node.pipeline.commands)
        pairs = list(_pairs(self._pipeline(silent, dot, variables)))
        if not pairs:
            self.body(node.other, dot, _Scope(variables))
        for key, value in pairs:
            self._step()
            scope: dict[str, Any] = _Scope(variables)
            items = (value,) if len(names) == 1 else (key, value)
            for name, item in zip(names, items, strict=False):
                _store(scope, name, item, node.pipeline.declares)
            try:
                self.body(node.body, value, scope)
            except _Continue:
                continue
            except _Break:
                break

    def _pipeline(self, pipeline: Pipeline, dot: Any, variables: dict[str, Any]) -> Any:
        value: Any = _MISSING
        for command in pipeline.commands:
            value = self._command(command, dot, variables, value)
        for name in pipeline.variables:
            _store(variables, name, value, pipeline.declares)
        return value

    def _command(
        self, command: list[Operand], dot: Any, variables: dict[str, Any], final: Any
    ) -> Any:
        self._step()
        first = command[0]
        if first.kind != "function":
            if len(command) > 1 or final is not _MISSING:
                raise BuiltinError("can't give argument to non-function")
            if first.kind == "nil":
                raise BuiltinError("nil is not a command")
            return self._value(first, dot, variables)
        lazy = (self._value(operand, dot, variables) for operand in command[1:])
        value = _apply(first.value, lazy, final)
        if type(value) is str:
            self._made += len(value)
            check_text(self._made)
        return _fields(value, first.fields)

    def _value(self, operand: Operand, dot: Any, variables: dict[str, Any]) -> Any:
        kind = operand.kind
        if kind == "constant" or kind == "nil":
            return operand.value
        if kind == "dot":
            return _fields(dot, operand.fields)
        if kind == "variable":
            return _fields(variables[operand.value], operand.fields)
        if kind == "function":
            return _fields(_apply(operand.value, iter(()), _MISSING), operand.fields)
        return _fields(self._pipeline(operand.value, dot, _Scope(variables)), operand.fields)


class _Scope(dict[str, Any]):
    """Variables of a block, those of the blocks around it behind them."""

    __slots__ = ("outer",)

    def __init__(self, outer: dict[str, Any]) -> None:
        super().__init__()
        self.outer = outer

    def __missing__(self, name: str) -> Any:
        return self.outer[name]


def _store(scope: dict[str, Any], name: str, value: Any, declares: bool) -> None:
    if not declares:
        while name not in scope and isinstance(scope, _Scope):
            scope = scope.outer
    scope[name] = value


def _fields(value: Any, names: tuple[str, ...]) -> Any:
    if value is None:
        return None
    for name in names:
        if value is None:
            raise BuiltinError(f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, dict):
            raise BuiltinError(f"can't evaluate field {name} in type interface {{}}")
        if name not in value:
            return None
        value = value[name]
    return value


def _pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return ((key, value[key]) for key in sorted(value))
    if isinstance(value, (list, bytes)):
        return enumerate(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if value > _MAX_STEPS:
            raise BuiltinError(f"template: more than {_MAX_STEPS} steps")
        return ((i, i) for i in range(value))
    if value is None:
        return ()
    raise BuiltinError(f"range can't iterate over {show(value)}")


def truth(value: Any) -> bool:
    """What `if` holds for: anything but false, 0, nil and the empty."""
    return bool(value)


# -- functions ------------------------------------------------------------------------------------------------


def _apply(name: str, lazy: Iterable[Any], final: Any) -> Any:
    if name in ("and", "or"):
        return _short(name == "or", lazy, final)
    arguments = list(lazy)
    if final is not _MISSING:
        arguments.append(final)
    low, high, code = FUNCTIONS[name]
    if len(arguments) < low or (high is not None and len(arguments) > high):
        wanted = f"want {low}" if low == high else f"want at least {low}"
        raise BuiltinError(f"wrong number of args for {name}: {wanted} got {len(arguments)}")
    try:
        return code(*arguments)
    except BuiltinError as error:
        raise BuiltinError(f"error calling {name}: {error}") from None


def _short(stop: bool, lazy: Iterable[Any], final: Any) -> Any:
    value: Any = _MISSING
    for value in lazy:
        if truth(value) is stop:
            return value
    if final is not _MISSING:
        return final
    if value is _MISSING:
        raise BuiltinError(
            f"wrong number of args for {'or' if stop else 'and'}: want at least 1 got 0"
        )
    return value


def _len(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, (list, dict, bytes)):
        return len(value)
    raise BuiltinError("len of nil pointer" if value is None else "len of type int")


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            if not isinstance(key, str):
                raise BuiltinError("value has type int; should be string")
            value = value.get(key)
            continue
        if not isinstance(value, (list, str, bytes)):
            raise BuiltinError("index of untyped nil" if value is None else "can't index item")
        if not isinstance(key, int) or isinstance(key, bool):
            raise BuiltinError("cannot index slice/array with type string")
        items = value.encode() if isinstance(value, str) else value
        if not 0 <= key < len(items):
            raise BuiltinError(f"index out of range: {key}")
        value = items[key]
    return value


def _slice(value: Any, *bounds: Any) -> Any:
    if not isinstance(value, (str, list, bytes)) or (isinstance(value, str) and len(bounds) > 2):
        raise BuiltinError("can't slice item")
    items: Any = value.encode() if isinstance(value, str) else value
    ends = [*bounds, *((0, len(items))[len(bounds) :])][:2]
    for bound in ends:
        if not isinstance(bound, int) or not 0 <= bound <= len(items):
            raise BuiltinError(f"index out of range: {show(bound)}")
    if ends[0] > ends[1]:
        raise BuiltinError(f"invalid slice index: {ends[0]} > {ends[1]}")
    part = items[ends[0] : ends[1]]
    return part.decode(errors="replace") if isinstance(value, str) else part


def _basic(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    for kind, name in ((int, "int"), (float, "float64"), (str, "string")):
        if isinstance(value, kind):
            return name
    raise BuiltinError(
        "non-comparable type" if value is not None else "invalid type for comparison"
    )


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    kinds = _basic(a), _basic(b)
    if kinds[0] != kinds[1]:
        raise BuiltinError(f"incompatible types for comparison: {kinds[0]} and {kinds[1]}")
    return bool(a == b)


def _eq(a: Any, *others: Any) -> bool:
    if not others:
        raise BuiltinError("missing argument for comparison")
    return any(_same(a, b) for b in others)


def _less(a: Any, b: Any) -> bool:
    kinds = _basic(a), _basic(b)
    if kinds[0] != kinds[1]:
        raise BuiltinError(f"incompatible types for comparison: {kinds[0]} and {kinds[1]}")
    if kinds[0] == "bool":
        raise BuiltinError("invalid type for comparison")
    return bool(a < b)


def _call(function: Any, *_: Any) -> Any:
    raise BuiltinError(f"non-function of value {show(function)}")


def _text(values: tuple[Any, ...]) -> str:
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return sprint([value if value is not None else "<no value>" for value in values])


def html_escape(text: str) -> str:
    """`template.HTMLEscapeString`."""
    return text.replace("\0", "\ufffd").translate(htmltext.ESCAPES)


def js_escape(text: str) -> str:
    """`template.JSEscapeString`."""
    return "".join(_JS.get(char) or _js_char(char) for char in text)


_JS: Final = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D",
}  # fmt: skip


def _js_char(char: str) -> str:
    if char < " " or (char >= "\x80" and not char.isprintable()):
        return f"\\u{ord(char):04X}"
    return char


FUNCTIONS: Final[dict[str, tuple[int, int | None, Callable[..., Any]]]] = {
    "and": (1, None, truth),
    "or": (1, None, truth),
    "call": (1, None, _call),
    "eq": (1, None, _eq),
    "ge": (2, 2, lambda a, b: not _less(a, b)),
    "gt": (2, 2, lambda a, b: not _less(a, b) and not _same(a, b)),
    "html": (0, None, lambda *values: html_escape(_text(values))),
    "index": (1, None, _index),
    "js": (0, None, lambda *values: js_escape(_text(values))),
    "le": (2, 2, lambda a, b: _less(a, b) or _same(a, b)),
    "len": (1, 1, _len),
    "lt": (2, 2, _less),
    "ne": (2, 2, lambda a, b: not _same(a, b)),
    "not": (1, 1, lambda value: not truth(value)),
    "print": (0, None, lambda *values: sprint(list(values))),
    "printf": (1, None, lambda template, *values: sprintf(_format(template), list(values))),
    "println": (0, None, lambda *values: " ".join(map(show, values)) + "\n"),
    "slice": (1, None, _slice),
    "urlquery": (0, None, lambda *values: urls.escape_query(_text(values))),
}


def _format(template: Any) -> str:
    if not isinstance(template, str):
        raise BuiltinError(f"wrong type for value; expected string; got {show(template)}")
    return template
