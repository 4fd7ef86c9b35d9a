"""VL024: a filter of annotations has a blank."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    key = "filter.oam.dev/annotation-keys"
    text = data_of(app.app.annotations).get(key)
    if isinstance(text, str) and any(part != part.strip() for part in text.split(",")):
        yield app.finding(
            "the filter has a blank, and so misses a name", app.app.annotations.span((key,))
        )


RULE = RuleSpec(
    "VL024",
    "filter-with-blank",
    "A filter of annotations has a blank",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="`filter.oam.dev/annotation-keys` has a blank after a comma.",
    why="The name behind the blank is filtered with the blank, so not at all.",
    bad="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, annotations: {filter.oam.dev/annotation-keys: 'a, b'}}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    good="""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, annotations: {filter.oam.dev/annotation-keys: 'a,b'}}
spec:
  components:
    - name: web
      type: webservice
      properties: {image: 'a:1'}
""",
    fix="Write the names without blanks.",
    check=check,
)
