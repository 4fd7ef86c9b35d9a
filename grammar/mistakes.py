"""Words for syntax errors: what was expected, what was found, and what people usually meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from velac.grammar.errors import SyntaxProblem
from velac.grammar.source import SourceFile, Span

if TYPE_CHECKING:
    from velac.grammar.lexing import Token

_OPERANDS: Final = frozenset(("IDENT", "STRING", "LITERAL", "IEND", "RPAR", "RSQB", "RBRACE"))
_VALUE: Final = frozenset(("IDENT", "STRING", "LITERAL", "LBRACE", "LSQB", "LPAR", "SIGN"))
_DECLARATION: Final = _VALUE | {"LET", "ELLIPSIS"}
_CLAUSE: Final = frozenset(("IF", "FOR"))
_OPERATORS: Final = frozenset(("DOT", "LSQB", "LPAR", "SIGN", "INFIX"))
_TEXTS: Final = {
    "COLON": "`:`", "COMMA": "`,`", "RBRACE": "`}`", "RSQB": "`]`", "RPAR": "`)`", "IEND": "`)`",
    "LBRACE": "`{`", "EQUAL": "`=`", "IN": "`in`", "NL": "a newline",
}  # fmt: skip
_CLOSING: Final = {"LBRACE": "}", "LSQB": "]", "LPAR": ")", "ISTART": ")"}


class Bracket(NamedTuple):
    """An opening bracket among the tokens."""

    kind: str
    span: Span


class Mistake(NamedTuple):
    """A token that cannot stand where it is, and everything around it."""

    source: SourceFile
    tokens: list[Token]
    at: int
    accepted: frozenset[str]
    symbols: list[str]
    brackets: list[Bracket]

    def kind(self, offset: int = 0) -> str:
        """The kind of the token `offset` places away; empty beyond the ends."""
        at = self.at + offset
        return self.tokens[at][0] if 0 <= at < len(self.tokens) else ""

    def span(self, offset: int = 0) -> Span:
        """The place of the token `offset` places away."""
        value = self.tokens[self.at + offset][1]
        return value if isinstance(value, Span) else value.span

    def text(self, offset: int = 0) -> str:
        """The text of the token `offset` places away; empty beyond the ends."""
        if not self.kind(offset):
            return ""
        span = self.span(offset)
        return self.source.text[span.start : span.end]


def explain(mistake: Mistake) -> SyntaxProblem:
    """The problem for the user: a known mistake if it is one, otherwise what was expected and what was found."""
    expected = expectations(mistake)
    for recognise in _KNOWN:
        problem = recognise(mistake)
        if problem is not None:
            return SyntaxProblem(problem.span, problem.message, expected, problem.help)
    message = f"expected {join_words(expected[:4])}, found {_found(mistake)}"
    return SyntaxProblem(mistake.span(), message, expected)


def join_words(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def expectations(mistake: Mistake) -> tuple[str, ...]:
    """What could have stood in the token's place, in words, the likeliest first."""
    accepted = mistake.accepted
    words: list[str] = []
    if accepted >= _DECLARATION:
        words.append("a field")
    elif accepted >= _VALUE:
        words.append("a value")
    elif "IDENT" in accepted:
        words.append("a name")
    if "STRING" in accepted and not accepted >= _VALUE:
        words.append("a string")
    if not accepted >= _DECLARATION and accepted >= _CLAUSE and accepted >= _VALUE:
        words.append("a comprehension")
    label = mistake.kind(-1) in ("IDENT", "STRING", "IEND", "RPAR", "RSQB", "QUESTION", "BANG")
    for kind, text in _TEXTS.items():
        if kind not in accepted or text in words or (kind == "COLON" and not label):
            continue
        if (kind == "LBRACE" and accepted >= _VALUE) or (kind == "EQUAL" and "COMMA" in accepted):
            continue
        words.append(text)
    if accepted >= _OPERATORS:
        words.append("an operator")
    return tuple(words) or ("the end of the text",)


def _found(mistake: Mistake) -> str:
    kind = mistake.kind()
    if kind == "NL":
        return "the end of the line"
    if kind == "$END":
        return "the end of the text"
    text = mistake.text()
    return f"`{text}`" if len(text) <= 30 and "\n" not in text else "a string"


# --------------------------------------------------------------------------------------------- known mistakes


def _never_closed(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind() != "$END" or not mistake.brackets:
        return None
    bracket = _suspect(mistake) or mistake.brackets[-1]
    text = mistake.source.text[bracket.span.start : bracket.span.end]
    shown = "{" if bracket.kind == "LBRACE" else text[-1]
    closing = _CLOSING[bracket.kind]
    return SyntaxProblem(
        bracket.span, f"this `{shown}` is never closed", (), f"add the missing `{closing}`"
    )


def _field_in_brackets(mistake: Mistake) -> SyntaxProblem | None:
    """`f(` and then a field on the next line."""
    name = -1 if mistake.kind() == "COLON" else 0
    if (
        mistake.kind(name + 1) != "COLON"
        or not mistake.brackets
        or mistake.kind(name) not in ("IDENT", "STRING")
    ):
        return None
    bracket = mistake.brackets[-1]
    if (
        bracket.kind not in ("LPAR", "LSQB")
        or mistake.span(name - 1).line == mistake.span(name).line
    ):
        return None
    shown, closing = mistake.source.text[bracket.span.start], _CLOSING[bracket.kind]
    return SyntaxProblem(
        bracket.span, f"this `{shown}` is never closed", (), f"add the missing `{closing}`"
    )


def _suspect(mistake: Mistake) -> Bracket | None:
    """The first bracket whose line is indented more than that of the bracket which seems to close it."""
    opened: list[Bracket] = []
    for kind, value in mistake.tokens[: mistake.at]:
        if not isinstance(value, Span):
            continue
        if kind in ("LBRACE", "LSQB", "LPAR"):
            opened.append(Bracket(kind, value))
        elif kind in ("RBRACE", "RSQB", "RPAR") and opened:
            bracket = opened.pop()
            line = value.file.line(value.line)
            if line.lstrip()[:1] == "}])"[("RBRACE", "RSQB", "RPAR").index(kind)] and _indent(
                line
            ) < _indent(bracket.span.file.line(bracket.span.line)):
                return bracket
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _wrong_closer(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind() not in ("RBRACE", "RSQB", "RPAR"):
        return None
    if not mistake.brackets:
        return SyntaxProblem(mistake.span(), f"`{mistake.text()}` closes nothing", (), "remove it")
    bracket = mistake.brackets[-1]
    closing = _CLOSING[bracket.kind]
    if closing == mistake.text():
        return None
    opening = mistake.source.text[bracket.span.end - 1]
    message = f"`{mistake.text()}` cannot close the `{opening}` of line {bracket.span.line}"
    return SyntaxProblem(mistake.span(), message, (), f"close it with `{closing}` first")


def _keyword_as_value(mistake: Mistake) -> SyntaxProblem | None:
    word = mistake.text(-1)
    if mistake.kind(-1) != "IDENT" or word not in ("if", "for"):
        return None
    fix = (
        "put the `if` around the field, or choose with [if condition {a}, b][0]"
        if word == "if"
        else "put the `for` inside brackets: [for …] or {for …}"
    )
    return SyntaxProblem(mistake.span(-1), f"`{word}` is no value", (), fix)


def _else(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.text() not in ("else", "elif") or mistake.kind(-1) != "RBRACE":
        return None
    return SyntaxProblem(
        mistake.span(),
        f"CUE has no `{mistake.text()}`",
        (),
        "write a second `if` with the opposite condition",
    )


def _ternary(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind(-1) != "QUESTION":
        return None
    return SyntaxProblem(
        mistake.span(-1),
        "`?` marks an optional field and needs `:` after it",
        (),
        "CUE has no `a ? b : c`; choose with [if a {b}, c][0]",
    )


def _assignment(mistake: Mistake) -> SyntaxProblem | None:
    text = mistake.source.text
    if mistake.kind() == "EQUAL" and mistake.kind(-1) == "COLON":
        return SyntaxProblem(mistake.span(), "`:=` is no operator", (), "write `:`")
    start = _statement(mistake) - mistake.at
    if "COLON" not in mistake.accepted or (mistake.kind(start), mistake.kind(start + 1)) != (
        "IDENT",
        "EQUAL",
    ):
        return None
    name = mistake.text(start)
    span = Span(mistake.source, mistake.span(start).start, mistake.span(start + 1).end)
    value = text[span.end : mistake.span().start].strip().partition("\n")[0]
    return SyntaxProblem(
        span,
        f"`{name} =` is no declaration",
        (),
        f"write `{name}: {value}` or `let {name} = {value}`",
    )


def _statement(mistake: Mistake) -> int:
    """The first token of the statement that the present token is in."""
    at, depth = mistake.at, 0
    while at > 0:
        kind = mistake.tokens[at - 1][0]
        if kind in ("RBRACE", "RSQB", "RPAR"):
            depth += 1
        elif kind in ("LBRACE", "LSQB", "LPAR"):
            depth -= 1
        if depth < 0 or (depth == 0 and kind in ("NL", "COMMA")):
            break
        at -= 1
    return at


def _word_operator(mistake: Mistake) -> SyntaxProblem | None:
    for offset in (0, -1):
        operator = {"and": "&&", "or": "||", "not": "!", "is": "==", "xor": "!="}.get(
            mistake.text(offset)
        )
        if operator and mistake.kind(offset) == "IDENT" and mistake.kind(-1) in _OPERANDS:
            word = mistake.text(offset)
            return SyntaxProblem(
                mistake.span(offset), f"`{word}` is no operator", (), f"write `{operator}`"
            )
    return None


def _list_newline(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind(-1) == "NL" and mistake.accepted == {"RSQB"}:
        if "ellipsis" in mistake.symbols[-2:]:
            return _last_ellipsis(mistake)
        return SyntaxProblem(
            mistake.span(-1), "missing `,` between list elements", (), "end the line with `,`"
        )
    return None


def _last_ellipsis(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.accepted == {"RSQB"} and mistake.kind(-1) in ("COMMA", "NL"):
        return SyntaxProblem(mistake.span(), "`...` must be the last element of a list", ("`]`",))
    return None


def _struct_ellipsis(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind(-1) == "ELLIPSIS" and "NL" in mistake.accepted and mistake.kind() != "RSQB":
        return SyntaxProblem(
            mistake.span(),
            "`...` in a struct takes no type",
            (),
            "write `[string]: T` for the type of further fields",
        )
    return None


def _newline_in_brackets(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind() != "NL" or not mistake.accepted & {"RPAR", "RSQB", "IEND"}:
        return None
    return SyntaxProblem(
        mistake.span(),
        "a newline ends the expression before its bracket is closed",
        (),
        "close the bracket on this line, or end the line with an operator",
    )


def _leading_operator(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind() not in ("INFIX", "DOT") or mistake.kind(-1) not in ("NL", ""):
        return None
    return SyntaxProblem(
        mistake.span(),
        f"a line cannot begin with `{mistake.text()}`",
        (),
        f"put the `{mistake.text()}` at the end of the line before",
    )


def _missing_colon(mistake: Mistake) -> SyntaxProblem | None:
    """`name 1`: a declaration of a name and a value, and nothing between them."""
    if mistake.kind() not in ("LITERAL", "STRING", "LBRACE") or "COLON" not in mistake.accepted:
        return None
    if mistake.kind(-1) != "IDENT" or mistake.kind(-2) not in ("", "NL", "COMMA", "LBRACE"):
        return None
    name = mistake.text(-1)
    value = mistake.text() if mistake.kind() != "LBRACE" else "{ … }"
    help = f"write `{name}: {value}`" if len(value) <= 30 and "\n" not in value else ""
    message = f"expected `:` after `{name}`, found {_found(mistake)}"
    return SyntaxProblem(mistake.span(), message, (), help)


def _foreign_interpolation(mistake: Mistake) -> SyntaxProblem | None:
    """`f"…"` and `${x}`, which other languages have."""
    if mistake.kind(-1) != "IDENT" or mistake.span(-1).end != mistake.span().start:
        return None
    word = mistake.text(-1)
    inside = (mistake.kind(), word) == ("LBRACE", "$")
    if not inside and (
        mistake.kind() not in ("STRING", "ISTART") or word.lower() not in ("f", "r")
    ):
        return None
    shown = "`${ }`" if inside else f"`{word}` before a string"
    help = r'a value inside a string is written "\(x)"'
    if word.lower() == "r":
        help = 'a string without escapes is written #"\\d"#'
    return SyntaxProblem(mistake.span(-1), f"CUE has no {shown}", (), help)


def _ends_early(mistake: Mistake) -> SyntaxProblem | None:
    """A text that ends after an operator: told there."""
    if mistake.kind() != "$END" or mistake.kind(-1) not in ("INFIX", "SIGN", "COLON"):
        return None
    message = f"expected a value after `{mistake.text(-1)}`, found the end of the text"
    return SyntaxProblem(mistake.span(-1), message)


def _missing_separator(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.kind(-1) not in _OPERANDS or not mistake.accepted & {"COMMA", "NL"}:
        return None
    if "IN" in mistake.accepted:
        return SyntaxProblem(mistake.span(), f"expected `in` or `,`, found {_found(mistake)}")
    if mistake.kind() not in ("IDENT", "STRING", "LITERAL", "LBRACE", "ISTART", "FOR", "IF", "LET"):
        return None
    if "LBRACE" in mistake.accepted:
        return SyntaxProblem(mistake.span(), f"expected `{{`, found {_found(mistake)}")
    if mistake.text().startswith("."):
        fix = f"write [{mistake.text()[1:]}] for an element of a list"
        return SyntaxProblem(mistake.span(), f"`{mistake.text()}` selects nothing", (), fix)
    if mistake.kind(1) in ("COLON", "QUESTION", "BANG"):
        before = mistake.text(-1)
        if "COLON" in mistake.accepted and mistake.kind(-1) in ("IDENT", "STRING"):
            nested = f"{before}: {mistake.text()}: …"
            return SyntaxProblem(
                mistake.span(),
                f"expected `:` after `{before}`, found {_found(mistake)}",
                (),
                f"write {nested}",
            )
    inside = mistake.brackets[-1].kind if mistake.brackets else ""
    what = {"LSQB": "list elements", "LPAR": "arguments"}.get(inside, "declarations")
    fix = "" if inside in ("LSQB", "LPAR") else "write each on its own line"
    return SyntaxProblem(
        mistake.span(), f"missing `,` between {what} before {_found(mistake)}", (), fix
    )


def _comment(mistake: Mistake) -> SyntaxProblem | None:
    if mistake.text().startswith("/") and mistake.source.text.startswith(
        "/*", mistake.span().start
    ):
        return SyntaxProblem(
            mistake.span(), "`/* … */` is no comment", (), "begin each line with `//`"
        )
    if mistake.kind(-1) == "IDENT" and mistake.text(-1) == "#" and mistake.kind() != "COLON":
        return SyntaxProblem(mistake.span(-1), "`#` does not begin a comment", (), "write `//`")
    return None


_KNOWN: Final[tuple[Callable[[Mistake], SyntaxProblem | None], ...]] = (
    _never_closed,
    _ends_early,
    _field_in_brackets,
    _foreign_interpolation,
    _comment,
    _else,
    _assignment,
    _ternary,
    _list_newline,
    _last_ellipsis,
    _struct_ellipsis,
    _word_operator,
    _keyword_as_value,
    _wrong_closer,
    _newline_in_brackets,
    _leading_operator,
    _missing_colon,
    _missing_separator,
)
