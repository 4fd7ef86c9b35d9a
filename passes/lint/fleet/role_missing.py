"""VL209: a binding refers to a role that nobody provides."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("RoleBinding", "ClusterRoleBinding"):
        kind, name = view.at("roleRef", "kind"), view.at("roleRef", "name")
        if (
            not isinstance(name, str)
            or kind not in ("Role", "ClusterRole")
            or name.startswith("system:")
        ):
            continue
        if name not in ("admin", "cluster-admin", "edit", "view") and group.lacks(kind, view, name):
            yield view.finding(
                f"{view.kind} `{view.name}` refers to the missing {kind} `{name}`",
                "roleRef",
                "name",
            )


RULE = RuleSpec(
    "VL209",
    "role-missing",
    "A binding refers to a role that nobody provides",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="The `roleRef` of a binding is none of the roles that the same clusters get, nor one that Kubernetes brings.",
    why="The binding grants nothing.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
""",
    fix="Provide the role, or correct the name.",
    check=check,
)
