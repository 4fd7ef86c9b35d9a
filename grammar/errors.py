"""What a reader of CUE text can complain about."""

from __future__ import annotations

from dataclasses import dataclass

from velac.grammar.source import Span


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One syntax error: where, what is wrong, what could have stood there (in words), and the nearest fix."""

    span: Span
    message: str
    expected: tuple[str, ...] = ()
    help: str = ""


class CueSyntaxError(Exception):
    """The text is not CUE; `problems` are in source order, at least one."""

    def __init__(self, problems: tuple[SyntaxProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.span}: {p.message}" for p in problems))
        self.problems = problems
