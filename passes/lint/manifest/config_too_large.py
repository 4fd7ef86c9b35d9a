"""VL163: a ConfigMap or Secret is too large."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity

_MOST = 1024 * 1024


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    size = sum(
        len(key) + len(str(value).encode())
        for field in ("data", "binaryData", "stringData")
        for key, value in obj.mapping(field).items()
    )
    if size > _MOST:
        yield obj.finding(f"{obj.kind} `{obj.name}` is larger than 1 MiB", "data")


RULE = RuleSpec(
    "VL163",
    "config-too-large",
    "A ConfigMap or Secret is too large",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The content has more than 1 MiB.",
    why="The API server refuses it.",
    bad="""\
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {big: LARGE}
""",
    good="""\
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {small: text}
""",
    fix="Put it into an image or a volume.",
    check=check,
    kinds=frozenset({"ConfigMap", "Secret"}),
)
