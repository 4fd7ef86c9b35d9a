"""VL118: the root file system can be written."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("securityContext", "readOnlyRootFilesystem") is not True:
        yield box.finding(
            f"container `{box.name}` can write its root file system",
            "securityContext",
            "readOnlyRootFilesystem",
        )


RULE = RuleSpec(
    "VL118",
    "writable-root",
    "The root file system can be written",
    "container",
    Severity.NOTE,
    ("security",),
    what="`readOnlyRootFilesystem` is not true.",
    why="Whoever gets in can leave programs behind.",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {readOnlyRootFilesystem: true}}
""",
    fix="Set it, and mount an `emptyDir` where the program writes.",
    check=check,
)
