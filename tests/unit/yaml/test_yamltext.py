"""YAML as CUE writes it, against texts of the real `cue` and, when it is here, against itself."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue.yamltext import marshal

PIECES = [
    "y", "No", "null", "~", "0", "12", "007", "0x1F", "1e3", "-", "---", "a", "word", "#", ": ", " ", "'", '"', "\\",
    "\n", "\t", "é", "😀", "{", "]", ",", "&", "*", "!", "|", ">", "%", "@", "? ", "- ", "=", "2024-01-02", "12:30",
    "\a", "\x85", "0o17", "_", "+", ".", "t",
]  # fmt: skip


def test_what_cue_printed(rows: Callable[[str], list[dict[str, Any]]]) -> None:
    for row in rows("cue.jsonl"):
        assert marshal(row["data"]) == row["yaml"]


def test_bytes_and_numbers() -> None:
    value = {
        "z": b"abc",
        "empty": b"",
        "lines": b"a\nb",
        "raw": b"\xff\x00",
        "list": [[b"a\nb"], Decimal("1.50"), Decimal("1E+3"), 12345678901234567890123],
        "f": None,
    }
    assert marshal(value) == (
        "z: !!binary YWJj\nempty: !!binary\nlines: !!binary |-\n  YQpi\nraw: !!binary /wA=\n"
        "list:\n  - - !!binary |-\n      YQpi\n  - 1.50\n  - 1E+3\n  - 12345678901234567890123\n"
        '"f": null\n'
    )


def test_what_has_no_yaml_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot be written"):
        marshal([object()])


def draw(source: random.Random, depth: int = 0) -> Any:
    kind = source.random()
    if depth > 3 or kind < 0.6:
        return "".join(source.choices(PIECES, k=source.randint(0, 5)))
    if kind < 0.8:
        return [draw(source, depth + 1) for _ in range(source.randint(0, 3))]
    # cue leaves out fields whose quoted name begins with `#`
    keys = {"".join(source.choices(PIECES, k=3)).lstrip("#") for _ in range(3)}
    return {key: draw(source, depth + 1) for key in sorted(keys)}


@pytest.mark.oracle
def test_drawn_values_against_cue(tmp_path: Path) -> None:
    cue = shutil.which("cue")
    if cue is None:
        pytest.skip("no `cue` on this machine (make tools)")
    source = random.Random(1)
    values = [draw(source) for _ in range(1500)]
    (tmp_path / "in.json").write_text(json.dumps({"in": values}))
    (tmp_path / "m.cue").write_text(
        'package m\nimport "encoding/yaml"\nin: [...]\nout: [for x in in {yaml.Marshal(x)}]\n'
    )
    done = subprocess.run(
        [cue, "export", "m.cue", "in.json", "-e", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    for value, text in zip(values, json.loads(done.stdout), strict=True):
        assert marshal(value) == text
