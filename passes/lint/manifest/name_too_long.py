"""VL157: a name is too long for its kind."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    most = 52 if obj.kind == "CronJob" else 63
    if len(obj.name) > most:
        yield obj.finding(
            f"the name of {obj.kind} `{obj.name}` has more than {most} characters",
            "metadata",
            "name",
        )


RULE = RuleSpec(
    "VL157",
    "name-too-long",
    "A name is too long for its kind",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The name of a CronJob has more than 52 characters, that of a Service, Job, StatefulSet or Namespace more than 63.",
    why="The API server refuses it, or the pods made from it cannot be named.",
    bad="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a-report-with-a-name-that-goes-on-and-on-past-fifty-two}
spec:
  schedule: '0 5 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    good="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a-report}
spec:
  schedule: '0 5 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    fix="Shorten the name.",
    check=check,
    kinds=frozenset({"CronJob", "Service", "Job", "StatefulSet", "Namespace"}),
)
