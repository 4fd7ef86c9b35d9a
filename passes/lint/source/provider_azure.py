"""VL026: a Terraform provider for Azure cannot be applied."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type != "apply-terraform-provider":
            continue
        if data.get("type") == "azure" or ("type" not in data and "subscriptionID" in data):
            yield app.finding(
                "`apply-terraform-provider` cannot make a provider for Azure",
                step.origin.span(("properties", "type")),
            )


RULE = RuleSpec(
    "VL026",
    "provider-azure",
    "A Terraform provider for Azure cannot be applied",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A step `apply-terraform-provider` is for Azure, whose variant does not declare the parameter `type`.",
    why="With `type: azure` the step is refused, and without it the template to use is not known.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: p, type: apply-terraform-provider, properties: {type: azure, subscriptionID: s, tenantID: t, clientID: c, clientSecret: x}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: p, type: apply-terraform-provider, properties: {type: aws, accessKey: a, secretKey: s, region: eu-west-1}}
""",
    fix="Create the configuration with `velac config` or the step `create-config` and the template `terraform-azure`.",
    check=check,
)
