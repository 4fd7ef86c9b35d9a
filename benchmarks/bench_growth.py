"""How the time of an evaluation grows with the size of a program: exponents, 1 for linear.

python -m benchmarks.bench_growth [WORD ...] prints seconds for 100, 1,000 and 10,000 parts, and the exponents. Garbage is
not looked for meanwhile, as in `velac build` and `velac cue`.
"""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import Any, Final

import pytest

from velac.compiler.cue.api import parse
from velac.compiler.cue.export import problems, to_plain
from velac.compiler.cue.parts import Budget, Run
from velac.compiler.cue.program import Program, deep_recursion

SIZES: Final = (100, 1_000, 10_000)
_ROUNDS: Final = 5
_WIDE: Final = Budget(steps=10**9, depth=100_000, arms=10**7)


def lines(count: int, line: str) -> str:
    """So many lines, `{i}` and `{j}` replaced by the number and the next."""
    return "\n".join(line.replace("{i}", str(i)).replace("{j}", str(i + 1)) for i in range(count))


def numbers(count: int) -> str:
    """A list of so many numbers."""
    return "[" + ", ".join(map(str, range(count))) + "]"


SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "fields": lambda n: lines(n, "f{i}: {i}"),
    "structs": lambda n: lines(n, "f{i}: {a: {i}, b: a}"),
    "hidden fields": lambda n: lines(n, "_f{i}: {i}\ng{i}: _f{i}"),
    "lets": lambda n: lines(n, "let l{i} = {i}\nf{i}: l{i}"),
    "list elements": lambda n: f"x: {numbers(n)}",
    "elements of a typed list": lambda n: "x: [...{a: int, b: *1 | int}]\nx: ["
    + ", ".join(f"{{a: {i}}}" for i in range(n))
    + "]",
    "disjuncts of texts": lambda n: "x: "
    + " | ".join(f'"v{i}"' for i in range(n))
    + '\ny: x & "v3"',
    "disjuncts met with themselves": lambda n: "x: "
    + " | ".join(f'"v{i}"' for i in range(n))
    + "\ny: "
    + " | ".join(f'"v{i}"' for i in reversed(range(n)))
    + '\nz: x & y & "v3"',
    "disjuncts of structs": lambda n: "x: "
    + " | ".join(f'{{k: "v{i}", a: int}}' for i in range(n))
    + '\ny: x & {k: "v3", a: 1}',
    "defaults": lambda n: lines(n, "f{i}: *{i} | int"),
    "loop over a list": lambda n: f"l: {numbers(n)}\nx: [for v in l {{v + 1}}]",
    "loop that makes fields": lambda n: f'l: {numbers(n)}\nx: {{for v in l {{"k\\(v)": {{a: v}}}}}}'
    "\ny: {for k, v in x {(k): v & {a: int}}}",
    "loop with conditions": lambda n: f"l: {numbers(n)}\nx: [for v in l if v > 3 if v.b == _|_ {{v}}]",
    "conditions": lambda n: "p: {a: 1}\nx: {\n" + lines(n, "if p.a != _|_ {f{i}: p.a}") + "\n}",
    "definition of many fields": lambda n: "#D: {\n"
    + lines(n, "f{i}?: int")
    + "\n}\nx: #D & {\n"
    + lines(n, "f{i}: {i}")
    + "\n}",
    "uses of a definition": lambda n: "#D: {a: int, b: {c: *1 | int}}\n"
    + lines(n, "x{i}: #D & {a: {i}}"),
    "definitions": lambda n: lines(n, "#D{i}: {a: int}\nx{i}: #D{i} & {a: {i}}"),
    "embedded definitions": lambda n: lines(n, "#D{i}: {f{i}: int}")
    + "\nx: {\n"
    + lines(n, "#D{i}")
    + "\n"
    + lines(n, "f{i}: {i}")
    + "\n}",
    "unified definitions": lambda n: lines(n, "#D{i}: {a: int}")
    + "\nx: "
    + " & ".join(f"#D{i}" for i in range(n))
    + "\nx: a: 1",
    "fields not allowed": lambda n: "#D: {a?: int}\nx: #D & {\n" + lines(n, "f{i}: {i}") + "\n}",
    "patterns": lambda n: 'x: {[=~"^f"]: int, [=~"1$"]: >=0}\nx: {\n' + lines(n, "f{i}: {i}") + "\n}",
    "chain of references": lambda n: "a0: 1\n" + lines(n, "a{j}: a{i}"),
    "forward chain of references": lambda n: lines(n, "a{i}: a{j}") + f"\na{n}: 1",
    "forward chain of sums": lambda n: lines(n, "a{i}: a{j} + 1") + f"\na{n}: 1",
    "chain of sums": lambda n: "a0: 1\n" + lines(n, "a{j}: a{i} + 1"),
    "chain of shared structs": lambda n: "a0: {x: 1}\n" + lines(n, "a{j}: a{i}"),
    "fan of references": lambda n: "a0: {x: 1}\n" + lines(n, "a{j}: a{i} & a{i} & a{i}"),
    "literals in other orders": lambda n: "x: {\n"
    + lines(n, "f{i}: int")
    + "\n}\nx: {\n"
    + "\n".join(f"f{i}: {i}" for i in reversed(range(n)))
    + "\n}",
    "conflicts": lambda n: lines(n, "f{i}: {i} & string"),
    "sorted elements": lambda n: f'import "list"\nl: {numbers(n)}\nx: list.Sort(l, list.Descending)',
}  # fmt: skip


def compiled(shape: str, size: int) -> Program:
    """A program of a shape, with names bound."""
    return Program.compile([parse(SHAPES[shape](size))])


def evaluate(program: Program) -> int:
    """Evaluate all of a program; how many steps that took."""
    run = Run(_WIDE)
    with deep_recursion():
        root = program.root(run)
        if not problems(root, True):
            to_plain(root, run)
    return _WIDE.steps - run.steps


def exponent(small: float, large: float, factor: float) -> float:
    """The power of the size that a quantity grows with."""
    return math.log(max(large, 1e-9) / max(small, 1e-9)) / math.log(factor)


def calls(program: Program) -> int:
    """How many functions written in Python an evaluation calls: the same on every machine."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        evaluate(program)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.benchmark(group="growth: 1,000 parts")
@pytest.mark.parametrize("shape", SHAPES)
def bench_growth(benchmark: Any, shape: str) -> None:
    program = compiled(shape, 1_000)
    assert benchmark.pedantic(evaluate, (program,), rounds=3) >= 0


def table(words: Sequence[str]) -> Iterable[str]:
    """One line for each shape."""
    yield f"{'':32}" + "".join(f"{size:>10,}" for size in SIZES) + "  exponents: seconds, steps"
    for shape in SHAPES:
        if words and not any(word in shape for word in words):
            continue
        seconds, steps = [], []
        for size in SIZES:
            program = compiled(shape, size)
            best = math.inf
            for _ in range(_ROUNDS):
                gc.collect()
                gc.disable()
                start = time.process_time()
                taken = evaluate(program)
                best = min(best, time.process_time() - start)
                gc.enable()
            seconds.append(best)
            steps.append(taken)
        growth = exponent(seconds[-2], seconds[-1], SIZES[-1] / SIZES[-2])
        counted = exponent(steps[-2], steps[-1], SIZES[-1] / SIZES[-2])
        yield (
            f"{shape:32}"
            + "".join(f"{s:10.4f}" for s in seconds)
            + f"  {growth:8.2f}{counted:7.2f}"
        )


def main() -> None:
    """Print the table."""
    for line in table(sys.argv[1:]):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
