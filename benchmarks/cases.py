"""The cases: each makes its fleet, measures, and says what was reached."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.corpus import change_one_override, write_corpus
from benchmarks.dask_workers import has_dask, workers
from benchmarks.fleet import AXES, PRESETS, Fleet, grown
from benchmarks.measure import (
    Failed,
    Run,
    exponent,
    machine,
    median,
    paired,
    ratio,
    run,
    spread,
    velac_command,
)
from benchmarks.peer_forms import write_helm, write_kustomize


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `reached` is None where there is nothing to reach, or nothing could be measured."""

    case: str
    what: str
    value: float | None
    unit: str
    reach: str = ""
    reached: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Seconds over the size of something."""

    name: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]


@dataclass(slots=True)
class Bench:
    """How to measure, and what was found. Nothing outlives `scratch` but the figures."""

    scratch: Path
    full: bool = False
    rounds: int = 3
    limit: float = 60.0
    """Seconds after which a case starts no further round."""
    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    stats: dict[str, str] = field(default_factory=dict)
    loads: dict[str, float] = field(default_factory=dict)
    """What else the machine did before each case."""
    machine: dict[str, str | int | float | None] = field(default_factory=machine)

    def corpus(self, fleet: Fleet) -> Path:
        """Write a fleet for velac; its directory."""
        directory = self.scratch / f"{fleet.name}{fleet.salt}"
        self._set_aside(directory)
        write_corpus(fleet, directory)
        return directory

    def build(self, corpus: Path, output: Path, *options: str, cache: str = "cache") -> Run:
        """`velac build`, the whole process, with a cache directory of its own."""
        os.environ["VELAC_CACHE_DIR"] = str(self.scratch / cache)
        return run([*velac_command(), "build", corpus, "-o", output, *options])

    def fresh(self, name: str) -> Path:
        """The path of an output directory that does not exist yet."""
        path = self.scratch / f"out-{name}"
        self._set_aside(path)
        return path

    def _set_aside(self, path: Path) -> None:
        """Move what is there out of the way.

        Not removed before the end: ext4 steps over inodes that were freed in the last seconds one by one, so a build
        after the removal of many files would be measured several times slower than it is; `cp -r` too.
        """
        if path.exists():
            aside = self.scratch / "aside"
            aside.mkdir(exist_ok=True)
            path.rename(aside / str(len(os.listdir(aside))))

    def cue(self, number: int) -> Run:
        """`cue export` of one small file, as fast as it is in this round; that of the other machine without `cue`."""
        seconds = peers.cue_seconds(self.scratch) or peers.CUE_SECONDS_THERE
        return Run(seconds, seconds, 0.0, "")

    def keep_stats(self, case: str, corpus: Path) -> None:
        """What `velac build --stats` says about a corpus."""
        run = self.build(corpus, self.fresh("stats"), "--stats", "--no-cache")
        self.stats[case] = run.stderr

    def add(
        self,
        case: str,
        what: str,
        value: float,
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        note: str = "",
    ) -> None:
        """Note a figure, and whether it is what it should be."""
        reach, reached = "", None
        if at_least is not None:
            reach, reached = f"≥ {at_least:,.4g}", value >= at_least
        if at_most is not None:
            reach, reached = f"≤ {at_most:,.3g}", value <= at_most
        self.figures.append(Figure(case, what, value, unit, reach, reached, note))

    def skip(self, case: str, what: str, why: str) -> None:
        """Note that something could not be measured."""
        self.figures.append(Figure(case, what, None, "", note=why))


def _seconds(runs: Sequence[Run]) -> list[float]:
    return [r.seconds for r in runs]


def _times_vela(there: float, ours: Sequence[Run], cue: Sequence[Run]) -> float:
    """How many times as long `vela` takes, from its seconds on another machine; each round is scaled by its own `cue`."""
    scales = [run.seconds / peers.CUE_SECONDS_THERE for run in cue]
    return median([there * s / run.seconds for s, run in zip(scales, ours, strict=True)])


def _note(runs: Sequence[Run]) -> str:
    count = f"{len(runs)} round{'' if len(runs) == 1 else 's'}"
    cpu = f"{median([r.cpu for r in runs]):.2f} s CPU"
    return f"{count}, {cpu}" + (f", spread {spread(_seconds(runs)):.0%}" if len(runs) > 2 else "")


# ----------------------------------------------------------------------------------------------------------- cases


def case_a(bench: Bench) -> None:
    """One Application in many clusters, every image of every cluster an override of its own."""
    size = 2000 if bench.full else 200
    fleet = replace(PRESETS["A"], clusters=size, classes=size)
    bench.build(bench.corpus(replace(fleet, salt="known")), bench.fresh("A"))

    def new_values(number: int) -> Run:
        corpus = bench.corpus(replace(fleet, salt=f"-{number}"))
        return bench.build(corpus, bench.fresh("A"))

    def copy(number: int) -> Run:
        return peers.copy_tree(bench.scratch / "out-A", bench.fresh("A-copy"))

    def same_values(number: int) -> Run:
        return bench.build(bench.scratch / f"{fleet.name}-{number}", bench.fresh("A-again"))

    new, copied, again, cue = paired(
        bench.rounds, new_values, copy, same_values, bench.cue, limit=bench.limit
    )
    vela = peers.VELA_SECONDS_OF_OBJECT * fleet.objects
    what = f"{fleet.objects:,} objects"
    bench.add("A", f"{what}, new values", median(_seconds(new)), "s", note=_note(new))
    speed = _times_vela(vela, new, cue)
    bench.add("A", f"{what}, new values", speed, "× vela", at_least=200)
    bench.add(
        "A", f"{what}, new values", ratio(_seconds(new), _seconds(copied)), "× cp -r", at_most=2
    )
    cpu = median([r.cpu for r in new])
    bench.add("A", f"{what}, new values", 1e6 * cpu / fleet.objects, "µs CPU an object")
    bench.add(
        "A", f"{what}, new values, CPU time", cpu / median([r.cpu for r in copied]), "× cp -r"
    )
    bench.add("A", f"{what}, same values", median(_seconds(again)), "s", note=_note(again))
    speed = _times_vela(vela, again, cue)
    bench.add("A", f"{what}, same values", speed, "× vela", at_least=300)
    bench.keep_stats("A", bench.scratch / f"{fleet.name}-0")


def case_b(bench: Bench) -> None:
    """One Application of many components."""
    fleet = PRESETS["B"]
    corpus = bench.corpus(fleet)

    def empty(number: int) -> Run:
        return bench.build(corpus, bench.fresh("B"), cache=f"cache-B-{number}")

    def warm(number: int) -> Run:
        return bench.build(corpus, bench.fresh("B"), cache=f"cache-B-{number}")

    cold, known, cue = paired(bench.rounds, empty, warm, bench.cue, limit=bench.limit)
    vela = peers.VELA_SECONDS_OF_100_COMPONENTS
    for name, runs, reach in (("empty cache", cold, 50.0), ("warm", known, 100.0)):
        what = f"{fleet.components} components, {name}"
        bench.add("B", what, median(_seconds(runs)), "s", note=_note(runs))
        bench.add("B", what, _times_vela(vela, runs, cue), "× vela", at_least=reach)
    bench.keep_stats("B", corpus)


def case_c(bench: Bench) -> None:
    """Many Applications in ten classes of clusters."""
    fleet = replace(PRESETS["C"], applications=300 if bench.full else 30)
    corpus = bench.corpus(fleet)
    task = partial(_build_again, bench, corpus, "C")
    (runs,) = paired(bench.rounds, task, limit=bench.limit)
    speed = fleet.objects / median(_seconds(runs))
    what = f"{fleet.applications} Applications, {fleet.objects:,} objects"
    bench.add("C", what, speed, "objects/s", at_least=60_000, note=_note(runs))
    bench.add("C", what, max(r.peak for r in runs), "MiB peak")
    bench.keep_stats("C", corpus)
    if not bench.full:
        bench.skip("C", "3,000 Applications", "only with --full")
        return
    large = PRESETS["C-large"]
    once = bench.build(bench.corpus(large), bench.fresh("C"))
    what = f"{large.applications:,} Applications, {large.objects:,} objects"
    bench.add("C", what, large.objects / once.seconds, "objects/s", at_least=60_000, note="once")
    bench.add("C", what, once.peak, "MiB peak", at_most=300, note="once")


def _build_again(bench: Bench, corpus: Path, name: str, number: int) -> Run:
    """One round: with an empty cache, so that it is not the work of an earlier one that is measured."""
    return bench.build(corpus, bench.fresh(name), cache=f"cache-{name}-{number}")


def _build_warm(bench: Bench, corpus: Path, name: str, number: int) -> Run:
    return bench.build(corpus, bench.fresh(name))


def case_d(bench: Bench) -> None:
    """A rebuild after one changed override."""
    apps, clusters = (100, 1000) if bench.full else (20, 200)
    fleet = replace(PRESETS["D"], applications=apps, clusters=clusters)
    corpus = bench.corpus(fleet)

    def whole(number: int) -> Run:
        return bench.build(corpus, bench.fresh("D"), cache=f"cache-D-{number}")

    def changed(number: int) -> Run:
        change_one_override(fleet, corpus, f"changed-{number}")
        return bench.build(corpus, bench.scratch / "out-D", cache=f"cache-D-{number}")

    def unchanged(number: int) -> Run:
        return bench.build(corpus, bench.scratch / "out-D", cache=f"cache-D-{number}")

    first, second, third = paired(bench.rounds, whole, changed, unchanged, limit=bench.limit)
    full = median(_seconds(first))
    what = f"{apps} Applications × {clusters:,} clusters"
    bench.add("D", f"{what}, full build", full, "s", note=_note(first))
    limit = max(0.5, 0.1 * full)
    bench.add("D", f"{what}, one override changed", median(_seconds(second)), "s", at_most=limit)
    bench.add("D", f"{what}, nothing changed", median(_seconds(third)), "s")
    bench.keep_stats("D", corpus)


def case_e(bench: Bench) -> None:
    """Growth: one number of a fleet doubles again and again."""
    factors = (1, 2, 4, 8, 16, 32, 64) if bench.full else (1, 4, 16)
    smallest = replace(
        PRESETS["E"], name="E-0", applications=1, components=1, clusters=0, classes=0
    )
    start = _quickest(bench, smallest)
    for axis in AXES:
        seconds = [_quickest(bench, grown(PRESETS["E"], axis, factor)) for factor in factors]
        bench.curves.append(Curve(axis, factors, tuple(seconds)))
    note_growth(bench, start)


def note_growth(bench: Bench, start: float) -> None:
    """The exponents of the curves. What the smallest build costs is no growth, and would hide it."""
    # A slow first round must not pass for the smallest build.
    start = min(start, *(s for curve in bench.curves for s in curve.seconds))
    for curve in bench.curves:
        # The largest sizes decide.
        tail = len(curve.sizes) - (3 if bench.full else 2)
        above = [max(s - start, 0.001) for s in curve.seconds[tail:]]
        sizes = f"×{curve.sizes[tail]} to ×{curve.sizes[-1]}"
        slope = exponent(curve.sizes[tail:], above)
        note = f"{curve.seconds[-1]:.2f} s CPU at ×{curve.sizes[-1]}"
        bench.add("E", f"{curve.name}, {sizes}", slope, "exponent", at_most=1.05, note=note)


def _quickest(bench: Bench, fleet: Fleet) -> float:
    """CPU time of the quickest round: what the machine does besides is not growth."""
    corpus = bench.corpus(fleet)

    def alone(number: int) -> Run:
        # By one process: what another one costs to start is no growth.
        cache = f"cache-E-{number}"
        return bench.build(corpus, bench.fresh("E"), "--jobs", "1", cache=cache)

    (runs,) = paired(bench.rounds, alone, limit=bench.limit / 5)
    return min(r.cpu for r in runs)


def case_f(bench: Bench) -> None:
    """Two processes, and two machines."""
    fleet = replace(PRESETS["F"], applications=PRESETS["F"].applications if bench.full else 10)
    if "--jobs" not in _help_of_build():
        bench.skip("F", "2 local processes", "`velac build` has no --jobs")
        return
    corpus = bench.corpus(fleet)

    def with_jobs(count: int, number: int) -> Run:
        return bench.build(
            corpus, bench.fresh(f"F{count}"), "--jobs", str(count), cache=f"F{count}-{number}"
        )

    one, two = paired(bench.rounds, partial(with_jobs, 1), partial(with_jobs, 2), limit=bench.limit)
    what = f"{fleet.objects:,} objects, 2 local processes"
    bench.add(
        "F", what, ratio(_seconds(one), _seconds(two)), "× 1 process", at_least=1.5, note=_note(two)
    )
    if not has_dask():
        bench.skip("F", "2 Dask workers", "distributed is not installed")
        return
    with workers(2, bench.scratch) as address:
        far = ("--no-cache", "--engine", "dask", "--scheduler", address)
        # The first build makes the workers import velac and plan the fleet, as they do once for each edit.
        bench.build(corpus, bench.fresh("F-dask"), *far)
        near, spread_out = paired(
            bench.rounds,
            lambda _: bench.build(corpus, bench.fresh("F1"), "--no-cache", "--jobs", "1"),
            lambda _: bench.build(corpus, bench.fresh("F-dask"), *far),
            limit=bench.limit,
        )
    index = ".velac/index.json"
    same = (bench.scratch / "out-F1" / index).read_bytes() == (
        bench.scratch / "out-F-dask" / index
    ).read_bytes()
    what = f"{fleet.objects:,} objects, 2 Dask workers"
    speed = ratio(_seconds(near), _seconds(spread_out))
    note = (
        f"{_note(spread_out)} of the process that asks; " + ("same" if same else "OTHER") + " bytes"
    )
    bench.add("F", what, speed, "× 1 process", at_least=1.2, note=note)


def _help_of_build() -> str:
    return subprocess.run(
        [*velac_command(), "build", "--help"], capture_output=True, text=True
    ).stdout


def case_g(bench: Bench) -> None:
    """Small things: the version, and one Application."""
    corpus = bench.corpus(PRESETS["G"])
    bench.build(corpus, bench.fresh("G"))
    version, small, cue = paired(
        5 * bench.rounds,
        lambda _: run([*velac_command(), "--version"]),
        partial(_build_warm, bench, corpus, "G"),
        bench.cue,
        limit=bench.limit,
    )
    bench.add(
        "G",
        "velac --version",
        1000 * median(_seconds(version)),
        "ms",
        at_most=80,
        note=_note(version),
    )
    part = 1 / _times_vela(peers.VELA_SECONDS_OF_SMALLEST, small, cue)
    bench.add("G", "one Application, warm", 1000 * median(_seconds(small)), "ms", note=_note(small))
    bench.add("G", "one Application, warm", part, "× vela", at_most=0.6)


def case_h(bench: Bench) -> None:
    """The same fleet with kustomize and helm: CPU time of an object. Their cost does not depend on the number of clusters, so a sample is enough."""
    size = 2000 if bench.full else 200
    sample = 50 if bench.full else 10
    fleet = replace(PRESETS["H"], clusters=size, classes=size)
    corpus = bench.corpus(fleet)
    bench.build(corpus, bench.fresh("H"))
    (ours,) = paired(bench.rounds, partial(_build_again, bench, corpus, "H"), limit=bench.limit)
    our_cpu = median([r.cpu for r in ours]) / fleet.objects
    bench.add(
        "H",
        f"velac, {fleet.objects:,} objects",
        1e6 * our_cpu,
        "µs CPU an object",
        note=_note(ours),
    )
    objects = fleet.objects / fleet.clusters
    for tool, write, build in (
        ("kustomize", write_kustomize, peers.kustomize_build),
        ("helm", write_helm, peers.helm_template),
    ):
        program = peers.find(tool)
        if program is None:
            bench.skip("H", tool, f"{tool} is not on this machine (`make tools`)")
            continue
        directory = bench.scratch / tool
        variants = write(fleet, directory)[:sample]
        runs = [build(program, directory, v, bench.scratch / "peer.yaml") for v in variants]
        cpu = median([r.cpu for r in runs]) / objects
        bench.add("H", f"{tool}, {sample} of {size:,} clusters", 1e6 * cpu, "µs CPU an object")
        bench.add("H", f"velac against {tool}", cpu / our_cpu, "× less CPU", at_least=30)


CASES: Final[dict[str, Callable[[Bench], None]]] = {
    "A": case_a,
    "B": case_b,
    "C": case_c,
    "D": case_d,
    "E": case_e,
    "F": case_f,
    "G": case_g,
    "H": case_h,
}


def measure(bench: Bench, names: Sequence[str]) -> None:
    """Run cases by name; one that fails is a line of the table, and the others go on."""
    for name in names:
        bench.loads[name] = round(os.getloadavg()[0], 1)
        try:
            CASES[name](bench)
        except Failed as error:
            bench.skip(name, "failed", str(error).splitlines()[0][:200])
