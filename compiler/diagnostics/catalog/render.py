"""V7xx: rendering components and linking Applications."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V701", "render-failed", "A component, trait or policy cannot be rendered",
        what="Its definition's template ended in an error with these properties.",
        why="There is no object to write.",
        example="cannot unify \"80\" and int",
        fix="All places that contributed are shown, those of the Application and those of the definition.",
    ),
    Code(
        "V702", "unknown-parameter", "A parameter does not exist",
        what="The definition has no parameter of that name.",
        why="The controller accepts and ignores it, so a misspelt parameter has no effect at all.",
        example="type: webservice\nproperties: {imgae: nginx}",
        fix="Correct the name; the definition's parameters are shown.",
    ),
    Code(
        "V703", "missing-parameter", "A required parameter is missing",
        what="The definition needs a parameter that has no default, and the properties do not give it.",
        why="The object cannot be completed.",
        example="type: webservice\nproperties: {}    # no image",
        fix="Add the parameter.",
    ),
    Code(
        "V704", "wrong-parameter", "A parameter has a value of another type",
        what="The value does not fit what the definition declares.",
        why="The template cannot be evaluated with it.",
        example='properties: {ports: "80"}    # a list',
        fix="Correct the value; the expected type and its place in the definition are shown.",
    ),
    Code(
        "V705", "no-kind", "A rendered object has no kind",
        what="The template's output lacks `kind`.",
        why="It is not a Kubernetes object.",
        example="output: {apiVersion: \"v1\"}",
        fix="Give the object its kind in the definition.",
    ),
    Code(
        "V706", "duplicate-object", "Two parts of one Application make the same object",
        what="One workflow step renders two objects of one group, kind, namespace and name. A trait that replaces "
        "an object of its own component is only warned about, and so are two equal objects.",
        why="One of them would overwrite the other.",
        example="two components whose definitions both create ConfigMap `settings`",
        fix="Give one of them another name.",
    ),
    Code(
        "V707", "object-owned-twice", "Two Applications own the same object in a cluster",
        what="Two Applications render one object (group, kind, namespace, name) for the same cluster.",
        why="They would overwrite each other for ever; the controller refuses the second one.",
        example="shop and shop-old both create Service `storefront` in `prod`",
        fix="Rename the object, place the Applications apart, or share it with a `shared-resource` policy.",
    ),
    Code(
        "V708", "user-error", "A definition rejects its properties",
        what="The template's `errs` list is not empty: the definition's author forbids this combination.",
        why="The definition says so.",
        example="errs: [\"replicas needs storage\"]",
        fix="Do what the message says.",
    ),
    Code(
        "V709", "invalid-object", "A rendered object is not a valid Kubernetes object",
        what="A name or namespace of a rendered object is not text, or cannot be used as a name.",
        why="No cluster would accept it.",
        example="metadata: {name: 5}",
        fix="Correct the definition or the parameter that ends up there.",
    ),
    Code(
        "V710", "late-value", "A rendered object needs a value that only run time knows",
        what="Part of the object comes from an action (an HTTP request, a read from the cluster) that is not done offline.",
        why="The compiler never asks a server.",
        example="processing: http: {...}",
        fix="Give the value as a property, or leave the trait or step to a controller.",
    ),
    Code(
        "V711", "referred-object", "An object that a component refers to is not known",
        what="`ref-objects` names objects of a cluster or behind a URL; offline they have to be in files.",
        why="The compiler never asks a server.",
        example="type: ref-objects\nproperties: {objects: [{resource: configmap, name: settings}]}",
        fix="Put files that hold the objects below PATH, annotated with `app.oam.dev/resource-url` where a URL is meant; or use `k8s-objects`.",
    ),
    Code(
        "V712", "application-policy", "A policy that rewrites its Application is used wrongly",
        what="Its output has an unknown part, or an Application names a global policy, which applies by itself.",
        why="The controller refuses the Application, too.",
        example="output: component: [...]     // it is called `components`",
        fix="Put out `components`, `workflow`, `policies`, `labels`, `annotations` and `ctx` only.",
    ),
    Code(
        "V713", "unused-parameter", "A parameter has no effect",
        what="The definition declares the parameter, but its template never reads it.",
        why="Setting it changes nothing, which is hardly what was meant.",
        example="type: my-web\nproperties: {debug: true}    # no `parameter.debug` in the template",
        fix="Remove the parameter, or use it in the definition; `strictness.unusedParameter` sets the severity.",
        severity=Severity.WARNING,
    ),
    Code(
        "V714", "conflicting-traits", "Two traits conflict",
        what="The definition of one trait names the other in `conflictsWith`.",
        why="Its author says that they do not work together; no controller checks it.",
        example='attributes: conflictsWith: ["hpa"]',
        fix="Remove one of them; `strictness.conflictingTraits` sets the severity.",
        severity=Severity.WARNING,
    ),
    Code(
        "V715", "trait-does-not-apply", "A trait is not made for this workload",
        what="`appliesToWorkloads` of the trait lists other workloads than that of the component.",
        why="Its patch usually ends up in fields that the workload does not have; no controller checks it.",
        example="a `scaler` on a component of type `cron-task`",
        fix="Use another trait; `strictness.traitDoesNotApply` sets the severity.",
        severity=Severity.WARNING,
    ),
    Code(
        "V716", "read-elsewhere", "An object is only read in a cluster where its Application does not put it",
        what="A read-only policy selects an object that another Application of the fleet makes, in other clusters.",
        why="An object that is only read has to be there; the Application fails without it.",
        example="`shop` reads a ConfigMap in `eu-2`, and `base`, which makes it, goes to `eu-1` only",
        fix="Place both alike; nothing, if something else makes the object there.",
        severity=Severity.WARNING,
    ),
    Code(
        "V717", "patch-failed", "A trait cannot change the workload",
        what="The patch of a trait and the workload disagree, or there is no workload that it could change.",
        why="Two different values for one field cannot both hold; upstream fails in the same way.",
        example="two traits that both set `spec.replicas`, to 2 and to 3",
        fix="Remove one of them; in a definition of yours, `// +patchStrategy=retainKeys` lets the patch win.",
    ),
    Code(
        "V718", "chart", "A Helm chart cannot be rendered",
        what="The chart of a `helmchart` component is not among the vendored ones, is not pinned, or `helm` refuses it.",
        why="Nothing is fetched during a build, and the same input has to give the same objects.",
        example="chart: {source: redis, repoURL: https://charts.example.com}    # no version",
        fix="Name a version, put the archive into the directory that `charts` of velac.yaml names (`helm pull`), and install helm.",
    ),
    Code(
        "V719", "unknown-kind", "An object is of a kind that its API group does not have",
        what="Neither Kubernetes, nor KubeVela's addons, nor a CustomResourceDefinition in the repository has the kind in this group.",
        why="The API server refuses objects of kinds that it does not know, and without a definition nobody can check them before.",
        example='apiVersion: "apps/v1"\nkind: "Deploymnet"',
        fix="Correct the kind or the group in the definition, or put the CustomResourceDefinition below PATH; `strictness.unknownKind` sets the severity.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
