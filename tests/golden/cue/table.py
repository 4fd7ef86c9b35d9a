"""Writes docs/cue-coverage.md: what of the language and the builtin packages the recorded programs cover.

    python tests/golden/cue/table.py

Every program of cases/ gets the answer of the real cue from velac (test_cases.py fails otherwise), so that a table of
counts is a table of identical answers; what differs stands in the tables of reasons, here and in tests/oracle/known.py.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGE = ROOT / "docs" / "cue-coverage.md"
for folder in (HERE, ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from cases import Case, features, read  # noqa: E402
from tests.oracle.known import KNOWN  # noqa: E402
from tests.oracle.reach import OPERATORS, PREDECLARED, UNARY, Reach  # noqa: E402

_PREFIX = "package-"


def recorded(feature: str) -> dict[str, Any]:
    """The answers by name."""
    lines = (HERE / "answers" / f"{feature}.jsonl").read_text("utf-8").splitlines()
    return {record["name"]: record for record in map(json.loads, lines)}


def _noted(cases: list[Case]) -> Reach:
    reach = Reach()
    for case in cases:
        for name, text in case.files.items():
            if name.endswith(".cue"):
                reach.note(text)
    return reach


def _rows(table: dict[str, list[Case]], answers: dict[str, dict[str, Any]]) -> Iterator[str]:
    for feature, cases in table.items():
        values = sum("out" in answers[feature][case.name] for case in cases)
        yield f"| {feature.removeprefix(_PREFIX)} | {len(cases)} | {values} | {len(cases) - values} | {len(cases)} |"


def page() -> str:
    """The text of the page."""
    every = {feature: list(read(feature)) for feature in features()}
    answers = {feature: recorded(feature) for feature in every}
    language = {f: cases for f, cases in every.items() if not f.startswith(_PREFIX)}
    packages = {f: cases for f, cases in every.items() if f.startswith(_PREFIX)}
    reach = _noted([case for cases in every.values() for case in cases])
    total = sum(map(len, every.values()))
    functions = [name for name in reach.functions if name not in PREDECLARED]
    covered = Counter(name.rpartition(".")[0] for name in functions if reach.functions[name])
    known = Counter(name.rpartition(".")[0] for name in functions)
    lines = [
        "# What of CUE is covered",
        "",
        "Written by `tests/golden/cue/table.py` from the programs in `tests/golden/cue/cases` and the recorded answers of the real",
        f"`cue` 0.14.1: {total} programs, {total} of them answered identically, values to the byte. A test of each fails otherwise.",
        "",
        f"They use {_share(reach.productions)} productions of the grammar, {_share(reach.syntax)} operators "
        f"({len(OPERATORS)} binary, {len(UNARY)} unary) and {_share(reach.functions)} builtin functions.",
        "",
        "## Language",
        "",
        "| feature | programs | with a value | refused | identical |",
        "|---|---:|---:|---:|---:|",
        *_rows(language, answers),
        "",
        "## Builtin packages",
        "",
        "| package | functions | of them used | programs | with a value | refused | identical |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for path in sorted(known):
        feature = _PREFIX + path.replace("/", "-")
        cases = packages.get(feature, [])
        values = sum("out" in answers[feature][case.name] for case in cases)
        counts = (known[path], covered[path], len(cases), values, len(cases) - values, len(cases))
        lines.append(f"| `{path}` | {' | '.join(map(str, counts))} |")
    lines += [
        "",
        "## Different, and why",
        "",
        "Random programs (`make oracle`) show differences of these families only; each run counts them and prints an example.",
        "",
        "| family | reason |",
        "|---|---|",
        *(f"| {family.name} | {family.reason} |" for family in KNOWN),
        "| no answer of `cue` | it ends in a panic or does not end |",
        "",
        "What differs on the command line stands in [cue.md](cue.md#what-differs-from-cue).",
    ]
    return "\n".join(lines) + "\n"


def _share(table: Counter[str]) -> str:
    reached = sum(1 for count in table.values() if count)
    return f"all {reached}" if reached == len(table) else f"{reached} of {len(table)}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
