"""A builtin package as a value: a struct of its functions and constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, final

from velac.compiler.cue import kinds
from velac.compiler.cue.calls import bind_package_function, validator_value
from velac.compiler.cue.expr import CallExpr, Const, Expr, ValueExpr, contribute
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import MEMBER, PLAIN_INFO, Conjunct, Contribution, Env, Run
from velac.compiler.cue.references import Reference
from velac.compiler.cue.values import Constraint
from velac.grammar.source import NO_SPAN, Span

if TYPE_CHECKING:
    from velac.compiler.cue.builtins.package import Function, Package

_ORDERS: Final = {
    "crypto/ed25519": (
        "PublicKeySize Valid"
    ),
    "crypto/hmac": (
        "MD5 SHA1 SHA224 SHA256 SHA384 SHA512 SHA512_224 SHA512_256 Sign"
    ),
    "crypto/md5": (
        "Size BlockSize Sum"
    ),
    "crypto/sha1": (
        "Size BlockSize Sum"
    ),
    "crypto/sha256": (
        "Size Size224 BlockSize Sum256 Sum224"
    ),
    "crypto/sha512": (
        "Size Size224 Size256 Size384 BlockSize Sum512 Sum384 Sum512_224 Sum512_256"
    ),
    "encoding/json": (
        "Valid Compact Indent HTMLEscape Marshal MarshalStream UnmarshalStream Unmarshal Validate"
    ),
    "list": (
        "Drop FlattenN Repeat Concat Take Slice Reverse MinItems MaxItems UniqueItems Contains MatchN Avg "
        "Max Min Product Range Sum Sort SortStable SortStrings IsSorted IsSortedStrings Comparer "
        "Ascending Descending"
    ),
    "math": (
        "MaxExp MinExp MaxPrec ToNearestEven ToNearestAway ToZero AwayFromZero ToNegativeInf "
        "ToPositiveInf Below Exact Above Jacobi MaxBase Floor Ceil Trunc Round RoundToEven MultipleOf Abs "
        "Acosh Asin Acos Asinh Atan Atan2 Atanh Cbrt E Pi Phi Sqrt2 SqrtE SqrtPi SqrtPhi Ln2 Log2E Ln10 "
        "Log10E Copysign Dim Erf Erfc Erfinv Erfcinv Exp Exp2 Expm1 Gamma Hypot J0 Y0 J1 Y1 Jn Yn Ldexp "
        "Log Log10 Log2 Log1p Logb Ilogb Mod Pow Pow10 Remainder Signbit Cos Sin Sinh Cosh Sqrt Tan Tanh"
    ),
    "net": (
        "SplitHostPort JoinHostPort FQDN IPv4len IPv6len ParseIP IPv4 IPv6 IP IPCIDR LoopbackIP "
        "MulticastIP InterfaceLocalMulticastIP LinkLocalMulticastIP LinkLocalUnicastIP GlobalUnicastIP "
        "UnspecifiedIP ToIP4 ToIP16 IPString PathEscape PathUnescape QueryEscape QueryUnescape URL AbsURL"
    ),
    "strconv": (
        "Unquote ParseBool FormatBool ParseFloat IntSize ParseUint ParseInt Atoi FormatFloat FormatUint "
        "FormatInt Quote QuoteToASCII QuoteToGraphic QuoteRune QuoteRuneToASCII QuoteRuneToGraphic "
        "IsPrint IsGraphic"
    ),
    "strings": (
        "ByteAt ByteSlice Runes MinRunes MaxRunes ToTitle ToCamel SliceRunes Compare Count Contains "
        "ContainsAny LastIndex IndexAny LastIndexAny SplitN SplitAfterN Split SplitAfter Fields Join "
        "HasPrefix HasSuffix Repeat ToUpper ToLower Trim TrimLeft TrimRight TrimSpace TrimPrefix "
        "TrimSuffix Replace Index"
    ),
    "time": (
        "Nanosecond Microsecond Millisecond Second Minute Hour Duration FormatDuration ParseDuration "
        "ANSIC UnixDate RubyDate RFC822 RFC822Z RFC850 RFC1123 RFC1123Z RFC3339 RFC3339Nano RFC3339Date "
        "Kitchen Kitchen24 January February March April May June July August September October November "
        "December Sunday Monday Tuesday Wednesday Thursday Friday Saturday Time Format FormatString Parse "
        "Unix Split"
    ),
    "uuid": (
        "Valid Parse URN FromInt ToInt Variant Version SHA1 MD5 ns variants"
    ),
}  # fmt: skip
"""In which order loops go through a package, where that is not the order of ours."""


def function_value(span: Span, path: str, function: Function) -> Expr:
    """A function of a package that is not called: a value, which constrains strings, numbers and so on if it can."""
    call = bind_package_function(path, function)
    make = validator_value(path, function)
    if make is None:
        return named_function(span, f"{path.rsplit('/', 1)[-1]}.{function.name}", call)

    def constraint(_: CallExpr, env: Env) -> Any:
        value = make(span, env)
        value.call = call
        return value

    return CallExpr(span, function.name, constraint, ())


def named_function(span: Span, name: str, call: Callable[[Any, Any], Any]) -> Expr:
    """A function as a value: `call` is what a call of it evaluates."""
    value = Constraint(kinds.FUNC, name=name)
    value.call = call
    return Const(span, value)


@final
class PackageExpr(Reference):
    """The name of a builtin package; `load` is for what of it is written in CUE."""

    __slots__ = ("load", "package", "path")

    def __init__(
        self, span: Span, path: str, package: Package, load: Callable[[Run], Node] | None
    ) -> None:
        self.span = span
        self.path = path
        self.package = package
        self.load = load

    def node(self, env: Env) -> Any:
        run = env.node.run
        found = run.packages.get(id(self.package))
        if found is None:
            found = run.packages[id(self.package)] = Node(run, None, "")
            members = _Members(self.path, self.package)
            found.conjuncts.append(Conjunct(members, Env(None, found), PLAIN_INFO))
            if self.load is not None and self.package.source:
                found.conjuncts += self.load(run).conjuncts
        return found


@final
class _Members(Expr):
    """The struct of what a package has; open, as in cue."""

    __slots__ = ("package", "path")

    def __init__(self, path: str, package: Package) -> None:
        self.span = NO_SPAN
        self.path = path
        self.package = package

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.is_struct = node.grounded = True
        labels = []
        for name in self._names():
            labels.append(name)
            node.insert(name, MEMBER, Conjunct(self._member(name), conjunct.env, PLAIN_INFO))
        contribute(node, Contribution(self, labels))

    def _names(self) -> Iterable[str]:
        known = {**self.package.functions, **self.package.constants}
        ordered = (name for name in _ORDERS.get(self.path, "").split() if name in known)
        return dict.fromkeys((*ordered, *known))

    def _member(self, name: str) -> Expr:
        function = self.package.functions.get(name)
        if function is None:
            return ValueExpr(self.package.constants[name], NO_SPAN)
        return function_value(NO_SPAN, self.path, function)
