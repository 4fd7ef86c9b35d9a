"""Components and traits end to end, on small definitions: what templates see, what objects get, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod, labels: {team: blue}, annotations: {note: hi}}
spec:
  components:
    - name: web
      type: job
      properties: {image: "nginx", num: 1.0}
"""
JOB = """
output: {
	apiVersion: "v1"
	kind:       "Thing"
	spec: {image: parameter.image, size: parameter.size}
}
parameter: {image: string, size: *1 | int}
"""


def with_traits(*types: str) -> str:
    traits = "".join(f"\n        - type: {type_}" for type_ in types)
    return APP + f"      traits:{traits}\n"


def test_a_workload(kit: Any) -> None:
    assert kit.one(APP, kit.definition("job", "component", JOB)) == {
        "apiVersion": "v1",
        "kind": "Thing",
        "metadata": {
            "name": "web",
            "namespace": "prod",
            "annotations": {"note": "hi"},
            "labels": {
                "app.oam.dev/appRevision": "",
                "app.oam.dev/component": "web",
                "app.oam.dev/name": "shop",
                "app.oam.dev/namespace": "prod",
                "app.oam.dev/resourceType": "WORKLOAD",
                "team": "blue",
                "workload.oam.dev/type": "job",
            },
        },
        "spec": {"image": "nginx", "size": 1},
    }


def test_a_versioned_type_in_labels(kit: Any) -> None:
    text = APP.replace("type: job", "type: job@v2")
    obj = kit.one(text, kit.definition("job", "component", JOB))
    assert obj["metadata"]["labels"]["workload.oam.dev/type"] == "job-v2"


def test_a_placement_forces_its_namespace_and_the_context_shows_it(kit: Any) -> None:
    template = """
output: {
	apiVersion: "v1"
	kind: "Thing"
	metadata: namespace: "own"
	seen: context.namespace
	cluster: context.cluster
	revision: "\\(context.appRevision)/\\(context.appRevisionNum)"
}
"""
    obj = kit.one(
        APP, kit.definition("job", "component", template), place="eu", cluster="eu-1",
        revision="shop-v3", revision_number=3,
    )  # fmt: skip
    assert obj["metadata"]["namespace"] == "eu"
    assert obj["metadata"]["labels"]["app.oam.dev/namespace"] == "prod"
    assert obj["metadata"]["labels"]["app.oam.dev/appRevision"] == "shop-v3"
    assert (obj["seen"], obj["cluster"], obj["revision"]) == ("eu", "eu-1", "shop-v3/3")


def test_a_namespace_has_no_namespace(kit: Any) -> None:
    template = 'output: {apiVersion: "v1", kind: "Namespace"}'
    assert "namespace" not in kit.one(APP, kit.definition("job", "component", template))["metadata"]


# ------------------------------------------------------------------------------------------------ the context


def test_the_keys_a_trait_sees(kit: Any) -> None:
    spy = """
outputs: spy: {
	apiVersion: "v1"
	kind: "Spy"
	keys: [for k, _ in context {k}]
	raw: context.parameter
}
parameter: {a: *1 | int, b?: string}
"""
    job = kit.definition("job", "component", JOB)
    trait = kit.definition("spy", "trait", spy)
    (rendered,) = kit.render(with_traits("spy", "spy"), job, trait)
    first, second = (item.object for item in rendered.resources)
    assert first["keys"] == [
        "appAnnotations", "appLabels", "appName", "appRevision", "appRevisionNum", "cluster", "clusterVersion",
        "componentType", "components", "name", "namespace", "output", "parameter", "publishVersion", "replicaKey",
        "revision", "template-context-workload-web", "workflowName",
    ]  # fmt: skip
    assert second["keys"] == sorted([*first["keys"], "outputs"])
    assert first["raw"] == {}


def test_a_component_sees_its_raw_properties_and_the_application(kit: Any) -> None:
    template = """
output: {
	apiVersion: "v1"
	kind: "Thing"
	raw: context.parameter
	components: context.components
	minor: context.clusterVersion.minor
	workflow: context.workflowName
	labels: context["appLabels"]
}
parameter: {image: string, extra: *2 | int, ...}
"""
    obj = kit.one(APP, kit.definition("job", "component", template))
    assert obj["raw"] == {"image": "nginx", "num": 1}
    assert obj["components"] == [
        {"name": "web", "type": "job", "properties": {"image": "nginx", "num": 1}}
    ]
    assert (obj["minor"], obj["workflow"], obj["labels"]) == (0, "", {"team": "blue"})


# --------------------------------------------------------------------------------------------------- traits


def test_traits_work_in_order_and_see_earlier_ones(kit: Any) -> None:
    size = kit.definition(
        "size",
        "trait",
        'patch: spec: size: 5\noutputs: before: {kind: "B", was: context.output.spec.size}',
    )
    late = kit.definition(
        "late",
        "trait",
        'outputs: after: {kind: "A", is: context.output.spec.size, one: context.outputs.before.was}',
    )
    (rendered,) = kit.render(
        with_traits("size", "late"), kit.definition("job", "component", JOB), size, late
    )
    assert rendered.workload.object["spec"]["size"] == 5
    before, after = (item.object for item in rendered.resources)
    assert (before["was"], after["is"], after["one"]) == (1, 5, 1)
    labels = before["metadata"]["labels"]
    assert labels["trait.oam.dev/type"] == "size"
    assert labels["trait.oam.dev/resource"] == "before"
    assert labels["app.oam.dev/resourceType"] == "TRAIT"
    assert before["metadata"]["name"].startswith("web-size-")


def test_a_reference_to_the_workload(kit: Any) -> None:
    scale = kit.definition(
        "scale", "trait", 'outputs: s: {kind: "S", spec: x: 1}', '{workloadRefPath: "spec.target"}'
    )
    (rendered,) = kit.render(with_traits("scale"), kit.definition("job", "component", JOB), scale)
    target = rendered.resources[0].object["spec"]["target"]
    assert target == {"apiVersion": "v1", "kind": "Thing", "name": "web"}


def test_outputs_of_a_component_and_patches_of_them(kit: Any) -> None:
    job = (
        JOB
        + 'outputs: {svc: {kind: "Service", metadata: name: "s", port: 80}, other: kind: "Other"}\n'
    )
    patch = 'patchOutputs: {svc: host: "h", absent: x: 1}'
    (rendered,) = kit.render(
        with_traits("p"),
        kit.definition("job", "component", job),
        kit.definition("p", "trait", patch),
    )
    service, other = (item.object for item in rendered.resources)
    assert (service["host"], service["port"], service["metadata"]["name"]) == ("h", 80, "s")
    assert "host" not in other
    assert [item.origin for item in rendered.resources] == ["AuxiliaryWorkload"] * 2
    assert other["metadata"]["name"].startswith("web-auxiliaryworkload-")


def test_generated_names_follow_the_content(kit: Any) -> None:
    job = JOB + 'outputs: o: {kind: "O", v: parameter.size}\n'
    names = set()
    for size in (1, 2, 2):
        text = APP.replace("num: 1.0", f"size: {size}")
        (rendered,) = kit.render(text, kit.definition("job", "component", job))
        names.add(rendered.resources[0].object["metadata"]["name"])
    assert len(names) == 2


def test_an_output_whose_label_is_unknown_disappears(kit: Any) -> None:
    job = JOB + 'outputs: {"\\(parameter.absent)": kind: "X", here: kind: "Y"}\n'
    job = job.replace("parameter: {", "parameter: {absent?: string, ")
    (rendered,) = kit.render(APP, kit.definition("job", "component", job))
    assert [item.object["kind"] for item in rendered.resources] == ["Y"]


def test_actions_that_compute(kit: Any) -> None:
    template = """
import "vela/base64"
import "vela/cue"
coded: base64.#Encode & {$params: parameter.image}
_back: base64.#Decode & {$params: coded.$returns}
merged: cue.#StrategyUnify & {$params: {
	value: {c: [{name: "a", v: 1}]}
	patch: {
		// +patchKey=name
		c: [{name: "b"}]
	}
}}
output: {kind: "T", a: coded.$returns, b: _back.$returns, c: merged.$returns.c}
parameter: image: string
"""
    obj = kit.one(APP, kit.definition("job", "component", template))
    assert (obj["a"], obj["b"]) == ("bmdpbng=", "nginx")
    assert obj["c"] == [{"name": "a", "v": 1}, {"name": "b"}]


# ------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("template", "code", "words"),
    [
        ("parameter: image: int", "V704", "conflicting values"),
        ('output: {kind: "T", v: parameter.need}\nparameter: {need: string, ...}', "V703", "is required"),
        ('output: {kind: "T", v: context.nope}', "V701", "nope"),
        ('output: {kind: "T", v: 1 & 2}', "V701", "conflicting values"),
        ('output: apiVersion: "v1"', "V705", "has no `kind`"),
        ("parameter: {...}", "V701", "makes no `output`"),
        ('output: "text"', "V701", "is not an object"),
        ('errs: ["no", "never"]\noutput: kind: "T"', "V708", "no; never"),
        ('output: {kind: "T", v: nothing.here}', "V701", "nothing"),
        ('import "vela/op"\noutput: {kind: "T", v: op.x}', "V701", "vela/op"),
        ('import "vela/http"\ncall: http.#Get & {$params: url: "u"}\noutput: {kind: "T", v: call.$returns.body}', "V710", ""),
    ],
)  # fmt: skip
def test_refused(kit: Any, template: str, code: str, words: str) -> None:
    diagnostics = kit.refused(APP, kit.definition("job", "component", template))
    assert [d.code for d in diagnostics] == [code]
    assert words in diagnostics[0].message
    assert diagnostics[0].message.startswith("component `web`: ")
    assert diagnostics[0].span.file.name == "app.yaml"


@pytest.mark.parametrize(
    ("wanted", "given", "advice"),
    [
        ("string", "1", "put the value into quotes"),
        ("string", "true", "put the value into quotes"),
        ("int", '"80"', "write the value without quotes"),
        ("bool", '"true"', "write the value without quotes"),
        ("int", '"many"', ""),
        ("int", '"true"', ""),
        ("[...int]", '"80"', ""),
        ("int", "true", ""),
        ("string", "[1]", ""),
    ],
)
def test_quotes_are_the_advice_where_they_help(
    kit: Any, wanted: str, given: str, advice: str
) -> None:
    template = f'output: kind: "T"\nparameter: image: {wanted}'
    job = kit.definition("job", "component", template)
    (diagnostic,) = kit.refused(APP.replace('"nginx"', given), job)
    assert (diagnostic.code, diagnostic.help) == ("V704", advice)


def test_the_place_is_the_property_and_the_definition(kit: Any) -> None:
    job = kit.definition("job", "component", JOB)
    (diagnostic,) = kit.refused(APP.replace('"nginx"', "[1]"), job)
    assert diagnostic.code == "V704"
    first = diagnostic.labels[0].span
    assert first.file.text[first.start : first.end] == "[1]"
    assert any(label.span.file.name == "job.cue" for label in diagnostic.labels[1:])


def test_errs_that_are_empty_or_malformed_do_not_count(kit: Any) -> None:
    for errs in ("[]", "[...string]", "[1]", '"text"', '[if false {"x"}]'):
        obj = kit.one(APP, kit.definition("job", "component", f"errs: {errs}\n{JOB}"))
        assert obj["kind"] == "Thing"


def test_two_traits_that_disagree(kit: Any) -> None:
    one = kit.definition("one", "trait", "patch: spec: size: 2")
    two = kit.definition("two", "trait", "patch: spec: size: 3")
    (diagnostic,) = kit.refused(
        with_traits("one", "two"), kit.definition("job", "component", JOB), one, two
    )
    assert diagnostic.code == "V717"
    assert "trait `two` of component `web`" in diagnostic.message
    assert "`spec.size`: conflicting values 3 and 2" in diagnostic.message
    files = {label.span.file.name for label in diagnostic.labels}
    assert {"app.yaml", "one.cue", "two.cue"} <= files


def test_a_helper_that_is_not_concrete_is_refused_only_with_a_trait(kit: Any) -> None:
    job = kit.definition("job", "component", JOB + 'sizes: "a" | "b"\n')
    assert kit.one(APP, job)["kind"] == "Thing"
    noop = kit.definition("noop", "trait", "parameter: {}")
    (diagnostic,) = kit.refused(with_traits("noop"), job, noop)
    assert "sizes" in diagnostic.message


def test_a_missing_parameter_that_nobody_uses(kit: Any) -> None:
    job = kit.definition(
        "job", "component", JOB.replace("image: string", "image: string, u: string")
    )
    assert kit.one(APP, job)["kind"] == "Thing"


def test_unknown_properties_are_ignored(kit: Any) -> None:
    text = APP.replace("num: 1.0", "whatever: {x: [1]}")
    assert kit.one(text, kit.definition("job", "component", JOB))["spec"]["image"] == "nginx"


def test_a_whole_float_is_an_int(kit: Any) -> None:
    job = kit.definition(
        "job", "component", 'output: {kind: "T", v: parameter.num}\nparameter: {num: int, ...}'
    )
    assert kit.one(APP, job)["v"] == 1


def test_all_numbers_go_through_float64(kit: Any) -> None:
    text = APP.replace('"nginx"', "{a: 9007199254740993, b: 1.0, c: 1e21, d: 2.5}")
    job = kit.definition("job", "component", 'output: {kind: "T", v: parameter.image}')
    assert kit.one(text, job)["v"] == {"a": 9007199254740992, "b": 1, "c": 1e21, "d": 2.5}


@pytest.mark.parametrize(
    "template",
    [
        'import "list"\noutputs: {for i in list.Range(0, 100000, 1) for j in [1,2,3,4,5,6,7,8,9,10,11,12] {"o\\(i)-\\(j)": kind: "A"}}\noutput: kind: "A"',
        'output: kind: "A"\n_0: "xxxxxxxx"\n'
        + "\n".join(f'_{i}: "\\(_{i - 1})\\(_{i - 1})"' for i in range(1, 30)),
    ],
    ids=["objects", "text"],
)
def test_a_template_that_does_not_come_to_an_end_is_told(kit: Any, template: str) -> None:
    found = kit.refused(APP, kit.definition("job", "component", template))
    assert [d.code for d in found] == ["V208"]


def test_a_trait_that_does_not_come_to_an_end_is_told(kit: Any) -> None:
    trait = 'import "list"\npatch: metadata: labels: {for i in list.Range(0, 900000, 1) {"l\\(i)": "x"}}'
    found = kit.refused(
        with_traits("t"),
        kit.definition("job", "component", JOB),
        kit.definition("t", "trait", trait),
    )
    assert [d.code for d in found] == ["V208"]
