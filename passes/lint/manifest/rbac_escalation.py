"""VL143: a role may grant itself more."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity, words_of


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("rules"):
        for at, verb in enumerate(words_of(item.get("verbs"))):
            if verb in ("escalate", "bind", "impersonate"):
                yield obj.finding(f"{obj.kind} `{obj.name}` grants `{verb}`", *path, "verbs", at)


RULE = RuleSpec(
    "VL143",
    "rbac-escalation",
    "A role may grant itself more",
    "object",
    Severity.ERROR,
    ("recommended", "security"),
    what="A rule grants `escalate`, `bind` or `impersonate`.",
    why="Whoever has the role can have every other one.",
    bad="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [escalate]}
""",
    good="""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules:
  - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get]}
""",
    fix="Leave these verbs to administrators.",
    check=check,
    kinds=frozenset({"Role", "ClusterRole"}),
)
