"""Env-binding: what the deprecated `deploy2env` steps deploy (semantics 5.7).

Takes deployments of deploy2env steps, returns them with the components as the step's environment patches and selects
them, and with its cluster and namespace. An environment is an override and a topology in one, and is treated as such.
Example: env `prod` with `clusterSelector: {name: eu-1}` and a patch of `web` gives `web`, patched, in `eu-1`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Deployment, Override, Policy, Target
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import DEPLOY2ENV, ENV_BINDING, OVERRIDE
from velac.compiler.ir.shape import (
    BOOL,
    LABELS,
    STRING,
    STRINGS,
    ListOf,
    Object,
    name_problem,
    report_shape,
)
from velac.compiler.ir.values import Values
from velac.compiler.lower.override_decode import PATCHES, decode_override
from velac.compiler.lower.override_merge import merge_override
from velac.compiler.lower.override_reach import check_reach
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed

_SELECTOR: Final = Object({"name": STRING, "labels": LABELS}, what="a selector")
_ENV: Final = Object(
    {
        "name": STRING,
        "placement": Object(
            {"clusterSelector": _SELECTOR, "namespaceSelector": _SELECTOR}, what="a placement"
        ),
        "selector": Object({"components": STRINGS}, what="an environment's selector"),
        "patch": Object({"components": PATCHES}, what="an environment's patch"),
    },
    frozenset({"name"}),
    "an environment",
)
SHAPE: Final = Object({"envs": ListOf(_ENV)}, frozenset({"envs"}), "an env-binding policy")
_STEP: Final = Object(
    {"policy": STRING, "env": STRING, "parallel": BOOL}, frozenset({"env"}), "a deploy2env step"
)


def env_binding(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    environments: dict[str, dict[str, Values]] = {}
    for policy in app.policies:
        if policy.type == ENV_BINDING:
            environments[policy.name] = dict(_environments(policy, context))
    if not any(d.step.type == DEPLOY2ENV for d in app.deployments):
        return app
    known: dict[str, Override] = {}
    deployments = []
    for deployment in app.deployments:
        if deployment.step.type == DEPLOY2ENV:
            deployment = _placed(app, deployment, environments, known, context)
        deployments.append(deployment)
    check_reach(app, known.values(), context)
    return changed(app, deployments=tuple(deployments))


def _environments(policy: Policy, context: Context) -> Iterator[tuple[str, Values]]:
    """The environments of a policy by name; the policy itself is reported as deprecated."""
    context.warn(
        "V414",
        f"policy `{policy.name}` has the deprecated type `{ENV_BINDING}`",
        policy.origin.span(("type",)),
        help="write a topology and an override per environment, and `deploy` steps that name them",
    )
    values = policy.properties
    if values is None or not report_shape(values, SHAPE, context.diagnostics):
        return
    for index, env in enumerate(values.data.get("envs") or ()):
        if isinstance(env, dict) and env.get("name"):
            yield env["name"], values.at("envs", index)


def _placed(
    app: AppIR,
    deployment: Deployment,
    environments: dict[str, dict[str, Values]],
    known: dict[str, Override],
    context: Context,
) -> Deployment:
    step = deployment.step
    properties = step.properties or Values({}, step.origin.sources)
    if not report_shape(properties, _STEP, context.diagnostics):
        return deployment
    data = properties.data
    # An empty name means the first policy of this type.
    name = data.get("policy") or next(iter(environments), "")
    if name not in environments:
        context.error(
            "V404",
            f"step `{step.name}` names the unknown env-binding policy `{name}`",
            properties.span(("policy",)),
            help=did_you_mean(name, environments, known="policies"),
        )
        return deployment
    env = environments[name].get(data.get("env") or "")
    if env is None:
        if data.get("env"):
            context.error(
                "V404",
                f"policy `{name}` has no environment `{data['env']}`",
                properties.span(("env",)),
                help=did_you_mean(data["env"], environments[name], known="environments"),
            )
        return deployment
    policy = next(policy for policy in app.policies if policy.name == name)
    return changed(
        deployment,
        policies=(policy,),
        components=_patched(app, name, env, known, context),
        targets=_targets(env, context),
    )


def _patched(
    app: AppIR, policy: str, env: Values, known: dict[str, Override], context: Context
) -> tuple[Component, ...]:
    """The components after the patch and the selector of an environment."""
    data = env.data
    name = f"{policy}/{data['name']}"
    patch = env.at("patch") if data.get("patch") is not None else Values({})
    change = known.setdefault(name, decode_override(Policy(name, OVERRIDE, patch)))
    selector = (data.get("selector") or {}).get("components")
    made = merge_override(app.components, change)
    if selector is None:
        return made
    names = {component.name: None for component in made}
    for index, wanted in enumerate(selector):
        if wanted not in names:
            context.warn(
                "V602",
                f"environment `{name}` selects the unknown component `{wanted}`",
                env.span(("selector", "components", index)),
                help=did_you_mean(wanted, names, known="components"),
            )
    return tuple(component for component in made if component.name in selector)


def _targets(env: Values, context: Context) -> tuple[Target, ...]:
    """Where an environment lies: a cluster by name, or all with some labels; a namespace by name."""
    placement = env.data.get("placement") or {}
    cluster = placement.get("clusterSelector") or {}
    place = placement.get("namespaceSelector") or {}
    namespace = place.get("name") or ""
    if place.get("labels"):
        context.error(
            "V304",
            "a namespace cannot be chosen by labels",
            env.span(("placement", "namespaceSelector", "labels")),
            help="give its `name`",
        )
    if namespace and (complaint := name_problem(namespace)):
        where = ("placement", "namespaceSelector", "name")
        context.error("V305", f"the namespace {complaint}", env.span(where))
    labels, name = cluster.get("labels"), cluster.get("name") or ""
    if labels and not name:
        names = context.inventory.select(labels)
        if not names:
            wanted = ", ".join(f"{key}={value}" for key, value in labels.items())
            context.error(
                "V502",
                f"no cluster matches environment `{env.data['name']}` ({wanted})",
                env.span(("placement", "clusterSelector", "labels")),
                help=context.inventory.hint,
            )
        return (Target(namespace, names),)
    name = name or LOCAL
    if name not in context.inventory.clusters:
        context.error(
            "V501",
            f"cluster `{name}` is not in the inventory",
            env.span(("placement", "clusterSelector", "name")),
            help=context.inventory.hint
            or did_you_mean(name, context.inventory.clusters, known="clusters"),
        )
        return ()
    names = (name,)
    # One object for equal lists: later stages group clusters by identity of these tuples.
    names = context.memo.setdefault(("topology", names), names)
    return (Target(namespace, names),)


PASS = PassSpec(
    name="env-binding",
    level="application",
    after=frozenset({"workflow", "condition"}),
    run=env_binding,
    title="finds what deploy2env steps deploy, and where (deprecated)",
)
