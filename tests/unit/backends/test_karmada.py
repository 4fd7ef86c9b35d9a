"""Karmada: schemas, and that templates with their overrides give each cluster the objects of plain."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.backends.crd_schemas import problems

from velac.backends.difference import Operation, difference
from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

APPS = Path(__file__).resolve().parents[2] / "golden" / "backends" / "app"


def build(path: Path | str, **options: object) -> CompileResult:
    return compile(str(path), backend="karmada", settings={"karmada": options})


def patched(obj: Any, operations: list[Operation]) -> Any:
    """RFC 6902, as far as the operations need it; written apart from what makes them."""
    obj = copy.deepcopy(obj)
    for operator, path, value in operations:
        steps = [p.replace("~1", "/").replace("~0", "~") for p in path.split("/")[1:]]
        if not steps:
            obj = value
            continue
        here = obj
        for step in steps[:-1]:
            here = here[int(step)] if isinstance(here, list) else here[step]
        last: Any = int(steps[-1]) if isinstance(here, list) else steps[-1]
        if operator == "remove":
            del here[last]
        else:
            assert (operator == "replace") == (isinstance(here, list) or last in here)
            here[last] = value
    return obj


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "~/b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b/c", "d~e", ""]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(JSON, JSON)
def test_difference_is_undone_by_applying_it(old: Any, new: Any) -> None:
    made = patched(old, list(difference(old, new)))
    assert repr(made) == repr(new) or made == new
    assert not list(difference(new, new))


def test_every_cluster_gets_the_objects_of_plain(root: Path) -> None:
    for repository in (APPS, root / "examples" / "fleet"):
        result = build(repository, local="hub")
        plain: dict[tuple[str, ...], dict[str, Any]] = {}
        for path, content in compile(str(repository)).files():
            cluster = path.partition("/")[0].replace("local", "hub")
            for obj in yaml.safe_load_all(content):
                plain[(cluster, *key(obj))] = obj
        assert delivered(result) == plain


def delivered(result: CompileResult) -> dict[tuple[str, ...], Any]:
    """What Karmada would deliver, by cluster and object."""
    resources, placed, overrides = {}, {}, {}
    for path, content in result.files():
        for document in yaml.safe_load_all(content):
            if path.endswith("resources.yaml"):
                resources[key(document)] = document
                continue
            assert problems(document) == []
            spec = document["spec"]
            own = document["metadata"].get("namespace", "")
            assert document["kind"].startswith("Cluster") == (own == "")
            for selector in spec["resourceSelectors"]:
                assert selector.get("namespace", "") == own
                if "placement" in spec:
                    placed[key(selector)] = spec["placement"]["clusterAffinity"]["clusterNames"]
                else:
                    assert key(selector) not in overrides
                    overrides[key(selector)] = spec["overrideRules"]
    assert resources.keys() == placed.keys()
    out = {}
    for name, clusters in placed.items():
        for cluster in clusters:
            obj = resources[name]
            for rule in overrides.get(name, ()):
                if cluster in rule["targetCluster"]["clusterNames"]:
                    operations = [
                        Operation(o["operator"], o["path"], o.get("value"))
                        for o in rule["overriders"]["plaintext"]
                    ]
                    obj = patched(obj, operations)
            out[(cluster, *name)] = obj
    return out


def key(obj: dict[str, Any]) -> tuple[str, ...]:
    metadata = obj.get("metadata", obj)
    return (
        obj["apiVersion"].rpartition("/")[0],
        obj["kind"],
        metadata.get("namespace", ""),
        metadata["name"],
    )


def test_clusters_behind_a_gate_begin_suspended() -> None:
    files = dict(build(APPS).files())
    policies = list(yaml.safe_load_all(files["shop/lamp/propagation.yaml"]))
    for policy in policies:
        assert policy["spec"]["suspension"] == {
            "dispatchingOnClusters": {"clusterNames": ["south", "west"]}
        }
    open_files = dict(build(APPS, gates="ignore").files())
    assert b"suspension" not in open_files["shop/lamp/propagation.yaml"]


def test_kept_objects_have_a_policy_of_their_own() -> None:
    files = dict(build(APPS).files())
    kept = [
        policy
        for policy in yaml.safe_load_all(files["shop/lamp/propagation.yaml"])
        if policy["spec"].get("preserveResourcesOnDeletion")
    ]
    assert [[s["kind"] for s in p["spec"]["resourceSelectors"]] for p in kept] == [["ConfigMap"]]


def test_losses_are_told() -> None:
    told = [d.message for d in build(APPS).diagnostics if d.code == "V810"]
    assert "karmada: `shop/hub`: objects of `local` are left out" in told
    assert "karmada: `shop/lamp`: the policy apply-once has no counterpart" in told
    assert not any("waits for approval" in text for text in told)
    named = [d.message for d in build(APPS, local="hub", gates="ignore").diagnostics]
    assert any("waits for approval" in text for text in named)
    assert not any("left out" in text for text in named)


def test_one_object_of_two_applications_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "clusters.yaml").write_text((APPS / "clusters.yaml").read_text())
    for name, cluster in (("one", "east"), ("two", "west")):
        (tmp_path / f"{name}.yaml").write_text(
            f"""
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: {name}, namespace: shop}}
spec:
  components:
  - {{name: web, type: worker, properties: {{image: nginx:1}}}}
  policies:
  - {{name: where, type: topology, properties: {{clusters: [{cluster}]}}}}
"""
        )
    result = build(tmp_path)
    assert [d.message for d in result.diagnostics if d.severity == "error"] == [
        "karmada: Deployment shop/web belongs to `shop/one` and `shop/two`, in different clusters; "
        "Karmada has one"
    ]
