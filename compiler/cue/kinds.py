"""Kinds of CUE values as bits, so that a set of kinds is an int and intersection is `&`."""

from __future__ import annotations

from typing import Final

NULL: Final = 1
BOOL: Final = 2
INT: Final = 4
FLOAT: Final = 8
STRING: Final = 16
BYTES: Final = 32
FUNC: Final = 64
LIST: Final = 128
STRUCT: Final = 256
NUMBER: Final = INT | FLOAT
SCALAR: Final = NULL | BOOL | NUMBER | STRING | BYTES
TOP: Final = SCALAR | LIST | STRUCT | FUNC

_NAMES: Final = (
    (NULL, "null"), (BOOL, "bool"), (INT, "int"), (FLOAT, "float"), (STRING, "string"), (BYTES, "bytes"),
    (FUNC, "func"), (LIST, "list"), (STRUCT, "struct"),
)  # fmt: skip


def kind_name(kind: int) -> str:
    """The name CUE prints for a set of kinds: `string`, `number`, `(int|string)`, `_`, `_|_`."""
    if kind & TOP == TOP:
        return "_"
    names = []
    if kind & NUMBER == NUMBER:
        names.append("number")
        kind &= ~NUMBER
    names += [name for bit, name in _NAMES if kind & bit]
    if not names:
        return "_|_"
    return names[0] if len(names) == 1 else "(" + "|".join(names) + ")"
