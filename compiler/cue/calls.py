"""Calls of the functions of builtin packages, over plain data.

A package function gets its arguments as plain data; kinds are checked here. One with negative parameter kinds
gets the engine's values instead and the `EngineCalls` below. A function of leaves that is pure keeps the result a leaf.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.builtins.engine import ArgumentError, Invalid
from velac.compiler.cue.builtins.package import BuiltinError, Function, Incomplete
from velac.compiler.cue.engine_calls import Engine
from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.export import Incompleteness, to_plain
from velac.compiler.cue.expr import (
    CallExpr,
    Data,
    Expr,
    temporary,
)
from velac.compiler.cue.faults import deep_error, own_problem
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.lists import list_of
from velac.compiler.cue.node import Node
from velac.compiler.cue.number import NonFinite
from velac.compiler.cue.parts import LONG_TEXT, STACKED, Env, Run
from velac.compiler.cue.values import (
    FATAL,
    INCOMPLETE,
    Bottom,
    Constraint,
    Decisions,
    Disjunction,
    Validator,
    is_concrete,
    is_function,
    kind_of,
    literal,
    plain,
    residual,
    same_scalar,
)
from velac.grammar.source import Span


def bind_package_function(path: str, function: Function) -> Callable[[CallExpr, Env], Any]:
    """The code of calls of one package function."""
    shown = f"{path.rsplit('/', 1)[-1]}.{function.name}"

    def call(expr: CallExpr, env: Env) -> Any:
        return call_function(shown, path, function, expr.args, expr.span, env)

    return call


def validator_value(path: str, function: Function) -> Any:
    """A function used as a value: a validator when it takes one argument and answers bool."""
    shown = f"{path.rsplit('/', 1)[-1]}.{function.name}"
    if not function.is_validator or len(function.params) != 1:
        return None
    return lambda span, env: _validator(shown, path, function, [], "", span, env)


def call_function(
    shown: str, path: str, function: Function, args: tuple[Expr, ...], span: Span, env: Env
) -> Any:
    """Evaluate the arguments and call, or make a validator when the first argument is left out."""
    params = function.params
    count = len(args)
    values = [argument_of(arg, env) for arg in args]
    for value in values:
        if type(value) is Bottom:
            return value
    if count == len(params) - 1 and function.is_validator:
        return _validator(shown, path, function, values, ", ".join(map(literal, values)), span, env)
    if not len(params) - function.optional <= count <= len(params):
        few = "not enough" if count < len(params) else "too many"
        return Bottom(
            FATAL, f"{few} arguments in call to {shown} (have {count}, want {len(params)})", (span,)
        )
    return _apply(shown, path, function, values, span, env, args=args)


def argument_of(arg: Expr, env: Env) -> Any:
    """An argument, its default chosen."""
    return ops.concrete(arg.ev(env))


def _apply(
    shown: str,
    path: str,
    function: Function,
    values: list[Any],
    span: Span,
    env: Env,
    validates: bool = False,
    args: tuple[Expr, ...] = (),
) -> Any:
    run = env.node.run
    if path == "list" and function.name == "Contains":
        found = _contains_text(values, run.trace)
        if found is not None:
            return found
    data: list[Any] = []
    leafy = False
    traced = (
        function.pure
        and not function.wants_engine
        and path in TRACED
        and not any(type(value) is Node for value in values)
    )
    for at, value in enumerate(values):
        param = function.params[at]
        wanted = ~param if param < 0 else param
        problem = _check_kind(value, wanted, at, shown, args[at].span if args else span)
        if problem is not None:
            return problem
        if param < 0:
            if type(value) is Node:
                is_list = value.final().elems is not None
                inside = deep_error(value) if is_list else own_problem(value)
                if inside is not None:
                    return inside
            data.append(value)
            continue
        if type(value) is Leaf:
            if traced:
                leafy = True
                data.append(fit(value.value, wanted))
                continue
            value = run.trace.pin(value)
        if type(value) is not Node:
            _weigh(run, path, value)  # somebody will look at all of it
            if at == 0 and path == "regexp":
                run.spend_pattern(value)
            elif at == 0 and path == "path" and function.name == "Match" and type(value) is str:
                run.spend(_SHELL_PATTERN + len(value))  # becomes a regular expression
        try:
            data.append(fit(to_plain(value, run), wanted))
        except Incompleteness as incomplete:
            return incomplete.bottom.at(span)
    run.spend(_cost(path, function.name))
    result = _outcome(shown, function, data, span, env)
    _weigh(run, path, result)
    if leafy:
        if type(result) is not Invalid and type(result) not in (list, dict, Bottom):
            return residual(f"call {path}.{function.name}", result, *values)
        for value in values:
            # An error too: somebody may ask whether it is one.
            plain(value, run.trace)
    if type(result) is Invalid:
        if not validates:
            return False
        return Bottom(INCOMPLETE if result.incomplete else FATAL, str(result), (span,))
    if type(result) in (str, bytes):
        run.spend_text(len(result))
    elif type(result) in (list, dict):
        run.spend(len(result))
    elif type(result) is NonFinite:
        run.nonfinite = True
    if type(result) is dict and path == "regexp":  # a map of Go, which has no order
        return temporary(Data(result, span, False), env).result()
    return result if type(result) is Bottom else wrap(result, span, env)


def _cost(path: str, name: str) -> int:
    """What a call of a function costs, in steps, whatever its arguments are."""
    if path == "math":
        return 80 if name in _SERIES else 8
    return _SLOW.get(path, 8)


def _weigh(run: Run, path: str, value: Any) -> None:
    """Account for what a function reads or makes."""
    if type(value) in (str, bytes):
        if len(value) > LONG_TEXT:
            run.spend(len(value) >> _SHIFTS.get(path, 6))
    else:
        run.weigh(value)


_SHIFTS: Final = {
    "encoding/yaml": 2, "encoding/toml": 2, "encoding/hex": 3, "regexp": 3,
    "encoding/json": 4, "encoding/csv": 4,
}  # fmt: skip
"""How many characters a step pays for, as a power of two."""
_SERIES: Final = frozenset(
    ("Cbrt", "Exp", "Exp2", "Expm1", "Log", "Log10", "Log1p", "Log2", "Pow", "Pow10", "Tanh")
)
_SLOW: Final = {"encoding/yaml": 60, "encoding/toml": 30, "time": 40, "net": 20, "regexp": 20}


def _outcome(shown: str, function: Function, data: list[Any], span: Span, env: Env) -> Any:
    """What a function makes of data; a bottom where it fails."""
    try:
        if function.wants_engine:
            run = env.node.run
            run.descend()
            try:
                return function.call(Engine(env, span), *data)
            finally:
                run.depth -= STACKED
        return _shallow(function.call, data, env.node.run)
    except Incomplete as problem:
        return Bottom(INCOMPLETE, str(problem) or f"argument of {shown} is not concrete", (span,))
    except Incompleteness as incomplete:
        return incomplete.bottom.at(span)
    except Invalid as reason:
        return reason
    except ArgumentError as problem:
        return Bottom(FATAL, str(problem), (span,))
    except BuiltinError as problem:
        return Bottom(FATAL, f"error in call to {shown}: {problem}", (span,))
    except (RecursionError, MemoryError):
        raise BudgetExceeded(f"{shown} needs too much memory") from None


_FRAMES: Final = 12
"""More than the frames that one reference takes."""
_ROOM: Final = 20_000


def _shallow(call: Callable[..., Any], data: list[Any], run: Run) -> Any:
    """Call a function that may recurse in C (as `json` does), which the machine's stack has less room for."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(min(before, _ROOM + _FRAMES * run.depth))
    try:
        return call(*data)
    finally:
        sys.setrecursionlimit(before)


def _contains_text(values: list[Any], trace: Decisions) -> bool | None:
    """`list.Contains` of texts, one decision for each comparison instead of pinning them; None for anything else."""
    if len(values) != 2 or type(values[0]) is not Node:
        return None
    elems = values[0].final().elems
    wanted = values[1]
    if elems is None or kind_of(wanted) != kinds.STRING or not is_concrete(wanted):
        return None
    values[0].run.spend(len(elems) >> 2)
    found = [elem.result() for elem in elems]
    if not all(is_concrete(item) and kind_of(item) == kinds.STRING for item in found):
        return None
    return any(same_scalar(item, wanted, trace) for item in found)


TRACED: Final = frozenset(("strings", "strconv", "encoding/base64", "path"))
"""Packages whose functions are recomputed at fill time instead of pinning their arguments."""


_SHELL_PATTERN: Final = 60


def fit(value: Any, wanted: int) -> Any:
    """CUE passes strings where bytes are wanted."""
    if type(value) is str and wanted & kinds.BYTES and not wanted & kinds.STRING:
        return value.encode("utf-8", "surrogatepass")
    return value


def _check_kind(value: Any, wanted: int, at: int, shown: str, span: Span) -> Bottom | None:
    if not wanted or wanted & kinds.TOP == kinds.TOP:
        if is_function(value) and wanted:
            return Bottom(FATAL, f"cannot use {literal(value)} (type func) in {shown}", (span,))
        if type(value) in (Constraint, Disjunction) and wanted:
            return Bottom(INCOMPLETE, f"non-concrete argument {literal(value)} of {shown}", (span,))
        return None
    kind = kind_of(value)
    if wanted & kinds.BYTES:
        wanted |= kinds.STRING
    if not kind & wanted:
        if type(value) is Bottom:
            return value
        return Bottom(
            FATAL,
            f"cannot use {literal(value)} (type {kinds.kind_name(kind)}) as {kinds.kind_name(wanted)} "
            f"in argument {at + 1} to {shown}",
            (span,),
        )
    if type(value) in (Constraint, Disjunction):
        return Bottom(
            INCOMPLETE,
            f"non-concrete value {literal(value)} in argument {at + 1} of {shown}",
            (span,),
        )
    return None


def wrap(result: Any, span: Span, env: Env) -> Any:
    """The engine's value of a builtin's result."""
    if type(result) is list:
        return list_of(result, span, env)
    if type(result) is dict:
        return temporary(Data(result, span), env).result()
    return result


def _validator(
    shown: str, path: str, function: Function, values: list[Any], text: str, span: Span, env: Env
) -> Any:
    subject = function.params[0]
    wanted = (~subject or kinds.TOP) if subject < 0 else subject
    if wanted & kinds.BYTES:
        wanted |= kinds.STRING
    shown_call = f"{shown}({text})" if text or values else shown

    def check(value: Any) -> bool | Bottom:
        outcome = _apply(shown, path, function, [value, *values], span, env, True)
        if type(outcome) is Leaf:
            env.node.run.trace.decide("true", (outcome,), bool(outcome.value))
            return bool(outcome.value)
        if type(outcome) is Bottom and outcome.code >= FATAL:
            return Bottom(
                FATAL,
                f"invalid value {literal(value)} (does not satisfy {shown_call}): {outcome.message}",
                (span,),
            )
        return outcome  # type: ignore[no-any-return]

    return Constraint(wanted, (), (Validator(shown_call, wanted, check, tuple(values)),))
