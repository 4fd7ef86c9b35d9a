"""What only some components read, Terraform modules and charts, is part of what a build is remembered by."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.unit.cache.fleet import Fleet, content

REPOSITORY = Path(__file__).resolve().parents[3]
PLACES = os.pathsep.join((os.environ.get("PATH", ""), str(REPOSITORY / ".tools/bin")))
DEFINITION = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: bucket}
spec:
  schematic: {terraform: {type: remote, configuration: https://git.example.com/modules, path: bucket}}
"""
APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: NAME, namespace: shop}
spec:
  components:
  - {name: files, type: TYPE, properties: {PROPERTIES}}
  workflow: {steps: [{name: go, type: apply-component, properties: {component: files}}]}
"""


def app(name: str, type_: str, properties: str) -> str:
    return APP.replace("NAME", name).replace("TYPE", type_).replace("PROPERTIES", properties)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A fleet whose project file names modules and charts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", PLACES)
    (tmp_path / "velac.yaml").write_text(
        "charts: charts\nterraform: {modules: {https://git.example.com/modules: modules}}\n"
    )
    module = tmp_path / "modules/bucket"
    module.mkdir(parents=True)
    (module / "main.tf").write_text('variable "size" { default = 1 }\n')
    chart = tmp_path / "charts/demo-1.0.0"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: demo\nversion: 1.0.0\n")
    (chart / "templates/map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: one}\n"
    )
    return Fleet(tmp_path, 2)


def test_a_module_counts(fleet: Fleet) -> None:
    pytest.importorskip("hcl2")
    fleet.write("bucket.yaml", DEFINITION)
    fleet.write("files.yaml", app("files", "bucket", "size: 2"))
    fleet.build()
    assert "from the cache: 3 applications" in fleet.build("--stats")
    (fleet.root / "modules/bucket/main.tf").write_text('variable "name" {}\n')
    code, told = fleet.run()
    assert code == 1
    assert "`parameter.size`: field not allowed" in told


@pytest.mark.skipif(shutil.which("helm", path=PLACES) is None, reason="helm is not installed")
def test_a_chart_counts(fleet: Fleet) -> None:
    fleet.write("chart.yaml", app("chart", "helmchart", "chart: {source: demo, version: 1.0.0}"))
    fleet.build()
    assert "from the cache: 3 applications" in fleet.build("--stats")
    template = fleet.root / "charts/demo-1.0.0/templates/map.yaml"
    template.write_text(template.read_text().replace("one", "two"))
    fleet.build()
    made = content(fleet.out)
    assert any(b"a: two" in text for text in made.values())
    assert made == fleet.told()[1]
