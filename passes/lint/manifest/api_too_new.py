"""VL140: an API version does not exist yet in a target cluster."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity
from velac.compiler.lint.apis import first_minor, minor


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    since = first_minor(obj.api_version, obj.kind)
    old = [v for v in obj.versions if since is not None and minor(v) < since]
    if old:
        yield obj.finding(
            f"`{obj.api_version}` of {obj.kind} is not served by Kubernetes {old[0]}", "apiVersion"
        )


RULE = RuleSpec(
    "VL140",
    "api-too-new",
    "An API version does not exist yet in a target cluster",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The apiVersion came with a later Kubernetes than that of a cluster that gets the object.",
    why="The cluster refuses the object.",
    bad="""\
# Kubernetes 1.22
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {}
""",
    good="""\
# Kubernetes 1.23
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {}
""",
    fix="Upgrade the cluster first, or use an older version.",
    check=check,
)
