"""VL162: an environment variable has a name that shells cannot use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in box.items("env"):
        if not _NAME.fullmatch(str(item.get("name"))):
            yield box.finding(f"`{item.get('name')}` cannot be read by shells", *path, "name")


RULE = RuleSpec(
    "VL162",
    "env-name",
    "An environment variable has a name that shells cannot use",
    "container",
    Severity.NOTE,
    ("strict",),
    what="A name in `env` holds other characters than letters, digits and `_`.",
    why="Scripts cannot read it.",
    bad="""\
containers:
  - {name: web, image: a:1, env: [{name: my-var, value: x}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, env: [{name: MY_VAR, value: x}]}
""",
    fix="Rename it.",
    check=check,
)
