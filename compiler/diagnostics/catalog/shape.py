"""V3xx: shapes of Applications, policies, definitions and inventories."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V301", "unknown-field", "A field does not exist",
        what="An object has a key that its kind does not know.",
        why="The controller drops or rejects it; either way it does not do what its author hoped.",
        example="components:\n  - name: web\n    type: webservice\n    trait: []    # traits",
        fix="Correct the spelling or remove the field.",
    ),
    Code(
        "V302", "missing-field", "A required field is missing",
        what="An object lacks a field without which it means nothing.",
        why="There is no sensible default.",
        example="components:\n  - type: webservice    # no name",
        fix="Add the field.",
    ),
    Code(
        "V303", "wrong-type", "A field has a value of another type",
        what="A field holds text where a list is due, a number where text is due, and so on.",
        why="YAML turns unquoted `yes`, `on` and `1.10` into booleans and numbers: the most common cause.",
        example="labels: {release: 1.10}    # the number 1.1",
        fix="Correct the value; put text that looks like something else into quotes.",
    ),
    Code(
        "V304", "bad-value", "A field has a value that is not allowed",
        what="The value has the right type but is not one of the possible ones.",
        why="The controller would reject it, or wait for ever.",
        example="mode: {steps: Parallel}    # StepByStep or DAG",
        fix="Use one of the values that the message lists.",
    ),
    Code(
        "V305", "invalid-name", "A name cannot be used",
        what="A name of an Application, a namespace, a component or a cluster is not a valid Kubernetes name.",
        why="Names become file paths and object names: `../x` or `Web App` cannot be either.",
        example="metadata: {name: ../prod}",
        fix="Use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit.",
    ),
    Code(
        "V306", "duplicate-component", "Two components have one name",
        what="Component names are unique within an Application.",
        why="One of them would silently replace the other.",
        example="components: [{name: web, …}, {name: web, …}]",
        fix="Rename one of them.",
    ),
    Code(
        "V307", "duplicate-application", "Two Applications have one namespace and name",
        what="The same Application is defined twice among the files given.",
        why="Only one could exist in a cluster, and it is not clear which.",
        example="shop.yaml and old/shop.yaml, both `name: shop`",
        fix="Remove or rename one, or compile only the directory you mean.",
    ),
    Code(
        "V308", "duplicate-policy", "Two policies have one name",
        what="Policy names are unique within an Application, and standalone policies within a namespace.",
        why="A workflow step could not say which of them it means.",
        example="policies: [{name: eu, type: topology, …}, {name: eu, type: override, …}]",
        fix="Rename one of them.",
    ),
    Code(
        "V309", "duplicate-step", "Two workflow steps have one name",
        what="Names of steps and sub-steps are unique within a workflow.",
        why="Dependencies and conditions name steps.",
        example="steps: [{name: deploy, …}, {name: deploy, …}]",
        fix="Rename one of them.",
    ),
    Code(
        "V310", "unknown-definition", "A type has no definition",
        what="The type of a component, trait, policy or step is neither built in nor among the definitions given.",
        why="Nothing says what to render for it.",
        example="type: webservise",
        fix="Correct the spelling, put the definition below PATH, or name its place with `-d`.",
    ),
    Code(
        "V311", "duplicate-definition", "A definition is given twice",
        what="Two definitions of one kind and name come from the same level (PATH, or `-d`).",
        why="It is not clear which one applies.",
        example="web.cue and copy-of-web.cue, both defining the component `web`",
        fix="Remove one of them.",
    ),
    Code(
        "V312", "invalid-definition", "A definition cannot be used",
        what="A definition lacks its template or metadata, or its attributes are not those of its kind.",
        why="The controller refuses such definitions as well.",
        example='"my-def": {type: "componnt"}',
        fix="Correct what the message names.",
    ),
    Code(
        "V313", "duplicate-cluster", "Two clusters have one name",
        what="Cluster names are unique within an inventory; `local` may be listed once.",
        why="Manifests are written per cluster name.",
        example="clusters: [{name: eu-1}, {name: eu-1}]",
        fix="Rename or remove one of them.",
    ),
    Code(
        "V314", "empty-properties", "A policy has no properties",
        what="Every policy except `debug` needs properties.",
        why="The controller fails the whole Application on it.",
        example="policies: [{name: eu, type: topology}]",
        fix="Add the properties, or remove the policy.",
    ),
    Code(
        "V315", "unsupported-version", "An object has an API version that velac does not read",
        what="The kind is known, its apiVersion is not.",
        why="Fields may mean something else in another version.",
        example="apiVersion: core.oam.dev/v1alpha2\nkind: Application",
        fix="Use `core.oam.dev/v1beta1` for Applications and definitions, `core.oam.dev/v1alpha1` for "
        "Policy and Workflow.",
    ),
    Code(
        "V316", "nothing-to-compile", "No Application was found",
        what="The paths given hold no Application.",
        why="A build of nothing would remove everything that an earlier one wrote.",
        example="velac build definitions/",
        fix="Name the directory or file that has the Applications.",
    ),
    Code(
        "V317", "unused-object", "A standalone Policy or Workflow is used by nobody",
        what="No Application of its namespace refers to it.",
        why="Usually a misspelt name or another namespace.",
        example="kind: Policy\nmetadata: {name: eu}    # no deploy step names `eu`",
        fix="Refer to it, or remove it.",
        severity=Severity.WARNING,
    ),
    Code(
        "V318", "lost-marker", "A patch marker cannot take effect",
        what="A `+patchStrategy` comment stands at a field where nobody reads it, or names no strategy.",
        why="The comment above `patch: operations: [...]` belongs to `operations`; the patch is then an ordinary "
        "one, and the objects quietly get a field `operations`.",
        example="// +patchStrategy=jsonPatch\npatch: operations: [...]",
        fix="Write `patch: {operations: [...]}` with the comment above `patch`; use a strategy that exists.",
    ),
    Code(
        "V319", "status-block", "A status block does not say what it is asked",
        what="`healthPolicy` has no `isHealth`, or `customStatus` no `message`.",
        why="The controller takes such a component for unhealthy for ever, or shows no message.",
        example="healthPolicy: \"healthy: true\"",
        fix="Name the field `isHealth` (a boolean) or `message` (a text).",
    ),
    Code(
        "V320", "pinned-and-updated", "An Application is pinned and updates itself",
        what="It has the annotations `app.oam.dev/publishVersion` and `app.oam.dev/autoUpdate` at once.",
        why="One says that nothing changes without a new version, the other that definitions do; the controller refuses both together.",
        example='annotations: {app.oam.dev/publishVersion: v2, app.oam.dev/autoUpdate: "true"}',
        fix="Remove one of them.",
    ),
)  # fmt: skip
