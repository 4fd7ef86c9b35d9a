"""VL150: an Ingress serves a host without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity, words_of


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    covered = {host for _, item in obj.items("spec", "tls") for host in words_of(item.get("hosts"))}
    for path, item in obj.items("spec", "rules"):
        host = item.get("host")
        if (
            isinstance(host, str)
            and host
            and host not in covered
            and f"*.{host.partition('.')[2]}" not in covered
        ):
            yield obj.finding(f"`{host}` is served without TLS", *path, "host")


RULE = RuleSpec(
    "VL150",
    "ingress-without-tls",
    "An Ingress serves a host without TLS",
    "object",
    Severity.WARNING,
    ("security",),
    what="A host of an Ingress is in none of its `tls` entries.",
    why="What is sent can be read and changed on the way.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: web.example.com}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{hosts: [web.example.com], secretName: web-tls}]
  rules: [{host: web.example.com}]
""",
    fix="Add the host to `tls`.",
    check=check,
    kinds=frozenset({"Ingress"}),
)
