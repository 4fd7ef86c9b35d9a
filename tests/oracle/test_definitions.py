"""The built-in definitions on parameters drawn from their schemas: our engine and the real `cue` agree on each result."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue.errors import CueError
from velac.compiler.load.definition import COMPONENT, TRAIT
from velac.compiler.workbench.collect import Found, builtin_definitions
from velac.compiler.workbench.fuzz import WORKLOAD, draw
from velac.compiler.workbench.schema import parameter_schema
from velac.compiler.workbench.testing import Bench

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(shutil.which("cue") is None, reason="the real cue is not on this machine"),
]
COUNT = 12
SECTIONS = ("output", "outputs", "patch", "errs")


def plain_templates() -> list[Found]:
    """Components and traits whose templates call nothing but CUE."""
    return [
        found
        for found in builtin_definitions()
        if found.definition.type in (COMPONENT, TRAIT)
        and found.definition.template is not None
        and not any(s.path.startswith("vela/") for s in found.definition.template.imports)
    ]


def ours(bench: Bench, section: str, parameter: Any, context: dict[str, Any]) -> Any:
    try:
        value = bench.value(parameter, context, {})
        if value.problems():
            return "refused"
        found = value.lookup(section)
        return "absent" if found is None else found.plain()
    except CueError:
        return "refused"


def theirs(text: str, section: str, path: Path) -> Any:
    path.write_text(text, encoding="utf-8")
    command = ["cue", "export", str(path), "-e", f"template.{section}", "--out", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return json.loads(done.stdout) if done.returncode == 0 else "refused"


@pytest.mark.parametrize("found", plain_templates(), ids=lambda f: f.definition.name)
def test_a_template_gives_what_cue_gives(found: Found, tmp_path: Path) -> None:
    definition = found.definition
    bench = Bench(definition)
    schema = parameter_schema(definition)
    own = {"output": WORKLOAD} if definition.type == TRAIT else {}
    context = bench.context(own)
    assert definition.template is not None
    source = definition.template.span.file.text
    sections = [s for s in SECTIONS if f"\n\t{s}:" in source]
    assert sections
    rng = random.Random(definition.name)
    for _ in range(COUNT):
        parameter = draw(schema, rng)
        text = f"{source}\ntemplate: parameter: {json.dumps(parameter, sort_keys=True)}\ncontext: {json.dumps(context)}\n"
        for section in sections:
            expected = theirs(text, section, tmp_path / "case.cue")
            actual = ours(bench, section, parameter, context)
            assert actual == expected, (section, parameter)
