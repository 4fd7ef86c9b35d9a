"""The lattice of values that are not structs or lists: scalars, constraints, bottoms, disjunctions.

Concrete scalars are Python data (`str`, `bytes`, `int`, `Decimal`, `bool`, `None`) or a `Leaf` around one. A struct or
list is an `eval.Node`; it appears here only as an opaque arm of a disjunction.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias, final

from velac.compiler.cue import kinds
from velac.compiler.cue.leaf import Leaf, Residual
from velac.compiler.cue.number import NonFinite, RoundedInt
from velac.grammar.source import Span

# Codes of a bottom. Everything from FATAL on can never become a value.
INCOMPLETE: Final = 0
CYCLE: Final = 1
FATAL: Final = 2
STRUCTURAL: Final = 3
CLOSED: Final = 4

CIRCULAR: Final = "circular dependency in evaluation of conditionals: "
"""How the message begins that tells of a test for presence whose outcome did not hold."""


@final
class Bottom:
    """`_|_` with the reason. `path` is set where the error is attributed to another field than it surfaces in."""

    __slots__ = ("code", "help", "message", "path", "spans")

    def __init__(
        self,
        code: int,
        message: str,
        spans: tuple[Span, ...] = (),
        path: str = "",
        help: str | Callable[[], str] = "",
    ) -> None:
        self.code = code
        self.message = message
        self.spans = spans
        self.path = path
        self.help = help

    def advice(self) -> str:
        """The help, which is only worked out for those who are told."""
        return self.help if isinstance(self.help, str) else self.help()

    def at(self, *spans: Span) -> Bottom:
        """The same error with more places, first the given ones."""
        extra = tuple(s for s in spans if s not in self.spans)
        return Bottom(self.code, self.message, self.spans + extra, self.path, self.help)

    def __repr__(self) -> str:
        return f"Bottom({self.code}, {self.message!r})"


@final
class Validator:
    """A builtin that returns bool, applied to all arguments but the first."""

    __slots__ = ("args", "check", "kind", "text")

    def __init__(
        self, text: str, kind: int, check: Callable[[Any], bool | Bottom], args: object
    ) -> None:
        self.text = text
        self.kind = kind
        self.check = check
        self.args = args


Edges: TypeAlias = "tuple[tuple[str, Any] | None, tuple[str, Any] | None]"
"""The tightest bounds below and above."""


@final
class Constraint:
    """A set of scalars that is not one scalar: kinds, bounds `(op, operand)`, validators. `text` names it.

    A builtin function as a value is one too, of the kind of functions: `call` is what a call of it evaluates.
    """

    __slots__ = ("bounds", "call", "edges", "kind", "name", "validators")

    def __init__(
        self,
        kind: int,
        bounds: tuple[tuple[str, Any], ...] = (),
        validators: tuple[Validator, ...] = (),
        name: str = "",
    ) -> None:
        self.kind = kind
        self.bounds = bounds
        self.validators = validators
        self.name = name
        # The tightest bounds of very many, once somebody has asked.
        self.edges: Edges | None = None
        self.call: Callable[[Any, Any], Any] | None = None

    def text(self) -> str:
        """The constraint as CUE prints it: `int & >=0 & <=9`."""
        if self.name:
            return self.name
        parts = []
        implied = kinds.TOP
        for op, operand in self.bounds:
            implied &= bound_kind(op, operand)
        for validator in self.validators:
            implied &= validator.kind
        if self.kind != implied or not (self.bounds or self.validators):
            parts.append(kinds.kind_name(self.kind))
        parts += [op + literal(operand) for op, operand in self.bounds]
        parts += [v.text for v in self.validators]
        return " & ".join(parts)

    def __repr__(self) -> str:
        return f"Constraint({self.text()})"


@final
class Disjunction:
    """Arms that survive, each with a flag: D default, N not default, M no marks seen (both).

    An arm is a scalar, a `Constraint` or a `Node`. There are at least two arms.
    """

    __slots__ = ("arms", "flags")

    def __init__(self, arms: tuple[Any, ...], flags: str) -> None:
        self.arms = arms
        self.flags = flags

    def __repr__(self) -> str:
        return (
            "Disjunction("
            + " | ".join(f"{f}{a!r}" for f, a in zip(self.flags, self.arms, strict=True))
            + ")"
        )


TOP: Final = Constraint(kinds.TOP, name="_")
ANY_STRUCT: Final = Constraint(kinds.STRUCT)

BASIC_TYPES: Final[dict[str, Constraint]] = {
    "string": Constraint(kinds.STRING, name="string"),
    "bytes": Constraint(kinds.BYTES, name="bytes"),
    "int": Constraint(kinds.INT, name="int"),
    "float": Constraint(kinds.FLOAT, name="float"),
    "number": Constraint(kinds.NUMBER, name="number"),
    "bool": Constraint(kinds.BOOL, name="bool"),
    "null": Constraint(kinds.NULL, name="null"),
    "_": TOP,
}


def _ranges() -> dict[str, Constraint]:
    out = {}
    for bits in (8, 16, 32, 64, 128):
        top = 2 ** (bits - 1)
        out[f"int{bits}"] = Constraint(
            kinds.INT, ((">=", -top), ("<=", top - 1)), name=f"int{bits}"
        )
        out[f"uint{bits}"] = Constraint(
            kinds.INT, ((">=", 0), ("<=", 2**bits - 1)), name=f"uint{bits}"
        )
    out["uint"] = Constraint(kinds.INT, ((">=", 0),), name="uint")
    out["rune"] = Constraint(kinds.INT, ((">=", 0), ("<=", 0x10FFFF)), name="rune")
    f32 = Decimal("3.40282346638528859811704183484516925440e+38")
    f64 = Decimal("1.797693134862315708145274237317043567981e+308")
    out["float32"] = Constraint(kinds.NUMBER, ((">=", -f32), ("<=", f32)), name="float32")
    out["float64"] = Constraint(kinds.NUMBER, ((">=", -f64), ("<=", f64)), name="float64")
    return out


BASIC_TYPES.update(_ranges())

_KIND_OF: Final[dict[type, int]] = {
    str: kinds.STRING,
    int: kinds.INT,
    bool: kinds.BOOL,
    Decimal: kinds.FLOAT,
    NonFinite: kinds.FLOAT,
    bytes: kinds.BYTES,
    type(None): kinds.NULL,
    RoundedInt: kinds.INT,
}


def kind_of(value: Any) -> int:
    """The kind of a concrete scalar, or the kinds a constraint allows."""
    found = _KIND_OF.get(type(value))
    if found is not None:
        return found
    if type(value) is Leaf:
        return _KIND_OF[type(value.value)]
    if type(value) is Constraint:
        return value.kind
    if type(value) is Disjunction:
        kind = 0
        for arm in value.arms:
            kind |= kind_of(arm)
        return kind
    node_kind: int = getattr(value, "kind_bits", kinds.TOP)
    return node_kind


def is_function(value: Any) -> bool:
    """Whether this is a builtin function."""
    return type(value) is Constraint and value.kind == kinds.FUNC


def is_concrete(value: Any) -> bool:
    """Whether this is one scalar."""
    return type(value) in _KIND_OF or type(value) is Leaf


def literal(value: Any) -> str:
    """A scalar as CUE source text, for messages."""
    if type(value) is Leaf:
        value = value.value
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is str:
        return quote(value)
    if type(value) is bytes:
        return "'" + value.decode("utf-8", "backslashreplace").replace("'", "\\'") + "'"
    if type(value) is Constraint:
        return value.text()
    if type(value) is Disjunction:
        return " | ".join(
            ("*" if f == "D" else "") + literal(a)
            for f, a in zip(value.flags, value.arms, strict=True)
        )
    if isinstance(value, (int, Decimal)):
        return str(value)
    if type(value) is Bottom:
        return "_|_"
    return "[...]" if getattr(value, "kind_bits", 0) == kinds.LIST else "{...}"


def quote(text: str) -> str:
    """A double-quoted CUE string."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + out.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def bound_kind(op: str, operand: Any) -> int:
    """The kinds of values a bound can hold for (`!=null` alone allows other kinds than its operand's)."""
    if type(operand) is Leaf:
        operand = operand.value
    if op == "!=" and operand is None:
        return kinds.TOP & ~kinds.NULL
    kind = _KIND_OF[type(operand)]
    return kinds.NUMBER if kind & kinds.NUMBER else kind


class Decisions:
    """What a trace is told: every decision that an outcome depended on. The plain engine uses this no-op."""

    __slots__ = ()
    keeps_leaves = False
    """Whether a leaf that equals a constant stays one: of use to who asks where values come from."""

    def pin(self, leaf: Leaf) -> Any:
        """The concrete value of a leaf, which the trace from now on depends on."""
        return leaf.value

    def label(self, leaf: Leaf, field: object) -> Any:
        """The concrete value of the computed label of a field in the syntax tree."""
        return self.pin(leaf)

    def decide(self, op: str, args: tuple[Any, ...], outcome: bool) -> None:
        """`op` over leaves and plain values came out as `outcome`."""


NO_TRACE: Final = Decisions()


def plain(value: Any, trace: Decisions) -> Any:
    """A concrete scalar without its leaf; pins it."""
    return trace.pin(value) if type(value) is Leaf else value


def compare(op: str, left: Any, right: Any) -> bool:
    """Whether `left op right` holds, both plain scalars of one kind (numbers count as one)."""
    if op == "==":
        return bool(left == right)
    if op == "!=":
        return bool(left != right)
    if type(left) is str and type(right) is str:
        left, right = left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
    if op == "<":
        return bool(left < right)
    if op == "<=":
        return bool(left <= right)
    if op == ">":
        return bool(left > right)
    return bool(left >= right)


def same_scalar(a: Any, b: Any, trace: Decisions) -> bool:
    """Whether two concrete scalars are one value: same kind and equal."""
    left = a.value if type(a) is Leaf else a
    right = b.value if type(b) is Leaf else b
    outcome = type(left) is type(right) and left == right
    if type(a) is Leaf or type(b) is Leaf:
        trace.decide("same", (a, b), outcome)
    return outcome


def default_of(value: Any) -> Any:
    """The value to use where one concrete value is needed: the default of a disjunction, else the value."""
    while type(value) is Disjunction:
        chosen = [arm for arm, flag in zip(value.arms, value.flags, strict=True) if flag == "D"]
        if len(chosen) != 1:
            return value
        value = chosen[0]
    return value


def residual(op: str, value: Any, *args: Any) -> Leaf:
    """A leaf computed from leaves: `value` now, recomputed from the sources of `args` when filled."""
    return Leaf(value, Residual(op, tuple(a.source if type(a) is Leaf else a for a in args)))
