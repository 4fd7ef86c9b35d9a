"""VL054: a Helm release is named by half."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("helmchart",):
            continue
        release = data.get("release")
        if isinstance(release, dict) and ("name" in release) != ("namespace" in release):
            yield app.finding(
                "`release` needs both name and namespace",
                component.origin.key_span(("properties", "release")),
            )


RULE = RuleSpec(
    "VL054",
    "helm-release-half",
    "A Helm release is named by half",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="`release` of a helmchart has a name or a namespace, but not both.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: helmchart
    properties: {chart: {source: web, repoURL: 'https://c.example.com', version: 1.0.0}, release: {name: web}}
""",
    good="""\
components:
  - name: web
    type: helmchart
    properties: {chart: {source: web, repoURL: 'https://c.example.com', version: 1.0.0}, release: {name: web, namespace: shop}}
""",
    fix="Give both or neither.",
    check=check,
)
