"""VL166: a pod rewrites names in /etc/hosts."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    if pod.at("hostAliases"):
        yield pod.finding("the pod has names of its own in /etc/hosts", "hostAliases")


RULE = RuleSpec(
    "VL166",
    "host-aliases",
    "A pod rewrites names in /etc/hosts",
    "pod",
    Severity.NOTE,
    ("strict",),
    what="`hostAliases` is set.",
    why="The addresses go stale without anybody noticing.",
    bad="""\
hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1}
""",
    fix="Use a Service, of type ExternalName if need be.",
    check=check,
)
