"""VL142: a role may read secrets."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity, words_of


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("rules"):
        reads = {"get", "list", "watch", "*"} & set(words_of(item.get("verbs")))
        if "secrets" in words_of(item.get("resources")) and reads and not item.get("resourceNames"):
            yield obj.finding(f"{obj.kind} `{obj.name}` may read all secrets", *path, "resources")


RULE = RuleSpec(
    "VL142",
    "rbac-secrets",
    "A role may read secrets",
    "object",
    Severity.WARNING,
    ("security",),
    what="A rule grants get, list or watch of all Secrets.",
    why="Whoever has the role has every secret of the namespace, or of the cluster.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: [secrets], verbs: [list]}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: [secrets], resourceNames: [web], verbs: [get]}
""",
    fix="Name the Secrets with `resourceNames`.",
    check=check,
    kinds=frozenset({"Role", "ClusterRole"}),
)
