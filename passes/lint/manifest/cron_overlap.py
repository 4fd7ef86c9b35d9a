"""VL156: runs of a CronJob may pile up."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("spec", "concurrencyPolicy") in (None, "", "Allow"):
        yield obj.finding(f"runs of CronJob `{obj.name}` may overlap", "spec", "concurrencyPolicy")


RULE = RuleSpec(
    "VL156",
    "cron-overlap",
    "Runs of a CronJob may pile up",
    "object",
    Severity.NOTE,
    ("strict",),
    what="`concurrencyPolicy` is `Allow`, which is the default.",
    why="A run that takes longer than its period is joined by the next one.",
    bad="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: '0 5 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    good="""\
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: '0 5 * * *'
  concurrencyPolicy: Forbid
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}}}}
""",
    fix="Set `Forbid` or `Replace`.",
    check=check,
    kinds=frozenset({"CronJob"}),
)
