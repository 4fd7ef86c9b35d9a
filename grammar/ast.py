"""The syntax tree of CUE: one final class per production, a `Span` on every node, tuples for sequences.

Literals hold their decoded value (`str`, `bytes`, `int`, `Decimal`), so no consumer looks at text again.
The shorthand `a: b: 1` is a `Field` whose value is a `StructLit` with `braces=False`. Comments are kept in
source order on the `File`; the comment lines directly above a field are also its `doc`, because KubeVela's patch
markers live there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias, final

from velac.grammar.node import node
from velac.grammar.source import Span

# --------------------------------------------------------------------------------------------- expressions


@final
@node
class Ident:
    """A reference by name, or a bare label; `name` includes `_`, `#`, `_#` and `$` prefixes."""

    span: Span
    name: str


@final
@node
class StringLit:
    """A string without interpolation, decoded."""

    span: Span
    value: str


@final
@node
class BytesLit:
    """A bytes literal without interpolation, decoded."""

    span: Span
    value: bytes


@final
@node
class IntLit:
    """An integer: decimal, 0x, 0o, 0b, with `_` separators or an (integral) multiplier suffix."""

    span: Span
    value: int


@final
@node
class FloatLit:
    """A number with a point or an exponent; digits are kept as written (`1.50`)."""

    span: Span
    value: Decimal


@final
@node
class BoolLit:
    """`true` or `false`."""

    span: Span
    value: bool


@final
@node
class NullLit:
    """`null`."""

    span: Span


@final
@node
class BottomLit:
    """`_|_`."""

    span: Span


@final
@node
class Interpolation:
    r"""A string or bytes literal with `\(…)`: decoded text parts and expressions, alternating, text first and last."""

    span: Span
    texts: tuple[str, ...] | tuple[bytes, ...]
    exprs: tuple[Expr, ...]
    is_bytes: bool


@final
@node
class StructLit:
    """`{ … }`, or the implied struct of `a: b: …` (`braces=False`)."""

    span: Span
    decls: tuple[Decl, ...]
    braces: bool


@final
@node
class ListLit:
    """`[ … ]`; an `Ellipsis` can only be the last element."""

    span: Span
    elements: tuple[Element, ...]


@final
@node
class Selector:
    """`x.label`; the label is an identifier or a string (`x."a-b"`)."""

    span: Span
    expr: Expr
    label: Ident | StringLit


@final
@node
class Index:
    """`x[i]`."""

    span: Span
    expr: Expr
    index: Expr


@final
@node
class Slice:
    """`x[low:high]`, each bound may be absent."""

    span: Span
    expr: Expr
    low: Expr | None
    high: Expr | None


@final
@node
class Call:
    """`f(a, b)`."""

    span: Span
    func: Expr
    args: tuple[Expr, ...]


@final
@node
class Unary:
    """`op x`, op one of `+ - ! * < <= > >= != == =~ !~` (`*` is the default mark, only inside `|`)."""

    span: Span
    op: str
    expr: Expr


@final
@node
class Binary:
    """`x op y`, op one of `| & || && == != < <= > >= =~ !~ + - * / div mod quo rem`; `op_span` is the operator's."""

    span: Span
    op: str
    left: Expr
    right: Expr
    op_span: Span


@final
@node
class Paren:
    """`( x )`."""

    span: Span
    expr: Expr


@final
@node
class ValueAlias:
    """`X=expr` as the value of a field or a list element."""

    span: Span
    name: Ident
    expr: Expr


# --------------------------------------------------------------------------------- clauses and declarations


@final
@node
class ForClause:
    """`for key, value in source`; `key` may be absent."""

    span: Span
    key: Ident | None
    value: Ident
    source: Expr


@final
@node
class IfClause:
    """`if condition`."""

    span: Span
    condition: Expr


@final
@node
class LetClause:
    """`let name = expr`, as a declaration of a struct or a clause of a comprehension."""

    span: Span
    name: Ident
    expr: Expr


@final
@node
class Comprehension:
    """One or more clauses and the struct they yield, in a struct or a list."""

    span: Span
    clauses: tuple[Clause, ...]
    value: StructLit


@final
@node
class Ellipsis:
    """`...` or `...T`, in a struct or at the end of a list."""

    span: Span
    type: Expr | None


@final
@node
class Attribute:
    """`@name(body)`, text as written."""

    span: Span
    name: str
    body: str


@final
@node
class DynamicLabel:
    """`(expr):`."""

    span: Span
    expr: Expr


@final
@node
class PatternLabel:
    """`[expr]:`; `alias` is that of `[X=expr]:`."""

    span: Span
    alias: Ident | None
    expr: Expr


@final
@node
class Field:
    """`label: value`.

    `constraint` is `""`, `"?"` or `"!"`; `alias` is that of `X=label: …`. `doc` holds the texts of the comment lines
    directly above, without the slashes and one following blank: no blank line between, no comment behind the
    value (CUE's evaluator drops those too). Above `a: b: 1` they belong to `b`, the innermost fixed name.
    """

    span: Span
    label: Label
    constraint: str
    value: Expr
    alias: Ident | None
    attributes: tuple[Attribute, ...]
    doc: tuple[str, ...]


@final
@node
class Embedding:
    """An expression as a declaration."""

    span: Span
    expr: Expr


@final
@node
class Comment:
    """One `//` comment, `text` without the slashes."""

    span: Span
    text: str


@final
@node
class ImportSpec:
    """One imported path; `name` is the explicit local name, `path` includes a `:qualifier`."""

    span: Span
    name: Ident | None
    path: str


@final
@node
class File:
    """A whole file. `declarations` excludes the package clause and imports."""

    span: Span
    package: Ident | None
    imports: tuple[ImportSpec, ...]
    decls: tuple[Decl, ...]
    comments: tuple[Comment, ...]


Expr: TypeAlias = (
    Ident
    | StringLit
    | BytesLit
    | IntLit
    | FloatLit
    | BoolLit
    | NullLit
    | BottomLit
    | Interpolation
    | StructLit
    | ListLit
    | Selector
    | Index
    | Slice
    | Call
    | Unary
    | Binary
    | Paren
    | ValueAlias
)
Label: TypeAlias = Ident | StringLit | Interpolation | DynamicLabel | PatternLabel
Clause: TypeAlias = ForClause | IfClause | LetClause
Decl: TypeAlias = Field | LetClause | Comprehension | Embedding | Ellipsis | Attribute
Element: TypeAlias = Expr | Comprehension | Ellipsis
