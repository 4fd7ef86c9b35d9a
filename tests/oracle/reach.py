"""What the programs tried so far have used: productions of the grammar, operators, builtin functions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.oracle.programs.calls import functions
from tests.oracle.shrink import _nodes

from velac.grammar import ast, parser
from velac.grammar.build import Builder
from velac.grammar.lexing import tokenize
from velac.grammar.source import SourceFile
from velac.grammar.tables import load_table

OPERATORS = (
    "| & || && == != < <= > >= =~ !~ + - * / div mod quo rem".split()
)  # fmt: skip
UNARY = "+ - ! * < <= > >= != =~ !~".split()
PREDECLARED = (
    "len",
    "close",
    "and",
    "or",
    "div",
    "mod",
    "quo",
    "rem",
    "error",
    "matchN",
    "matchIf",
)


class Reach:
    """Counts by production and by function."""

    def __init__(self) -> None:
        rules = load_table().rules
        names = {rule.action for rule in rules if hasattr(Builder, rule.action)}
        names -= {"expression_line"}  # of a text that is one expression
        self.productions: Counter[str] = Counter(dict.fromkeys(sorted(names), 0))
        self.syntax: Counter[str] = Counter(
            dict.fromkeys(
                [*(f"binary {op}" for op in OPERATORS), *(f"unary {op}" for op in UNARY)], 0
            )
        )
        self.functions: Counter[str] = Counter(
            dict.fromkeys([*PREDECLARED, *(f"{path}.{name}" for path, name, *_ in functions())], 0)
        )

    def note(self, text: str) -> None:
        """Count what a program uses, if it parses."""
        source = SourceFile("in.cue", text)
        used: Counter[str] = Counter()
        builder = _recorder(source, used)
        try:
            file: ast.File = parser._run(tokenize(source).tokens, builder, load_table(), "file")
        except (parser._Rejected, parser._TooDeep):
            return
        self.productions.update({name: n for name, n in used.items() if name in self.productions})
        paths = {
            (spec.name.name if spec.name else spec.path.rsplit("/", 1)[-1]): spec.path
            for spec in file.imports
        }
        for node in _nodes(file):
            if isinstance(node, ast.Binary):
                self.syntax[f"binary {node.op}"] += 1
            elif isinstance(node, ast.Unary):
                self.syntax[f"unary {node.op}"] += 1
            elif isinstance(node, ast.Selector) and isinstance(node.expr, ast.Ident):
                name = getattr(node.label, "name", "")
                full = f"{paths.get(node.expr.name)}.{name}"
                if full in self.functions:
                    self.functions[full] += 1
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Ident)
                and node.func.name in PREDECLARED
            ):
                self.functions[node.func.name] += 1

    def missed(self) -> list[str]:
        """What no program has used yet."""
        return [
            name
            for table in (self.productions, self.syntax, self.functions)
            for name, count in table.items()
            if not count
        ]

    def table(self) -> str:
        """The counts as text."""
        lines = []
        for title, table in (
            ("productions", self.productions),
            ("operators", self.syntax),
            ("builtin functions", self.functions),
        ):
            reached = sum(1 for count in table.values() if count)
            lines.append(f"{title}: {reached} of {len(table)} reached")
            lines += [f"  {count:8}  {name}" for name, count in sorted(table.items())]
        return "\n".join(lines)


def _recorder(source: SourceFile, used: Counter[str]) -> Any:
    """A builder that counts its calls."""

    class Recorder(Builder):
        def __getattribute__(self, name: str) -> Any:
            found = super().__getattribute__(name)
            if name[:1] == "_" or not callable(found):
                return found

            def counted(*args: Any) -> Any:
                used[name] += 1
                return found(*args)

            return counted

    return Recorder(source, tokenize(source))
