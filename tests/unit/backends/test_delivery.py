"""Waves and gates of deliveries, and names for objects about them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from velac.backends.annotate import json_pointer
from velac.backends.delivery import (
    app_deliveries,
    object_levels,
    object_name,
    plan_losses,
)
from velac.compiler.driver import compile
from velac.compiler.ir.backend import BackendInput

COMPONENT = {"name": "web", "type": "webservice", "properties": {"image": "nginx:1.27"}}


def topology(name: str) -> dict[str, Any]:
    return {"name": name, "type": "topology", "properties": {"clusters": [name]}}


def deploy(name: str, **more: Any) -> dict[str, Any]:
    auto = more.pop("auto", True)
    policies = more.pop("policies", [name])
    return {
        "name": name, "type": "deploy", "properties": {"policies": policies, "auto": auto}, **more
    }  # fmt: skip


def suspend(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "suspend", **more}


def backend_input(
    folder: Path, workflow: Any, policies: list[Any], components: Sequence[Any] = (COMPONENT,)
) -> BackendInput:
    spec = {"components": list(components), "policies": policies, "workflow": workflow}
    app: dict[str, Any] = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application"}
    app |= {"metadata": {"name": "web", "namespace": "prod"}, "spec": spec}
    (folder / "app.yaml").write_text(yaml.safe_dump(app))
    clusters = {"clusters": [{"name": name} for name in "abcd"]}
    (folder / "clusters.yaml").write_text(yaml.safe_dump(clusters))
    result = compile(str(folder))
    assert result.ok, result.diagnostics
    return BackendInput(result.plan, result.manifests, {}, "app")


IN_TURN: dict[str, tuple[Any, dict[str, tuple[int, str]]]] = {
    "no gates": (
        {"steps": [deploy("a"), deploy("b")]},
        {"a": (0, ""), "b": (1, "")},
    ),
    "a step of its own": (
        {"steps": [deploy("a"), suspend("look"), deploy("b"), deploy("c")]},
        {"a": (0, ""), "b": (1, "look"), "c": (2, "")},
    ),
    "a property": (
        {"steps": [deploy("a", auto=False), deploy("b")]},
        {"a": (0, "a"), "b": (1, "")},
    ),
    "both": (
        {"steps": [suspend("look"), deploy("a", auto=False)]},
        {"a": (0, "a")},
    ),
    "before a group": (
        {
            "steps": [
                deploy("a"),
                suspend("look"),
                {"name": "all", "type": "step-group", "subSteps": [deploy("b"), deploy("c")]},
            ]
        },
        {"a": (0, ""), "b": (1, "look"), "c": (1, "look")},
    ),
    "side by side": (
        {
            "mode": {"steps": "DAG"},
            "steps": [suspend("look"), deploy("a"), deploy("b", dependsOn=["look"])],
        },
        {"a": (0, ""), "b": (1, "look")},
    ),
    "the first step of a cluster counts": (
        {"steps": [deploy("a"), deploy("rest", policies=["a", "b"], auto=False)]},
        {"a": (0, ""), "b": (1, "rest")},
    ),
}


@pytest.mark.parametrize("case", IN_TURN)
def test_waves_and_gates(case: str, tmp_path: Path) -> None:
    workflow, expected = IN_TURN[case]
    made = backend_input(tmp_path, workflow, [topology(name) for name in "abc"])
    (app,) = app_deliveries(made)
    assert {d.cluster: (d.wave, d.gate) for d in app.deliveries} == expected
    assert [d for wave in app.waves for d in wave] == sorted(app.deliveries, key=lambda d: d.wave)


def test_states_in_between_are_lost_only_where_they_differ(tmp_path: Path) -> None:
    change = {"name": "web", "properties": {"image": "nginx:1.28"}}
    override = {"name": "new", "type": "override", "properties": {"components": [change]}}
    policies = [topology("a"), topology("b"), override]
    same = {"steps": [deploy("a"), deploy("again", policies=["a"])]}
    assert not list(plan_losses(backend_input(tmp_path, same, policies), "x"))
    later = {"steps": [deploy("a"), deploy("again", policies=["a", "new"])]}
    (loss,) = plan_losses(backend_input(tmp_path, later, policies), "x")
    assert "what step `a` makes is changed again by a later step in a;" in loss.what


def apply(name: str, cluster: str) -> dict[str, Any]:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    return {
        "name": name, "type": "apply-object", "properties": {"cluster": cluster, "value": value}
    }  # fmt: skip


def test_what_comes_behind_a_gate_into_a_cluster_that_is_delivered_before_is_told(
    tmp_path: Path,
) -> None:
    steps = [deploy("a"), suspend("look"), apply("late", "a"), deploy("b")]
    made = backend_input(tmp_path, {"steps": steps}, [topology("a"), topology("b")])
    (loss,) = plan_losses(made, "x")
    assert loss.what == (
        "`prod/web`: what step `late` makes in a does not wait for the gate `look`, "
        "as an earlier step delivers to the same cluster"
    )


def test_objects_of_steps_do_not_open_the_gate_of_components(tmp_path: Path) -> None:
    steps = [apply("early", "a"), suspend("look"), deploy("a")]
    (app,) = app_deliveries(backend_input(tmp_path, {"steps": steps}, [topology("a")]))
    (delivery,) = app.deliveries
    assert delivery.gate == "look"
    assert {m.identity.kind for m in delivery.group.manifests} == {"Deployment", "ConfigMap"}


def test_objects_are_in_the_order_of_components_and_of_the_stages_of_traits(tmp_path: Path) -> None:
    """`db` before `web`; of each the workload before the Service of `expose`, which is PostDispatch."""
    expose = {"type": "expose", "properties": {"ports": [{"port": 80}]}}
    db = {**COMPONENT, "name": "db", "traits": [expose]}
    web = {**COMPONENT, "traits": [expose], "dependsOn": ["db"]}
    made = backend_input(tmp_path, {"steps": [deploy("a")]}, [topology("a")], [web, db])
    level = object_levels(made.plan.apps[0])
    ((group,),) = (app.groups for app in made.manifests.apps)
    levels = {f"{m.identity.kind} {m.identity.name}": level(m) for m in group.manifests}
    assert levels == {"Deployment db": 0, "Service db": 1, "Deployment web": 2, "Service web": 3}


def test_steps_that_run_something_are_lost(tmp_path: Path) -> None:
    flow = {
        "steps": [
            deploy("a", **{"if": "always"}),
            {"name": "tell", "type": "notification", "properties": {}},
        ]
    }
    told = [loss.what for loss in plan_losses(backend_input(tmp_path, flow, [topology("a")]), "x")]
    assert len(told) == 2
    assert "condition" in told[0]
    assert "`tell` (notification)" in told[1]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("ab.-_A", min_size=1, max_size=30), min_size=1, max_size=4))
def test_names_are_valid(parts: list[str]) -> None:
    import re

    name = object_name(*parts)
    assert len(name) <= 63
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name)


def test_names_are_readable_and_tell_things_apart() -> None:
    assert object_name("shop", "orders", "prod-eu-1") == "shop.orders.prod-eu-1"
    several = [("a.b", "c"), ("a", "b.c"), ("a", "b", "c"), ("A", "b", "c"), ("a", "b_c")]
    assert len({object_name(*parts) for parts in several}) == len(several)
    assert len({object_name("x" * 70, tail) for tail in "ab"}) == 2


def test_json_pointers() -> None:
    assert json_pointer("spec.template.spec.containers[0].image") == (
        "/spec/template/spec/containers/0/image"
    )
    assert json_pointer("data.a/b~c") == "/data/a~1b~0c"
