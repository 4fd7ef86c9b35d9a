"""VL010: an Application lives in the namespace default."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    if app.app.namespace in ("", "default"):
        yield app.finding("the Application lives in the namespace `default`", app.app.name_span)


RULE = RuleSpec(
    "VL010",
    "default-namespace",
    "An Application lives in the namespace default",
    "application",
    Severity.WARNING,
    ("strict",),
    what="The Application has no namespace, or `default`.",
    why="Everybody's leftovers lie there, and quotas and policies rarely hold.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, labels: {team: web}}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    good="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, labels: {team: web}}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    fix="Set `metadata.namespace`.",
    check=check,
)
