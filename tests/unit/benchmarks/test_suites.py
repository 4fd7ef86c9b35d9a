"""Every suite of benchmarks is found by name, without options."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_suite_has_benchmarks() -> None:
    suites = sorted(path.name for path in (ROOT / "benchmarks").glob("bench_*.py"))
    # pytest-benchmark warns, and so fails, where it believes to be one of several workers.
    alone = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *(f"benchmarks/{s}" for s in suites)],
        cwd=ROOT, env=alone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    found = Counter(
        line.partition("::")[0].rpartition("/")[2]
        for line in done.stdout.splitlines()
        if "::" in line
    )
    assert sorted(found) == suites
    assert "bench_evaluate.py" in suites
