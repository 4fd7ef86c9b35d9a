r"""CUE text to tokens: automatic commas, interpolation, comments, and what a word is where it stands.

A token is `(kind, value)`, kinds being the terminals of cue.lark. The value is a finished leaf of the tree
(identifier, literal, attribute) or the `Span` of anything else. Errors become problems and scanning goes on.

A newline is a comma (`NL`) after anything that can end an expression, unless `,` or `:` follows. The words `for`,
`if` and `let` are keywords where a declaration, a list element or a further clause may begin and are not
followed by what would make them a label; `div`, `mod`, `quo` and `rem` are operators after an operand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from velac.grammar import ast
from velac.grammar.errors import SyntaxProblem
from velac.grammar.literals import LiteralError, Quote, decode_number, decode_string, read_quote
from velac.grammar.patterns import (
    ATTRIBUTE,
    ATTRIBUTE_PIECE,
    BEGINNINGS,
    CLOSERS,
    COMMENT,
    ENDINGS,
    FORBIDDEN,
    FOREIGN,
    LABEL_FOLLOWS,
    LEADS,
    MARKS,
    MASTER,
    OPERANDS,
    OPERATORS,
    PREAMBLE_FOLLOWS,
    WORDS,
    string_part,
)
from velac.grammar.source import SourceFile, Span

Token: TypeAlias = tuple[str, "ast.Ident | ast.StringLit | Literal | ast.Attribute | Span"]
Literal: TypeAlias = (
    ast.BytesLit | ast.IntLit | ast.FloatLit | ast.BoolLit | ast.NullLit | ast.BottomLit
)

MAX_TOKENS: Final = 500_000
"""Where scanning ends: a longer text is refused."""

make_span = tuple.__new__


class TokenStream(NamedTuple):
    """The tokens of a file up to `$END`.

    `docs` maps the offset of a token to the texts of the comment lines directly above it.
    """

    tokens: list[Token]
    comments: list[ast.Comment]
    docs: dict[int, tuple[str, ...]]
    problems: list[SyntaxProblem]


def tokenize(source: SourceFile, *, expression: bool = False) -> TokenStream:
    """Scan the whole text, of a file or of a single expression; never raises."""
    return _Scanner(source, "LPAR" if expression else "").scan()


class _Scanner:
    """One pass over one text. Handlers get the match and return where to go on."""

    __slots__ = (
        "brackets", "comments", "docs", "file", "for_pending", "prev", "problems", "text", "tokens",
    )  # fmt: skip

    def __init__(self, file: SourceFile, prev: str) -> None:
        self.file = file
        self.text = file.text
        self.tokens: list[Token] = []
        self.comments: list[ast.Comment] = []
        self.docs: dict[int, tuple[str, ...]] = {}
        self.problems: list[SyntaxProblem] = []
        # What is open: "(", "[" of a list, "i" of an index, "{", or the quote of an interpolated string.
        self.brackets: list[str | Quote] = []
        # The kind of the token before, or what a text can be taken to come after.
        self.prev = prev
        self.for_pending = False

    def scan(self) -> TokenStream:
        text = self.text
        for match in FORBIDDEN.finditer(text):
            what = "a NUL character" if match[0] == "\0" else "a byte order mark"
            self.problem(match.start(), match.end(), f"{what} inside the text")
        handlers: list[Callable[[re.Match[str], int, int], int]] = [self.end] * (MASTER.groups + 1)
        for name, group in MASTER.groupindex.items():
            handlers[group] = getattr(self, name)
        match_at = MASTER.match
        at = 1 if text.startswith("\ufeff") else 0
        tokens = self.tokens
        while at >= 0 and len(tokens) <= MAX_TOKENS:
            found = match_at(text, at)
            assert found is not None, "the last alternative takes any character"
            group = found.lastindex or 0
            at = handlers[group](found, found.start(group), found.end())
        return TokenStream(self.tokens, self.comments, self.docs, self.problems)

    def span(self, start: int, end: int) -> Span:
        return make_span(Span, (self.file, start, end))

    def emit(self, kind: str, start: int, end: int) -> int:
        self.tokens.append((kind, make_span(Span, (self.file, start, end))))
        self.prev = kind
        return end

    def problem(self, start: int, end: int, message: str, help: str = "") -> None:
        self.problems.append(SyntaxProblem(self.span(start, end), message, (), help))

    # --------------------------------------------------------------------------------- words and numbers

    def word(self, match: re.Match[str], start: int, end: int) -> int:
        name = match["word"]
        if name in WORDS and self.prev != "DOT":
            kind = self.word_kind(name, end)
            if kind == "LITERAL":
                return self.constant(name, start, end)
            if kind:
                self.for_pending = kind == "FOR"
                self.emit(kind, start, end)
                if kind == "INFIX":
                    self.prev = "WORD"
                return end
        elif not name.isascii():
            end = self.check_letters(name, start)
        span = make_span(Span, (self.file, start, end))
        self.tokens.append(("IDENT", ast.Ident(span, name)))
        self.prev = "IDENT"
        return end

    def word_kind(self, name: str, end: int) -> str:
        """The terminal that a word with a meaning is here; empty for an identifier."""
        if name in OPERATORS:
            return "INFIX" if self.prev in OPERANDS else ""
        if name in ("true", "false", "null"):
            return "LITERAL"
        if name == "in":
            return "IN" if self.for_pending else ""
        if name in ("package", "import"):
            preamble = not self.brackets and self.prev in ("", "NL", "COMMA")
            return name.upper() if preamble and PREAMBLE_FOLLOWS.match(self.text, end) else ""
        if self.prev in OPERANDS:
            return name.upper()
        if self.prev not in BEGINNINGS or (self.brackets and self.brackets[-1] not in ("{", "[")):
            return ""
        return "" if LABEL_FOLLOWS[name].match(self.text, end) else name.upper()

    def check_letters(self, name: str, start: int) -> int:
        r"""`\w` knows more digits than CUE does."""
        for at, char in enumerate(name):
            if not (char in "_$#" or char.isalpha() or char.isdecimal()):
                self.problem(start + at, start + at + 1, f"illegal character `{char}`")
        return start + len(name)

    def constant(self, name: str, start: int, end: int) -> int:
        span = self.span(start, end)
        value = ast.NullLit(span) if name == "null" else ast.BoolLit(span, name == "true")
        self.tokens.append(("LITERAL", value))
        self.prev = "LITERAL"
        return end

    def number(self, match: re.Match[str], start: int, end: int) -> int:
        span = self.span(start, end)
        value: int | Decimal = 0
        try:
            value = decode_number(match["number"])
        except LiteralError as error:
            self.problem(start + error.start, start + error.end, error.message, error.fix)
        literal = ast.IntLit(span, value) if isinstance(value, int) else ast.FloatLit(span, value)
        self.tokens.append(("LITERAL", literal))
        self.prev = "LITERAL"
        return end

    def bottom(self, _: re.Match[str], start: int, end: int) -> int:
        self.tokens.append(("LITERAL", ast.BottomLit(self.span(start, end))))
        self.prev = "LITERAL"
        return end

    # ------------------------------------------------------------------------------------------- strings

    def plain_string(self, _: re.Match[str], start: int, end: int) -> int:
        """A string that stands for itself."""
        span = make_span(Span, (self.file, start, end))
        self.tokens.append(("STRING", ast.StringLit(span, self.text[start + 1 : end - 1])))
        self.prev = "STRING"
        return end

    def string(self, _: re.Match[str], start: int, end: int) -> int:
        quote = read_quote(self.text, start)
        if quote.multiline and not self.text.startswith(("\n", "\r\n"), end + 2):
            message = f"a newline must follow `{quote.char * 3}`"
            self.problem(start, end + 2, message, "the text begins on the next line")
            rest = string_part(quote).match(self.text, end + 2)
            return self.skip_line(start, rest.end() if rest and rest["close"] else -1)
        return self.part(quote, start, end + (2 if quote.multiline else 0), "STRING", "ISTART")

    def part(self, quote: Quote, start: int, body: int, whole: str, opening: str) -> int:
        """Emit the text part that begins at `body`, as `whole` if it ends the literal, else as `opening`."""
        match = string_part(quote).match(self.text, body)
        assert match is not None
        if match["open"]:
            self.brackets.append(quote)
            return self.emit(opening, start, match.end())
        if not match["close"]:
            self.problem(
                start,
                start + len(quote.closing),
                "this string is never closed",
                f"close it with `{quote.closing}`",
            )
            return self.skip_line(start)
        end = match.end()
        if whole != "STRING":
            return self.emit(whole, start, end)
        return self.whole_string(quote, start, end)

    def whole_string(self, quote: Quote, start: int, end: int) -> int:
        value: str | bytes = b"" if quote.is_bytes else ""
        try:
            value = decode_string(self.text[start:end])
        except LiteralError as error:
            self.problem(start + error.start, start + error.end, error.message, error.fix)
        span = self.span(start, end)
        if isinstance(value, str):
            self.tokens.append(("STRING", ast.StringLit(span, value)))
            self.prev = "STRING"
        else:
            self.tokens.append(("LITERAL", ast.BytesLit(span, value)))
            self.prev = "LITERAL"
        return end

    def skip_line(self, start: int, end: int = -1) -> int:
        """Go on after a broken string, or its line, as if the string had ended there."""
        if end < 0:
            end = self.text.find("\n", start)
            end = len(self.text) if end < 0 else end
        self.emit("ILLEGAL", start, end)
        self.prev = "STRING"
        return end

    # -------------------------------------------------------------------------------- marks and operators

    def mark(self, match: re.Match[str], start: int, end: int) -> int:
        char = match["mark"]
        if char in "{([":
            self.brackets.append("i" if char == "[" and self.prev in OPERANDS else char)
        elif char in "})]" and self.brackets:
            top = self.brackets.pop()
            if isinstance(top, Quote):
                if char == ")":
                    return self.part(top, start, end, "IEND", "IMID")
                self.brackets.append(top)
        self.tokens.append((MARKS[char], make_span(Span, (self.file, start, end))))
        self.prev = MARKS[char]
        return end

    def infix(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("INFIX", start, end)

    def sign(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("SIGN", start, end)

    def bang(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("BANG", start, end)

    def equal(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("EQUAL", start, end)

    def dot(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("DOT", start, end)

    def ellipsis(self, _: re.Match[str], start: int, end: int) -> int:
        return self.emit("ELLIPSIS", start, end)

    def illegal(self, match: re.Match[str], start: int, end: int) -> int:
        text = match["illegal"]
        if text not in "\0\ufeff":
            shown = text if text.isprintable() else f"U+{ord(text[0]):04X}"
            self.problem(start, end, f"illegal character `{shown}`", FOREIGN.get(text[0], ""))
        kept = self.prev
        self.emit("ILLEGAL", start, end)
        self.prev = kept
        return end

    # ------------------------------------------------------------------------------- newlines and comments

    def newline(self, _: re.Match[str], start: int, end: int) -> int:
        if self.prev in ENDINGS and self.text[end : end + 1] not in (",", ":"):
            self.emit("NL", start, start + 1)
        return end

    def comment_lines(self, _: re.Match[str], start: int, end: int) -> int:
        """Comments on consecutive lines; those with nothing before them may document the next token."""
        text = self.text
        if self.prev in ENDINGS:
            self.emit("NL", start, start)
        group: list[str] = []
        for match in COMMENT.finditer(text, start, end):
            comment = match[1].rstrip("\r")
            self.comments.append(
                ast.Comment(self.span(match.start(), match.start(1) + len(comment)), comment)
            )
            group.append(comment.removeprefix(" "))
        if text[text.rfind("\n", 0, start) + 1 : start].strip("\ufeff \t\r"):
            del group[0]
        leads = LEADS.match(text, end)
        if leads and group:
            self.docs[leads.end()] = tuple(group)
        return end

    def attribute(self, _: re.Match[str], start: int, end: int) -> int:
        """`@name(body)`: the body is any tokens with balanced brackets."""
        text = self.text
        head = ATTRIBUTE.match(text, start)
        assert head is not None
        if not head[2]:
            self.problem(
                start, head.end(), "an attribute needs parentheses", f"write {head[0].strip()}()"
            )
            self.emit("ILLEGAL", start, head.end())
            return head.end()
        closers = [")"]
        at = head.end()
        while closers:
            piece = ATTRIBUTE_PIECE.match(text, at)
            if piece is None:
                self.problem(start, start + 1, f"this attribute lacks its `{closers[-1]}`")
                self.emit("ILLEGAL", start, at)
                return at
            at = self.attribute_piece(piece, closers)
        span = self.span(start, at)
        self.tokens.append(("ATTRIBUTE", ast.Attribute(span, head[1], text[head.end() : at - 1])))
        self.prev = "ATTRIBUTE"
        return at

    def attribute_piece(self, piece: re.Match[str], closers: list[str]) -> int:
        start, end = piece.span()
        if piece["open"]:
            closers.append(CLOSERS[piece["open"]])
        elif piece["close"]:
            if piece["close"] == closers[-1]:
                closers.pop()
            else:
                self.problem(start, end, f"`{piece['close']}` where `{closers[-1]}` should be")
        elif piece["illegal"]:
            self.problem(start, end, f"illegal character `{piece['illegal']}` in an attribute")
        elif piece["string"]:
            return self.attribute_string(start, end)
        return end

    def attribute_string(self, start: int, end: int) -> int:
        quote = read_quote(self.text, start)
        match = string_part(quote).match(self.text, end + (2 if quote.multiline else 0))
        assert match is not None
        if match["open"]:
            self.problem(match.start("open"), match.end(), "no interpolation in an attribute")
            return max(self.text.find(quote.char, match.end()) + 1, match.end())
        if not match["close"]:
            self.problem(
                start, end, "this string is never closed", f"close it with `{quote.closing}`"
            )
        return match.end()

    def end(self, _: re.Match[str], start: int, end: int) -> int:
        if self.prev in ENDINGS:
            self.emit("NL", end, end)
        self.emit("$END", end, end)
        return -1
