"""ref-objects in a build: the objects come from files of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}{more}}}
data: {{from: "{data}"}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod, uid: u, resourceVersion: "7", creationTimestamp: "2024-01-01T00:00:00Z"}
spec: {replicas: 2}
status: {replicas: 2}
"""


def config(name: str, data: str, more: str = "") -> str:
    return CONFIG.format(name=name, data=data, more=f", {more}" if more else "")


def application(properties: str, name: str = "conf") -> str:
    return f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: shop, namespace: prod}}
spec:
  components:
    - name: {name}
      type: ref-objects
      properties: {properties}
"""


def built(tmp_path: Path, properties: str, *objects: str, name: str = "conf") -> CompileResult:
    (tmp_path / "app.yaml").write_text(application(properties, name))
    (tmp_path / "objects.yaml").write_text("---\n".join(objects))
    return compile(str(tmp_path))


def made(tmp_path: Path, properties: str, *objects: str, name: str = "conf") -> list[Any]:
    """The objects, as (kind, namespace, name, data)."""
    result = built(tmp_path, properties, *objects, name=name)
    assert result.ok, [d.message for d in result.diagnostics]
    found = [m.object for a in result.manifests.apps for g in a.groups for m in g.manifests]
    return [
        (
            o["kind"],
            o["metadata"]["namespace"],
            o["metadata"]["name"],
            o.get("data", {}).get("from"),
        )
        for o in found
    ]


def test_by_name(tmp_path: Path) -> None:
    objects = config("a", "x"), config("b", "z")
    wanted = [("ConfigMap", "prod", "b", "z")]
    assert made(tmp_path, "{objects: [{resource: configmap, name: b}]}", *objects) == wanted
    assert made(tmp_path, "{objects: [{resource: configmaps, name: b}]}", *objects) == wanted


def test_without_a_name_it_is_that_of_the_component(tmp_path: Path) -> None:
    objects = config("a", "x"), config("b", "z")
    found = made(tmp_path, "{objects: [{resource: configmap}]}", *objects, name="a")
    assert found == [("ConfigMap", "prod", "a", "x")]


def test_by_labels_in_the_order_of_names(tmp_path: Path) -> None:
    objects = (
        config("b", "1", "labels: {app: x, tier: t}"),
        config("a", "2", "labels: {app: x}"),
        config("c", "3", "labels: {app: y}"),
    )
    found = made(tmp_path, "{objects: [{resource: configmap, labelSelector: {app: x}}]}", *objects)
    assert [name for _, _, name, _ in found] == ["a", "b"]


def test_the_namespace_counts_where_a_file_says_one(tmp_path: Path) -> None:
    objects = config("a", "1", "namespace: other"), config("a", "2", "namespace: prod")
    assert made(tmp_path, "{objects: [{resource: configmap, name: a}]}", *objects)[0][3] == "2"
    asked = "{objects: [{resource: configmap, name: a, namespace: other}]}"
    assert made(tmp_path, asked, *objects) == [("ConfigMap", "other", "a", "1")]


def test_the_group_tells_resources_apart(tmp_path: Path) -> None:
    other = "apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: web}\n"
    asked = "{objects: [{resource: deployment, group: apps, name: web}]}"
    assert len(made(tmp_path, asked, other, DEPLOYMENT)) == 1


def test_what_only_the_cluster_knows_is_left_out(tmp_path: Path) -> None:
    result = built(tmp_path, "{objects: [{resource: deployment, name: web}]}", DEPLOYMENT)
    obj = result.manifests.apps[0].groups[0].manifests[0].object
    assert obj["spec"] == {"replicas": 2}
    assert "status" not in obj
    assert not {"uid", "resourceVersion", "creationTimestamp"} & obj["metadata"].keys()


def test_by_url_an_annotation_says_where_an_object_is_from(tmp_path: Path) -> None:
    note = 'annotations: {app.oam.dev/resource-url: "https://x.org/a.yaml"}'
    objects = config("a", "1", note), config("b", "2", note), config("c", "3")
    found = made(tmp_path, '{urls: ["https://x.org/a.yaml"]}', *objects)
    assert [name for _, _, name, _ in found] == ["a", "b"]


def test_an_object_of_a_list_is_found(tmp_path: Path) -> None:
    items = "apiVersion: v1\nkind: ConfigMapList\nitems:\n- " + config("a", "x").replace(
        "\n", "\n  "
    )
    found = made(tmp_path, "{objects: [{resource: configmap, name: a}]}", items)
    assert [name for _, _, name, _ in found] == ["a"]


def test_what_is_used_is_not_called_ignored(tmp_path: Path) -> None:
    result = built(
        tmp_path, "{objects: [{resource: configmap, name: a}]}", config("a", "x"), config("b", "z")
    )
    (note,) = [d for d in result.diagnostics if d.code == "V110"]
    assert str(note.span).endswith("objects.yaml:7:7")


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    asked = """{objects: [
        {resource: configmap, name: nope},
        {resource: service, group: example.com, labelSelector: {b: "2", a: "1"}},
        {resource: configmap, name: a, labelSelector: {app: x}}],
        urls: ["https://x.org/a.yaml"]}"""
    result = built(tmp_path, asked, config("a", "x"))
    found = [(d.code, d.message.partition(": ")[2], str(d.span)) for d in result.diagnostics]
    place = f"{tmp_path}/app.yaml"
    assert [item for item in found if item[0] == "V711"] == [
        (
            "V711",
            "there is no configmap `nope` in namespace `prod`, to which it refers",
            f"{place}:9:9",
        ),
        (
            "V711",
            "there is no service.example.com with a=1, b=2 in namespace `prod`, to which it refers",
            f"{place}:10:9",
        ),
        ("V711", "a reference has either `name` or `labelSelector`, not both", f"{place}:11:9"),
        (
            "V711",
            "there is no object of https://x.org/a.yaml, to which it refers",
            f"{place}:12:16",
        ),
    ]


PACKAGE = """\
apiVersion: cue.oam.dev/v1alpha1
kind: Package
metadata: {name: acme}
spec:
  path: acme/naming
  provider: {protocol: http, endpoint: "http://naming"}
  templates:
    a.cue: |
      package naming
      #Prefix: "acme"
    b.cue: |
      package naming
      #Lookup: {#do: "lookup", #provider: "naming", $params: string, $returns?: string}
"""
BOX = """\
import "acme/naming"
box: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: {
	ask: naming.#Lookup & {$params: "x"}
	output: {apiVersion: "v1", kind: "ConfigMap", data: from: naming.#Prefix}
	if parameter.ask {
		output: data: found: ask.$returns
	}
	parameter: ask: *false | bool
}
"""


def boxed(tmp_path: Path, properties: str) -> CompileResult:
    (tmp_path / "box.cue").write_text(BOX)
    app = application(properties).replace("type: ref-objects", "type: box")
    (tmp_path / "app.yaml").write_text(app)
    (tmp_path / "package.yaml").write_text(PACKAGE)
    return compile(str(tmp_path))


def test_an_external_package_is_cue_whose_calls_are_late(tmp_path: Path) -> None:
    result = boxed(tmp_path, "{}")
    assert result.ok, [d.message for d in result.diagnostics]
    assert result.manifests.apps[0].groups[0].manifests[0].object["data"] == {"from": "acme"}
    assert not [d for d in result.diagnostics if d.code == "V110"]
    (problem,) = boxed(tmp_path, "{ask: true}").diagnostics
    assert problem.code == "V710"
    assert "`naming/lookup`" in problem.help
