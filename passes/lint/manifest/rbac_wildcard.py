"""VL141: a role allows everything of some sort."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity, words_of


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("rules"):
        for field in ("verbs", "resources", "apiGroups"):
            if "*" in words_of(item.get(field)):
                yield obj.finding(f"{obj.kind} `{obj.name}` has `*` in `{field}`", *path, field)


RULE = RuleSpec(
    "VL141",
    "rbac-wildcard",
    "A role allows everything of some sort",
    "object",
    Severity.WARNING,
    ("recommended", "security"),
    what="A rule of a role has `*` as verb, resource or API group.",
    why="It grants what does not exist yet, too.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: ['*'], verbs: [get]}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: [pods], verbs: [get]}
""",
    fix="List what is needed.",
    check=check,
    kinds=frozenset({"Role", "ClusterRole"}),
)
