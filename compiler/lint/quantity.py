"""Kubernetes quantities such as `500m`, `1.5Gi`, `2e3`, as numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

_QUANTITY: Final = re.compile(r"([+-]?[0-9.]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?")
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {name: 1024**power for power, name in enumerate("KMGTPE", 1)}


def quantity(value: Any) -> Decimal | None:
    """The number that a quantity stands for; None when it is none."""
    match = None if isinstance(value, bool) else _QUANTITY.fullmatch(str(value))
    if match is None or match[1].count(".") > 1 or match[1] in (".", "+.", "-."):
        return None
    number: Decimal = Decimal(match[1])
    suffix: str = match[2] or ""
    if suffix.endswith("i"):
        return number * Decimal(_BINARY[suffix[0]])
    if suffix[:1] in ("e", "E") and len(suffix) > 1:
        return number.scaleb(int(suffix[1:]))
    return number.scaleb(_DECIMAL[suffix]) if suffix else number
