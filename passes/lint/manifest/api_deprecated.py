"""VL139: an API version is deprecated in a target cluster."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity
from velac.compiler.lint.apis import change_of, minor


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    change = change_of(obj.api_version, obj.kind)
    if change is None or any(minor(v) >= change.removed for v in obj.versions):
        return
    if any(minor(v) >= change.deprecated for v in obj.versions):
        text = f"`{obj.api_version}` of {obj.kind} is deprecated since Kubernetes 1.{change.deprecated}"
        yield obj.finding(text, "apiVersion", help=change.help)


RULE = RuleSpec(
    "VL139",
    "api-deprecated",
    "An API version is deprecated in a target cluster",
    "object",
    Severity.WARNING,
    ("recommended",),
    what="The apiVersion still works in the clusters that get the object, and will be removed.",
    why="The next upgrade breaks it.",
    bad="""\
apiVersion: v1
kind: Endpoints
metadata: {name: web}
""",
    good="""\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web}
addressType: IPv4
endpoints: []
""",
    fix="Use the version that the help names.",
    check=check,
)
