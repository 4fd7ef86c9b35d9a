"""helmchart components rendered from charts that the repository holds."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.project import Project
from velac.compiler.result import CompileResult

ROOT = Path(__file__).resolve().parents[3]
PLACES = os.pathsep.join((os.environ.get("PATH", ""), str(ROOT / ".tools/bin")))
needs_helm = pytest.mark.skipif(
    shutil.which("helm", path=PLACES) is None, reason="helm is not installed (make tools)"
)
CHART = "apiVersion: v2\nname: demo\nversion: 1.2.0\n"
OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}-web", annotations: {a: b}}
spec:
  replicas: {{ .Values.replicas }}
  paused: null
  selector: {matchLabels: {}, matchExpressions: []}
  template: {spec: {volumes: [{name: tmp, emptyDir: {}}]}}
---
apiVersion: v1
kind: Namespace
metadata: {name: extra}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: at-home, namespace: elsewhere}
data: {level: "{{ .Values.level }}", kube: "{{ .Capabilities.KubeVersion.Version }}"}
---
apiVersion: v1
kind: Pod
metadata: {name: try, annotations: {helm.sh/hook: test}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: prepare, annotations: {helm.sh/hook: pre-install}}
"""
CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.x.org}\n"


@pytest.fixture
def charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the chart `demo` 1.2.0."""
    monkeypatch.setenv("PATH", PLACES)
    folder = tmp_path / "charts"
    (folder / "demo/templates").mkdir(parents=True)
    (folder / "demo/crds").mkdir()
    (folder / "demo/Chart.yaml").write_text(CHART)
    (folder / "demo/values.yaml").write_text("replicas: 1\nlevel: low\n")
    (folder / "demo/templates/all.yaml").write_text(OBJECTS)
    (folder / "demo/crds/thing.yaml").write_text(CRD)
    return folder


def built(charts: Path, properties: str, *others: str) -> CompileResult:
    app = f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: shop, namespace: prod}}
spec:
  components:
    - name: web
      type: helmchart
      properties: {{{properties}}}
"""
    source = charts.parent / "apps"
    source.mkdir(exist_ok=True)
    (source / "app.yaml").write_text("---\n".join([app, *others]))
    project = Project(charts=str(charts))
    return Session(Options((str(source),), kubernetes_version="1.31", project=project)).run()


def objects(result: CompileResult) -> dict[tuple[str, str], Any]:
    """The objects by kind and name, in order."""
    assert result.ok, [(d.message, d.help) for d in result.diagnostics]
    found = [m.object for a in result.manifests.apps for g in a.groups for m in g.manifests]
    return {(o["kind"], o["metadata"]["name"]): o for o in found}


PINNED = "chart: {source: demo, repoURL: https://charts.example.com, version: 1.2.0}"


@needs_helm
def test_a_chart_gives_its_objects_and_the_record_of_the_release(charts: Path) -> None:
    found = objects(built(charts, f"{PINNED}, values: {{replicas: 3}}"))
    assert list(found) == [
        ("ConfigMap", "web-helm-release"),
        ("CustomResourceDefinition", "things.x.org"),
        ("Namespace", "extra"),
        ("ConfigMap", "at-home"),
        ("Deployment", "web-web"),
        ("Job", "prepare"),
    ]
    assert found["ConfigMap", "web-helm-release"]["data"] == {
        "chartSource": "demo",
        "chartVersion": "1.2.0",
        "releaseName": "web",
        "releaseNamespace": "prod",
        "repoURL": "https://charts.example.com",
        "resourceCount": "5",
    }
    web = found["Deployment", "web-web"]
    assert web["spec"] == {
        "replicas": 3,
        "template": {"spec": {"volumes": [{"name": "tmp"}]}},
    }
    assert web["metadata"]["namespace"] == "prod"
    assert web["metadata"]["annotations"] == {
        "a": "b",
        "app.oam.dev/owner": "helm-provider",
        "meta.helm.sh/release-name": "web",
        "meta.helm.sh/release-namespace": "prod",
    }
    assert web["metadata"]["labels"]["app.oam.dev/component"] == "web"
    assert found["ConfigMap", "at-home"]["metadata"]["namespace"] == "elsewhere"
    assert found["ConfigMap", "at-home"]["data"]["kube"].startswith("v1.31")


CLUSTERS = """\
clusters:
  - {name: old, kubernetesVersion: "1.29"}
  - {name: newer, kubernetesVersion: v1.31.4+k3s1}
  - {name: newest, kubernetesVersion: v1.31.4+k3s1}
"""
EVERYWHERE = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
    - {name: web, type: helmchart, properties: {CHART}}
  policies:
    - {name: all, type: topology, properties: {clusters: [old, newer, newest]}}
"""


@needs_helm
def test_a_chart_sees_the_version_of_its_cluster(charts: Path) -> None:
    source = charts.parent / "apps"
    source.mkdir()
    (source / "app.yaml").write_text(EVERYWHERE.replace("CHART", PINNED))
    (source / "clusters.yaml").write_text(CLUSTERS)
    project = Project(charts=str(charts))
    result = Session(Options((str(source),), project=project)).run()
    assert result.ok, [d.message for d in result.diagnostics]
    groups = result.manifests.apps[0].groups
    seen = {
        clusters: next(
            m.object["data"]["kube"] for m in group.manifests if m.identity.name == "at-home"
        )
        for group in groups
        for clusters in [group.clusters]
    }
    assert seen == {("old",): "v1.29.0", ("newer", "newest"): "v1.31.4+k3s1"}


@needs_helm
def test_options_choose_what_is_taken(charts: Path) -> None:
    options = "options: {includeCRDs: false, skipHooks: true}"
    found = objects(built(charts, f"{PINNED}, {options}"))
    assert ("CustomResourceDefinition", "things.x.org") not in found
    assert ("Job", "prepare") not in found
    found = objects(built(charts, f"{PINNED}, options: {{skipTests: false}}"))
    assert ("Pod", "try") in found


@needs_helm
def test_an_archive_by_address_needs_no_version(charts: Path) -> None:
    archive = charts / "demo-1.2.0.tgz"
    subprocess.run(["tar", "-C", str(charts), "-czf", str(archive), "demo"], check=True)
    shutil.rmtree(charts / "demo")
    address = "chart: {source: 'https://example.com/x/demo-1.2.0.tgz'}"
    assert ("Deployment", "web-web") in objects(built(charts, address))
    by_registry = "chart: {source: 'oci://registry.example.com/team/demo', version: 1.2.0}"
    assert ("Deployment", "web-web") in objects(built(charts, by_registry))


CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: base}
data: {values.yaml: "replicas: 7\\nlevel: middle"}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: more, namespace: prod}
stringData: {custom: "level: high"}
"""


@needs_helm
def test_values_from_objects_of_the_repository(charts: Path) -> None:
    sources = "valuesFrom: [{kind: ConfigMap, name: base}, {kind: Secret, name: more, key: custom}]"
    found = objects(built(charts, f"{PINNED}, {sources}, values: {{replicas: 9}}", CONFIG, SECRET))
    assert found["Deployment", "web-web"]["spec"]["replicas"] == 9
    assert found["ConfigMap", "at-home"]["data"]["level"] == "high"
    optional = "valuesFrom: [{kind: ConfigMap, name: nope, optional: true}]"
    assert objects(built(charts, f"{PINNED}, {optional}"))


def refusal(charts: Path, properties: str) -> tuple[str, str, str]:
    """Message, help and the text that the only error points at."""
    (problem,) = [d for d in built(charts, properties).diagnostics if d.severity == "error"]
    assert problem.code == "V718"
    span = problem.labels[0].span
    text = span.file.text[span.start : span.end]
    return problem.message.partition(": ")[2], problem.help, text


def test_a_version_has_to_be_named(charts: Path) -> None:
    message, _, place = refusal(charts, "chart: {source: demo, version: '>=1.0'}")
    assert message.endswith(
        "the version of the chart is >=1.0, which may mean another chart tomorrow"
    )
    assert place == "'>=1.0'"
    assert refusal(charts, "chart: {source: demo}")[1] == "name a full version, such as 1.2.3"


def test_parameters_are_checked_as_those_of_other_types_are(charts: Path) -> None:
    """The template imports a package of KubeVela's, which must not keep it from being looked at."""
    problems = built(charts, "chart: {source: 1}, chartt: {}").diagnostics
    assert [(p.code, p.message.partition(": ")[2]) for p in problems] == [
        ("V704", "`parameter.chart.source`: conflicting values 1 and string (mismatched types int and string)"),
        ("V702", "`parameter.chartt`: field not allowed"),
    ]  # fmt: skip


def test_a_chart_that_is_not_there(charts: Path) -> None:
    message, hint, _ = refusal(charts, "chart: {source: oci://x.org/other, version: 1.0.0}")
    assert message.endswith(f"there is no chart `other-1.0.0.tgz` in `{charts}`")
    assert hint == "`helm pull` saves it"


def test_without_helm_that_is_said(charts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(charts))
    assert refusal(charts, PINNED)[1] == "install helm 3"


@needs_helm
def test_what_helm_says_of_a_chart_is_told(charts: Path) -> None:
    (charts / "demo/templates/all.yaml").write_text('{{ required "a mark" .Values.mark }}')
    message, _, place = refusal(charts, PINNED)
    assert "helm refuses its chart" in message
    assert "a mark" in message
    assert place == "demo"


@needs_helm
def test_a_chart_that_draws_at_random_is_refused(charts: Path) -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {v: '{{ randAlphaNum 20 }}'}\n"
    )
    (charts / "demo/templates/all.yaml").write_text(text)
    assert refusal(charts, PINNED)[0].endswith(
        "its chart makes other objects each time it is rendered"
    )


@needs_helm
def test_values_that_are_nowhere(charts: Path) -> None:
    message, _, _ = refusal(charts, f"{PINNED}, valuesFrom: [{{kind: ConfigMap, name: nope}}]")
    assert message.endswith("there is no ConfigMap `nope` in the files")
