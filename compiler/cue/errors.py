"""What the engine reports: problems as data, and the exception that carries them to callers."""

from __future__ import annotations

from typing import Final

from velac.grammar.record import record
from velac.grammar.source import Span


@record
class Problem:
    """One error of an evaluation.

    `path` is the field path (`output.spec.replicas`, empty for the file); `spans` are all places that
    contributed, most specific first; `incomplete` tells a value that is not concrete (yet) from a wrong one.
    """

    message: str
    path: str = ""
    spans: tuple[Span, ...] = ()
    incomplete: bool = False
    code: str = "V201"
    help: str = ""

    def __str__(self) -> str:
        head = f"{self.path}: {self.message}" if self.path else self.message
        return head + "".join(f"\n    {span}" for span in self.spans)


_LONGEST: Final = 600
_HEAD: Final = 400
_TAIL: Final = 100


def readable(message: str) -> str:
    """A message without the middle of the long value that it quotes."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[:_HEAD]} … {message[-_TAIL:]}"


class CueError(Exception):
    """An evaluation, compilation or parse that failed, with every problem found."""

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def distinct(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Problems without those that other fields take over: they have the words and the places of the first."""
    first = {(p.message, p.spans): p for p in reversed(problems)}
    return tuple(p for p in problems if not p.spans or first[p.message, p.spans] is p)


class BudgetExceeded(Exception):
    """The evaluation used up its steps, its depth or its output size."""
