"""Laws of the plan: overrides compose, files may come in any order, and a fleet is the union of its clusters."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

pytest.importorskip("hypothesis", reason="hypothesis is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from velac.compiler.driver import Session
from velac.compiler.ir.app import Component, ComponentPatch, Override, Trait, TraitPatch
from velac.compiler.ir.values import Values
from velac.compiler.lower.override_merge import merge_data, merge_override
from velac.compiler.options import Options
from velac.compiler.show.plan import plan_document

NAMES = st.sampled_from(["web", "web-api", "db", "report"])
KEYS = st.sampled_from(["a", "b", "c"])
DATA = st.recursive(
    st.integers(0, 3) | st.booleans() | st.none() | st.text("xy", max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=6,
)
MAPS = st.dictionaries(KEYS, DATA, max_size=3)
TYPES = st.sampled_from(["one", "two"])
COMPONENTS = st.lists(
    st.builds(
        lambda name, data, traits: Component(
            name, "w", Values(data), tuple(Trait(t, Values(d)) for t, d in traits.items())
        ),
        NAMES,
        MAPS,
        st.dictionaries(TYPES, MAPS),
    ),
    max_size=4,
    unique_by=lambda component: component.name,
)
PATCHES = st.builds(
    lambda name, data, traits: ComponentPatch(
        name, "", Values(data), tuple(TraitPatch(t, Values(d)) for t, d in traits.items())
    ),
    NAMES | st.just("") | st.just("w*"),
    MAPS,
    st.dictionaries(TYPES, MAPS),
)
OVERRIDES = st.builds(lambda patches: Override("o", tuple(patches)), st.lists(PATCHES, max_size=3))


def plain(components: Any) -> list[Any]:
    """Components as data, to be compared."""
    return [
        (
            c.name,
            c.type,
            c.properties.data if c.properties else None,
            [(t.type, t.properties.data if t.properties else None) for t in c.traits],
        )
        for c in components
    ]


@given(COMPONENTS, OVERRIDES, OVERRIDES)
def test_two_overrides_are_one_with_both_lists(
    components: list[Component], one: Override, two: Override
) -> None:
    joined = Override("o", one.components + two.components)
    after = merge_override(merge_override(components, one), two)
    assert plain(after) == plain(merge_override(components, joined))


@given(COMPONENTS, OVERRIDES)
def test_an_override_changes_nothing_the_second_time(
    components: list[Component], override: Override
) -> None:
    patches = override.components[:1]
    once = merge_override(components, Override("o", patches))
    assert plain(merge_override(once, Override("o", patches))) == plain(once)


@given(COMPONENTS, MAPS, MAPS)
def test_overrides_of_different_components_commute(
    components: list[Component], first: dict[str, Any], second: dict[str, Any]
) -> None:
    known = {component.name for component in components}
    one = Override("o", (ComponentPatch("db", "", Values(first)),))
    two = Override("t", (ComponentPatch("report", "", Values(second)),))
    if {"db", "report"} <= known:
        there = merge_override(merge_override(components, one), two)
        back = merge_override(merge_override(components, two), one)
        assert plain(there) == plain(back)


@given(DATA, DATA, DATA)
def test_merging_is_associative(base: Any, one: Any, two: Any) -> None:
    if isinstance(one, dict) or not isinstance(two, dict):
        # A scalar in the middle replaces what is below it, whatever was merged first.
        assert merge_data(merge_data(base, one), two) == merge_data(base, merge_data(one, two))


@given(DATA)
def test_merging_with_nothing_or_itself_is_the_same(data: Any) -> None:
    assert merge_data(data, data) == data
    assert merge_data(data, {}) == (data if isinstance(data, dict) else {})


# -------------------------------------------------------------------------------------------------- the fleet

APPS = {
    "a.yaml": ("a", "{clusterLabelSelector: {region: eu}}"),
    "b.yaml": ("b", "{clusters: [us-1, eu-2]}"),
    "c/d.yaml": ("c", "{clusterLabelSelector: {}, namespace: there}"),
    "c/e.yaml": ("d", "{clusters: [local]}"),
}
CLUSTERS = {"eu-1": "eu", "eu-2": "eu", "us-1": "us"}


def application(name: str, topology: str) -> str:
    return f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: {name}, namespace: demo}}
spec:
  components: [{{name: web-{name}, type: worker, properties: {{image: "web:1"}}}}]
  policies:
    - {{name: place, type: topology, properties: {topology}}}
    - {{name: small, type: override, properties: {{components: [{{name: web, properties: {{cpu: "1"}}}}]}}}}
"""


def planned(files: dict[str, str], order: list[str]) -> list[Any]:
    """The plan of files given one by one in this order."""
    with TemporaryDirectory() as folder:
        inventory = Path(folder, "clusters.yaml")
        listed = "".join(
            f"  - {{name: {n}, labels: {{region: {r}}}}}\n" for n, r in CLUSTERS.items()
        )
        inventory.write_text("clusters:\n" + listed, encoding="utf-8")
        for name, text in files.items():
            path = Path(folder, "apps", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        paths = tuple(str(Path(folder, "apps", name)) for name in order)
        session = Session(Options(paths, clusters=str(inventory)))
        session.load()
        plans = session.plan()
        assert not [d for d in session.diagnostics if d.severity == "error"]
        return plan_document(plans)


@settings(max_examples=15, deadline=None)
@given(st.permutations(list(APPS)))
def test_the_plan_does_not_depend_on_the_order_of_files(order: list[str]) -> None:
    files = {name: application(*app) for name, app in APPS.items()}
    assert planned(files, order) == planned(files, list(APPS))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(["{region: eu}", "{region: us}", "{}"]).map(
            lambda labels: f"{{clusterLabelSelector: {labels}}}"
        )
        | st.lists(st.sampled_from(["local", *CLUSTERS]), min_size=1, unique=True).map(
            lambda names: f"{{clusters: [{', '.join(names)}]}}"
        ),
        min_size=1,
        max_size=3,
    )
)
def test_classes_are_disjoint_and_are_together_what_the_steps_reach(topologies: list[str]) -> None:
    files = {f"{i}.yaml": application(f"a{i}", text) for i, text in enumerate(topologies)}
    for app in planned(files, list(files)):
        listed = [name for group in app["classes"] for name in group["clusters"]]
        reached = {
            name
            for wave in app["waves"]
            for step in wave["steps"]
            for target in step["targets"]
            for name in target["clusters"]
        }
        assert len(listed) == len(set(listed))
        assert set(listed) == reached
