"""Writes <package>.jsonl: the real cue's answers to the cases in cases/. Run it when cases change.

    python tests/golden/builtins/record.py [--cue PATH] [package ...]

A line holds the call (`name`, `args`, `validator` if the first argument is unified with it), the expression, and
either `out` (the exported JSON, as text so that numbers keep their form) with `shape`, its kinds, or `err`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from encoding import encode, literal  # noqa: E402

KIND = (
    '[if (%(v)s & null) != _|_ {"null"}, if (%(v)s & bool) != _|_ {"bool"}, if (%(v)s & int) != _|_ {"int"},'
    ' if (%(v)s & float) != _|_ {"float"}, if (%(v)s & string) != _|_ {"string"},'
    ' if (%(v)s & bytes) != _|_ {"bytes"}, if (%(v)s & [...]) != _|_ {"list"}, "struct"][0]'
)


def cases_of(module: str) -> tuple[str, list[dict[str, Any]]]:
    """The import path and the cases of a module of cases/."""
    spec = importlib.util.spec_from_file_location(module, HERE / "cases" / f"{module}.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    path: str = loaded.PATH
    short = path.rsplit("/", 1)[-1]
    out, seen = [], set()
    for name, *args in loaded.CASES:
        validator = name.startswith("&")
        public = name.lstrip("&")
        shown = [literal(arg) for arg in args]
        if validator:
            rest = f"({', '.join(shown[1:])})" if len(shown) > 1 else ""
            expr = f"{shown[0]} & {short}.{public}{rest}"
        else:
            expr = f"{short}.{public}({', '.join(shown)})"
        if expr not in seen:
            seen.add(expr)
            case = {"name": public, "args": [encode(arg) for arg in args], "expr": expr}
            out.append(case | ({"validator": True} if validator else {}))
    return path, out


def source(path: str, exprs: list[str]) -> str:
    """A file that exports the values and kinds of expressions."""
    lines = [f'import "{path}"']
    for i, expr in enumerate(exprs):
        kind, inner = KIND % {"v": f"v{i}"}, KIND % {"v": "e"}
        lines += [f"v{i}: {expr}", f"k{i}: {kind}"]
        lines.append(f'e{i}: [if k{i} == "list" for e in v{i} {{{inner}}}]')
    return "\n".join(lines) + "\n"


def ask(cue: str, path: str, exprs: list[str]) -> list[dict[str, str]]:
    """cue's answers: first all errors in one go, then the values and kinds of the rest."""
    errors = find_errors(cue, path, exprs)
    rest = [expr for expr in exprs if expr not in errors]
    values = dict(zip(rest, ask_values(cue, path, rest), strict=True))
    return [values[expr] if expr in values else {"err": errors[expr]} for expr in exprs]


def run(cue: str, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`cue export` of one file."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in.cue").write_text(text)
        command = [cue, "export", "in.cue", *options]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def find_errors(cue: str, path: str, exprs: list[str]) -> dict[str, str]:
    """The expressions that fail, with their messages."""
    errors: dict[str, str] = {}
    while True:
        rest = [expr for expr in exprs if expr not in errors]
        lines = [f"v{i}: {expr}" for i, expr in enumerate(rest)]
        done = run(cue, "\n".join([f'import "{path}"', *lines]), "-E")
        if done.returncode == 0 or not rest:
            return errors
        found = {int(i) for i in re.findall(r"^v(\d+)", done.stderr, re.M)}
        if "panic:" in done.stderr or not found:
            found = set(culprits(cue, path, rest))
        for i in found:
            text = f'import "{path}"\nx: {rest[i]}\n'
            errors[rest[i]] = clean(run(cue, text, "-e", "x").stderr)


def culprits(cue: str, path: str, exprs: list[str], start: int = 0) -> list[int]:
    """Which expressions fail, by halving."""
    lines = [f"v{i}: {expr}" for i, expr in enumerate(exprs)]
    if run(cue, "\n".join([f'import "{path}"', *lines])).returncode == 0:
        return []
    if len(exprs) == 1:
        return [start]
    middle = len(exprs) // 2
    left = culprits(cue, path, exprs[:middle], start)
    return left + culprits(cue, path, exprs[middle:], start + middle)


def ask_values(cue: str, path: str, exprs: list[str]) -> list[dict[str, str]]:
    """The values of expressions that do not fail, with kinds where those can be had."""
    if not exprs:
        return []
    done = run(cue, source(path, exprs))
    if done.returncode == 0:
        return split_export(done.stdout, len(exprs))
    if len(exprs) == 1:
        done = run(cue, f'import "{path}"\nx: {exprs[0]}\n', "-e", "x")
        return [{"out": compact(done.stdout), "shape": "?"}]
    middle = len(exprs) // 2
    return ask_values(cue, path, exprs[:middle]) + ask_values(cue, path, exprs[middle:])


def clean(stderr: str) -> str:
    """The message alone: no positions, no path."""
    if "panic:" in stderr:
        return "panic"
    text = re.sub(r":?\n    (\./in\.cue:|[\w/.-]*:?\d+:\d+).*", "", stderr, flags=re.S)
    text = re.sub(r"^x(\.\w+|\[\d+\])*: ", "", text)
    return re.sub(r"^[\w.]+: (?=parse error)", "", text).strip().rstrip(":").strip()


class Text(str):
    """A number as written."""


def compact(text: str) -> str:
    """JSON without white space, numbers as written."""
    return write(json.loads(text, parse_int=Text, parse_float=Text))


def write(value: Any) -> str:
    """JSON text of what was read with numbers as Text."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{write(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value)


def split_export(text: str, count: int) -> list[dict[str, str]]:
    """The answers of one exported file."""
    value = json.loads(text, parse_int=Text, parse_float=Text)
    answers = []
    for i in range(count):
        kind = value[f"k{i}"]
        shape = f"[{','.join(value[f'e{i}'])}]" if kind == "list" else kind
        answers.append({"out": write(value[f"v{i}"]), "shape": shape})
    return answers


def main() -> None:
    """Record the packages named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cue", default="cue")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    names = options.packages or sorted(f.stem for f in (HERE / "cases").glob("[!_]*.py"))
    for module in names:
        path, cases = cases_of(module)
        answers = ask(options.cue, path, [case["expr"] for case in cases])
        lines = [
            json.dumps({"path": path} | case | answer, ensure_ascii=True)
            for case, answer in zip(cases, answers, strict=True)
        ]
        (HERE / f"{module}.jsonl").write_text("\n".join(lines) + "\n")
        sys.stdout.write(f"{path}: {len(lines)} cases\n")


if __name__ == "__main__":
    main()
