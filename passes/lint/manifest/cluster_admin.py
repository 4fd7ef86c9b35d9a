"""VL145: something is bound to cluster-admin."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("roleRef", "name") == "cluster-admin":
        yield obj.finding(
            f"{obj.kind} `{obj.name}` makes its subjects cluster-admin", "roleRef", "name"
        )


RULE = RuleSpec(
    "VL145",
    "cluster-admin",
    "Something is bound to cluster-admin",
    "object",
    Severity.ERROR,
    ("recommended", "security"),
    what="A binding refers to the ClusterRole `cluster-admin`.",
    why="There is nothing that it may not do.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
""",
    fix="Write a role with what is needed.",
    check=check,
    kinds=frozenset({"ClusterRoleBinding", "RoleBinding"}),
)
