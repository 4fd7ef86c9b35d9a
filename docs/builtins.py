"""Writes `builtin-definitions.md`: for every definition that comes with velac, what proves that it is KubeVela's.

python docs/builtins.py

It runs the tests of the definitions with coverage, so it takes some seconds; `generate.py` writes the other pages.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import yaml

from velac.compiler.load.definition import Definition
from velac.compiler.workbench.collect import builtin_definitions
from velac.compiler.workbench.runner import Job, Report, builtin_tests, run_jobs
from velac.compiler.workbench.schema import parameter_schema
from velac.compiler.workbench.table import Row, rows

DOCS: Final = Path(__file__).resolve().parent
PAGE: Final = "builtin-definitions.md"
GOLDEN: Final = DOCS.parent / "tests/golden"
_HEAD: Final = """\
# Built-in definitions: what proves them

Written by `python docs/builtins.py`. What the columns count:

- **parameters**: all paths of the parameter; in brackets those whose need and default are recorded from a description of KubeVela's definition and compared
  (`tests/unit/definitions/test_interface.py`).
- **results**: recorded results and refusals in `tests/golden/definitions`, which our template gives with velac's engine and with the real `cue`
  (`tests/unit/definitions`), and, after the plus, Applications in `tests/golden/dry-run` that use the type and whose output is that of the real `vela`.
- **tests**: cases of `velac test --builtin`; **branches**: branches of the template that they reach, of all it has.

| definition | parameters | results | tests | branches |
|---|---|---|---|---|
"""


def page() -> str:
    """The page."""
    recorded = yaml.safe_load((GOLDEN / "definitions/interface.yaml").read_text(encoding="utf-8"))
    results = _results()
    applications = _applications()
    reports = _reports()
    lines = []
    totals: Counter[str] = Counter()
    for found in builtin_definitions():
        definition = found.definition
        name = definition.name
        own = {row.name: row for row in rows(parameter_schema(definition))}
        agreed = sum(_agrees(own.get(path), text) for path, text in recorded.get(name, {}).items())
        listed = len(recorded.get(name, {}))
        report = reports[definition.type, name]
        assert report.result is not None
        cases, failed = len(report.result.outcomes), report.result.failed
        reached, branches = report.counts
        lines.append(
            f"| {_link(definition)} | {len(own)}{f' ({agreed} of {listed} agree)' if listed else ''} "
            f"| {results[name]}{f' + {applications[name]}' if applications[name] else ''} "
            f"| {cases - failed} of {cases} | {reached} of {branches} |"
        )
        totals += Counter(
            parameters=len(own), agreed=agreed, listed=listed, results=results[name],
            cases=cases, passed=cases - failed, reached=reached, branches=branches,
        )  # fmt: skip
    lines.append(
        f"| {len(lines)} definitions | {totals['parameters']} ({totals['agreed']} of {totals['listed']} agree) "
        f"| {totals['results']} | {totals['passed']} of {totals['cases']} "
        f"| {totals['reached']} of {totals['branches']} |"
    )
    return _HEAD + "\n".join(lines) + "\n"


def _link(definition: Definition) -> str:
    place = definition.span.file.name.removeprefix("<velac>/")
    return f"[{definition.name}](../compiler/definitions/{place})"


def _agrees(row: Row | None, recorded: str) -> bool:
    need, _, default = recorded.partition(" ")
    return (
        row is not None
        and row.required == (need == "R")
        and not (need == "D" and not row.default)
        and (not default or row.default.replace('"', "") == default.replace('"', ""))
    )


def _results() -> Counter[str]:
    """How many recorded results each definition has."""
    found: Counter[str] = Counter()
    for path in sorted((GOLDEN / "definitions").glob("*/*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = _types(case) if "definition" not in case else {case["definition"]}
        found.update(names)
    return found


def _applications() -> Counter[str]:
    """How many Applications with the output of the real vela use each type."""
    found: Counter[str] = Counter()
    for path in sorted((GOLDEN / "dry-run").glob("*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        try:
            documents = list(yaml.safe_load_all(text))
        except yaml.YAMLError:
            continue
        found.update({name for document in documents for name in _types(document)})
    return found


def _types(data: Any) -> set[str]:
    """The values of all keys `type` and `definition` below."""
    found: set[str] = set()
    pending = [data]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += here
        elif isinstance(here, dict):
            found |= {here[k] for k in ("type", "definition") if isinstance(here.get(k), str)}
            pending += here.values()
    return found


def _reports() -> dict[tuple[str, str], Report]:
    jobs = [Job(path, label, (), True, False) for path, label in builtin_tests()]
    return {(r.result.type, r.result.definition): r for r in run_jobs(jobs) if r.result is not None}


if __name__ == "__main__":
    (DOCS / PAGE).write_text(page(), encoding="utf-8")
