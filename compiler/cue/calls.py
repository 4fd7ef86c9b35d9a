"""Calls: the predeclared functions, and builtin packages over plain data.

A package function gets its arguments as plain data; kinds are checked here. One with negative parameter kinds
gets the engine's values instead and the `EngineCalls` below. A function of leaves that is pure keeps the result a leaf.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.builtins.engine import ArgumentError, Invalid
from velac.compiler.cue.builtins.package import BuiltinError, Function, Incomplete
from velac.compiler.cue.export import Incompleteness, to_plain
from velac.compiler.cue.expr import (
    CallExpr,
    Conjunction,
    Data,
    DisjunctionExpr,
    Expr,
    ValueExpr,
    _temporary,
    list_of,
)
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import OPTIONAL, BudgetExceeded, Conjunct, Env, Node, is_regular
from velac.compiler.cue.values import (
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    Decisions,
    Disjunction,
    Validator,
    is_concrete,
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
    values = [_argument(arg, env) for arg in args]
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
    return _apply(shown, path, function, values, span, env)


def _argument(arg: Expr, env: Env) -> Any:
    return ops.concrete(arg.ev(env))


def _apply(
    shown: str,
    path: str,
    function: Function,
    values: list[Any],
    span: Span,
    env: Env,
    validates: bool = False,
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
        problem = _check_kind(value, wanted, at, shown, span)
        if problem is not None:
            return problem
        if param < 0:
            data.append(value)
            continue
        if type(value) is Leaf:
            if traced:
                leafy = True
                data.append(fit(value.value, wanted))
                continue
            value = run.trace.pin(value)
        try:
            data.append(fit(to_plain(value, run), wanted))
        except Incompleteness as incomplete:
            return incomplete.bottom.at(span)
    result = _outcome(shown, function, data, span, env)
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
    return result if type(result) is Bottom else wrap(result, span, env)


def _outcome(shown: str, function: Function, data: list[Any], span: Span, env: Env) -> Any:
    """What a function makes of data; a bottom where it fails."""
    try:
        if function.wants_engine:
            return function.call(Engine(env, span), *data)
        return function.call(*data)
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


def _contains_text(values: list[Any], trace: Decisions) -> bool | None:
    """`list.Contains` of texts, one decision for each comparison instead of pinning them; None for anything else."""
    if len(values) != 2 or type(values[0]) is not Node:
        return None
    elems = values[0].final().elems
    wanted = values[1]
    if elems is None or kind_of(wanted) != kinds.STRING or not is_concrete(wanted):
        return None
    found = [elem.result() for elem in elems]
    if not all(is_concrete(item) and kind_of(item) == kinds.STRING for item in found):
        return None
    return any(same_scalar(item, wanted, trace) for item in found)


TRACED: Final = frozenset(("strings", "strconv", "encoding/base64", "path"))
"""Packages whose functions are recomputed at fill time instead of pinning their arguments."""


def fit(value: Any, wanted: int) -> Any:
    """CUE passes strings where bytes are wanted."""
    if type(value) is str and wanted & kinds.BYTES and not wanted & kinds.STRING:
        return value.encode("utf-8", "surrogatepass")
    return value


def _check_kind(value: Any, wanted: int, at: int, shown: str, span: Span) -> Bottom | None:
    if not wanted or wanted & kinds.TOP == kinds.TOP:
        if type(value) is Constraint and wanted:
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
        return _temporary(Data(result, span), env).result()
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


_NATIVE: Final = {"Ascending": 1, "Descending": -1}


def _list_source() -> str:
    from velac.compiler.cue.builtins import registry

    package = registry.find("list")
    return package.source if package is not None else ""


class Engine:
    """`EngineCalls` for one call."""

    __slots__ = ("env", "span")

    def __init__(self, env: Env, span: Span) -> None:
        self.env = env
        self.span = span

    def items(self, value: Any) -> list[Any]:
        """The elements of a list."""
        node = value.final() if type(value) is Node else value
        if type(node) is not Node or node.elems is None:
            raise BuiltinError(f"cannot use value {literal(value)} as list")
        return [_settled(elem) for elem in node.elems]

    def is_list(self, value: Any) -> bool:
        """Whether a value is a list."""
        value = ops.concrete(value)
        return type(value) is Node and value.final().elems is not None

    def size(self, value: Any) -> tuple[int, int | None]:
        """Element or field count, and the most it can become."""
        node = value.final()
        if node.elems is not None:
            return len(node.elems), node.fixed
        regular = [arc for label, arc in node.arcs.items() if is_regular(label)]
        have = sum(arc.kind == 0 for arc in regular)
        closed = any(s.is_closed for s in node.scopes or ())
        return have, (
            sum(arc.kind <= OPTIONAL for arc in regular) if closed and not node.opens else None
        )

    def check_comparator(self, comparator: Any) -> None:
        """BuiltinError if a comparator has no field `less`."""
        node = comparator.final() if type(comparator) is Node else None
        if node is None or type(node.lookup("less", self.span)) is Bottom:
            raise BuiltinError("field not found: less")

    def native_order(self, comparator: Any, items: list[Any]) -> int:
        """1 or -1 if the comparator is `list.Ascending` or `Descending` and plain order is theirs, else 0."""
        node = comparator.final() if type(comparator) is Node else None
        if node is None or not node.conjuncts or not items:
            return 0
        file = node.conjuncts[0].expr.span.file
        order = _NATIVE.get(str(node.label), 0)
        if not order or file.name != "list.cue" or file.text != _list_source():
            return 0
        kinds_of = {type(item) for item in items}
        plain = kinds_of <= {int, Decimal} or (len(kinds_of) == 1 and kinds_of <= {str, bytes})
        return order if plain else 0

    def less(self, comparator: Any, a: Any, b: Any) -> bool:
        """`less` of `comparator & {x: a, y: b}`."""
        env = self.env
        pair = Node(env.node.run, env.node, "")
        held = ValueExpr(comparator, self.span)
        pair.conjuncts.append(Conjunct(held, env, _PLAIN))
        for label, item in (("x", a), ("y", b)):
            expr: Expr = ValueExpr(item, self.span) if type(item) is Node else Data(item, self.span)
            wrapper = Node(env.node.run, env.node, "")
            wrapper.insert(label, 0, Conjunct(expr, env, _PLAIN))
            wrapper.is_struct = True
            pair.conjuncts.append(Conjunct(_FieldOf(label, expr, self.span), env, _PLAIN))
        found = pair.lookup("less", self.span)
        outcome = found.result() if type(found) is Node else found
        if is_concrete(outcome) and kind_of(outcome) != kinds.BOOL:
            return False
        outcome = ops.truth(outcome, self.span, env.node.run.trace)
        if type(outcome) is Bottom:
            if outcome.code < FATAL:
                raise Incomplete(outcome.message)
            raise BuiltinError(outcome.message)
        return outcome

    def refusal(self, schema: Any, value: Any, final: bool = False) -> str | None:
        """Why a value does not unify with a schema; None if it does."""
        env = self.env
        node = Node(env.node.run, env.node, "")
        node.conjuncts.append(Conjunct(ValueExpr(schema, self.span), env, _PLAIN))
        if type(value) is Node:
            # As data: the conjuncts of the value may hold the very check that asks.
            try:
                value = to_plain(value, env.node.run)
            except Incompleteness as incomplete:
                return incomplete.bottom.message if final else None
        expr: Expr = (
            ValueExpr(value, self.span)
            if type(value) in (Constraint, Disjunction)
            else Data(value, self.span)
        )
        node.conjuncts.append(Conjunct(expr, env, _PLAIN))
        problem = node.failure()
        if problem is not None and (final or problem.code >= FATAL):
            return problem.message
        if not final:
            return None
        try:
            to_plain(node.result(), env.node.run)
        except Incompleteness as incomplete:
            return incomplete.bottom.message
        return None

    def show(self, value: Any) -> str:
        """A value as messages quote it."""
        return literal(value.result() if type(value) is Node else value)

    def data(self, value: Any) -> Any:
        """Plain data of a value."""
        try:
            return to_plain(value, self.env.node.run)
        except Incompleteness as incomplete:
            if incomplete.bottom.code >= FATAL:
                raise BuiltinError(incomplete.bottom.message) from None
            raise Incomplete(incomplete.bottom.message) from None


def _settled(elem: Node) -> Any:
    value = elem.result()
    if is_concrete(value) and type(value) is not Leaf:
        return value
    return elem


class _FieldOf(Expr):
    """A struct of one field."""

    __slots__ = ("expr", "label")

    def __init__(self, label: str, expr: Expr, span: Span) -> None:
        self.span = span
        self.label = label
        self.expr = expr

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.is_struct = True
        node.insert(self.label, 0, Conjunct(self.expr, conjunct.env, _PLAIN))


from velac.compiler.cue.node import PLAIN_INFO as _PLAIN  # noqa: E402

# ------------------------------------------------------------------------------------ predeclared functions


def call_len(expr: CallExpr, env: Env) -> Any:
    """`len(x)`: bytes of a string, elements of a list, regular fields of a struct."""
    problem = _arity(expr, 1)
    if problem is not None:
        return problem
    value = _argument(expr.args[0], env)
    if type(value) is Bottom:
        return value
    if type(value) is Leaf:
        bare: Any = value.value
        if type(bare) in (str, bytes):
            return residual("len", _length(bare), value)
        value = env.node.run.trace.pin(value)
    if type(value) in (str, bytes):
        return _length(value)
    if type(value) is Node:
        node = value.final()
        if node.state != 3:
            node.settle_all()
        if node.elems is not None:
            if node.undecided(None):
                return Bottom(1, "cyclic reference to a list being built", (expr.span,))
            return len(node.elems)
        if node.errors is not None:
            return max(node.errors, key=lambda e: e.code)
        found = node.members()
        return found if type(found) is Bottom else len(found)
    if is_concrete(value):
        shown = kinds.kind_name(kind_of(value))
        return Bottom(FATAL, f"invalid argument type {shown} in call to len", (expr.span,))
    return Bottom(INCOMPLETE, f"incomplete argument {literal(value)} in call to len", (expr.span,))


def _length(value: str | bytes) -> int:
    return len(value) if type(value) is bytes else len(value.encode("utf-8", "surrogatepass"))  # type: ignore[union-attr]


def _arity(expr: CallExpr, count: int) -> Bottom | None:
    have = len(expr.args)
    if have == count:
        return None
    few = "not enough" if have < count else "too many"
    return Bottom(
        FATAL, f"{few} arguments in call to {expr.name} (have {have}, want {count})", (expr.span,)
    )


def _list_operands(expr: CallExpr, env: Env) -> list[Node] | Bottom:
    problem = _arity(expr, 1)
    if problem is not None:
        return problem
    value = _argument(expr.args[0], env)
    if type(value) is Bottom:
        return value
    node = value.final() if type(value) is Node else None
    if node is None or node.elems is None:
        code = FATAL if is_concrete(value) or node is not None else INCOMPLETE
        return Bottom(
            code, f"cannot use {literal(value)} as list in argument 1 to {expr.name}", (expr.span,)
        )
    return node.elems


def call_and(expr: CallExpr, env: Env) -> Any:
    """`and([a, b])`: the unification of all elements."""
    elems = _list_operands(expr, env)
    if type(elems) is Bottom:
        return elems
    out: Expr | None = None
    for elem in elems:
        held: Expr = ValueExpr(elem, expr.span)
        out = held if out is None else Conjunction(expr.span, out, held)
    return TOP if out is None else _temporary(out, env).result()


@final
class OrExpr(Expr):
    """`or([a, b])`: the disjunction of all elements."""

    __slots__ = ("call",)

    def __init__(self, span: Span, args: tuple[Expr, ...]) -> None:
        self.span = span
        self.call = CallExpr(span, "or", _no_call, args)

    def ev(self, env: Env) -> Any:
        found = self._disjunction(env)
        return found if type(found) is Bottom else found.ev(env)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        found = self._disjunction(conjunct.env)
        if type(found) is Bottom:
            return node.absorb(found, conjunct)
        found.into(node, Conjunct(found, conjunct.env, conjunct.info, conjunct.src, conjunct.field))
        return None

    def _disjunction(self, env: Env) -> DisjunctionExpr | Bottom:
        elems = _list_operands(self.call, env)
        if type(elems) is Bottom:
            return elems
        if not elems:
            return Bottom(INCOMPLETE, "empty list in call to or", (self.span,))
        arms = tuple((ValueExpr(_settled(elem), self.span), False) for elem in elems)
        return DisjunctionExpr(self.span, arms)


def _no_call(expr: CallExpr, env: Env) -> Any:
    raise AssertionError


def call_error(expr: CallExpr, env: Env) -> Any:
    """`error("…")`: a user's error."""
    value = _argument(expr.args[0], env) if expr.args else ""
    if type(value) is Bottom:
        return value
    if type(value) is Leaf:
        value = env.node.run.trace.pin(value)
    return Bottom(FATAL, value if type(value) is str else literal(value), (expr.span,))


def _int_call(op: str) -> Callable[[CallExpr, Env], Any]:
    def call(expr: CallExpr, env: Env) -> Any:
        problem = _arity(expr, 2)
        if problem is not None:
            return problem
        left, right = _argument(expr.args[0], env), _argument(expr.args[1], env)
        for value in (left, right):
            if type(value) is Bottom:
                return value
            if not is_concrete(value):
                return Bottom(
                    INCOMPLETE,
                    f"non-concrete argument {literal(value)} in call to {op}",
                    (expr.span,),
                )
        run = env.node.run
        left = run.trace.pin(left) if type(left) is Leaf else left
        right = run.trace.pin(right) if type(right) is Leaf else right
        return ops.scalar_binary(op, left, right, expr.span)

    return call


def call_match_n(expr: CallExpr, env: Env) -> Any:
    """`matchN(n, [a, b])` as a constraint: how many of the schemas the value meets."""
    if len(expr.args) not in (2, 3):
        return _arity(expr, 2)
    count = expr.args[-2].ev(env)
    schemas = _argument(expr.args[-1], env)
    for value in (count, schemas):
        if type(value) is Bottom:
            return value
    engine = Engine(env, expr.span)

    def check(value: Any) -> bool | Bottom:
        met = sum(engine.refusal(s, value) is None for s in schemas.final().elems)
        from velac.compiler.cue.values import unify_values

        if type(unify_values(count, met, env.node.run.trace)) is Bottom:
            return Bottom(
                FATAL,
                f"invalid value {literal(value)} (does not satisfy matchN): {met} matched, expected {literal(count)}",
                (expr.span,),
            )
        return True

    if len(expr.args) == 3:
        outcome = check(_argument(expr.args[0], env))
        return outcome if type(outcome) is bool else False
    return Constraint(kinds.TOP, (), (Validator("matchN", kinds.TOP, check, ()),))


def call_match_if(expr: CallExpr, env: Env) -> Any:
    """`matchIf(if, then, else)` as a constraint."""
    problem = _arity(expr, 3)
    if problem is not None:
        return problem
    parts = [arg.ev(env) for arg in expr.args]
    for value in parts:
        if type(value) is Bottom:
            return value
    engine = Engine(env, expr.span)

    def check(value: Any) -> bool | Bottom:
        chosen = parts[1] if engine.refusal(parts[0], value) is None else parts[2]
        if engine.refusal(chosen, value) is None:
            return True
        return Bottom(
            FATAL, f"invalid value {literal(value)} (does not satisfy matchIf)", (expr.span,)
        )

    return Constraint(kinds.TOP, (), (Validator("matchIf", kinds.TOP, check, ()),))


PREDECLARED: Final[dict[str, Callable[[CallExpr, Env], Any]]] = {
    "len": call_len,
    "and": call_and,
    "error": call_error,
    "div": _int_call("div"),
    "mod": _int_call("mod"),
    "quo": _int_call("quo"),
    "rem": _int_call("rem"),
    "matchN": call_match_n,
    "matchIf": call_match_if,
}
