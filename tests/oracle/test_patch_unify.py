"""Unification of patches without markers, against `cue` itself: random bases and patches, one file each."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue.api import Program, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.render.patch import unify_patch
from velac.compiler.render.trees import data_of

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(shutil.which("cue") is None, reason="the real cue is not on this machine"),
]
COUNT = 150
SCALARS = ["1", "2", '"a"', '"b"', "true", "null", "1.5"]
TYPES = ["string", "int", "number", "bool", ">0", "<5 & int", '=~"a"', 'string & !="b"']
CHOICES = [
    "*1 | int", '*"a" | string', '"a" | "b"', '*"a" | "b"', "*null | string", "*{a: 1} | {b: 2}", "*[] | [...int]",
    "int | string", "*1 | *2 | 3",
]  # fmt: skip


class Writer:
    """Random CUE values; every list field of a base ends in `...`, as the patch engine opens it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def file(self, *, base: bool) -> str:
        labels = self.random.sample(["a", "b", "c"], self.random.randint(1, 3))
        return "\n".join(f"{label}: {self.value(3, base)}" for label in labels)

    def value(self, depth: int, base: bool, *, field: bool = True) -> str:
        dice = self.random.random()
        if depth <= 0 or dice < 0.35:
            return self.random.choice(SCALARS)
        if dice < 0.45:
            return self.random.choice(TYPES)
        if dice < 0.55:
            return self.random.choice(CHOICES)
        if dice < 0.78:
            labels = self.random.sample(["a", "b", "c", "d"], self.random.randint(0, 3))
            return "{" + ", ".join(f"{k}: {self.value(depth - 1, base)}" for k in labels) + "}"
        count = self.random.randint(0, 3)
        items = [self.value(depth - 1, base, field=False) for _ in range(count)]
        if (base and field) or self.random.random() < 0.2:
            items.append("..." + self.random.choice(["", "", "int", "{a: 1}"]))
        return "[" + ", ".join(items) + "]"


def ours(base: str, patch: str) -> Any:
    try:
        left = Program.compile([parse(base)]).evaluate().tree()
        right = Program.compile([parse(patch)]).evaluate().tree()
        return json.loads(json.dumps(data_of(unify_patch(left, right)), default=float))
    except CueError:
        return "refused"


def real(base: str, patch: str, folder: Path) -> Any:
    file = folder / "both.cue"
    file.write_text(f"{base}\n{patch}\n", encoding="utf-8")
    done = subprocess.run(["cue", "export", str(file)], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else "refused"


def test_patches_unify_as_in_cue(tmp_path: Path) -> None:
    writer = Writer(20260101)
    refused = 0
    for _ in range(COUNT):
        base, patch = writer.file(base=True), writer.file(base=False)
        wanted = real(base, patch, tmp_path)
        refused += wanted == "refused"
        assert ours(base, patch) == wanted, f"base\n{base}\npatch\n{patch}"
    assert COUNT // 10 < refused < COUNT - COUNT // 10, "the generator has lost its balance"
