"""VL138: an API version does not exist in a target cluster."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity
from velac.compiler.lint.apis import change_of, minor


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    change = change_of(obj.api_version, obj.kind)
    if change is not None and any(minor(v) >= change.removed for v in obj.versions):
        text = f"`{obj.api_version}` of {obj.kind} was removed in Kubernetes 1.{change.removed}"
        yield obj.finding(text, "apiVersion", help=change.help)


RULE = RuleSpec(
    "VL138",
    "api-removed",
    "An API version does not exist in a target cluster",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The Kubernetes version of a cluster that gets the object no longer serves its apiVersion.",
    why="The cluster refuses the object.",
    bad="""\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {}
""",
    good="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {}
""",
    fix="Use the version that the help names.",
    check=check,
)
