"""Dry-run: which evaluations there are, what is refused before anything is rendered, merging of files."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.render.dryrun import Document, DryRun, Known, dry_run
from velac.compiler.render.text import dry_run_text

HEAD = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
"""
BODY = """
  components:
    - {name: web, type: job}
    - {name: api, type: job, properties: {v: 2}}
"""


def run(
    kit: Any, text: str, *others: str, known: dict[str, Any] | None = None, **options: Any
) -> DryRun:
    job = kit.definition(
        "job", "component", 'output: {kind: "J", v: parameter.v}\nparameter: v: *1 | int'
    )
    note = kit.definition("note", "trait", "patch: note: 1")
    extra = (known or {}).pop("definitions", ())
    documents = [Document(f"{i}.yaml", kit.values(t)) for i, t in enumerate((text, *others))]
    return dry_run(documents, Known(kit.found(job, note, *extra), **(known or {})), **options)


def headers(result: DryRun) -> list[str]:
    return [group.header for group in result.groups]


def refused(kit: Any, text: str, *others: str, **options: Any) -> list[str]:
    with pytest.raises(Rejected) as caught:
        run(kit, text, *others, **options)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics]


def test_a_plain_application(kit: Any) -> None:
    result = run(kit, HEAD + BODY)
    assert headers(result) == [
        "Application(shop) -- Component(web)",
        "Application(shop) -- Component(api)",
    ]
    assert result.groups[1].objects[0].object["v"] == 2
    assert result.groups[0].objects[0].object["metadata"]["namespace"] == "default"


def test_the_namespace_option_wins(kit: Any) -> None:
    text = HEAD.replace("{name: shop}", "{name: shop, namespace: own}") + BODY
    assert run(kit, text).groups[0].objects[0].object["metadata"]["namespace"] == "own"
    moved = run(kit, text, namespace="other").groups[0].objects[0].object
    assert moved["metadata"]["namespace"] == "other"


def test_generated_steps_take_all_overrides_to_each_topology(kit: Any) -> None:
    policies = """
  policies:
    - {name: eu, type: topology, properties: {clusters: [a]}}
    - {name: big, type: override, properties: {components: [{name: web, properties: {v: 9}}]}}
    - {name: us, type: topology, properties: {}}
"""
    result = run(kit, HEAD + BODY + policies)
    assert headers(result) == [
        f"Application(shop with topology {t}) -- Component({c})"
        for t in ("eu", "us")
        for c in ("web", "api")
    ]
    assert [g.objects[0].object["v"] for g in result.groups] == [9, 2, 9, 2]


def test_explicit_steps_apply_overrides_in_their_order(kit: Any) -> None:
    text = """
  policies:
    - {name: a, type: override, properties: {components: [{name: web, properties: {v: 5}}]}}
    - {name: b, type: override, properties: {components: [{name: web, properties: {v: 6}}], selector: [web]}}
  workflow:
    steps:
      - {name: one, type: deploy, properties: {policies: [b, a]}}
      - {name: two, type: suspend}
      - {name: three, type: deploy, properties: {policies: [a]}}
"""
    deploy = kit.definition("deploy", "workflow-step", "parameter: {}")
    result = run(kit, HEAD + BODY + text, known={"definitions": (deploy,)})
    assert headers(result) == [
        f"Application(shop only with override policies) -- Component({c})"
        for c in ("web", "web", "api")
    ]
    assert [g.objects[0].object["v"] for g in result.groups] == [5, 5, 2]


def test_every_unknown_type_is_told_at_once(kit: Any) -> None:
    text = (
        HEAD
        + """
  components:
    - {name: a, type: jop}
    - {name: b, type: job, traits: [{type: nota}]}
  policies:
    - {name: p, type: custom, properties: {}}
    - {name: o, type: override, properties: {components: [{type: jib, traits: [{type: tib}]}]}}
    - {name: e, type: garbage-collect}
  workflow: {steps: [{name: s, type: wait, subSteps: [{name: t, type: deeper}]}]}
"""
    )
    found = refused(kit, text)
    assert [line.partition(" for ")[0] for line in found] == [
        "V310 there is no component definition `jop`",
        "V310 there is no trait definition `nota`",
        "V310 there is no workflow-step definition `wait`",
        "V310 there is no workflow-step definition `deeper`",
        "V310 there is no policy definition `custom`",
        "V310 there is no component definition `jib`",
        "V310 there is no trait definition `tib`",
        "V314 policy `e` of type `garbage-collect` must not have empty properties",
    ]


def test_a_type_that_yaml_takes_for_a_boolean(kit: Any) -> None:
    text = """
  policies: [{name: o, type: override, properties: {components: [{traits: [{type: y}]}]}}]
"""
    assert refused(kit, HEAD + BODY + text)[0].startswith("V303")


def test_all_components_are_tried(kit: Any) -> None:
    text = (
        HEAD
        + """
  components:
    - {name: a, type: job, properties: {v: x}}
    - {name: b, type: job, properties: {v: y}}
"""
    )
    assert len(refused(kit, text)) == 2


POLICY = """
apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: eu}
type: topology
properties: {clusters: [a]}
"""
WORKFLOW = """
apiVersion: core.oam.dev/v1alpha1
kind: Workflow
metadata: {name: flow}
mode: {steps: DAG}
steps: [{name: go, type: suspend}]
"""


def test_files_without_merge_are_warned_about(kit: Any) -> None:
    result = run(kit, HEAD + BODY, POLICY, WORKFLOW)
    assert result.warnings == (
        "WARNING: workflow flow not referenced by application",
        "WARNING: policy eu not referenced by application",
    )
    assert headers(result)[0] == "Application(shop) -- Component(web)"
    text = "".join(dry_run_text(result, lambda obj: f"{obj['kind']}\n"))
    assert text.startswith(
        f"{result.warnings[0]}\n\n{result.warnings[1]}\n\n---\n# Application(shop) -- "
    )
    assert text.endswith("---\n\nJ\n\n---\n\n\n")


def test_files_with_merge(kit: Any) -> None:
    result = run(kit, HEAD + BODY, POLICY, merge=True)
    assert result.warnings == ()
    assert headers(result)[0] == "Application(shop with topology eu) -- Component(web)"
    plain = run(kit, HEAD + BODY, POLICY, WORKFLOW, merge=True)
    assert headers(plain)[0] == "Application(shop) -- Component(web)"


def test_standalone_objects_beside_definitions(kit: Any) -> None:
    from velac.compiler.lower.app import lower_policy, lower_workflow

    flow = WORKFLOW.replace(
        "{name: go, type: suspend}", "{name: go, type: deploy, properties: {policies: [eu]}}"
    )
    deploy = kit.definition("deploy", "workflow-step", "parameter: {}")
    known = {
        "definitions": (deploy,),
        "policies": dict([lower_policy(kit.values(POLICY))]),
        "workflows": dict([lower_workflow(kit.values(flow))]),
    }
    result = run(kit, HEAD + BODY + "  workflow: {ref: flow}\n", known=known)
    assert headers(result)[0] == "Application(shop with topology eu) -- Component(web)"


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("  workflow: {ref: gone}", "V405"),
        ("  workflow: {ref: gone, steps: [{name: a, type: suspend}]}", "V406"),
    ],
)
def test_references_to_workflows(kit: Any, extra: str, words: str) -> None:
    assert refused(kit, HEAD + BODY + extra)[0].startswith(words)


def test_files_that_are_nothing_of_the_kind(kit: Any) -> None:
    assert refused(kit, "kind: Pod") == ["V304 `0.yaml` is not an Application, Policy or Workflow"]
    assert refused(kit, "[1]")[0].startswith("V304")
    assert refused(kit, POLICY) == ["V316 no Application is among the files"]
    assert refused(kit, HEAD + BODY, HEAD + BODY)[0].startswith("V304 more than one Application")


def test_components_of_one_name_all_show_the_last_workload(kit: Any) -> None:
    text = (
        HEAD
        + """
  components:
    - {name: web, type: job, properties: {v: 1}}
    - {name: web, type: job, properties: {v: 2}, traits: [{type: note}]}
"""
    )
    result = run(kit, text)
    assert [g.objects[0].object["v"] for g in result.groups] == [2, 2]
    assert [g.objects[0].object.get("note") for g in result.groups] == [1, 1]


def test_headings(kit: Any) -> None:
    job = kit.definition("full", "component", 'output: kind: "J"\noutputs: o: kind: "O"')
    extra = kit.definition("extra", "trait", 'outputs: t: kind: "T"')
    text = HEAD + "  components: [{name: web, type: full, traits: [{type: extra}]}]\n"
    result = run(kit, text, known={"definitions": (job, extra)})
    assert "".join(dry_run_text(result, lambda obj: f"{obj['kind']}\n")) == (
        "---\n# Application(shop) -- Component(web)\n---\n\nJ\n\n---\n"
        "## From the auxiliary workload\nO\n\n---\n## From the trait extra\nT\n\n---\n\n\n"
    )
