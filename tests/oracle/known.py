"""Differences that stay, each with its reason: the table that a run of the oracle prints beside what it found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tests.oracle.compare import Difference, RealCue
from tests.oracle.reorder import reordered

from velac.compiler.cue.builtins import registry


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
    if found.velac.broke:
        return False
    for text in reordered(found.text):
        theirs = cue.export(text, found.expression)
        if theirs.kind != found.velac.kind:
            continue
        if theirs.kind != "value" or _data(theirs.text) == _data(found.velac.text):
            return True
    return False


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


_PACKAGES: Final = "|".join(
    sorted({path.rsplit("/", 1)[-1] for path in registry.names() if not path.startswith("vela/")})
)


def _package_as_value(cue: RealCue, found: Difference) -> bool:
    """Whether a program uses the name of a builtin package without selecting from it."""
    body = re.sub(r'import\s+(\w+\s+)?"[^"]*"|"[^"\\]*"', "", found.text)
    names = re.findall(r'import\s+(\w+)\s+"', found.text)
    every = "|".join([_PACKAGES, *names])
    return "import " in found.text and bool(
        re.search(rf"(?<![\w.])(?:{every})_?\b(?!\s*[.:(\w])", body)
    )


def _open_address(cue: RealCue, found: Difference) -> bool:
    """Whether a function of net gets a list whose elements are not concrete."""
    return bool(re.search(r"\bnet_?\.\w+\(\s*\[[^]]*\b(_|int|string|bytes)\b", found.text))


def _slice_of_anything(cue: RealCue, found: Difference) -> bool:
    """Whether a condition tests a slice."""
    return bool(re.search(r"\[[^]\[]*:[^]\[]*\]\s*[!=]=\s*_\|_", found.text))


def _equal_alternatives(cue: RealCue, found: Difference) -> bool:
    """Whether a disjunction names one value twice, and cue does not decide it."""
    undecided = found.cue.kind == "error" and "unresolved disjunction" in found.cue.text
    return undecided and bool(re.search(r"(?<![\w.])([\w.\"-]+) \| \*?\1(?![\w.])", found.text))


def _forgotten_cycle(cue: RealCue, found: Difference) -> bool:
    """Whether a value contains itself after a test for presence, and cue does not say so."""
    return "structural cycle" in found.velac.text and bool(
        re.search(r"[!=]= *_\|_", found.text) and found.cue.kind == "value"
    )


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
    Known(
        "package as value",
        "cue shows the functions of a builtin package as fields of a struct; in velac it is only selected from",
        _package_as_value,
    ),
    Known(
        "open address",
        "cue takes elements of an address that are not known yet for something; velac waits for them",
        _open_address,
    ),
    Known(
        "presence of a slice",
        "cue drops fields that a comprehension adds to what it has sliced for a test of presence",
        _slice_of_anything,
    ),
    Known(
        "equal alternatives",
        "cue does not decide a disjunction of one value and itself while it is being evaluated; in velac it is the value",
        _equal_alternatives,
    ),
    Known(
        "forgotten cycle",
        "cue does not tell of a value that contains itself where that depends on a test for its presence",
        _forgotten_cycle,
    ),
)  # fmt: skip


def explanation(cue: RealCue, found: Difference) -> Known | None:
    """The family that a difference belongs to."""
    return next((known for known in KNOWN if known.matches(cue, found)), None)
