"""Linting and validating beside kubeconform, on the same objects and the same schemas.

python -m benchmarks.validation [--clusters 100 --applications 50 --rounds 3]
python -m benchmarks.validation --clusters 33 --applications 3850 --different 400 --rounds 1    # a million objects

kubeconform is found on PATH or in `.tools/bin` (`go install github.com/yannh/kubeconform/cmd/kubeconform@v0.6.7`). Its
schemas are those that velac uses, each made complete in itself, as the ones that kubeconform downloads are.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import write_corpus
from benchmarks.fleet import PRESETS
from benchmarks.measure import Run, machine, median, run, velac_command
from benchmarks.peers import find
from velac.compiler.commands.lint_work import compiled
from velac.compiler.lint.registry import load_rules
from velac.compiler.lint.run import run_rules
from velac.compiler.lint.schemas import SchemaCheck
from velac.compiler.options import Options

_REFERENCE: Final = re.compile(r'"(?:/api/_definitions\.json)?#/\$defs/([^"]+)"')
_VERSION: Final = "1.33"


def write_schemas(target: Path) -> Path:
    """The strict schemas of one version of Kubernetes, each with what it refers to. The folder they are in."""
    import kubernetes_validate

    root = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    folder = root / f"v{_VERSION}.0-local-strict"
    read = json.loads((folder / "_definitions.json").read_text())
    definitions: dict[str, Any] = read["$defs"]
    texts = {name: json.dumps(schema) for name, schema in definitions.items()}
    target.mkdir(parents=True)
    for name in ("configmap-v1", "service-v1", "deployment-apps-v1", "horizontalpodautoscaler-autoscaling-v1", "horizontalpodautoscaler-autoscaling-v2"):  # fmt: skip
        file = folder / f"{name}.json"
        schema = json.loads(file.read_text())
        pending = _REFERENCE.findall(json.dumps(schema))
        used: dict[str, Any] = {}
        while pending:
            here = pending.pop()
            if here not in used:
                used[here] = definitions[here]
                pending += _REFERENCE.findall(texts[here])
        text = json.dumps({**schema, "$defs": used})
        (target / f"{name}.json").write_text(text.replace('"/api/_definitions.json#', '"#'))
    return target


def distinct(folder: Path) -> tuple[int, float, float]:
    """How many different objects a fleet has; CPU seconds of validating them, and of all rules over them."""
    made = compiled(
        Options(
            (str(folder / "apps"),), (), str(folder / "clusters.yaml"), kubernetes_version=_VERSION
        )
    )
    start = time.process_time()
    rules = load_rules()[0]
    found, _ = run_rules([rules["VL301"], rules["VL302"]], made.subjects, [SchemaCheck()])
    middle = time.process_time()
    assert not found, found[:3]
    run_rules(rules.values(), made.subjects)
    return made.subjects.number, middle - start, time.process_time() - middle


def write_fleet(folder: Path, clusters: int, applications: int) -> None:
    """Applications of 2 components with 2 traits, four objects each, for clusters of one version."""
    write_corpus(replace(PRESETS["C"], clusters=clusters, applications=applications), folder)
    inventory = folder / "clusters.yaml"
    text = re.sub(
        r'kubernetesVersion: "?[0-9.]+"?', f'kubernetesVersion: "{_VERSION}"', inventory.read_text()
    )
    inventory.write_text(text)


def measured(clusters: int, applications: int, different: int, rounds: int) -> Iterator[str]:
    """A table, line by line."""
    with tempfile.TemporaryDirectory(prefix="velac-bench-") as name:
        scratch = Path(name)
        source, output = scratch / "fleet", scratch / "out"
        write_fleet(source, clusters, applications)
        velac = velac_command()
        run([*velac, "build", source, "-o", output])
        objects = sum(file.read_text().count("\nkind: ") for file in output.rglob("*.yaml"))
        yield f"{machine()}"
        yield ""
        yield f"{objects:,} objects in {clusters} clusters."
        yield ""
        yield "| whole processes | seconds | CPU seconds | MiB | objects a CPU second |"
        yield "|---|--:|--:|--:|--:|"
        lint: list[Run] = []
        peers: list[Run] = []
        kubeconform = find("kubeconform")
        schemas = write_schemas(scratch / "schemas")
        location = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        for _ in range(rounds):
            lint.append(run([*velac, "lint", source, "--fail-on", "never"]))
            if kubeconform is not None:
                peers.append(run([kubeconform, "-strict", "-n", "2", "-ignore-filename-pattern", "[.]velac", "-kubernetes-version", f"{_VERSION}.0", "-schema-location", location, output]))  # fmt: skip
        yield _row("velac lint: compile, the rules of the preset, schemas", lint, objects)
        if peers:
            yield _row("kubeconform -strict -n 2, all files", peers, objects)
        else:
            yield "| kubeconform | not measured | | | |"
        many = scratch / "many"
        write_fleet(many, 10, different)
        number, schema, rules = distinct(many)
        yield ""
        yield f"| {number:,} different objects, in one process | CPU seconds | objects a CPU second |"
        yield "|---|--:|--:|"
        yield f"| velac, schemas | {schema:.2f} | {number / schema:,.0f} |"
        yield f"| velac, all rules | {rules:.2f} | {number / rules:,.0f} |"


def _row(what: str, runs: Sequence[Run], objects: int) -> str:
    seconds, cpu = median([r.seconds for r in runs]), median([r.cpu for r in runs])
    peak = median([r.peak for r in runs])
    return f"| {what} | {seconds:.2f} | {cpu:.2f} | {peak:,.0f} | {objects / cpu:,.0f} |"


def main(args: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clusters", type=int, default=100)
    parser.add_argument("--applications", type=int, default=50)
    parser.add_argument(
        "--different",
        type=int,
        default=400,
        help="Applications whose objects all differ in 10 classes",
    )
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(args)
    for line in measured(given.clusters, given.applications, given.different, given.rounds):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
