"""VL207: a service account is provided by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.objects:
        pod = view.pod()
        name = pod.at("serviceAccountName") if pod is not None else None
        if (
            pod is not None
            and isinstance(name, str)
            and name not in ("", "default")
            and group.lacks("ServiceAccount", view, name)
        ):
            yield pod.finding(f"nobody provides the service account `{name}`", "serviceAccountName")


RULE = RuleSpec(
    "VL207",
    "service-account-missing",
    "A service account is provided by nobody",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="A pod runs as a service account that none of the Applications gives to the same clusters.",
    why="No pod is created.",
    bad="""\
serviceAccountName: web
containers:
  - {name: web, image: a:1}
""",
    good="""\
serviceAccountName: default
containers:
  - {name: web, image: a:1}
""",
    fix="Use the trait `service-account` with `create: true`, or say who provides it.",
    check=check,
)
