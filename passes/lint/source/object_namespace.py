"""VL060: an object is looked for in the namespace default."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, dig


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("apply-object", "read-object"):
            continue
        inner = data.get("value") if step.type == "apply-object" else None
        named = (
            dig(inner, ("metadata", "namespace")) if inner is not None else data.get("namespace")
        )
        if not named:
            yield app.finding(
                f"step `{step.name}` works in the namespace `default`", step.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL060",
    "object-namespace",
    "An object is looked for in the namespace default",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A step `apply-object` or `read-object` names no namespace; the default is `default`, not that of the Application.",
    why="It applies to, or reads from, the wrong place.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: r, type: read-object, properties: {name: web}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: r, type: read-object, properties: {name: web, namespace: shop}}
""",
    fix="Name the namespace.",
    check=check,
)
