"""Package `struct`: how many regular fields a struct has."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.engine import EngineCalls, Invalid, Value
from velac.compiler.cue.builtins.go.bounds import int64
from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import BOOL, INT, STRUCT

PACKAGE: Final = package("struct")
_function = PACKAGE.function


@_function(~STRUCT, INT, result=BOOL)
def MinFields(engine: EngineCalls, value: Value, n: int) -> bool:
    """Whether there are at least n regular fields."""
    count, limit = engine.size(value)
    if count >= int64(n, 1, "struct.MinFields"):
        return True
    raise Invalid(f"len(fields) < MinFields({n}) ({count} < {n})", limit is None or limit >= n)


@_function(~STRUCT, INT, result=BOOL)
def MaxFields(engine: EngineCalls, value: Value, n: int) -> bool:
    """Whether there are at most n regular fields."""
    count, _ = engine.size(value)
    if count <= int64(n, 1, "struct.MaxFields"):
        return True
    raise Invalid(f"len(fields) > MaxFields({n}) ({count} > {n})")
