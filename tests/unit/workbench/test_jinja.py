"""Components whose schematic is a Jinja template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from velac.compiler.driver import compile

DEFINITION = """
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: plain-web}
spec:
  workload: {definition: {apiVersion: apps/v1, kind: Deployment}}
  schematic:
    jinja2:
      parameters:
        type: object
        properties:
          image: {type: string}
          ports: {type: array, items: {type: integer}}
        required: [image]
        additionalProperties: false
      template: |
        TEMPLATE
"""
TEMPLATE = """apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 1
  template: {spec: {containers: [{name: {{ context.name }}, image: {{ parameter.image | tojson }}}]}}
{% for port in parameter.ports %}
---
apiVersion: v1
kind: Service
metadata: {name: "{{ context.name }}-{{ port }}"}
spec: {ports: [{port: {{ port }}}]}
{% endfor %}"""


def build(
    tmp_path: Path, properties: str, template: str = TEMPLATE, name: str = "w"
) -> tuple[list[Any], str]:
    """The objects, and the messages of the errors."""
    indented = template.replace("\n", "\n        ")
    text = DEFINITION.replace("TEMPLATE", indented)
    (tmp_path / "definition.yaml").write_text(text, encoding="utf-8")
    app = f"""
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: a}}
spec:
  components:
    - name: {name}
      type: plain-web
      properties: {properties}
      traits: [{{type: scaler, properties: {{replicas: 2}}}}]
    - {{name: other, type: plain-web, properties: {{image: "i:2", ports: []}}}}
"""
    (tmp_path / "app.yaml").write_text(app, encoding="utf-8")
    result = compile([str(tmp_path)])
    files = b"---\n".join(content for _, content in result.files()).decode()
    objects = [obj for obj in yaml.safe_load_all(files) if obj]
    return objects, "; ".join(d.message for d in result.diagnostics)


def test_objects_traits_and_labels(tmp_path: Path) -> None:
    pytest.importorskip("jsonschema_rs")
    objects, said = build(tmp_path, '{image: "i:1", ports: [80, 81]}')
    assert said == ""
    by_name = {obj["metadata"]["name"]: obj for obj in objects}
    assert sorted(by_name) == ["other", "w", "w-80", "w-81"]
    assert by_name["w"]["spec"]["replicas"] == 2
    assert by_name["w"]["spec"]["template"]["spec"]["containers"][0]["image"] == "i:1"
    assert by_name["other"]["spec"]["template"]["spec"]["containers"][0]["image"] == "i:2"
    assert by_name["w-80"]["metadata"]["labels"]["app.oam.dev/component"] == "w"


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ("{}", '"image" is a required property'),
        ("{image: i, prots: []}", "prots"),
        ("{image: i, ports: [a]}", "parameter.ports.0"),
        ("{image: i}", "has no attribute 'ports'"),
    ],
)
def test_parameters_are_checked(tmp_path: Path, properties: str, said: str) -> None:
    pytest.importorskip("jsonschema_rs")
    objects, told = build(tmp_path, properties)
    assert objects == []
    assert said in told


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("kind: {{ nothing }}", "'nothing' is undefined"),
        ("kind: {{ parameter.__class__ }}", "unsafe"),
        ("kind: {{ ''.__class__.__mro__ }}", "unsafe"),
        ("kind: {% if %}", "line 1"),
        ("kind: [", "YAML"),
        ("{{ range(10) }}", "'range' is undefined"),
        ("", "no object"),
    ],
)
def test_templates_that_go_wrong(tmp_path: Path, template: str, said: str) -> None:
    pytest.importorskip("jsonschema_rs")
    objects, told = build(tmp_path, "{image: i}", template)
    assert objects == []
    assert said.lower() in told.lower() or (said == "YAML" and told)
