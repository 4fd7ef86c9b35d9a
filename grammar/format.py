"""CUE trees back to text.

`format` writes a file in the style of `cue fmt`: it keeps the author's line breaks, comments and literals, and
settles blanks, indentation, empty lines and alignment. Nodes that no text of the file stands behind (made by a
program) come out in a canonical layout. `format_expr` writes an expression on one line.
"""

from __future__ import annotations

from collections.abc import Sequence

from velac.grammar import ast
from velac.grammar.print_decl import DeclarationPrinter


def format(file: ast.File) -> str:
    """The text of a file. Formatting the result again does not change it, and it parses to the same tree."""
    source = file.span.file
    printer = DeclarationPrinter(source, file.comments)
    printer.file(file)
    text = printer.sheet.result()
    return text + "\n" if text else ""


def format_decls(decls: Sequence[ast.Decl], comments: Sequence[ast.Comment] = ()) -> str:
    """The text of some declarations of one file, not indented, with the given comments around and in them."""
    if not decls:
        return ""
    start = decls[0].span.start
    printer = DeclarationPrinter(decls[0].span.file, comments)
    printer.at = min(start, comments[0].span.start) if comments else start
    printer.section(start, blank=False)
    printer.declarations(decls)
    printer.write_comments(len(printer.text) + 1)
    return printer.sheet.result() + "\n"


def format_expr(expr: ast.Expr) -> str:
    """The text of an expression on one line, whatever its own layout."""
    printer = DeclarationPrinter(None, ())
    printer.expr(expr)
    return printer.sheet.result()
