"""Codes of what the engine itself finds: schemas, the user's own policies, waivers."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.rule import PRESETS, RuleSpec


def _own(
    code: str, slug: str, title: str, severity: Severity, *, what: str, why: str, bad: str, fix: str
) -> RuleSpec:
    return RuleSpec(code, slug, title, "", severity, PRESETS, what, why, bad, "", fix)


OWN_RULES: Final = (
    _own(
        "VL070", "undeclared-parameter", "A parameter is not declared", Severity.WARNING,
        what="A parameter, or a key inside one, that the definition does not declare, in a project whose `strictness` or `compat` lets it pass.",
        why="Nothing reads it. Often it is a parameter with a typing error.",
        bad="properties: {image: 'a:1', imagePullPolicyy: Never}",
        fix="Correct its name or remove it.",
    ),
    _own(
        "VL071", "unused-parameter", "A parameter has no effect", Severity.WARNING,
        what="The definition declares the parameter, and its template never reads it.",
        why="Whoever sets it expects something to happen.",
        bad="properties: {image: 'a:1', retries: 3}",
        fix="Remove the parameter, or use it in the definition.",
    ),
    _own(
        "VL301", "schema", "An object does not fit its schema", Severity.ERROR,
        what="The object breaks the schema of its kind in the Kubernetes version of a cluster it goes to, or that of its CustomResourceDefinition. Unknown fields count.",
        why="The API server refuses it, or drops the field without a word.",
        bad="spec: {replicas: three}",
        fix="Correct the field that the path names.",
    ),
    _own(
        "VL302", "no-schema", "An object could not be validated", Severity.NOTE,
        what="There is no schema for this kind, or for this Kubernetes version.",
        why="It has not been checked: this is a note, not a pass.",
        bad="apiVersion: example.com/v1\nkind: Widget",
        fix="Give the CustomResourceDefinition with `--crd FILE`, or put it into the repository.",
    ),
    _own(
        "VL303", "schemas-missing", "The schema bundle is not installed", Severity.NOTE,
        what="Objects are validated with the packages of the extra `schemas`.",
        why="Without them nothing is validated.",
        bad="pip install velac",
        fix="Install `velac[schemas]`.",
    ),
    _own(
        "VL401", "cue-policy", "A CUE constraint is not met", Severity.ERROR,
        what="A CUE file of the project's `lint.policies` constrains Applications, plans or manifests, and one does not unify with it.",
        why="The platform team wrote the constraint down so that a machine says no.",
        bad="object: metadata: labels: team: string",
        fix="Change the source so that the constraint holds, or waive it with a reason.",
    ),
    _own(
        "VL402", "cel-policy", "A ValidatingAdmissionPolicy refuses an object", Severity.ERROR,
        what="A policy in CEL, bound by a ValidatingAdmissionPolicyBinding, does not hold for an object.",
        why="A cluster with this policy refuses the object when it is applied.",
        bad="validations: [{expression: 'object.spec.replicas <= 5'}]",
        fix="Change the source so that the expression holds.",
    ),
    _own(
        "VL403", "rego-policy", "A Rego rule denies an input", Severity.ERROR,
        what="A rule `deny`, `violation` or `warn` of a Rego file yields a message.",
        why="The platform team wrote the rule down so that a machine says no.",
        bad='deny[msg] { input.kind == "Service"; msg := "no services" }',
        fix="Do what the message says.",
    ),
    _own(
        "VL404", "policy-cannot-run", "A policy cannot be run", Severity.ERROR,
        what="A policy file has a mistake, or uses what cannot be evaluated here.",
        why="A policy that is skipped in silence looks like one that is met.",
        bad="validations: [{expression: 'authorizer.group(\"\").check(\"get\").allowed()'}]",
        fix="Correct the policy, or take it out of `lint.policies`.",
    ),
    _own(
        "VL501", "waiver-expired", "A waiver has expired", Severity.ERROR,
        what="The day in a waiver's `until` has passed.",
        why="A waiver is a debt with a day on which it is due.",
        bad="# velac: allow VL012 until=2020-01-31 owner=team-a reason=migration",
        fix="Mend what was waived, or agree on a new day.",
    ),
    _own(
        "VL502", "waiver-malformed", "A waiver cannot be read", Severity.ERROR,
        what="A waiver has no known rule, no reason, or a word that means nothing.",
        why="It would waive nothing, or more than was meant.",
        bad="# velac: allow everything",
        fix="Write `# velac: allow VL012 until=2030-01-31 owner=team-a reason=why`; `until` and `owner` may be left out.",
    ),
    _own(
        "VL503", "waiver-unused", "A waiver waives nothing", Severity.WARNING,
        what="No finding is at the place of the waiver.",
        why="It would hide the next mistake made there.",
        bad="# velac: allow VL012 reason=was true once",
        fix="Remove the waiver (`--fix` does, where it is a comment).",
    ),
)  # fmt: skip
