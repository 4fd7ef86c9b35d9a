"""VL048: a pull policy is none."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in (
            "worker",
            "webservice",
            "task",
            "cron-task",
            "daemon",
            "statefulset",
        ):
            continue
        policy = data.get("imagePullPolicy")
        if policy not in (None, "", "Always", "IfNotPresent", "Never"):
            yield app.finding(
                f"`{policy}` is not a pull policy",
                component.origin.span(("properties", "imagePullPolicy")),
            )


RULE = RuleSpec(
    "VL048",
    "pull-policy",
    "A pull policy is none",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="`imagePullPolicy` is none of Always, IfNotPresent, Never; not every definition checks it.",
    why="The API server refuses the pod.",
    bad="""\
components:
  - name: web
    type: worker
    properties: {image: 'a:1', imagePullPolicy: Sometimes}
""",
    good="""\
components:
  - name: web
    type: worker
    properties: {image: 'a:1', imagePullPolicy: Always}
""",
    fix="Use one of the three.",
    check=check,
)
