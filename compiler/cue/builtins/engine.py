"""What a builtin may ask of the engine, and the ways a call can fail beyond `BuiltinError`.

A function with a `VALUE` parameter gets an `EngineCalls` as its first Python argument. Values of the engine are
opaque here: a function may pass them on, drop them, or return them inside a list among plain data.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from velac.compiler.cue.builtins.package import BuiltinError

Value: TypeAlias = Any
"""A value of the engine, not looked into."""


class EngineCalls(Protocol):
    """The engine as builtins see it. Each method raises `Incomplete` when the value is not concrete enough."""

    def items(self, value: Value) -> list[Value]:
        """The elements of a list value, unevaluated. BuiltinError if it is not a list."""

    def is_list(self, value: Value) -> bool:
        """Whether a value (its default, if it has one) is a list."""

    def size(self, value: Value) -> tuple[int, int | None]:
        """How many elements a list, or regular fields a struct, has, and how many it could come to have.

        The second is None for an open list or struct; for a closed struct it counts its optional fields too.
        """

    def key(self, value: Value) -> Any:
        """What a value has in common with those that are equal, or constrained by the same words."""

    def among(self, items: list[Value], value: Value) -> bool:
        """Whether a value is one of several, where some are not concrete."""

    def check_comparator(self, comparator: Value) -> None:
        """BuiltinError if a comparator has no field `less`."""

    def native_order(self, comparator: Value, items: list[Value]) -> int:
        """1 or -1 if the comparator orders just as, or opposite to, plain numbers or texts; 0 if not."""

    def less(self, comparator: Value, a: Value, b: Value) -> bool:
        """The field `less` of `comparator & {x: a, y: b}`."""

    def matches(self, schema: Value, value: Value) -> bool:
        """Whether a value unifies with a schema, nothing in it missing or unknown; types may remain."""

    def refusal(
        self, schema: Value, value: Value, final: bool = False, required: bool = False
    ) -> str | None:
        """Why plain data, or a value, does not unify with a schema; None if it does.

        What is missing or not concrete is no reason, unless `final`; `required` fields are one of their own.
        """

    def show(self, value: Value) -> str:
        """A value, concrete or not, as messages quote it: `>=2`."""

    def data(self, value: Value) -> Any:
        """A value as plain data, defaults taken."""


class Invalid(BuiltinError):
    """A validator's refusal, with the reason. Called as a function, the validator is just false.

    With `incomplete`, more elements or fields could still make the value valid.
    """

    def __init__(self, reason: str, incomplete: bool = False) -> None:
        super().__init__(reason)
        self.incomplete = incomplete


class ArgumentError(BuiltinError):
    """A bad argument. The text is the whole message: nothing is put before it."""
