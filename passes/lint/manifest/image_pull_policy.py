"""VL168: a fixed image is never pulled."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("imagePullPolicy") == "Never":
        yield box.finding(f"the image of `{box.name}` is never pulled", "imagePullPolicy")


RULE = RuleSpec(
    "VL168",
    "image-pull-policy",
    "A fixed image is never pulled",
    "container",
    Severity.NOTE,
    ("strict",),
    what="`imagePullPolicy` is `Never`.",
    why="The pod only starts on nodes that happen to have the image.",
    bad="""\
containers:
  - {name: web, image: 'a:1', imagePullPolicy: Never}
""",
    good="""\
containers:
  - {name: web, image: 'a:1', imagePullPolicy: IfNotPresent}
""",
    fix="Use `IfNotPresent`.",
    check=check,
)
