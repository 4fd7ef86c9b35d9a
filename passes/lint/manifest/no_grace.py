"""VL160: a pod is killed without a chance to finish."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    if pod.at("terminationGracePeriodSeconds") == 0:
        yield pod.finding("the pod is killed at once", "terminationGracePeriodSeconds")


RULE = RuleSpec(
    "VL160",
    "no-grace",
    "A pod is killed without a chance to finish",
    "pod",
    Severity.WARNING,
    ("recommended",),
    what="`terminationGracePeriodSeconds` is 0.",
    why="Requests are cut off, and data may be lost.",
    bad="""\
terminationGracePeriodSeconds: 0
containers:
  - {name: web, image: a:1}
""",
    good="""\
terminationGracePeriodSeconds: 30
containers:
  - {name: web, image: a:1}
""",
    fix="Give it a few seconds.",
    check=check,
)
