"""Labels, annotations, names and namespaces."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.render.contract import (
    Contract,
    contract_of,
    finish_policy_object,
    finish_resource,
    finish_workload,
    refer_to_workload,
)


def contract(
    labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None, place: str = ""
) -> Contract:
    return contract_of("shop", "prod", place, "", labels or {}, annotations or {})


def workload(made: Contract, **metadata: Any) -> dict[str, Any]:
    obj: dict[str, Any] = {"kind": "T", "metadata": metadata}
    finish_workload(obj, made, "web", "job")
    found: dict[str, Any] = obj["metadata"]
    return found


def test_system_labels_win_over_the_application_and_it_wins_over_the_template() -> None:
    made = contract({"app.oam.dev/name": "no", "a": "app", "workload.oam.dev/type": "no"})
    labels = workload(made, labels={"a": "template", "t": "1", "app.oam.dev/component": "no"})[
        "labels"
    ]
    assert labels["app.oam.dev/name"] == "shop"
    assert labels["app.oam.dev/component"] == "web"
    assert labels["workload.oam.dev/type"] == "job"
    assert (labels["a"], labels["t"]) == ("app", "1")


def test_the_label_filter_is_trimmed_and_spares_the_template() -> None:
    annotations = {"filter.oam.dev/label-keys": "x, y"}
    made = contract({"x": "1", "y": "1", "z": "1"}, annotations)
    metadata = workload(made, labels={"y": "template"})
    assert {k: v for k, v in metadata["labels"].items() if k in "xyz"} == {
        "y": "template",
        "z": "1",
    }
    assert metadata["annotations"] == {}


def test_the_annotation_filter_is_not_trimmed_and_hits_the_template_too() -> None:
    made = contract(
        None,
        {
            "filter.oam.dev/annotation-keys": "a, b",
            "a": "1",
            "b": "1",
            "app.oam.dev/inplace-upgrade": "x",
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
        },
    )
    assert workload(made, annotations={"a": "t", "c": "t"})["annotations"] == {"b": "1", "c": "t"}


def test_annotations_of_the_application_win() -> None:
    assert workload(contract(None, {"a": "app"}), annotations={"a": "t"})["annotations"] == {
        "a": "app"
    }


def test_labels_that_are_not_all_text_count_for_nothing() -> None:
    assert "t" not in workload(contract(), labels={"t": "1", "n": 1})["labels"]


@pytest.mark.parametrize("name", ["", 5, None])
def test_a_name_has_to_be_text(name: Any) -> None:
    assert workload(contract(), name=name)["name"] == "web"


def test_own_name_and_namespace_stay() -> None:
    metadata = workload(contract(), name="own", namespace="mine")
    assert (metadata["name"], metadata["namespace"]) == ("own", "mine")
    assert workload(contract(place="eu"), namespace="mine")["namespace"] == "eu"


def test_metadata_that_is_null() -> None:
    obj: dict[str, Any] = {"kind": "T", "metadata": None}
    finish_workload(obj, contract(), "web", "job")
    assert obj["metadata"]["name"] == "web"


def test_the_name_of_a_resource_ignores_what_the_application_adds() -> None:
    names = []
    for made in (contract(), contract({"l": "1"}, {"a": "1"}), contract(place="eu")):
        obj: dict[str, Any] = {"kind": "T", "spec": {"x": 1}}
        finish_resource(obj, made, "web", "Expose", "svc")
        names.append(obj["metadata"]["name"])
    assert len(set(names)) == 1
    assert names[0].startswith("web-expose-")


def test_a_policy_object() -> None:
    obj: dict[str, Any] = {"kind": "T", "metadata": {"labels": {"own": "1"}}}
    finish_policy_object(obj, contract({"l": "1"}, {"a": "1"}), "lock")
    assert obj["metadata"] == {
        "name": "lock",
        "namespace": "prod",
        "labels": {
            "own": "1",
            "app.oam.dev/name": "shop",
            "app.oam.dev/component": "lock",
            "app.oam.dev/appRevision": "",
        },
    }


def test_a_reference_makes_its_parents() -> None:
    obj: dict[str, Any] = {"spec": {"a": 1}}
    refer_to_workload(obj, "spec.b.c", {"kind": "D", "apiVersion": "v1", "metadata": {"name": "n"}})
    assert obj["spec"] == {"a": 1, "b": {"c": {"apiVersion": "v1", "kind": "D", "name": "n"}}}
