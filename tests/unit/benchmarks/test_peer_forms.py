"""The fleet for kustomize and helm is the fleet of velac: same objects, same images, same values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from benchmarks import peers
from benchmarks.corpus import write_corpus
from benchmarks.fleet import PRESETS, Fleet
from benchmarks.peer_forms import write_helm, write_kustomize

import velac

FLEET = Fleet("peers", components=2, traits=2, clusters=3, classes=3)


def facts(documents: Iterator[Any]) -> dict[tuple[str, str], Any]:
    """What has to agree, by kind and name; labels and the names of volumes are each tool's own affair."""
    found = {}
    for obj in documents:
        kind, spec = obj["kind"], obj.get("spec", {})
        if kind == "Deployment":
            (container,) = spec["template"]["spec"]["containers"]
            keys = ("name", "image", "ports", "env", "resources")
            known: Any = [container[key] for key in keys]
            known.append([mount["mountPath"] for mount in container["volumeMounts"]])
            known.append([v["configMap"] for v in spec["template"]["spec"]["volumes"]])
        elif kind == "ConfigMap":
            known = obj["data"]
        else:
            known = spec
        found[kind, obj["metadata"]["name"]] = json.dumps(known, sort_keys=True)
    return found


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("velac")
    write_corpus(FLEET, directory)
    return {
        path.partition("/")[0]: facts(yaml.safe_load_all(content))
        for path, content in velac.compile(str(directory)).files()
    }


@pytest.mark.oracle
def test_kustomize_makes_the_same_objects(ours: dict[str, Any], tmp_path: Path) -> None:
    program = peers.find("kustomize")
    if program is None:
        pytest.skip("kustomize is not on this machine")
    for cluster, overlay in zip(ours, write_kustomize(FLEET, tmp_path), strict=True):
        out = tmp_path / "out.yaml"
        peers.kustomize_build(program, tmp_path, overlay, out)
        assert facts(yaml.safe_load_all(out.read_text())) == ours[cluster]


@pytest.mark.oracle
def test_helm_makes_the_same_objects(ours: dict[str, Any], tmp_path: Path) -> None:
    program = peers.find("helm")
    if program is None:
        pytest.skip("helm is not on this machine")
    for cluster, values in zip(ours, write_helm(FLEET, tmp_path), strict=True):
        out = tmp_path / "out.yaml"
        peers.helm_template(program, tmp_path, values, out)
        assert facts(yaml.safe_load_all(out.read_text())) == ours[cluster]


def test_the_base_of_kustomize_has_the_objects_of_velac(
    ours: dict[str, Any], tmp_path: Path
) -> None:
    write_kustomize(FLEET, tmp_path)
    paths = sorted((tmp_path / "base").glob("web-*.yaml"))
    found = facts(obj for path in paths for obj in yaml.safe_load_all(path.read_text()))
    assert found.keys() == ours["cluster-0"].keys()


def test_other_fleets_have_no_such_form(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no form"):
        write_helm(PRESETS["C"], tmp_path)
