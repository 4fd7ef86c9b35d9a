"""`velac cue export` beside `cue export`: the same files, the same bytes, how long.

    python -m benchmarks.cue_export [--rounds 5] [--all]

Programs: one field; the template of `webservice` with parameters; a program that computes; a comprehension of 1,000 and of
10,000 fields. With `--all` also every built-in component and trait with the parameters of its first test, in one process, and
how fast the text of all built-in definitions is read: parsed, and loaded as it is kept in the cache by content.
Seconds are of whole processes; CPU seconds stand beside them, since a busy machine spoils the others.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import machine, median, run, velac_command

CONTEXT: Final = {
    "name": "web", "appName": "shop", "namespace": "default", "revision": "v1", "appRevision": "v1",
    "components": [], "output": {}, "outputs": {}, "replicaKey": "", "cluster": "local",
    "clusterVersion": {"major": "1", "minor": 33, "gitVersion": "v1.33.0"}, "workflowName": "w",
    "publishVersion": "", "appRevisionNum": 1, "appLabels": {}, "appAnnotations": {},
    "stepName": "s", "stepSessionID": "1", "spanID": "1",
}  # fmt: skip
WEBSERVICE: Final = {
    "image": "registry.example.com/web:1",
    "cpu": "100m",
    "memory": "128Mi",
    "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "ports": [{"port": 8080, "name": "http", "expose": True}],
}
COMPUTING: Final = """\
import ("list", "strings")
#Item: {name: string, size: int & >0, label: "\\(name)-\\(size)"}
items: [for i in list.Range(0, 100, 1) {#Item & {name: strings.Join(["item", "\\(i)"], "-"), size: i + 1}}]
byName: {for item in items {(item.name): item}}
total: list.Sum([for item in items {item.size}])
"""
MANY: Final = """\
import "list"
#Item: {id: int, label: "item-\\(id)", on: *true | bool}
items: {for i in list.Range(0, %d, 1) {"k\\(i)": #Item & {id: i}}}
"""


def template(name: str, parameter: Any) -> str:
    """A definition as a program: its text, and what KubeVela puts beside it."""
    text = files("velac.compiler.definitions").joinpath(f"{name}.cue").read_text("utf-8")
    given = {"parameter": parameter, "context": CONTEXT}
    return f"{text}\ncontext: {json.dumps(CONTEXT)}\ntemplate: {json.dumps(given)}\n"


def programs() -> dict[str, tuple[str, list[str]]]:
    """Name to text and the expression to export."""
    return {
        "one field": ("a: 1\n", []),
        "webservice": (template("component/webservice", WEBSERVICE), ["-e", "template.output"]),
        "100 items computed": (COMPUTING, []),
        "1,000 structs by comprehension": (MANY % 1_000, []),
        "10,000 structs by comprehension": (MANY % 10_000, []),
    }


def cold(rounds: int) -> list[str]:
    """Whole processes, in turn; the outputs are compared first."""
    theirs = shutil.which("cue")
    lines = [
        "| program | `cue export` s (CPU) | `velac cue export` s (CPU) | CPU ratio |",
        "|---|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as scratch:
        for name, (text, expression) in programs().items():
            path = Path(scratch, "in.cue")
            path.write_text(text, encoding="utf-8")
            ours = [*velac_command(), "cue", "export", str(path), *expression]
            real = [theirs or "", "export", str(path), *expression]
            if theirs and _output(ours) != _output(real):
                raise SystemExit(f"{name}: the outputs differ")
            pairs = [(run(real) if theirs else None, run(ours)) for _ in range(rounds)]
            mine = median([b.seconds for _, b in pairs]), median([b.cpu for _, b in pairs])
            found = [a for a, _ in pairs if a is not None]
            if found:
                them = median([a.seconds for a in found]), median([a.cpu for a in found])
                shown = f"{them[0]:.3f} ({them[1]:.3f}) | {mine[0]:.3f} ({mine[1]:.3f}) | {mine[1] / them[1]:.1f}"
            else:
                shown = f"not measured | {mine[0]:.3f} ({mine[1]:.3f}) |"
            lines.append(f"| {name} | {shown} |")
    return lines


def _output(args: list[str]) -> bytes:
    return subprocess.run(args, check=True, capture_output=True).stdout


def samples() -> Iterator[tuple[str, Any]]:
    """The built-in components and traits with the parameters of their first test; steps are not templates of objects."""
    from velac.grammar.source import SourceFile
    from velac.grammar.yaml import read_yaml
    from velac.grammar.yaml_node import to_data

    for folder in ("component", "trait"):
        for entry in sorted(
            files("velac.compiler.definitions").joinpath(folder).iterdir(), key=lambda e: e.name
        ):
            if not entry.name.endswith(".test.yaml"):
                continue
            name = f"{folder}/{entry.name.removesuffix('.test.yaml')}"
            data = to_data(read_yaml(SourceFile(name, entry.read_text("utf-8"))).documents[0])
            for case in data.get("cases", ()):
                yield name, case.get("parameter") or {}
                break


def in_process(rounds: int) -> list[str]:
    """Parsing, binding and evaluating every built-in template in this process."""
    from velac.compiler.load.builtin import read_definition
    from velac.compiler.render.engine import Templates
    from velac.grammar.source import SourceFile

    names = []
    bind: list[float] = []
    evaluate: list[float] = []
    for name, parameter in samples():
        text = files("velac.compiler.definitions").joinpath(f"{name}.cue").read_text("utf-8")
        binding, evaluating = [], []
        for _ in range(rounds):
            start = time.process_time()
            compiled = Templates().of(read_definition(SourceFile(f"{name}.cue", text)))
            binding.append(time.process_time() - start)
            start = time.process_time()
            value = compiled.evaluate(parameter, CONTEXT)
            for key in ("output", "outputs", "patch"):
                found = value.lookup(key)
                if found is not None:
                    found.problems(final=True)
            evaluating.append(time.process_time() - start)
        names.append(name)
        bind.append(binding[0])
        evaluate.append(median(evaluating))
    worst = max(range(len(names)), key=lambda i: evaluate[i])
    return [
        "| in one process, CPU ms | median | slowest | all |",
        "|---|---:|---:|---:|",
        f"| parse and bind {len(names)} built-in components and traits, the first time | {1e3 * median(bind):.1f} | {1e3 * max(bind):.1f} | {1e3 * sum(bind):.0f} |",
        f"| evaluate them with sample parameters | {1e3 * median(evaluate):.1f} "
        f"| {1e3 * evaluate[worst]:.1f} (`{names[worst].split('/')[1]}`) | {1e3 * sum(evaluate):.0f} |",
    ]


def reading(rounds: int) -> list[str]:
    """The text of all built-in definitions to syntax trees; loading checks that the tree is that of the text."""
    from velac.grammar.ast_data import dump_file, load_file
    from velac.grammar.parser import parse
    from velac.grammar.source import SourceFile

    found = files("velac.compiler.definitions")
    sources = [
        SourceFile(entry.name, entry.read_text("utf-8"))
        for folder in sorted(found.iterdir(), key=lambda e: e.name)
        if folder.is_dir()
        for entry in sorted(folder.iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".cue")
    ]
    size = sum(len(source.text.encode()) for source in sources)
    trees = [dump_file(parse(source)) or b"" for source in sources]

    def speed(work: Callable[[], object]) -> float:
        seconds = []
        for _ in range(rounds):
            start = time.process_time()
            work()
            seconds.append(time.process_time() - start)
        return size / 1e6 / min(seconds)

    loaded = speed(lambda: [load_file(t, s) for t, s in zip(trees, sources, strict=True) if t])
    return [
        f"| {len(sources)} built-in definitions, {size:,} bytes of CUE | MB/s of CPU time |",
        "|---|---:|",
        f"| parsed | {speed(lambda: [parse(source) for source in sources]):.2f} |",
        f"| loaded from the cache | {loaded:.2f} |",
    ]


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--all", action="store_true", help="also all built-in components and traits"
    )
    args = parser.parse_args()
    about = machine()
    out = [
        f"{about['cores']} cores, Python {about['python']}, load {about['load']} before the start.",
        "",
    ]
    out += cold(args.rounds)
    if args.all:
        out += ["", *in_process(args.rounds), "", *reading(args.rounds)]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
