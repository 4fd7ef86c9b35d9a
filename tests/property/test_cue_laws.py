"""What CUE promises of unification, on random schemas and data."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from velac import cue

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.oracle.programs import program  # noqa: E402
from tests.oracle.programs.expressions import LITERALS  # noqa: E402
from tests.oracle.programs.structs import Structs  # noqa: E402

SEEDS = st.randoms(use_true_random=False)
LAW = settings(max_examples=80, deadline=None)


class Laws(Structs):
    """Schemas, data that fits them more or less, without references and conditions."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.features = dict.fromkeys(
            ("wild", "guards", "loops", "embedding", "aliases", "calls"), False
        )
        self.scopes = [{}]

    def atom(self, kind: str) -> str:
        """Most often the same literal, so that values agree."""
        if kind in LITERALS and self.chance(85):
            return LITERALS[kind][0]
        return super().atom(kind)

    def operands(self, count: int) -> tuple[str, list[str]]:
        """Definitions, and expressions that may be unified: schemas, definitions and data."""
        lines = []
        out = []
        text, shape = self.schema(2)
        lines.append(f"#D: {text}")
        for i in range(count):
            kind = self.weighted({"data": 12, "schema": 2, "#D": 6, "scalar": 1})
            if kind == "data":
                out.append(self.fitting(shape))
            elif kind == "schema":
                lines.append(f"#S{i}: {self.schema(1)[0]}")
                out.append(f"#S{i}")
            elif kind == "scalar":
                out.append(self.constraint("int", 1))
            else:
                out.append("#D")
        return "\n".join(lines) + "\n", [f"({text})" for text in out]


def normal(value: Any) -> Any:
    """A value without the order of fields and the form of numbers."""
    if isinstance(value, dict):
        return {key: normal(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, Decimal):
        return ("float", value.normalize())
    return (type(value).__name__, value)


def value_of(head: str, expression: str) -> Any:
    """What `x: expression` exports as `x`, or "rejected"."""
    try:
        return normal(cue.export({"in.cue": f"{head}x: {expression}\n"}, "x"))
    except cue.CueError:
        return "rejected"


@LAW
@given(SEEDS)
def test_unification_is_commutative(random: Random) -> None:
    head, (a, b) = Laws(random).operands(2)
    assert value_of(head, f"{a} & {b}") == value_of(head, f"{b} & {a}")


@LAW
@given(SEEDS)
def test_unification_is_associative(random: Random) -> None:
    head, (a, b, c) = Laws(random).operands(3)
    assert value_of(head, f"({a} & {b}) & {c}") == value_of(head, f"{a} & ({b} & {c})")


@LAW
@given(SEEDS)
def test_unification_is_idempotent(random: Random) -> None:
    head, (a, b) = Laws(random).operands(2)
    assert value_of(head, f"{a} & {b}") == value_of(head, f"{a} & {b} & {a} & {b}")


@LAW
@given(SEEDS)
def test_the_order_of_declarations_is_irrelevant(random: Random) -> None:
    maker = Laws(random)
    head, (a, b, c) = maker.operands(3)
    lines = [*head.splitlines(keepends=True), f"x: {a}\n", f"x: {b}\n", f"y: x & {c}\n"]
    if any(line[0] in "\t}" for line in lines):
        return
    before = exported({"in.cue": "".join(lines)})
    random.shuffle(lines)
    assert exported({"in.cue": "".join(lines)}) == before


@LAW
@given(SEEDS)
def test_the_order_of_files_is_irrelevant(random: Random) -> None:
    head, (a, b) = Laws(random).operands(2)
    files = {
        "a.cue": f"package p\n{head}",
        "b.cue": f"package p\nx: {a}\n",
        "c.cue": f"package p\nx: {b}\ny: x\n",
    }
    names = list(files)
    random.shuffle(names)
    text = exported_text(files)
    assert exported_text({name: files[name] for name in names}) == text


@LAW
@given(SEEDS)
def test_top_is_the_unit_and_bottom_the_zero(random: Random) -> None:
    head, (a,) = Laws(random).operands(1)
    assert value_of(head, f"{a} & _") == value_of(head, a)
    assert value_of(head, f"{a} & _|_") == "rejected"
    assert value_of(head, f"{a} | _|_") == value_of(head, a)


@LAW
@given(SEEDS)
def test_the_formatter_keeps_the_meaning(random: Random) -> None:
    text = program(random)
    try:
        formatted = cue.format(cue.parse(text))
    except cue.CueError:
        return
    assert cue.format(cue.parse(formatted)) == formatted
    assert exported_text({"in.cue": formatted}) == exported_text({"in.cue": text})


def exported(files: dict[str, str]) -> Any:
    """The export, or "rejected"."""
    try:
        return normal(cue.export(files))
    except cue.CueError:
        return "rejected"


def exported_text(files: dict[str, str]) -> str:
    """The exported JSON with its order of fields, or "rejected"."""
    from velac.compiler.cue import jsontext

    try:
        return jsontext.render(cue.export(files))
    except cue.CueError:
        return "rejected"
