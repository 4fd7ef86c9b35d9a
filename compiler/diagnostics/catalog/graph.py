"""V4xx: dependencies and workflows."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V401", "dependency-cycle", "Components or steps wait for each other",
        what="Following dependsOn and the values handed over leads back to the start.",
        why="The controller would wait for ever, without an error.",
        example="a: dependsOn [b]\nb: dependsOn [a]",
        fix="Remove one edge of the path that is printed.",
    ),
    Code(
        "V402", "unknown-dependency", "A dependsOn names nothing",
        what="There is no component (or step) of that name to wait for.",
        why="The controller fails the whole Application on it.",
        example="dependsOn: [databse]",
        fix="Correct the name.",
    ),
    Code(
        "V403", "unknown-input", "An input is output by nobody",
        what="No component or step has an output of that name.",
        why="Whoever takes the input would wait for ever.",
        example="inputs: [{from: db-host, parameterKey: host}]    # nobody outputs `db-host`",
        fix="Correct the name, or add the output.",
    ),
    Code(
        "V404", "unknown-policy", "A step names a policy that does not exist",
        what="The policy is neither in the Application nor a standalone Policy of its namespace.",
        why="The deploy step would fail.",
        example="steps: [{type: deploy, properties: {policies: [eu-prod]}}]",
        fix="Correct the name, or define the policy.",
    ),
    Code(
        "V405", "unknown-workflow", "workflow.ref names a Workflow that does not exist",
        what="There is no Workflow object of that name in the Application's namespace.",
        why="The Application would not start.",
        example="workflow: {ref: rollout}",
        fix="Correct the name, or add the Workflow object.",
    ),
    Code(
        "V406", "workflow-ref-and-steps", "A workflow has both a ref and steps",
        what="`workflow.ref` and `workflow.steps` exclude each other.",
        why="The controller rejects it.",
        example="workflow: {ref: rollout, steps: [...]}",
        fix="Keep one of the two.",
    ),
    Code(
        "V407", "unknown-component", "A step or policy names a component that does not exist",
        what="There is no component of that name in the Application.",
        why="The step would fail; a policy would do nothing.",
        example="type: apply-component\nproperties: {component: wbe}",
        fix="Correct the name.",
    ),
    Code(
        "V408", "not-deployed", "A step cannot be placed at compile time",
        what="The step runs only in a controller and decides there what is deployed.",
        why="What it would deploy is missing from the manifests.",
        example="type: deploy2env",
        fix="Use a `deploy` step, or keep the controller for this Application.",
        severity=Severity.WARNING,
    ),
    Code(
        "V409", "nothing-deployed", "An Application's workflow deploys nothing",
        what="The workflow has steps, but none of them deploys components.",
        why="The Application produces no manifest at all.",
        example="workflow: {steps: [{name: wait, type: suspend}]}",
        fix="Add a `deploy` or `apply-component` step, or remove the workflow.",
        severity=Severity.WARNING,
    ),
    Code(
        "V410", "terraform-not-deployed", "A deploy step leaves out Terraform components",
        what="`deploy` ignores Terraform components unless `ignoreTerraformComponent: false`.",
        why="Adding a topology or override policy generates a deploy step and so stops them silently.",
        example="type: deploy    # the component `bucket` is Terraform",
        fix="Write the step with `ignoreTerraformComponent: false`, or place the component by a step of its own.",
        severity=Severity.WARNING,
    ),
    Code(
        "V411", "policy-not-used", "No step uses a placement policy",
        what="A topology, override or replication policy is named by no deploy step.",
        why="With explicit steps such a policy has no effect at all.",
        example="policies: [{name: eu, type: topology, ...}]   # and no step names `eu`",
        fix="Name it in the `policies` of a deploy step, or remove it.",
        severity=Severity.WARNING,
    ),
    Code(
        "V412", "empty-workflow", "A workflow without steps changes how generated steps run",
        what="`workflow` is present, but has no steps.",
        why="The generated steps then run one after the other instead of side by side.",
        example="workflow: {}",
        fix="Remove `workflow`, or write the steps.",
        severity=Severity.WARNING,
    ),
    Code(
        "V413", "late-dependency", "A component waits for one that is deployed later or nowhere",
        what="`dependsOn` names a component that no step deploys before or together with this one.",
        why="The step never finishes at run time.",
        example="dependsOn: [db]    # and the step that deploys `db` comes later",
        fix="Deploy both in one step, or the other one first.",
        severity=Severity.WARNING,
    ),
    Code(
        "V414", "deprecated-policy", "A policy or step is deprecated",
        what="`env-binding` and `deploy2env` still work, but nothing new is made for them.",
        why="Topologies and overrides say the same, and can be combined.",
        example="policies: [{name: env, type: env-binding, ...}]",
        fix="Write a topology and an override per environment, and `deploy` steps that name them.",
        severity=Severity.WARNING,
    ),
    Code(
        "V415", "bad-condition", "The `if` of a step cannot be decided",
        what="It is not a CUE expression that is true or false, or it names something that does not exist.",
        why="The controller fails the step, or runs it when nobody meant it to.",
        example="if: status.bulid.failed    # the step is called `build`",
        fix="Write `always`, or an expression over `context`, `parameter`, `inputs` and `status`.",
    ),
    Code(
        "V416", "step-never-runs", "The `if` of a step is always false",
        what="The condition depends on nothing that run time decides, and it is false.",
        why="The step is skipped each time, and so are steps that depend on it and have no `if`.",
        example='if: context.namespace == "test"    # in the namespace `prod`',
        fix="Nothing, if the Application is used in several places; otherwise remove the step.",
        severity=Severity.NOTE,
    ),
    Code(
        "V417", "unknown-application", "A step waits for an Application that is not in the fleet",
        what="A depends-on-app step names an Application that is not among those compiled.",
        why="The workflow stops there unless it runs already, or is found in a ConfigMap of that name.",
        example="type: depends-on-app\nproperties: {name: databse, namespace: demo}",
        fix="Correct the name, or compile the other Application too.",
        severity=Severity.WARNING,
    ),
    Code(
        "V418", "application-cycle", "Applications wait for each other",
        what="Following the depends-on-app steps of Applications leads back to the start.",
        why="None of them would ever finish, without an error.",
        example="`shop` waits for `db`, and `db` for `shop`",
        fix="Remove one of the steps.",
    ),
    Code(
        "V419", "component-not-deployed", "No step deploys a component",
        what="The workflow has steps of its own, and none of them deploys the component: no apply-component step names it, and the overrides of every deploy step select others.",
        why="With explicit steps KubeVela deploys what they say and nothing else, without a word.",
        example="components: [{name: web, ...}, {name: db, ...}]\nworkflow: {steps: [{name: one, type: apply-component, properties: {component: web}}]}",
        fix="Deploy it by a step, or remove it.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
