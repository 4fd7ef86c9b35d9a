"""The text of `cue def`: a package, or a value of it, as one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from velac.compiler.cue.consolidate import Consolidated, is_complex
from velac.compiler.cue.cuetext import import_text, syntax_at, tidy
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.labels import is_definition_label
from velac.compiler.cue.program import budgeted, deep_recursion
from velac.grammar import ast

if TYPE_CHECKING:
    from velac.compiler.cue.results import Result


def consolidated(result: Result, *, attributes: bool = False) -> str:
    """The text. Raises CueError for a value with errors."""
    found = result.problems(False)
    if found:
        raise CueError(found)
    writer = Consolidated(attributes=attributes or not result.expression)
    files = result.program.files
    with deep_recursion(), budgeted():
        if not result.expression:
            lines = writer.file(files)
            above = _head(files) + import_text(files, writer.names)
            text = tidy(above + _body(lines))
            return text if above and lines else _heading(files) + _alone(files, text)
        node = result.node.deref()
        trees = [tree for c in node.conjuncts if (tree := syntax_at(c.expr.span)) is not None]
        lines = writer.file(trees)
    text = tidy(import_text(files, writer.names) + _body(lines))
    label = node.label
    if isinstance(label, str) and is_definition_label(label) and not _embeds_definition(trees):
        inner = "".join(f"\t{line}\n" if line else "\n" for line in text.splitlines())
        return "\n" + tidy("_#def\n_#def: {\n" + inner + "}\n")
    return text


def _alone(files: Sequence[ast.File], text: str) -> str:
    """A text without a package clause: as cue, with an empty line before a `let` or an expression among fields."""
    decls = [decl for file in files for decl in file.decls]
    embedded = any(
        isinstance(d, ast.Embedding) and not isinstance(d.expr, ast.StructLit) for d in decls
    )
    first = any(isinstance(d, ast.LetClause) for d in decls) or (embedded and len(decls) > 1)
    first = first or (len(files) > 1 and any(map(is_complex, files)))
    return f"\n{text}" if (first or not text) and not _heading(files) else text


def _heading(files: Sequence[ast.File]) -> str:
    """The comments at the top of a file without a package clause that belong to no declaration."""
    source = files[0].span.file.text if files and not files[0].imports else ""
    groups: list[list[str]] = [[]]
    rest = ""
    for line in source.split("\n"):
        rest = line.strip()
        if rest and not rest.startswith("//"):
            break
        if rest:
            groups[-1].append(rest)
        elif groups[-1]:
            groups.append([])
    else:
        groups.append([])  # nothing but comments
    if groups[-1]:
        groups.pop()  # the comment of the first declaration
    return "\n".join("".join(f"{line}\n" for line in group) for group in groups if group)


def _body(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _head(files: Sequence[ast.File]) -> str:
    """The package clause with the comments above it, and those at the top of files."""
    comments: list[str] = []
    name = ""
    for file in files:
        if file.package is not None:
            name = name or file.package.name
        comments += [f"//{comment.text}" for comment in _top_comments(file)]
    above = "".join(f"{comment}\n" for comment in comments)
    return f"{above}package {name}\n\n" if name else ""


def _top_comments(file: ast.File) -> list[ast.Comment]:
    if file.package is None:
        return []
    return [c for c in file.comments if c.span.start < file.package.span.start]


def _embeds_definition(trees: Sequence[ast.Expr | ast.File]) -> bool:
    for tree in trees:
        for decl in tree.decls if isinstance(tree, (ast.File, ast.StructLit)) else ():
            expr = decl.expr if isinstance(decl, ast.Embedding) else None
            while isinstance(expr, (ast.Selector, ast.Index)):
                label = expr.label if isinstance(expr, ast.Selector) else None
                if isinstance(label, ast.Ident) and label.name.startswith(("#", "_#")):
                    return True
                expr = expr.expr
            if isinstance(expr, ast.Ident) and expr.name.startswith(("#", "_#")):
                return True
    return False
