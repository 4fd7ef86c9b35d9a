"""Values of Secrets do not get into a tree by accident, whatever the backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.backends.crd_schemas import problems

from velac.compiler.diagnostics.render import render_text
from velac.compiler.driver import compile
from velac.compiler.project import load_project
from velac.compiler.result import CompileResult

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
  - name: keys
    type: k8s-objects
    properties:
      objects:
      - apiVersion: v1
        kind: Secret
        metadata: {name: payment, labels: {tier: gold}}
        type: example.org/keys
        stringData: {user: shop, api-key: open-sesame}
        data: {cert: b3Blbg==, empty: ""}
      - {apiVersion: v1, kind: Secret, metadata: {name: filled-by-the-cluster}, data: {ca: ""}}
      - {apiVersion: example.org/v1, kind: Secret, metadata: {name: other}, data: {a: b}}
"""


def build(tmp_path: Path, backend: str = "plain", **secrets: Any) -> CompileResult:
    (tmp_path / "app.yaml").write_text(APP)
    return compile(str(tmp_path), backend=backend, secrets=secrets)


@pytest.mark.parametrize("backend", ["plain", "ocm", "karmada"])
def test_refused_without_telling_the_value(tmp_path: Path, backend: str) -> None:
    result = build(tmp_path, backend)
    (error,) = [d for d in result.diagnostics if d.severity == "error"]
    assert error.code == "V811"
    assert error.message == (
        "Secret prod/payment of `prod/shop` would be written with its values in the open "
        "(`api-key`, `cert`, `user`)"
    )
    assert not list(result.files())


def test_it_points_at_the_properties_and_shows_no_value(tmp_path: Path) -> None:
    result = build(tmp_path)
    (error,) = [d for d in result.diagnostics if d.severity == "error"]
    stringdata, data = 15, 16
    assert [label.span.line for label in error.labels] == [stringdata, data, stringdata]
    shown = render_text([error])
    assert "stringData: {user: ****, api-key: ***********}" in shown
    assert 'data: {cert: ********, empty: ""}' in shown
    assert "sesame" not in shown


def test_a_value_that_a_template_made_is_not_shown_either(tmp_path: Path) -> None:
    (tmp_path / "def.cue").write_text(
        """\
login: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: {
	parameter: word: string
	output: {apiVersion: "v1", kind: "Secret", metadata: name: "s", stringData: w: "<\\(parameter.word)>"}
}
"""
    )
    (tmp_path / "app.yaml").write_text(
        """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec: {components: [{name: a, type: login, properties: {word: open-sesame}}]}
"""
    )
    (error,) = compile(str(tmp_path)).diagnostics
    assert error.code == "V811"
    assert "sesame" not in render_text([error])


def test_allowed_by_mode_or_by_name(tmp_path: Path) -> None:
    for settings in ({"mode": "allow"}, {"allow": ["prod/pay*"]}):
        ((_, content),) = build(tmp_path, **settings).files()
        assert b"open-sesame" in content
    assert not build(tmp_path, allow=["dev/*"]).ok


@pytest.mark.parametrize("backend", ["plain", "ocm", "karmada"])
def test_external_leaves_nothing_of_the_values(tmp_path: Path, backend: str) -> None:
    result = build(tmp_path, backend, mode="external", store="vault", key="fleet/{name}")
    assert result.ok
    text = b"".join(content for _, content in result.files())
    assert b"sesame" not in text
    assert b"b3Blbg" not in text
    if backend != "plain":
        return
    first, second, third = yaml.safe_load_all(text)
    assert problems(first) == []
    assert [o["kind"] for o in (first, second, third)] == ["ExternalSecret", "Secret", "Secret"]
    assert first["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "vault"}
    assert first["spec"]["target"]["name"] == "payment"
    assert first["spec"]["target"]["template"]["type"] == "example.org/keys"
    assert first["spec"]["target"]["template"]["metadata"]["labels"]["tier"] == "gold"
    assert [d["remoteRef"] for d in first["spec"]["data"]] == [
        {"key": "fleet/payment", "property": key} for key in ("api-key", "cert", "user")
    ]


def test_external_needs_a_store(tmp_path: Path) -> None:
    (error,) = [d for d in build(tmp_path, mode="external").diagnostics if d.severity == "error"]
    assert error.code == "V812"


def test_own_external_secret_stays(tmp_path: Path) -> None:
    own = """
      - {apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: payment}, spec: {mine: true}}
"""
    (tmp_path / "app.yaml").write_text(APP.rstrip() + own)
    result = compile(str(tmp_path), secrets={"mode": "external", "store": "vault"})
    ((_, content),) = result.files()
    external = [o for o in yaml.safe_load_all(content) if o["kind"] == "ExternalSecret"]
    assert [o["spec"] for o in external] == [{"mine": True}]


def test_project_file(tmp_path: Path) -> None:
    file = tmp_path / "velac.yaml"
    file.write_text("secrets: {mode: external, store: vault}\n")
    assert load_project(str(file)).secrets == {"mode": "external", "store": "vault"}
