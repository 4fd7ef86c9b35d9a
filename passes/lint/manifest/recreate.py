"""VL154: an update takes all pods away first."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("spec", "strategy", "type") == "Recreate":
        yield obj.finding(
            f"Deployment `{obj.name}` goes down while it is updated", "spec", "strategy", "type"
        )


RULE = RuleSpec(
    "VL154",
    "recreate",
    "An update takes all pods away first",
    "object",
    Severity.NOTE,
    ("strict",),
    what="The strategy of a Deployment is `Recreate`.",
    why="Nobody serves until the new pods are ready.",
    bad="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1}]}
""",
    good="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1}]}
""",
    fix="Use `RollingUpdate`, unless two versions must not run side by side.",
    check=check,
    kinds=frozenset({"Deployment"}),
)
