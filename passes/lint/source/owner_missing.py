"""VL009: an Application has no owner."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    found = [*data_of(app.app.labels), *data_of(app.app.annotations)]
    words = {key.rpartition("/")[2] for key in found}
    if not words & {"team", "owner", "part-of"}:
        yield app.finding(
            "the Application says nothing about its owner",
            app.app.name_span,
            "add the label `team`",
        )


RULE = RuleSpec(
    "VL009",
    "owner-missing",
    "An Application has no owner",
    "application",
    Severity.WARNING,
    ("strict",),
    what="None of the labels or annotations `team`, `owner`, `app.kubernetes.io/part-of` or one that ends in `/team` or `/owner` is there.",
    why="Nobody knows whom to call.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop}
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
    fix="Add the label `team`.",
    check=check,
)
