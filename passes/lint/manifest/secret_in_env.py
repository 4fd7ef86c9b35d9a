"""VL136: a secret stands in an environment variable as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity
from velac.compiler.lint.secrets import is_secret


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in box.items("env"):
        name, value = item.get("name"), item.get("value")
        if isinstance(name, str) and isinstance(value, str) and is_secret(name, value):
            yield box.finding(
                f"`{name}` of `{box.name}` holds a secret in plain text", *path, "value"
            )


RULE = RuleSpec(
    "VL136",
    "secret-in-env",
    "A secret stands in an environment variable as plain text",
    "container",
    Severity.WARNING,
    ("recommended", "security"),
    what="A variable whose name says password, token, secret or key has a `value`.",
    why="Whoever may read the repository or the workload knows the secret.",
    bad="""\
containers:
  - {name: web, image: a:1, env: [{name: DB_PASSWORD, value: hunter2}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]}
""",
    fix="Take it from a Secret with `valueFrom`.",
    check=check,
)
