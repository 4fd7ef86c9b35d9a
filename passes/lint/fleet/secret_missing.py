"""VL205: a Secret that a pod needs is provided by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity
from velac.compiler.lint.references import references

_KINDS = ("Secret", "ExternalSecret", "SealedSecret", "Certificate")


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.objects:
        pod = view.pod()
        for path, name in references(pod, "secret") if pod is not None else ():
            if pod is not None and all(group.lacks(kind, view, name) for kind in _KINDS):
                yield pod.finding(f"nobody provides the Secret `{name}`", *path)


RULE = RuleSpec(
    "VL205",
    "secret-missing",
    "A Secret that a pod needs is provided by nobody",
    "class",
    Severity.NOTE,
    ("recommended",),
    what="A pod refers to a Secret that none of the Applications gives to the same clusters. ExternalSecrets and SealedSecrets of that name count.",
    why="The pod waits until somebody creates it.",
    bad="""\
containers:
  - {name: web, image: a:1, envFrom: [{secretRef: {name: db}}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, envFrom: [{secretRef: {name: db, optional: true}}]}
""",
    fix="Provide it, or say who does.",
    check=check,
)
