"""Special kinds: Terraform components, referred objects, custom policies."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.render.context import surroundings_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.policy import render_policy
from velac.compiler.render.refobjects import Reference, with_referred_objects
from velac.compiler.render.terraform import with_printed_defaults

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
    - name: db
      type: cloud
      properties:
        size: 3
        region: {zone: a}
        writeConnectionSecretToRef: {name: db-conn}
        providerRef: {name: mine, namespace: x}
        customRegion: r1
        forceDelete: true
"""


def cloud(**terraform: Any) -> Definition:
    schematic = {
        "configuration": "variable {}",
        "type": "hcl",
        "providerRef": {"name": "theirs", "namespace": "default"},
        "customRegion": "ignored",
        **terraform,
    }
    annotations = {"definition.oam.dev/description": "a database"}
    return Definition("component", "cloud", None, {}, {}, annotations, schematic)


def test_a_terraform_component(kit: Any) -> None:
    obj = kit.one(APP, cloud())
    assert (obj["apiVersion"], obj["kind"]) == ("terraform.core.oam.dev/v1beta2", "Configuration")
    assert obj["metadata"]["name"] == "db"
    assert obj["metadata"]["annotations"] == {"definition.oam.dev/description": "a database"}
    assert obj["spec"] == {
        "hcl": "variable {}",
        "variable": {"size": 3, "region": {"zone": "a"}},
        "writeConnectionSecretToRef": {"name": "db-conn", "namespace": "prod"},
        "providerRef": {"name": "mine", "namespace": "x"},
        "customRegion": "r1",
        "forceDelete": True,
    }


def test_terraform_from_a_repository_and_without_type(kit: Any) -> None:
    text = APP[: APP.index("      properties:")]
    remote = kit.one(text, cloud(type="remote", configuration="https://x/y.git", path="a/b"))
    assert remote["spec"] == {
        "remote": "https://x/y.git",
        "path": "a/b",
        "providerRef": {"name": "theirs", "namespace": "default"},
    }
    assert not {"hcl", "remote"} & kit.one(text, cloud(type=""))["spec"].keys()


def test_terraform_without_a_configuration(kit: Any) -> None:
    (diagnostic,) = kit.refused(APP, cloud(configuration=""))
    assert "no Terraform configuration" in diagnostic.message


def test_a_patch_of_a_terraform_component_is_refused(kit: Any) -> None:
    text = APP + "      traits: [{type: p}]\n"
    trait = kit.definition("p", "trait", "patch: spec: x: 1")
    (diagnostic,) = kit.refused(text, cloud(), trait)
    assert diagnostic.code == "V717"


def test_what_dry_run_prints_of_a_configuration(kit: Any) -> None:
    printed = with_printed_defaults(kit.one(APP, cloud()))
    assert printed["metadata"]["creationTimestamp"] is None
    assert printed["spec"]["gitRef"] == {}
    assert printed["status"] == {"apply": {}, "destroy": {}}
    other = {"kind": "ConfigMap"}
    assert with_printed_defaults(other) is other


# ------------------------------------------------------------------------------------------ referred objects

REF = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
    - name: conf
      type: ref-objects
      properties:
        objects:
          - {resource: configmap}
          - {resource: service, name: web, namespace: other}
        urls: ["https://example.com/x.yaml"]
"""


def test_references_are_replaced_by_cleaned_objects(kit: Any) -> None:
    asked: list[Reference] = []

    def source(reference: Reference) -> list[dict[str, Any]]:
        asked.append(reference)
        return [
            {
                "kind": "Service",
                "metadata": {"name": "n", "uid": "u", "resourceVersion": "5"},
                "spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": []},
                "status": {"x": 1},
            }
        ]

    component = kit.application(REF).components[0]
    made = with_referred_objects(component, "prod", source)
    assert [(r.resource, r.name, r.namespace, r.url) for r in asked] == [
        ("configmap", "conf", "prod", ""),
        ("service", "web", "other", ""),
        ("", "", "", "https://example.com/x.yaml"),
    ]
    assert made.properties is not None
    cleaned = {"kind": "Service", "metadata": {"name": "n"}, "spec": {"ports": []}}
    # What the URL gives replaces the same object found by name.
    assert made.properties.data == {"objects": [cleaned] * 2}


def test_a_headless_service_keeps_its_address(kit: Any) -> None:
    headless = {"kind": "Service", "metadata": {}, "spec": {"clusterIP": "None"}}
    component = kit.application(REF).components[0]
    made = with_referred_objects(component, "prod", lambda _: [headless])
    assert made.properties is not None
    assert made.properties.data["objects"][0]["spec"] == {"clusterIP": "None"}


@pytest.mark.parametrize("source", [None, lambda _: []])
def test_references_that_lead_nowhere(kit: Any, source: Any) -> None:
    with pytest.raises(Rejected) as caught:
        with_referred_objects(kit.application(REF).components[0], "prod", source)
    assert caught.value.diagnostics[0].code == "V711"


# ------------------------------------------------------------------------------------------ custom policies

POLICY_APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod, labels: {l: "1"}}
spec:
  components:
    - {name: web, type: job}
    - {name: api, type: job}
  policies:
    - {name: lock, type: net, properties: {level: 2}}
"""


def policy_objects(kit: Any, template: str) -> Any:
    app = kit.application(POLICY_APP)
    job = kit.definition("job", "component", 'output: kind: "J"\noutputs: o: kind: "O"')
    components = kit.render(POLICY_APP, job)
    definition = kit.definition("net", "policy", template)
    return render_policy(surroundings_of(app), app.policies[0], definition, components, Templates())


def test_a_custom_policy_sees_the_components(kit: Any) -> None:
    main, other = policy_objects(
        kit,
        """
output: {
	kind: "P"
	names: [for k, v in context.artifacts {"\\(k)=\\(v.workload.kind)"}]
	aux: context.artifacts.web.traits.AuxiliaryWorkload.o.kind
	level: parameter.level
}
outputs: more: {kind: "M", self: context.name}
""",
    )
    assert (main["names"], main["aux"], main["level"]) == (["api=J", "web=J"], "O", 2)
    assert (other["self"], other["metadata"]["name"]) == ("lock", "lock")
    assert "l" not in main["metadata"]["labels"]


def test_a_custom_policy_needs_an_output(kit: Any) -> None:
    with pytest.raises(Rejected) as caught:
        policy_objects(kit, "parameter: {...}")
    assert "policy `lock`: its definition makes no `output`" in str(caught.value)


def test_a_custom_policy_that_misses_a_parameter(kit: Any) -> None:
    with pytest.raises(Rejected) as caught:
        policy_objects(
            kit, 'output: {kind: "P", v: parameter.need}\nparameter: {need: string, ...}'
        )
    assert [d.code for d in caught.value.diagnostics] == ["V703"]
