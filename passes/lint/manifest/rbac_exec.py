"""VL144: a role may run commands in pods."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity, words_of


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("rules"):
        shells = {"pods/exec", "pods/attach"} & set(words_of(item.get("resources")))
        if shells and {"create", "get", "*"} & set(words_of(item.get("verbs"))):
            yield obj.finding(
                f"{obj.kind} `{obj.name}` may run commands in pods", *path, "resources"
            )


RULE = RuleSpec(
    "VL144",
    "rbac-exec",
    "A role may run commands in pods",
    "object",
    Severity.WARNING,
    ("security",),
    what="A rule grants `create` on `pods/exec` or `pods/attach`.",
    why="It is a shell in every pod of the namespace.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: [pods/exec], verbs: [create]}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [''], resources: [pods/log], verbs: [get]}
""",
    fix="Do without it, or give it to people and not to workloads.",
    check=check,
    kinds=frozenset({"Role", "ClusterRole"}),
)
