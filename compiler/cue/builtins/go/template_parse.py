"""Go templates to trees: text and actions, pipelines, `if`, `range`, `with`, `define`, `template`, `block`."""

from __future__ import annotations

import ast
import re
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Final

from velac.compiler.cue.builtins.package import BuiltinError

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<char>'(?:[^'\\\n]|\\.)+')"""
    r"""|(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)(?!\w))"""
    r"""|(?P<field>\.[^\W\d]\w*)|(?P<dot>\.)|(?P<variable>\$\w*)|(?P<word>[^\W\d]\w*)|(?P<mark>:=|[=|(),])"""
)
_KEYWORDS: Final = frozenset(
    ("if", "else", "end", "range", "with", "define", "template", "block", "break", "continue")
)
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.S
)
_SIMPLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip
_MAX_DEPTH: Final = 200


@dataclass(slots=True)
class Text:
    """Text as it is."""

    text: str


@dataclass(slots=True)
class Operand:
    """`kind` is constant, nil, dot, variable, function or pipeline; `fields` are looked up in it."""

    kind: str
    value: Any
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Pipeline:
    """Commands, each a list of operands; the variables that get the result, declared or assigned."""

    commands: list[list[Operand]]
    variables: tuple[str, ...] = ()
    declares: bool = True


@dataclass(slots=True)
class Action:
    """A pipeline whose value is printed."""

    pipeline: Pipeline


@dataclass(slots=True)
class Branch:
    """`if`, `range` or `with`."""

    kind: str
    pipeline: Pipeline
    body: list[Node]
    other: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """`template`."""

    name: str
    pipeline: Pipeline | None


@dataclass(slots=True)
class Jump:
    """`break` or `continue`."""

    kind: str


Node = Text | Action | Branch | Call | Jump
Tokens = list[tuple[str, str, bool]]
"""Kind, text, and whether white space goes before."""


def parse(source: str, functions: Container[str]) -> dict[str, list[Node]]:
    """The templates of a text by name, the main one under "". BuiltinError if it is malformed."""
    parser = _Parser(_pieces(source), functions)
    body, end = parser.body(0)
    if end:
        raise parser.error(f"unexpected {{{{{end}}}}}")
    parser.templates[""] = body
    return parser.templates


def _pieces(source: str) -> list[str | Tokens]:
    """Text and the tokens of actions, in turn; trim marks and comments done."""
    pieces: list[str | Tokens] = []
    position = 0
    trim = False
    while True:
        start = source.find("{{", position)
        text = source[position:] if start < 0 else source[position:start]
        if trim:
            text = text.lstrip(" \t\r\n")
        if start < 0:
            pieces.append(text)
            return pieces
        inside = start + 2
        if re.match(r"-[ \t\r\n]", source[inside : inside + 2]):
            text = text.rstrip(" \t\r\n")
            inside += 2
        pieces.append(text)
        comment = re.compile(r"[ \t\r\n]*/\*").match(source, inside)
        if comment and source.startswith("/*", comment.end() - 2):
            position, trim = _comment_end(source, comment.end())
            continue
        tokens, position, trim = _action(source, inside)
        pieces.append(tokens)


def _comment_end(source: str, position: int) -> tuple[int, bool]:
    end = source.find("*/", position)
    if end < 0:
        raise BuiltinError("template: unclosed comment")
    found = re.compile(r"([ \t\r\n]-)?\}\}").match(source, end + 2)
    if not found:
        raise BuiltinError("template: comment ends before closing delimiter")
    return found.end(), bool(found[1])


def _action(source: str, position: int) -> tuple[Tokens, int, bool]:
    tokens: Tokens = []
    space = False
    depth = 0
    while True:
        end = re.compile(r"[ \t\r\n]+-\}\}|\}\}").match(source, position)
        if end:
            if depth:
                raise BuiltinError("template: unclosed left paren")
            return tokens, end.end(), end[0] != "}}"
        found = _TOKEN.match(source, position)
        if not found:
            if position >= len(source):
                raise BuiltinError("template: unclosed action")
            raise BuiltinError(f"template: bad character {source[position]!r}")
        position = found.end()
        kind = str(found.lastgroup)
        if kind == "space":
            space = True
            continue
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0:
            raise BuiltinError("template: unexpected right paren")
        tokens.append((kind, found[0], space))
        space = False


class _Parser:
    """Reads pieces; keeps the named templates and the variables in scope."""

    def __init__(self, pieces: list[str | Tokens], functions: Container[str]) -> None:
        self._pieces = iter(pieces)
        self._functions = functions
        self._tokens: Tokens = []
        self._scopes: list[set[str]] = [{"$"}]
        self._loops = 0
        self.templates: dict[str, list[Node]] = {}

    def error(self, reason: str) -> BuiltinError:
        return BuiltinError(f"template: {reason}")

    def body(self, depth: int) -> tuple[list[Node], str]:
        """Nodes up to `end` or `else` (or the end: ""). The rest of an `else` action stays in the tokens."""
        if depth > _MAX_DEPTH:
            raise self.error("nesting is too deep")
        nodes: list[Node] = []
        for piece in self._pieces:
            if isinstance(piece, str):
                if piece:
                    nodes.append(Text(piece))
                continue
            self._tokens = piece[::-1]
            word = self._peek()[1] if self._peek()[0] == "word" else ""
            if word in ("end", "else"):
                self._next()
                return nodes, word
            node = self._statement(word, depth) if word in _KEYWORDS else self._printed()
            if node is not None:
                nodes.append(node)
        return nodes, ""

    def _peek(self) -> tuple[str, str, bool]:
        return self._tokens[-1] if self._tokens else ("", "", False)

    def _next(self) -> tuple[str, str, bool]:
        return self._tokens.pop() if self._tokens else ("", "", False)

    def _printed(self) -> Node:
        return Action(self._pipeline("command", until=""))

    def _done(self, what: str) -> None:
        if self._tokens:
            raise self.error(f"unexpected {self._peek()[1]!r} in {what}")

    def _statement(self, word: str, depth: int) -> Node | None:
        self._next()
        if word in ("if", "range", "with"):
            return self._branch(word, depth)
        if word in ("break", "continue"):
            self._done(word)
            if not self._loops:
                raise self.error(f"{{{{{word}}}}} outside {{{{range}}}}")
            return Jump(word)
        name = self._string(word)
        if word == "define":
            self._done("define clause")
            self._named(name, depth)
            return None
        pipeline = self._pipeline(word, until="") if self._tokens else None
        if word == "block":
            self._named(name, depth)
        return Call(name, pipeline)

    def _string(self, what: str) -> str:
        kind, text, _ = self._next()
        if kind != "string":
            raise self.error(f"unexpected {text!r} in {what} clause")
        return unquote(text)

    def _named(self, name: str, depth: int) -> None:
        scopes, loops = self._scopes, self._loops
        self._scopes, self._loops = [{"$"}], 0
        body, end = self.body(depth + 1)
        self._scopes, self._loops = scopes, loops
        if end != "end":
            raise self.error("unexpected EOF" if not end else "unexpected {{else}}")
        if _is_blank(body):
            self.templates.setdefault(name, body)
        elif _is_blank(self.templates.get(name, [])):
            self.templates[name] = body
        else:
            raise self.error(f'multiple definition of template "{name}"')

    def _branch(self, kind: str, depth: int) -> Branch:
        self._scopes.append(set())
        pipeline = self._pipeline(kind, until="")
        self._scopes.append(set())
        self._loops += kind == "range"
        body, end = self.body(depth + 1)
        self._loops -= kind == "range"
        self._scopes[-1] = set()
        other: list[Node] = []
        if end == "else":
            word = self._peek()[1]
            if word in ("if", "with") and kind == word:
                self._next()
                other, end = [self._branch(word, depth + 1)], "end"
            else:
                self._done("else")
                other, end = self.body(depth + 1)
        self._scopes[-2:] = []
        if end != "end":
            raise self.error("unexpected EOF" if not end else "unexpected {{else}}")
        return Branch(kind, pipeline, body, other)

    def _pipeline(self, what: str, until: str) -> Pipeline:
        variables, declares = self._declared(what)
        commands = [self._command()]
        while self._peek()[1] == "|":
            self._next()
            commands.append(self._command())
        if len(commands) > 1 and not commands[-1]:
            commands.pop()
        if not commands[0]:
            raise self.error(f"missing value for {what}")
        if any(not command for command in commands) or self._peek()[1] != until:
            raise self.error(f"unexpected {self._peek()[1]!r} in {what}")
        for command in commands[1:]:
            if command[0].kind in ("constant", "nil", "dot") and not command[0].fields:
                raise self.error("non executable command in pipeline")
        if declares:
            self._scopes[-1].update(variables)
        return Pipeline(commands, variables, declares)

    def _declared(self, what: str) -> tuple[tuple[str, ...], bool]:
        """`$x :=`, `$x =` or, for range, `$k, $v :=` in front of a pipeline."""
        marks = [token[1] for token in self._tokens[::-1][:4]]
        if len(marks) > 1 and marks[0].startswith("$") and marks[1] in (":=", "="):
            self._tokens[-2:] = []
            names: tuple[str, ...] = (marks[0],)
            sign = marks[1]
        elif len(marks) > 3 and what == "range" and marks[1] == "," and marks[3] in (":=", "="):
            self._tokens[-4:] = []
            names, sign = (marks[0], marks[2]), marks[3]
        else:
            return (), True
        if sign == "=":
            for name in names:
                self._check_variable(name)
        return names, sign == ":="

    def _check_variable(self, name: str) -> None:
        if not any(name in scope for scope in self._scopes):
            raise self.error(f'undefined variable "{name}"')

    def _command(self) -> list[Operand]:
        operands = []
        while (operand := self._operand()) is not None:
            operands.append(operand)
            kind, text, space = self._peek()
            if kind and not space and text not in (")", "|"):
                raise self.error(f"unexpected {text!r} in operand")
        return operands

    def _operand(self) -> Operand | None:
        kind, text, _ = self._peek()
        if not kind or text in ("|", ")", ",", ":=", "="):
            return None
        self._next()
        operand = self._term(kind, text)
        fields = list(operand.fields)
        while self._peek()[0] == "field" and not self._peek()[2]:
            fields.append(self._next()[1][1:])
        if fields and operand.kind in ("constant", "nil"):
            raise self.error(f"unexpected .{fields[0]} after a constant")
        operand.fields = tuple(fields)
        return operand

    def _term(self, kind: str, text: str) -> Operand:
        if kind in ("string", "char", "number"):
            return Operand("constant", _constant(kind, text))
        if kind == "field":
            return Operand("dot", None, (text[1:],))
        if kind == "dot":
            return Operand("dot", None)
        if kind == "variable":
            self._check_variable(text)
            return Operand("variable", text)
        if text == "(":
            inner = self._pipeline("parenthesized pipeline", until=")")
            self._next()
            return Operand("pipeline", inner)
        if text in ("true", "false"):
            return Operand("constant", text == "true")
        if text == "nil":
            return Operand("nil", None)
        if text not in self._functions:
            raise self.error(f'function "{text}" not defined')
        return Operand("function", text)


def _is_blank(body: list[Node]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in body)


def unquote(text: str) -> str:
    """The value of a Go string literal."""
    if text[0] == "`":
        return text[1:-1]
    return _ESCAPE.sub(_unescape, text[1:-1])


def _unescape(found: re.Match[str]) -> str:
    for digits in found.groups()[:3]:
        if digits:
            return chr(int(digits, 16))
    if found[4]:
        return chr(int(found[4], 8))
    if found[5] not in _SIMPLE:
        raise BuiltinError("template: invalid syntax in string")
    return _SIMPLE[found[5]]


def _constant(kind: str, text: str) -> Any:
    if kind == "string":
        return unquote(text)
    if kind == "char":
        char = _ESCAPE.sub(_unescape, text[1:-1])
        if len(char) != 1:
            raise BuiltinError(f"template: malformed character constant: {text}")
        return ord(char)
    plain = text.replace("_", "").lower()
    try:
        if re.search(r"[.e]", plain) and "x" not in plain:
            value = float(plain)
            # As in Go, `1e3` may stand for an int; `1.0` prints as a float all the same.
            return (
                int(value)
                if "." not in plain and value.is_integer() and abs(value) < 2**53
                else value
            )
        octal = re.fullmatch(r"([+-]?)0([0-7]+)", plain)
        return int(f"{octal[1]}0o{octal[2]}", 0) if octal else ast.literal_eval(plain)
    except (ValueError, SyntaxError, OverflowError):
        raise BuiltinError(f'template: bad number syntax: "{text}"') from None
