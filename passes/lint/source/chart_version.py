"""VL055: a chart has no version."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("helmchart", "helm"):
            continue
        chart = data.get("chart")
        version = chart.get("version") if isinstance(chart, dict) else data.get("version")
        if data.get("repoType", "helm") not in ("helm", "oci"):
            continue
        if version in (None, "", "latest", "*") or any(c in str(version) for c in "<>^~*x "):
            yield app.finding(
                f"the chart of `{component.name}` has no fixed version",
                component.origin.span(("properties", "chart")),
            )


RULE = RuleSpec(
    "VL055",
    "chart-version",
    "A chart has no version",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A Helm chart from a repository has no `version`, `latest`, or a range.",
    why="What is installed changes without a change in the repository.",
    bad="""\
components:
  - name: web
    type: helmchart
    properties: {chart: {source: web, repoURL: 'https://c.example.com'}}
""",
    good="""\
components:
  - name: web
    type: helmchart
    properties: {chart: {source: web, repoURL: 'https://c.example.com', version: 1.0.0}}
""",
    fix="Name a version.",
    check=check,
)
