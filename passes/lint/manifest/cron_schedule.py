"""VL155: a schedule is not valid."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity
from velac.compiler.lint.cron import cron_problem


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    schedule = obj.at("spec", "schedule")
    if isinstance(schedule, str) and (complaint := cron_problem(schedule)):
        yield obj.finding(f"the schedule `{schedule}` {complaint}", "spec", "schedule")


RULE = RuleSpec(
    "VL155",
    "cron-schedule",
    "A schedule is not valid",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="`spec.schedule` of a CronJob is no cron expression of five fields.",
    why="The API server refuses it.",
    bad="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: '0 25 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    good="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: '0 5 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    fix="Write minute, hour, day, month, weekday.",
    check=check,
    kinds=frozenset({"CronJob"}),
)
