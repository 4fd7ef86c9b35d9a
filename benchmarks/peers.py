"""The tools velac is measured against, when they are on the machine: `cue`, `kustomize`, `helm`, and `cp -r`.

There is no `vela` to install for this. Its times were measured elsewhere, on two cores, and are scaled by how much
faster or slower `cue export` of one small file is here than it was there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from benchmarks.measure import Run, median, run

VELA_SECONDS_OF_OBJECT: Final = 0.0075
"""`vela dry-run --offline`, 5 components × 200 clusters, 4,000 objects in 30 s."""
VELA_SECONDS_OF_100_COMPONENTS: Final = 24.0
"""One Application of 100 components with two traits each."""
VELA_SECONDS_OF_SMALLEST: Final = 0.3
"""The smallest Application."""
CUE_SECONDS_THERE: Final = 0.013
"""`cue export` of one small file on the machine of those measurements."""

_SMALL_FILE: Final = """\
#Service: {name: string, port: *80 | int, replicas: int & >0}
services: [for n in ["a", "b", "c"] {#Service & {name: n, replicas: 2}}]
total: len(services)
"""


def find(tool: str) -> str | None:
    """The path of a tool: on PATH, or where `make tools` puts it."""
    own = Path(__file__).resolve().parent.parent / ".tools/bin"
    return shutil.which(tool, path=f"{own}{os.pathsep}{os.environ.get('PATH', os.defpath)}")


def cue_seconds(scratch: Path, rounds: int = 15) -> float | None:
    """The median time of `cue export` of one small file; None without `cue`."""
    cue = find("cue")
    if cue is None:
        return None
    path = scratch / "small.cue"
    path.write_text(_SMALL_FILE, encoding="utf-8")
    return median([run([cue, "export", path]).seconds for _ in range(rounds)])


def copy_tree(source: Path, target: Path) -> Run:
    """`cp -r`: what writing the bytes costs at least."""
    return run(["cp", "-r", source, target])


def kustomize_build(kustomize: str, directory: Path, overlay: str, output: Path) -> Run:
    """Build one overlay into a file."""
    return run([kustomize, "build", directory / overlay], stdout=output)


def helm_template(helm: str, directory: Path, values: str, output: Path) -> Run:
    """Render the chart with one values file into a file."""
    return run(
        [helm, "template", "fleet", directory / "chart", "-f", directory / values], stdout=output
    )
