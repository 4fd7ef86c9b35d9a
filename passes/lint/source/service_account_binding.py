"""VL044: the permissions of a service account do not take effect."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, mappings


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "service-account":
            continue
        for path, item in mappings(data, ("privileges",)):
            if item.get("scope", "namespace") == "namespace" and trait.properties is not None:
                text = "the RoleBinding made of this has a subject without a namespace"
                yield app.finding(text, trait.properties.span(path))


RULE = RuleSpec(
    "VL044",
    "service-account-binding",
    "The permissions of a service account do not take effect",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="The trait `service-account` has `privileges` in the scope of a namespace: the subject of its RoleBinding has no namespace.",
    why="The API server refuses the binding.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: service-account, properties: {name: web, create: true, privileges: [{verbs: [get], apiGroups: [''], resources: [pods], scope: namespace}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: service-account, properties: {name: web, create: true}}
""",
    fix="Bind the role with an object of your own.",
    check=check,
)
