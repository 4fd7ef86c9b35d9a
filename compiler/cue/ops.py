"""Operators over scalars: arithmetic, comparison, logic, interpolation. Leaves stay leaves.

Operands are concrete where possible (defaults taken by `concrete`); what is not concrete makes the result an
incomplete bottom, a wrong kind a fatal one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue import kinds, number
from velac.compiler.cue.builtins.package import BuiltinError
from velac.compiler.cue.inclusion import leads_around
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import ASIDE, Env
from velac.compiler.cue.values import (
    CYCLE,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    Bottom,
    Constraint,
    Decisions,
    Disjunction,
    Validator,
    bound_kind,
    compare,
    default_of,
    is_concrete,
    is_function,
    kind_of,
    literal,
    plain,
    residual,
)
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.operators import BinaryExpr

MATCHING: Final = frozenset(("=~", "!~"))
_ORDER: Final = frozenset(("<", "<=", ">", ">="))
_INT_OPS: Final = {
    "div": number.div_int,
    "mod": number.mod,
    "quo": number.quo,
    "rem": number.rem,
}
_ARITHMETIC: Final = {"+": number.add, "-": number.sub, "*": number.mul, "/": number.div}
_SHORT: Final = {"&&": False, "||": True}
_LIST_ADVICE: Final = {
    "+": "Addition of lists is superseded by list.Concat; use list.Concat([a, b])",
    "*": "Multiplication of lists is superseded by list.Repeat; use list.Repeat(list, count)",
}
REPEAT_LIMIT: Final = 64 << 20


def concrete(value: Any) -> Any:
    """The default of a disjunction; every other value as it is. A disjunction without a default stays."""
    return default_of(value) if type(value) is Disjunction else value


def truth(value: Any, span: Span, trace: Decisions) -> bool | Bottom:
    """The outcome of a condition."""
    value = concrete(value)
    if value is True or value is False:
        return bool(value)
    if type(value) is Bottom:
        return value
    if type(value) is Leaf and type(value.value) is bool:
        trace.decide("true", (value,), value.value)
        return value.value
    if is_concrete(value) or type(value) is Node:
        shown = kinds.kind_name(kind_of(value))
        return Bottom(FATAL, f"cannot use {literal(value)} (type {shown}) as type bool", (span,))
    if type(value) is Constraint and not value.kind & kinds.BOOL:
        return Bottom(FATAL, f"cannot use {literal(value)} as type bool", (span,))
    return Bottom(INCOMPLETE, f"incomplete bool: {literal(value)}", (span,))


def _incomplete(value: Any, op: str, span: Span) -> Bottom:
    return Bottom(
        INCOMPLETE, f"invalid operand {literal(value)} ('{op}' requires concrete value)", (span,)
    )


def _mismatch(op: str, left: Any, right: Any, *spans: Span) -> Bottom:
    a, b = kinds.kind_name(kind_of(left)), kinds.kind_name(kind_of(right))
    return Bottom(
        FATAL,
        f"invalid operands {literal(left)} and {literal(right)} to '{op}' (type {a} and {b})",
        spans,
    )


def binary(op: str, left: Any, right: Any, expr: BinaryExpr, env: Env) -> Any:
    """`left op right` for evaluated operands."""
    span = expr.span
    sides = (expr.left.span, expr.right.span)
    run = env.node.run
    run.weigh(left, right)
    if type(left) is Bottom:
        return right if type(right) is Bottom and right.code > left.code else left
    if type(right) is Bottom:
        return right
    if type(left) is Node or type(right) is Node:
        unfinished = _unfinished(left, env) or _unfinished(right, env)
        if unfinished is not None:
            return unfinished.at(span)
    if op in ("==", "!="):
        return equality(op, left, right, sides, env)
    if type(right) is Node and op in _SHORT and left is _SHORT[op]:
        return left
    for value, side in ((left, expr.left), (right, expr.right)):
        if type(value) is Node:
            if value.final().elems is not None and op in _LIST_ADVICE:
                return Bottom(FATAL, _LIST_ADVICE[op], (span,))
            return _mismatch(op, left, right, *sides)
        if is_function(value):
            return _mismatch(op, left, right, *sides)
        if not is_concrete(value):
            return _incomplete(value, op, side.span)
    if type(left) is Leaf or type(right) is Leaf:
        if op in MATCHING:
            run.spend_pattern(_bare(right), _bare(left))
        outcome = scalar_binary(op, _bare(left), _bare(right), span, sides)
        if type(outcome) is not Bottom:
            return residual(op, outcome, left, right)
        # Somebody may ask whether this is an error.
        trace = run.trace
        plain(left, trace)
        plain(right, trace)
        return outcome
    if op == "+" and type(left) in (str, bytes) and type(left) is type(right):
        run.spend_text(len(left) + len(right))
    elif op in MATCHING:
        run.spend_pattern(right, left)
    result = scalar_binary(op, left, right, span, sides)
    run.weigh(result)
    return result


def _unfinished(value: Any, env: Env) -> Bottom | None:
    """What is not concrete in a struct or list that is an operand."""
    if type(value) is not Node:
        return None
    from velac.compiler.cue.export import Incompleteness, to_plain

    if value.kind == ASIDE and any(leads_around(elem, env) for elem in value.elems or ()):
        return Bottom(STRUCTURAL, "structural cycle", value.spans())
    try:
        to_plain(value, env.node.run, True)
    except Incompleteness as problem:
        return problem.bottom
    return None


def _bare(value: Any) -> Any:
    return value.value if type(value) is Leaf else value


def scalar_binary(op: str, left: Any, right: Any, span: Span, sides: tuple[Span, ...] = ()) -> Any:
    """`left op right` for plain scalars; also how a residual expression is recomputed.

    `sides`: where the operands stand, if that is known.
    """
    a, b = kind_of(left), kind_of(right)
    sides = sides or (span,)
    if op in _SHORT:
        for value, kind, side in ((left, a, sides[0]), (right, b, sides[-1])):
            if kind != kinds.BOOL:
                shown = kinds.kind_name(kind)
                return Bottom(
                    FATAL,
                    f"cannot use {literal(value)} (type {shown}) as type bool in {op}",
                    (side,),
                )
            if value is _SHORT[op]:
                break  # as cue, which asks what the right side is only when it matters
        return (left and right) if op == "&&" else (left or right)
    if op in _ORDER:
        ordered = (a & kinds.NUMBER and b & kinds.NUMBER) or (
            a == b and a & (kinds.STRING | kinds.BYTES)
        )
        return compare(op, left, right) if ordered else _mismatch(op, left, right, *sides)
    if op in ("=~", "!~"):
        if a != kinds.STRING or not b & (kinds.STRING | kinds.BYTES):
            return _mismatch(op, left, right, *sides)
        return matches(op, left, right, span)
    if op in _INT_OPS:
        if a != kinds.INT or b != kinds.INT:
            return _mismatch(op, left, right, *sides)
        return _guarded(_INT_OPS[op], left, right, span)
    if a & kinds.NUMBER and b & kinds.NUMBER:
        return _guarded(_ARITHMETIC[op], left, right, span)
    if op == "+" and a == b and a & (kinds.STRING | kinds.BYTES):
        if len(left) + len(right) > REPEAT_LIMIT:
            return _too_long(op, span)
        return left + right
    if op == "*":
        for text, count in ((left, right), (right, left)):
            if kind_of(text) & (kinds.STRING | kinds.BYTES) and kind_of(count) == kinds.INT:
                if count < 0:
                    return Bottom(FATAL, "cannot convert negative number to uint64", (span,))
                if len(text) * count > REPEAT_LIMIT:
                    return _too_long(op, span)
                return text * count
    return _mismatch(op, left, right, *sides)


def _too_long(op: str, span: Span) -> Bottom:
    return Bottom(FATAL, f"result of '{op}' is larger than {REPEAT_LIMIT:,} bytes", (span,))


def _guarded(operation: Any, left: Any, right: Any, span: Span) -> Any:
    try:
        return operation(left, right)
    except BuiltinError as error:
        reason = str(error).removeprefix("failed arithmetic: ")
        return Bottom(FATAL, f"failed arithmetic: {reason}", (span,))


def matches(op: str, text: Any, pattern: Any, span: Span) -> bool | Bottom:
    """`text =~ pattern` or `!~`."""
    from velac.compiler.cue import regex

    if type(pattern) is bytes:
        pattern = pattern.decode("utf-8", "replace")
    try:
        return regex.search(pattern, text) == (op == "=~")
    except BuiltinError as error:
        return Bottom(FATAL, f"invalid regexp: {error}", (span,))


def equality(op: str, left: Any, right: Any, sides: tuple[Span, ...], env: Env) -> Any:
    """`==` and `!=`: scalars of one kind, anything against null, lists; not structs."""
    for value, side in ((left, sides[0]), (right, sides[-1])):
        if not is_concrete(value) and type(value) is not Node and not is_function(value):
            return _incomplete(value, op, side)
    a, b = kind_of(left), kind_of(right)
    if a == kinds.NULL or b == kinds.NULL:
        return (a == b) == (op == "==")
    if a == kinds.LIST and b == kinds.LIST:
        from velac.compiler.cue.export import Incompleteness, to_plain

        try:
            same = equal_data(to_plain(left, env.node.run), to_plain(right, env.node.run))
        except Incompleteness as problem:
            return problem.bottom
        return same == (op == "==")
    if type(left) is Node or type(right) is Node or kinds.FUNC in (a, b):
        return _mismatch(op, left, right, *sides)
    if a != b and not (a & kinds.NUMBER and b & kinds.NUMBER):
        return _mismatch(op, left, right, *sides)
    outcome = compare(op, _bare(left), _bare(right))
    if type(left) is Leaf or type(right) is Leaf:
        return residual(op, outcome, left, right)
    return outcome


def equal_data(a: Any, b: Any) -> bool:
    """Whether the elements of two lists are equal: of one kind (`[1]` is not `[1.0]`) and with one value."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal_data(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal_data(v, b[k]) for k, v in a.items())
    if isinstance(a, (list, dict)) or isinstance(b, (list, dict)):
        return False
    return kind_of(a) == kind_of(b) and bool(a == b)


def unary(op: str, value: Any, span: Span, trace: Decisions) -> Any:
    """`-x`, `+x`, `!x`."""
    if type(value) is Bottom:
        return value
    if not is_concrete(value):
        wanted = kinds.BOOL if op == "!" else kinds.NUMBER
        never = type(value) is Constraint and not value.kind & wanted
        if type(value) is Node or never:
            shown = kinds.kind_name(kind_of(value))
            return Bottom(FATAL, f"invalid operation {op}{literal(value)} ({op} {shown})", (span,))
        return _incomplete(value, op, span)
    kind = kind_of(value)
    bare = _bare(value)
    if op == "!" and kind == kinds.BOOL:
        result: Any = not bare
    elif op == "-" and kind & kinds.NUMBER:
        result = number.neg(bare)
    elif op == "+" and kind & kinds.NUMBER:
        return value
    else:
        shown = kinds.kind_name(kind)
        return Bottom(FATAL, f"invalid operation {op}{literal(value)} ({op} {shown})", (span,))
    return residual(op, result, value) if type(value) is Leaf else result


def _differs_from(operand: Any, span: Span, env: Env) -> Constraint:
    """`!=x` for a list (or a struct, which cannot be compared): a check of values of that kind."""
    kind = kind_of(operand)

    def check(value: Any) -> bool | Bottom:
        outcome: bool | Bottom = equality("!=", value, operand, (span,), env)
        return outcome

    text = f"!={literal(operand)}"
    return Constraint(kind, (), (Validator(text, kind, check, operand),))


def bound(op: str, operand: Any, span: Span, env: Env) -> Any:
    """The constraint `op operand`."""
    if type(operand) is Bottom:
        return operand
    if type(operand) is Node:
        if op == "!=":
            return _differs_from(operand, span, env)
        return Bottom(FATAL, f"cannot use {literal(operand)} for bound {op}", (span,))
    if op in MATCHING:
        if type(operand) is Leaf:
            # Whether a pattern is one is checked at once.
            operand = env.node.run.trace.pin(operand)
        env.node.run.spend_pattern(operand)
    return scalar_bound(op, operand, span)


def scalar_bound(op: str, operand: Any, span: Span) -> Any:
    """The same for an operand that is no struct or list."""
    if is_function(operand):
        message = f"invalid value {literal(operand)} (type func) for bound {op}"
        return Bottom(FATAL, message, (span,))
    if not is_concrete(operand):
        return _incomplete(operand, op, span)
    kind = kind_of(operand)
    if op in ("=~", "!~"):
        if not kind & (kinds.STRING | kinds.BYTES):
            shown = kinds.kind_name(kind)
            return Bottom(
                FATAL, f"cannot use {literal(operand)} (type {shown}) as type string", (span,)
            )
        problem = matches(op, "", _bare(operand), span)
        if type(problem) is Bottom:
            return problem
        return Constraint(kind, ((op, operand),))
    if kind == kinds.BOOL:
        message = f"invalid value {literal(operand)} (type bool) for bound {op}"
        return Bottom(FATAL, message, (span,))
    if op != "!=" and kind == kinds.NULL:
        return Bottom(FATAL, f"cannot use {literal(operand)} for bound {op}", (span,))
    return Constraint(bound_kind(op, operand), ((op, operand),))


def scalar_text(value: Any) -> str | None:
    """A plain scalar as interpolation shows it; None for kinds that it does not take."""
    if type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return number.text(value)
    if type(value) is bytes:
        return value.decode("utf-8", "replace")
    return None


def interpolate(texts: tuple[Any, ...], parts: list[Any], is_bytes: bool, span: Span) -> Any:
    """Text with values in the gaps. A single leaf among the values makes the result one."""
    out: list[Any] = [texts[0]]
    leafy = False
    for part, text in zip(parts, texts[1:], strict=True):
        bare = _bare(part)
        leafy = leafy or type(part) is Leaf
        if is_bytes:
            shown: Any = bare if type(bare) is bytes else None
            if shown is None:
                as_text = scalar_text(bare)
                shown = None if as_text is None else as_text.encode()
        else:
            shown = scalar_text(bare)
        if shown is None:
            kind = kinds.kind_name(kind_of(part))
            return Bottom(
                FATAL,
                f"invalid interpolation: cannot use {literal(part)} (type {kind}) "
                "as type (bool|string|bytes|number)",
                (span,),
            )
        out += (shown, text)
    joined = (b"" if is_bytes else "").join(out)
    if not leafy:
        return joined
    args: list[Any] = [texts[0]]
    for part, text in zip(parts, texts[1:], strict=True):
        args += (part, text)
    return residual("bytes" if is_bytes else "text", joined, *args)


def waiting(value: Any) -> bool:
    """Whether a bottom may still become a value."""
    return type(value) is Bottom and value.code in (INCOMPLETE, CYCLE)
