"""VL102: an image is not named by its digest."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.image and "@sha256:" not in box.image:
        yield box.finding(f"image `{box.image}` has no digest", "image")


RULE = RuleSpec(
    "VL102",
    "image-without-digest",
    "An image is not named by its digest",
    "container",
    Severity.NOTE,
    ("strict",),
    what="The image is named by a tag only.",
    why="A tag can be moved; a digest cannot.",
    bad="""\
containers:
  - {name: web, image: nginx:1.27.4}
""",
    good="""\
containers:
  - {name: web, image: nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123}
""",
    fix="Add `@sha256:…`.",
    check=check,
)
