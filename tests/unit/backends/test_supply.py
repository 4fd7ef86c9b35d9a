"""velac.lock, statements, bills of images and pinned digests: complete, and the same bytes for the same input."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.supply.images import Image, containers_of, parsed_image

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - name: web
    type: webservice
    properties: {image: "registry.example:5000/shop/web:1.4"}
    traits:
    - {type: sidecar, properties: {name: log, image: "log@sha256:%s"}}
  - {name: own, type: note, properties: {text: hello}}
  - {name: nightly, type: cron-task, properties: {image: "tool:2", schedule: "@daily", count: 1}}
  policies:
  - {name: where, type: topology, properties: {clusters: [east, west]}}
""" % ("0" * 64)
NOTE = """
note: {
	type: "component"
	attributes: workload: definition: {apiVersion: "v1", kind: "ConfigMap"}
}
template: {
	parameter: text: string
	output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}
}
"""
DIGEST = "sha256:" + "a1" * 32


def run(*args: str) -> Result:
    return CliRunner().invoke(ROOT, list(args), standalone_mode=False)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "apps").mkdir()
    (tmp_path / "definitions").mkdir()
    (tmp_path / "apps" / "web.yaml").write_text(APP)
    (tmp_path / "definitions" / "note.cue").write_text(NOTE)
    (tmp_path / "clusters.yaml").write_text("clusters: [{name: east}, {name: west}]\n")
    (tmp_path / "velac.yaml").write_text(
        "applications: [apps]\ndefinitions: [definitions]\ninventory: clusters.yaml\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_lock_names_what_is_used(repository: Path) -> None:
    assert run("lock").return_value == 0
    lock = json.loads((repository / "velac.lock").read_text())
    found = {d["name"]: d for d in lock["definitions"]}
    assert sorted(found) == ["cron-task", "note", "sidecar", "webservice"]
    assert found["note"] == {
        "kind": "ComponentDefinition",
        "name": "note",
        "source": "definitions/note.cue",
        "sha256": digest(repository / "definitions" / "note.cue"),
    }
    assert found["sidecar"]["source"] == "<velac>/trait/sidecar.cue"
    assert lock["cue"] == "v0.14.1"


def test_lock_check(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = run("lock", "--check")
    assert missing.return_value == 1
    assert not (repository / "velac.lock").exists()
    run("lock")
    monkeypatch.chdir(repository / "apps")
    same = run("lock", "--check")
    assert (same.return_value, same.stdout) == (0, "")
    note = repository / "definitions" / "note.cue"
    note.write_text(note.read_text() + "\n// changed\n")
    changed = run("lock", "--check")
    assert changed.return_value == 1
    assert f'+      "sha256": "{digest(note)}"' in changed.stdout


def test_nothing_is_locked_with_errors(repository: Path) -> None:
    app = repository / "apps" / "web.yaml"
    app.write_text(app.read_text().replace("type: note", "type: nope"))
    assert run("lock").return_value == 1
    assert not (repository / "velac.lock").exists()


def test_statement_names_inputs_and_outputs(repository: Path) -> None:
    assert run("build", "-b", "plain", "-b", "ocm").return_value == 0
    assert run("attest", "-o", "about", "-b", "plain", "-b", "ocm").return_value == 0
    statement = json.loads((repository / "about" / "statement.json").read_text())
    subjects = {s["name"]: s["digest"]["sha256"] for s in statement["subject"]}
    written = {
        str(path.relative_to(repository / "dist")): digest(path)
        for path in (repository / "dist").rglob("*.yaml")
    }
    assert subjects == written
    build = statement["predicate"]["buildDefinition"]
    inputs = {d["name"]: d["digest"]["sha256"] for d in build["resolvedDependencies"]}
    for name in ("apps/web.yaml", "clusters.yaml", "definitions/note.cue", "velac.yaml"):
        assert inputs[name] == digest(repository / name)
    assert build["externalParameters"] == {"backends": ["plain", "ocm"]}
    assert not {"time", "serialNumber", "invocationId"} & set(statement["predicate"]["runDetails"])


def test_bill_of_each_cluster(repository: Path) -> None:
    run("attest", "-o", "about")
    names = sorted(p.name for p in (repository / "about" / "images").iterdir())
    assert names == ["east.cdx.json", "west.cdx.json"]
    bill = json.loads((repository / "about" / "images" / "east.cdx.json").read_text())
    assert not {"serialNumber", "timestamp"} & (bill.keys() | bill["metadata"].keys())
    found = {c["name"]: c for c in bill["components"]}
    assert sorted(found) == ["log", "registry.example:5000/shop/web", "tool"]
    assert found["tool"]["version"] == "2"
    assert "purl" not in found["tool"]
    assert found["log"]["purl"] == f"pkg:oci/log@sha256%3A{'0' * 64}?repository_url=log"
    assert found["log"]["hashes"] == [{"alg": "SHA-256", "content": "0" * 64}]
    assert found["log"]["properties"] == [{"name": "velac:application", "value": "prod/web"}]


def test_same_bytes_for_other_hash_seeds(repository: Path) -> None:
    texts = set()
    for seed in ("1", "2"):
        for args in (("lock",), ("attest", "-o", "about")):
            subprocess.run(
                [sys.executable, "-m", "velac", *args],
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            )
        files = [repository / "velac.lock", *sorted((repository / "about").rglob("*.json"))]
        texts.add(b"".join(f.read_bytes() for f in files if ".velac" not in f.parts))
    assert len(texts) == 1


def test_images_are_pinned(repository: Path) -> None:
    project = repository / "velac.yaml"
    project.write_text(project.read_text() + "imageDigests: digests.yaml\n")
    digests = repository / "digests.yaml"
    digests.write_text(f"registry.example:5000/shop/web:1.4: {DIGEST}\n")
    result = run("build")
    assert result.return_value == 0
    assert "V814" in result.stderr
    assert "`tool:2`" in result.stderr
    assert "log@" not in result.stderr
    images = [
        container["image"]
        for obj in yaml.safe_load_all((repository / "dist/east/prod/web/manifest.yaml").read_text())
        for container in containers_of(obj)
    ]
    assert sorted(images) == [
        f"log@sha256:{'0' * 64}", f"registry.example:5000/shop/web:1.4@{DIGEST}", "tool:2",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["- a\n", "web: latest\n", "web: {a: b}\n", "a: [\n", None])
def test_bad_digests(repository: Path, text: str | None) -> None:
    project = repository / "velac.yaml"
    project.write_text(project.read_text() + "imageDigests: digests.yaml\n")
    if text is not None:
        (repository / "digests.yaml").write_text(text)
    result = run("build")
    assert result.return_value == 1 or isinstance(result.exception, Rejected)
    assert not (repository / "dist").exists()


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("nginx", Image("nginx", "", "")),
        ("nginx:1.27", Image("nginx", "1.27", "")),
        ("registry:5000/a/b", Image("registry:5000/a/b", "", "")),
        ("registry:5000/a/b:1@sha256:00", Image("registry:5000/a/b", "1", "sha256:00")),
    ],
)
def test_parts_of_references(reference: str, parts: Image) -> None:
    assert parsed_image(reference) == parts


def test_containers_are_found_wherever_pods_are() -> None:
    obj: Any = {
        "spec": {
            "initContainers": [{"image": "a"}],
            "containers": [{"image": "b"}, {"name": "none"}],
            "job": {"template": {"spec": {"containers": [{"image": "c"}]}}},
            "image": "not a container",
        }
    }
    assert [c["image"] for c in containers_of(obj)] == ["a", "b", "c"]
