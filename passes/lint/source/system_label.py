"""VL023: a label of the Application is overwritten."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of

_OWN = frozenset(
    f"app.oam.dev/{name}"
    for name in "name component revision appRevision namespace cluster resourceType".split()
)


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for key in data_of(app.app.labels):
        if key in _OWN:
            yield app.finding(f"the label `{key}` is overwritten", app.app.labels.key_span((key,)))


RULE = RuleSpec(
    "VL023",
    "system-label",
    "A label of the Application is overwritten",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A label of the Application has a name that the controller sets itself.",
    why="The author's value is lost.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, labels: {app.oam.dev/name: other}}
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
    fix="Use another name.",
    check=check,
)
