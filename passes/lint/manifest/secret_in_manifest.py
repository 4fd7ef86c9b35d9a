"""VL137: a Secret's content is in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for field in ("data", "stringData"):
        if obj.mapping(field):
            yield obj.finding(f"Secret `{obj.name}` carries its content", field)
            return


RULE = RuleSpec(
    "VL137",
    "secret-in-manifest",
    "A Secret's content is in the repository",
    "object",
    Severity.WARNING,
    ("security",),
    what="A Secret with `data` or `stringData` is rendered.",
    why="Whoever may read the repository or the output knows the secret.",
    bad="""\
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hunter2}
""",
    good="""\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec: {}
""",
    fix="Use External Secrets, sealed secrets or a secret store.",
    check=check,
    kinds=frozenset({"Secret"}),
)
