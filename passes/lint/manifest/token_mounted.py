"""VL119: a pod gets an API token it does not ask for."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    own = pod.at("serviceAccountName")
    if pod.at("automountServiceAccountToken") is not False and own in (None, "", "default"):
        yield pod.finding(
            "the pod gets the token of the default service account", "automountServiceAccountToken"
        )


RULE = RuleSpec(
    "VL119",
    "token-mounted",
    "A pod gets an API token it does not ask for",
    "pod",
    Severity.NOTE,
    ("security",),
    what="The pod uses the namespace's default service account and does not turn the mount of its token off.",
    why="A stolen token is a way into the API; a pod that does not talk to it needs none.",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
automountServiceAccountToken: false
containers:
  - {name: web, image: a:1}
""",
    fix="Set `automountServiceAccountToken: false`, or name a service account of its own.",
    check=check,
)
