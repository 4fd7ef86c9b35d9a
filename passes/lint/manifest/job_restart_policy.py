"""VL158: the pods of a job restart always."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    pod = obj.pod()
    if pod is not None and pod.at("restartPolicy") not in ("Never", "OnFailure"):
        yield pod.finding(
            f"{obj.kind} `{obj.name}` does not say `Never` or `OnFailure`", "restartPolicy"
        )


RULE = RuleSpec(
    "VL158",
    "job-restart-policy",
    "The pods of a job restart always",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The pod template of a Job or CronJob has no `restartPolicy`, or `Always`.",
    why="The API server refuses it.",
    bad="""\
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: a:1}]}}}
""",
    good="""\
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}
""",
    fix="Set `Never` or `OnFailure`.",
    check=check,
    kinds=frozenset({"Job", "CronJob"}),
)
