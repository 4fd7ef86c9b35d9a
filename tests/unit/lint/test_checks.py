"""Schemas and the user's own policies, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.lint.conftest import application, clusters

from velac.compiler import cli

Check = Callable[..., list[dict[str, Any]]]
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {team: a}}\nspec: {type: NodePort, ports: [{port: 80}]}\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """`check(text, *arguments)`: the findings as JSON, with the codes of the engine's own checks only."""
    monkeypatch.chdir(tmp_path)
    Path("apps").mkdir()

    def run(text: str, *arguments: str) -> list[dict[str, Any]]:
        Path("apps/app.yaml").write_text(application(text))
        Path("clusters.yaml").write_text(clusters(text))
        cli.run(
            ["lint", "apps", "--clusters", "clusters.yaml", "--output", "json=out.json", *arguments]
        )
        found = json.loads(Path("out.json").read_text())
        return [item for item in found if item["code"][:3] in ("VL3", "VL4")]

    return run


def policy(name: str, text: str) -> None:
    Path("policies").mkdir(exist_ok=True)
    Path("policies", name).write_text(text)
    Path("velac.yaml").write_text("lint: {policies: [policies]}\n")


# ----------------------------------------------------------------------------------------------------- schemas


def test_unknown_and_mistyped_fields_point_to_the_source(check: Check) -> None:
    pytest.importorskip("jsonschema_rs", reason="the extra `schemas` is not installed")
    assert check(SERVICE) == []
    found = check(
        SERVICE.replace("port: 80", "port: eighty").replace("type: NodePort", "typo: NodePort")
    )
    assert [item["code"] for item in found] == ["VL301", "VL301"]
    lines = Path("apps/app.yaml").read_text().splitlines()
    assert all("spec:" in lines[item["line"] - 1] for item in found)
    assert any("typo" in item["message"] for item in found)


def test_values_of_a_secret_are_not_shown(check: Check) -> None:
    pytest.importorskip("jsonschema_rs", reason="the extra `schemas` is not installed")
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {pin: 271828}\n"
    (found,) = check(secret)
    assert found["message"] == "`stringData.pin` does not fit its schema (Kubernetes 1.34)"


def test_a_version_without_schemas_is_a_note(check: Check) -> None:
    pytest.importorskip("jsonschema_rs", reason="the extra `schemas` is not installed")
    (found,) = check("# Kubernetes 1.20\n" + SERVICE)
    assert (found["code"], found["severity"]) == ("VL302", "note")
    assert "was not validated" in found["message"]


def test_crds_of_the_repository_and_given_ones(check: Check) -> None:
    pytest.importorskip("jsonschema_rs", reason="the extra `schemas` is not installed")
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"},
        "spec": {"group": "example.com", "names": {"kind": "Widget"}, "versions": [{"name": "v1", "schema": {
            "openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "size": {"type": "integer", "nullable": True}, "port": {"x-kubernetes-int-or-string": True},
                "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}}}}]},
    }  # fmt: skip
    good = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: null, port: http, any: {x: 1}}\n"
    assert [item["code"] for item in check(good)] == ["VL302"]
    Path("crd.json").write_text(json.dumps(crd))
    assert check(good, "--crd", "crd.json") == []
    (found,) = check(good.replace("size: null", "sizes: 3"), "--crd", "crd.json")
    assert (found["code"], "sizes" in found["message"]) == ("VL301", True)
    Path("apps/crd.json").write_text(json.dumps(crd))
    assert check(good) == []


# ---------------------------------------------------------------------------------------------------- policies


def test_cue(check: Check) -> None:
    policy("p.cue", 'object: {kind: string, if kind == "Service" {spec: type: "ClusterIP"}, ...}\napplication: metadata: labels: tier: string\n')  # fmt: skip
    found = check(SERVICE, "--no-schemas")
    assert [item["code"] for item in found] == ["VL401", "VL401"]
    assert any("spec.type" in item["message"] for item in found)
    assert any("metadata.labels.tier" in item["message"] for item in found)


@pytest.mark.parametrize("text", ["object: {", "object: missing", "else: 1"])
def test_cue_that_cannot_run(check: Check, text: str) -> None:
    policy("p.cue", text + "\n")
    assert [item["code"] for item in check(SERVICE, "--no-schemas")] == ["VL404"]


VAP = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-node-ports}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  matchConstraints:
    resourceRules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [services]}
  variables: [{name: kind, expression: "object.spec.type"}]
  validations:
    - {expression: "variables.kind != params.data.forbidden", message: not this type}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: no-node-ports, validationActions: [Warn], paramRef: {name: limits}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: limits}
data: {forbidden: NodePort}
"""


def test_cel(check: Check) -> None:
    pytest.importorskip("cel_expr_python", reason="the extra `policies` is not installed")
    policy("p.yaml", VAP)
    (found,) = check(SERVICE, "--no-schemas")
    assert (found["code"], found["severity"]) == ("VL402", "warning")
    assert found["message"] == "no-node-ports: not this type"
    assert check(SERVICE.replace("NodePort", "ClusterIP"), "--no-schemas") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("variables.kind != params.data.forbidden", "authorizer.group('').check('x').allowed()"),
        ("name: no-node-ports}\nspec", "name: another}\nspec"),
        ("paramRef: {name: limits}", "paramRef: {name: other}"),
        ("validationActions: [Warn]", "matchResources: {namespaceSelector: {matchLabels: {a: b}}}"),
    ],
)
def test_cel_that_cannot_run_is_told(check: Check, old: str, new: str) -> None:
    pytest.importorskip("cel_expr_python", reason="the extra `policies` is not installed")
    assert old in VAP
    policy("p.yaml", VAP.replace(old, new))
    assert {item["code"] for item in check(SERVICE, "--no-schemas")} == {"VL404"}


def test_an_error_in_an_expression_refuses(check: Check) -> None:
    pytest.importorskip("cel_expr_python", reason="the extra `policies` is not installed")
    text = VAP.replace("variables.kind != params.data.forbidden", "object.spec.absent == 1")
    policy("p.yaml", text)
    assert [item["code"] for item in check(SERVICE, "--no-schemas")] == ["VL402"]
    policy("p.yaml", text.replace("  paramKind", "  failurePolicy: Ignore\n  paramKind"))
    (unsure,) = check(SERVICE, "--no-schemas")
    assert (unsure["code"], unsure["severity"]) == ("VL404", "warning")


def test_rego(check: Check) -> None:
    pytest.importorskip("regopy", reason="the extra `policies` is not installed")
    policy("p.rego", 'package main\n\nimport rego.v1\n\ndeny contains msg if {\n  input.spec.type == "NodePort"\n  msg := "no node ports"\n}\n\nwarn_team contains {"msg": "hm"} if input.kind == "Service"\n')  # fmt: skip
    found = {
        (item["code"], item["severity"], item["message"]) for item in check(SERVICE, "--no-schemas")
    }
    assert found == {("VL403", "error", "no node ports"), ("VL403", "warning", "hm")}
    assert [
        i["severity"] for i in check(SERVICE.replace("NodePort", "ClusterIP"), "--no-schemas")
    ] == ["warning"]


def test_rego_that_cannot_run_is_told(check: Check) -> None:
    pytest.importorskip("regopy", reason="the extra `policies` is not installed")
    policy("p.rego", "package main\n\ndeny contains x if {{{\n")
    assert [item["code"] for item in check(SERVICE, "--no-schemas")] == ["VL404"]
