"""Definitions survive the store: what is read back renders what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.fleet.history import History, application, config, config_map
from tests.unit.revision.test_rules import published

from velac.compiler.load.builtin import builtin_entries
from velac.compiler.load.resolution import Entry
from velac.compiler.revision.bodies import body_digest, body_of, definition_of_body

ENTRIES = list(builtin_entries())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.type}-{entry.name}")
def test_every_definition_that_comes_with_velac(entry: Entry) -> None:
    before = entry.read()
    body = json.loads(json.dumps(body_of(before)))
    after = definition_of_body(before.type, before.name, "v1", body, "store")
    assert after.name == f"{before.name}-v1"
    assert body_of(after) == body_of(before)
    assert body_digest(body) == body_digest(body_of(after))
    for key in (
        "stage",
        "manage_workload",
        "control_plane_only",
        "workload_ref_path",
        "is_terraform",
    ):
        assert getattr(after, key) == getattr(before, key)


@pytest.mark.parametrize(
    "value",
    [
        "1.5",
        "1e3",
        "123456789012345678901234567890",
        "0.1",
        "-0.0",
        '"\\u20ac"',
        '"y"',
        "null",
        "{}",
    ],
)
def test_values_of_any_kind_are_kept(tmp_path: Path, value: str) -> None:
    repo = History(tmp_path)
    repo.write("velac.yaml", "revisions: {directory: revisions}\n")
    thing = {**config_map("m"), "kind": "Thing", "apiVersion": "example.com/v1", "value": "VALUE"}
    text = application(config("c", thing), annotations=published("one")).replace('"VALUE"', value)
    repo.write("shop.yaml", text)
    repo.ok("build")
    written = repo.files("dist/eu-1")
    repo.write("shop.yaml", text.replace('"k8s-objects"', '"other"'))
    repo.ok("build")
    assert repo.files("dist/eu-1") == written, "what was published comes back from the store"
    assert "shop-v2" not in repo.ok("revision", "list", "--output", "json")


def test_a_terraform_definition_is_kept(tmp_path: Path) -> None:
    repo = History(tmp_path)
    repo.write("velac.yaml", "revisions: {directory: revisions}\n")
    body = {
        "apiVersion": "core.oam.dev/v1beta1", "kind": "ComponentDefinition", "metadata": {"name": "bucket", "namespace": "vela-system"},
        "spec": {
            "workload": {"definition": {"apiVersion": "terraform.core.oam.dev/v1beta2", "kind": "Configuration"}},
            "schematic": {"terraform": {"configuration": 'variable "acl" { type = string }'}},
        },
    }  # fmt: skip
    repo.write("bucket.yaml", json.dumps(body))
    part = {"name": "b", "type": "bucket@v1", "properties": {"acl": "x"}}
    repo.write("shop.yaml", application(part))
    repo.ok("build")
    body["spec"]["schematic"]["terraform"]["configuration"] += "\n"  # type: ignore[index]
    repo.write("bucket.yaml", json.dumps(body))
    repo.ok("build")
    rows = json.loads(repo.ok("revision", "list", "--definitions", "--output", "json"))
    assert [row["name"] for row in rows] == ["bucket-v1", "bucket-v2"]
