"""What a reader of CUE text can complain about."""

from __future__ import annotations

from velac.grammar.record import record
from velac.grammar.source import Span


@record
class SyntaxProblem:
    """One syntax error: where, what is wrong, what could have stood there (in words), and the nearest fix.

    `code` is that of the diagnostic: V101, or V106 for a text that is too large.
    """

    span: Span
    message: str
    expected: tuple[str, ...] = ()
    help: str = ""
    code: str = "V101"


class CueSyntaxError(Exception):
    """The text is not CUE; `problems` are in source order, at least one."""

    def __init__(self, problems: tuple[SyntaxProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.span}: {p.message}" for p in problems))
        self.problems = problems
