"""Running and timing: whole processes with their CPU time and memory, paired rounds, and fits of growth."""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One process, with the children it waited for. Seconds, and MiB of the largest process."""

    seconds: float
    cpu: float
    peak: float
    stderr: str


class Failed(Exception):
    """A measured program did not end well."""


def run(args: Sequence[str | Path], *, cwd: Path | None = None, stdout: Path | None = None) -> Run:
    """Run a program to its end. Raises Failed for another exit code than 0."""
    target = os.devnull if stdout is None else stdout
    start = time.perf_counter()
    with open(target, "wb") as out:
        process = subprocess.Popen(
            [str(arg) for arg in args],
            cwd=cwd,
            env=_as_installed(),
            stdout=out,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        text = process.stderr.read().decode(errors="replace")
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{Path(args[0]).name} ended with {process.returncode}: {text[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def _as_installed() -> dict[str, str]:
    """The environment without what keeps Python from storing bytecode: an installed package is never compiled anew."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def machine() -> dict[str, str | int | float | None]:
    """What figures depend on, without naming the machine. A load that is not near 0 spoils them."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def velac_command() -> list[str]:
    """The installed `velac` of this interpreter, as a user starts it; else the module."""
    script = Path(sys.executable).parent / "velac"
    return [str(script)] if script.is_file() else [sys.executable, "-m", "velac"]


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> float:
    """The interquartile range as a part of the median; 0 for fewer than three values."""
    if len(values) < 3:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / statistics.median(values)


def paired(
    rounds: int, *tasks: Callable[[int], Run], limit: float = math.inf
) -> tuple[list[Run], ...]:
    """Run all tasks in turn, `rounds` times, so that noise of the machine meets all of them alike.

    Stops after the round in which `limit` seconds are used up.
    """
    done: tuple[list[Run], ...] = tuple([] for _ in tasks)
    start = time.perf_counter()
    for number in range(rounds):
        for task, runs in zip(tasks, done, strict=True):
            runs.append(task(number))
        if time.perf_counter() - start > limit:
            break
    return done


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of paired values."""
    return median([a / b for a, b in zip(ours, theirs, strict=True)])


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of log(value) over log(size) by least squares: 1 is linear growth, 2 quadratic."""
    xs, ys = [math.log(size) for size in sizes], [math.log(value) for value in values]
    return statistics.linear_regression(xs, ys).slope
