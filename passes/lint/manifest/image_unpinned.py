"""VL101: an image has no fixed tag."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    name = box.image
    tag = name.rpartition("/")[2].partition(":")[2]
    if name and "@" not in name and tag in ("", "latest"):
        yield box.finding(
            f"image `{name}` is not pinned", "image", help="name a version or a digest"
        )


RULE = RuleSpec(
    "VL101",
    "image-unpinned",
    "An image has no fixed tag",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="The image has no tag, or the tag `latest`.",
    why="What runs changes without a change in the repository, and a rollback brings nothing back.",
    bad="""\
containers:
  - {name: web, image: nginx}
""",
    good="""\
containers:
  - {name: web, image: nginx:1.27.4}
""",
    fix="Name a version, better yet a digest.",
    check=check,
)
