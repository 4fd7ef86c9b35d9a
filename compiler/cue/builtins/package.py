"""The shape of a builtin package: functions over plain data, so that a package module knows nothing of the engine.

Arguments reach a function as Python data: `str`, `bytes`, `int`, `Decimal` (CUE floats), `bool`, `None`, `list`,
`dict` (fields in export order, defaults resolved, hidden fields and definitions dropped). The engine has checked
the count and the kinds before the call. A function returns the same kinds of data.

A function whose result is bool can be used as a validator: with its first argument missing it constrains the
value it is unified with (`strings.MinRunes(3)`), as CUE does.

>>> PACKAGE = package("strings")
>>> @PACKAGE.function(STRING, STRING, result=BOOL)
... def HasPrefix(text: str, prefix: str) -> bool: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, Final, TypeVar

from velac.compiler.cue import kinds
from velac.grammar.record import record, slotted

F = TypeVar("F", bound=Callable[..., Any])


class BuiltinError(Exception):
    """A call that can never succeed with these arguments; the engine adds the position and the function's name."""


class Incomplete(Exception):
    """A call that cannot be decided yet (an argument is not concrete enough)."""


VALUE: Final = -1
"""Parameter kind: the function gets the engine's own value unevaluated (`list.Sort` comparators, `matchN`).

`~kind` is the same for a value that the engine has checked to be of a kind: `~LIST`, `~STRUCT`. So a parameter is
the engine's own value if it is negative, and its kinds are `~parameter` (0, for VALUE: any).
"""


@record
class Function:
    """One function: parameter kinds (bit sets of `kinds`, or `VALUE`), result kinds, and the code."""

    name: str
    params: tuple[int, ...]
    result: int
    call: Callable[..., Any]
    pure: bool = True
    optional: int = 0
    """How many of the last arguments may be left out: the code has defaults for them."""

    @property
    def is_validator(self) -> bool:
        """Whether the first argument may be left to unification."""
        return self.result == kinds.BOOL and not self.optional

    @property
    def wants_engine(self) -> bool:
        """Whether the code takes an `EngineCalls` before the arguments."""
        return any(kind < 0 for kind in self.params)


@slotted
class Package:
    """One import path: functions by name, constants by name, and (for packages written in CUE) source text."""

    path: str
    functions: dict[str, Function] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    source: str = ""

    def function(
        self, *params: int, result: int, name: str = "", pure: bool = True
    ) -> Callable[[F], F]:
        """Register a plain function under its own name, or under `name`."""

        def register(code: F) -> F:
            public = name or code.__name__
            optional = len(code.__defaults__ or ())
            self.functions[public] = Function(public, params, result, code, pure, optional)
            return code

        return register


def package(path: str) -> Package:
    """A new, empty package for an import path."""
    return Package(path)
