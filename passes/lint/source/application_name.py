"""VL016: the name of an Application is not usable as a label."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    if len(app.app.name) > 63:
        yield app.finding("the Application's name has more than 63 characters", app.app.name_span)


RULE = RuleSpec(
    "VL016",
    "application-name",
    "The name of an Application is not usable as a label",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The name of the Application, which every object gets as a label, is longer than 63 characters.",
    why="The API server refuses the objects.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: a-name-that-goes-on-and-on-and-on-until-it-has-more-than-sixty-three-characters, namespace: shop}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    good="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: short, namespace: shop}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    fix="Shorten it.",
    check=check,
)
