"""VL146: a role is bound to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, subject in obj.items("subjects"):
        if subject.get("name") in (
            "system:anonymous",
            "system:unauthenticated",
            "system:authenticated",
        ):
            yield obj.finding(f"{obj.kind} `{obj.name}` is for `{subject['name']}`", *path, "name")


RULE = RuleSpec(
    "VL146",
    "anonymous-subject",
    "A role is bound to everybody",
    "object",
    Severity.ERROR,
    ("recommended", "security"),
    what="A subject is `system:anonymous`, `system:unauthenticated` or `system:authenticated`.",
    why="Whoever reaches the API has the role.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
subjects: [{kind: Group, name: 'system:unauthenticated'}]
roleRef: {kind: ClusterRole, name: view}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
subjects: [{kind: Group, name: viewers}]
roleRef: {kind: ClusterRole, name: view}
""",
    fix="Bind it to a group or service account of your own.",
    check=check,
    kinds=frozenset({"ClusterRoleBinding", "RoleBinding"}),
)
