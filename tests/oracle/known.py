"""Differences that stay, each with its reason: the table that a run of the oracle prints beside what it found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tests.oracle.compare import Answer, Difference, RealCue
from tests.oracle.reorder import reordered


@dataclass(frozen=True)
class Known:
    """A family of differences: its name, why it stays, and how one is recognised."""

    name: str
    reason: str
    matches: Callable[[RealCue, Difference], bool]


def _data(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _depends_on_order(cue: RealCue, found: Difference) -> bool:
    """Whether cue answers as velac does when declarations stand in another order."""
    if found.velac.broke or _is_same(found.cue, found.velac):
        return False
    for text in reordered(found.text):
        theirs = cue.export(text, found.expression)
        if theirs.kind != found.velac.kind:
            continue
        if theirs.kind != "value" or _is_same(theirs, found.velac):
            return True
    return False


def _is_same(a: Answer, b: Answer) -> bool:
    """Whether two values are the same data, whatever the order of their fields."""
    return a.kind == b.kind == "value" and _data(a.text) == _data(b.text)


def _last_digit(cue: RealCue, found: Difference) -> bool:
    """Whether two values differ in the 34th digit of a decimal function."""
    if found.cue.kind != "value" or found.velac.kind != "value":
        return False
    if not re.search(r"\b(Exp2?|Log(2|10|1p)?|Pow|Cbrt)\(", found.text):
        return False
    return _close(_data(found.cue.text), _data(found.velac.text))


def _close(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_close(v, b[k]) for k, v in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_close, a, b))
    if isinstance(a, str) and isinstance(b, str) and a != b:
        try:
            a, b = Decimal(a), Decimal(b)
        except InvalidOperation:
            return False
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return abs(a - b) <= abs(a) * Decimal("1e-32")
    return bool(a == b)


KNOWN: Final = (
    Known(
        "order",
        "cue gives velac's answer as well when declarations change places, though their order means nothing",
        _depends_on_order,
    ),
    Known(
        "last digit",
        "cue's decimal library does not round the 34th digit of exponentials and logarithms correctly",
        _last_digit,
    ),
)  # fmt: skip


def explanation(cue: RealCue, found: Difference) -> Known | None:
    """The family that a difference belongs to."""
    return next((known for known in KNOWN if known.matches(cue, found)), None)
