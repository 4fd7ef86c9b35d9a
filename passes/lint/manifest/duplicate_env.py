"""VL129: an environment variable is set twice."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    seen: set[str] = set()
    for path, item in box.items("env"):
        name = item.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield box.finding(f"container `{box.name}` sets `{name}` twice", *path, "name")
        seen.add(name)


RULE = RuleSpec(
    "VL129",
    "duplicate-env",
    "An environment variable is set twice",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="Two entries of `env` have one name.",
    why="The last one wins without a word, and applying on the server's side fails.",
    bad="""\
containers:
  - {name: web, image: a:1, env: [{name: A, value: x}, {name: A, value: y}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, env: [{name: A, value: y}]}
""",
    fix="Remove one of them.",
    check=check,
)
