"""Runs the cases and writes `benchmarks/results/`: figures as JSON, a table as Markdown, plots as SVG.

python -m benchmarks.run [--full] [--cases A,B] [--rounds 3] [-o DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks import plot
from benchmarks.cases import CASES, Bench, Curve, Figure, measure

RESULTS: Final = Path(__file__).resolve().parent / "results"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| case | what | measured | to reach | |", "|---|---|---:|---:|---|"]
    for f in figures:
        value = "not measured" if f.value is None else f"{_number(f.value)} {f.unit}"
        verdict = {True: "reached", False: "**not reached**", None: ""}[f.reached]
        notes = "; ".join(text for text in (verdict, f.note) if text)
        lines.append(f"| {f.case} | {f.what} | {value} | {f.reach} | {notes} |")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def report(bench: Bench) -> str:
    """The Markdown page."""
    about = bench.machine
    size = "full size" if bench.full else "reduced size (`--full` for the real one)"
    loads = ", ".join(f"{case} {load}" for case, load in sorted(bench.loads.items()))
    head = (
        f"# Results\n\n{about['cores']} cores, {about['architecture']}, Python {about['python']}, "
        f"load before each case: {loads}; {size}. "
        "Times of `vela` are those of another machine, in each round times the ratio of `cue export` here and there. "
        "How each number is measured: [README](../README.md).\n\n"
    )
    plots = "".join(f"\n![{name}]({name}.svg)\n" for name in plots_of(bench))
    stats = "".join(
        f"\n## `--stats` of case {case}\n\n```text\n{text.strip()}\n```\n"
        for case, text in bench.stats.items()
    )
    return head + table(bench.figures) + plots + stats


def plots_of(bench: Bench) -> dict[str, str]:
    """The plots for which there are figures."""
    found = {}
    if bench.curves:
        curves = [(c.name, c.sizes, c.seconds) for c in bench.curves]
        found["growth"] = plot.growth(
            "CPU time of a build as one number of the fleet grows", curves
        )
    rows = [
        (f.what.partition(",")[0], f.value)
        for f in bench.figures
        if f.case == "H" and f.value is not None and f.unit.startswith("µs")
    ]
    if len(rows) > 1:
        found["cpu-of-an-object"] = plot.bars("CPU time of one object", rows, "µs")
    return found


def write(bench: Bench, directory: Path) -> None:
    """Write everything below `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    _keep_other_cases(bench, directory / "cases.json")
    data = {
        "machine": bench.machine,
        "full": bench.full,
        "figures": [asdict(f) for f in bench.figures],
        "curves": [asdict(c) for c in bench.curves],
        "stats": bench.stats,
        "loads": bench.loads,
    }
    (directory / "cases.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    (directory / "README.md").write_text(report(bench))
    for name, text in plots_of(bench).items():
        (directory / f"{name}.svg").write_text(text)


def _keep_other_cases(bench: Bench, path: Path) -> None:
    """What an earlier run of the same size has measured of cases that this one left out."""
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    if data.get("full") != bench.full:
        return
    done = {f.case for f in bench.figures}
    order = list(CASES)
    old = [Figure(**f) for f in data["figures"] if f["case"] not in done]
    bench.figures[:] = sorted([*old, *bench.figures], key=lambda f: order.index(f.case))
    bench.loads = data.get("loads", {}) | bench.loads
    bench.stats = {k: v for k, v in data["stats"].items() if k not in done} | bench.stats
    if not bench.curves:
        bench.curves += [
            Curve(c["name"], tuple(c["sizes"]), tuple(c["seconds"])) for c in data["curves"]
        ]


def main(args: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes of the stated goals")
    parser.add_argument("--cases", default=",".join(CASES), help="letters, comma-separated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=None, help="seconds of rounds for a case")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS)
    given = parser.parse_args(args)
    names = [name for name in given.cases.split(",") if name]
    if unknown := [name for name in names if name not in CASES]:
        parser.error(f"there is no case {', '.join(unknown)}")
    limit = given.limit or (600.0 if given.full else 30.0)
    with tempfile.TemporaryDirectory(prefix="velac-bench-") as scratch:
        bench = Bench(Path(scratch), given.full, given.rounds, limit)
        for name in names:
            before = len(bench.figures)
            measure(bench, [name])
            print(table(bench.figures[before:]), flush=True)
        write(bench, given.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
