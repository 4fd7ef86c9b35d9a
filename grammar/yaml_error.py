"""What libyaml's complaints mean to the person who wrote the file."""

from __future__ import annotations

from typing import Final

from yaml import YAMLError

from velac.grammar.problem import TextProblem
from velac.grammar.source import SourceFile, Span

_QUOTE: Final = "put the value in quotes"
_INDENT: Final = "keys of one mapping begin in the same column; check the indentation of this line"

# (part of libyaml's problem, part of its context) -> (message, text at the context's place, help); first match wins.
_TABLE: Final = (
    ("mapping values are not allowed", "", "`:` does not belong here", "",
     "quote a value that contains `: `, or check the indentation of this line"),
    ("found unexpected end of stream", "quoted", "the quote is never closed", "opened here", "close the quote"),
    ("found unexpected document indicator", "quoted", "the quote is not closed before the document ends",
     "opened here", "close the quote"),
    ("unknown escape character", "", "unknown escape in double quotes", "",
     "write `\\\\` for a backslash, or use single quotes"),
    ("invalid Unicode character escape", "", "the escape is not a character", "", "write the character itself"),
    ("hexdecimal number", "", "the escape needs more hexadecimal digits", "", "`\\xNN`, `\\uNNNN` or `\\UNNNNNNNN`"),
    ("alphabetic or numeric character", "alias", "`*` begins an alias here", "", _QUOTE),
    ("alphabetic or numeric character", "anchor", "`&` begins an anchor here", "", _QUOTE),
    ("found a tab character", "", "a tab is used as indentation", "", "indent with spaces"),
    ("block sequence entries are not allowed", "", "a list cannot begin here", "",
     "put the first `- ` on the next line"),
    ("mapping keys are not allowed", "", "a key cannot begin here", "", "put it on the next line"),
    ("could not find expected ':'", "", "this line is no `key: value`", "", "add the missing `:`, or check the indentation"),
    ("did not find expected key", "block mapping", "this does not belong to the mapping", "the mapping begins here", _INDENT),
    ("did not find expected '-' indicator", "", "this does not belong to the list", "the list begins here",
     "begin every item with `- ` in the same column"),
    ("expected ',' or ']'", "", "the list in brackets is not closed", "opened here", "separate items with `,` and close with `]`"),
    ("expected ',' or '}'", "", "the mapping in braces is not closed", "opened here", "separate fields with `,` and close with `}`"),
    ("did not find expected node content", "", "a value is missing here", "", ""),
    ("undefined tag handle", "", "`!` begins a tag here", "", _QUOTE),
    ("", "while scanning a tag", "`!` begins a tag here", "", _QUOTE),
    ("", "while parsing a tag", "`!` begins a tag here", "", _QUOTE),
    ("expected comment or line break", "block scalar", "nothing may follow `|` or `>` on its line", "",
     "begin the text on the next line, or quote a value that begins with `|` or `>`"),
    ("", "block scalar", "the header of the block of text is wrong", "", "`|` or `>`, then optionally `-` or `+`"),
    ("", "directive", "`%` begins a directive here", "", _QUOTE),
    ("incompatible YAML document", "", "the YAML version is not known", "", "remove the `%YAML` line"),
    ("expected <document start>", "", "the text does not continue the document", "", "begin a new document with `---`"),
    ("exceeded max nesting", "", "the text is nested too deeply", "", ""),
    ("nesting", "", "the text is nested too deeply", "", ""),
)  # fmt: skip


def explain(error: YAMLError | UnicodeEncodeError, file: SourceFile) -> TextProblem:
    """An exception of libyaml's reader, scanner or parser."""
    if isinstance(error, UnicodeEncodeError):
        return _problem(file, error.start, "a half of a surrogate pair is not text")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _bad_character(error, file)
    problem, context = getattr(error, "problem", "") or "", getattr(error, "context", "") or ""
    at = mark.index
    context_mark = getattr(error, "context_mark", None)
    begin = context_mark.index if context_mark is not None else at
    if "cannot start any token" in problem:
        return _bad_start(file, at)
    for words, where, message, opened, help in _TABLE:
        if words in problem and where in context:
            extra = ((Span(file, begin, begin + 1), opened),) if opened and begin != at else ()
            if at >= len(file.text) and extra:
                # The end of the file says little: show where it began.
                return TextProblem("V101", message, extra, help)
            return _problem(file, at, message, help, extra)
    return _problem(file, at, problem or "this is not YAML")


def _bad_start(file: SourceFile, at: int) -> TextProblem:
    char = file.text[at : at + 1]
    if char == "\t":
        return _problem(file, at, "a tab is used as indentation", "indent with spaces")
    name = "a backquote" if char == "`" else f"`{char}`"
    return _problem(file, at, f"{name} cannot begin a value", _QUOTE)


def _bad_character(error: YAMLError, file: SourceFile) -> TextProblem:
    """libyaml's reader counts bytes."""
    position = getattr(error, "position", 0) or 0
    at = len(file.text.encode(errors="replace")[:position].decode(errors="ignore"))
    code = ord(file.text[at]) if at < len(file.text) else 0
    return _problem(
        file,
        at,
        f"the control character U+{code:04X} is not allowed",
        "remove it, or write it as an escape in double quotes",
    )


def _problem(
    file: SourceFile,
    at: int,
    message: str,
    help: str = "",
    more: tuple[tuple[Span, str], ...] = (),
) -> TextProblem:
    at = min(at, len(file.text))
    return TextProblem(
        "V101", message, ((Span(file, at, min(at + 1, len(file.text))), ""), *more), help
    )
