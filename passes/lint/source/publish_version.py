"""VL022: a publish version freezes the Application."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    key = "app.oam.dev/publishVersion"
    if key in data_of(app.app.annotations):
        yield app.finding(
            "changes count only when `publishVersion` changes, too",
            app.app.annotations.key_span((key,)),
        )


RULE = RuleSpec(
    "VL022",
    "publish-version",
    "A publish version freezes the Application",
    "application",
    Severity.WARNING,
    ("strict",),
    what="The annotation `app.oam.dev/publishVersion` is set.",
    why="Later changes are ignored by the controller until it changes, too.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, annotations: {app.oam.dev/publishVersion: v1}}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    good="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    fix="Remove it from what is in Git.",
    check=check,
)
