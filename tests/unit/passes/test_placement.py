"""Topology, workflow, replication and dependency: what goes where, in which order, and what is said about mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.ir.app import AppIR, Target
from velac.compiler.ir.context import Context
from velac.compiler.lower.plan import lower_plan
from velac.grammar.source import Span

POLICY = """\
apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {{name: {name}, namespace: {namespace}}}
type: topology
properties: {{clusters: [us-1]}}
"""


def shown(span: Span | None) -> str:
    """The text at a place."""
    assert span is not None
    return span.file.text[span.start : span.end]


def codes(context: Context) -> list[str]:
    return [d.code for d in context.diagnostics]


def targets(app: AppIR) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Per deployment: the step's name and its targets."""
    return [(d.step.name, [(t.namespace, t.clusters) for t in d.targets]) for d in app.deployments]


def with_topologies(*properties: str) -> str:
    policies = "".join(
        f"- {{name: t{i}, type: topology, properties: {text}}}\n"
        for i, text in enumerate(properties)
    )
    names = ", ".join(f"t{i}" for i in range(len(properties)))
    return (
        f"components:\n- {{name: web, type: w}}\npolicies:\n{policies}workflow:\n  steps:\n"
        f"  - {{name: go, type: deploy, properties: {{policies: [{names}]}}}}\n"
    )


# -------------------------------------------------------------------------------------------------- topology


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("{clusters: [us-1, eu-1]}", [("", ("us-1", "eu-1"))]),
        ("{clusters: [eu-1, eu-1]}", [("", ("eu-1",))]),
        ("{clusters: [local], namespace: there}", [("there", ("local",))]),
        ("{clusterLabelSelector: {region: eu}}", [("", ("eu-1", "eu-2"))]),
        ("{clusterLabelSelector: {region: eu, stage: prod}}", [("", ("eu-1",))]),
        ("{clusterLabelSelector: {}}", [("", ("local", "eu-1", "eu-2", "us-1"))]),
        (
            '{clusterLabelSelector: {cluster.core.oam.dev/control-plane: "true"}}',
            [("", ("local",))],
        ),
        ("{clusterLabelSelector: {region: mars}, allowEmpty: true}", [("", ())]),
        ("{namespace: there}", [("there", ("local",))]),
        ("{}", [("", ("local",))]),
    ],
)
def test_one_topology(passed: Any, properties: str, expected: Any) -> None:
    app, context = passed(with_topologies(properties))
    assert targets(app) == [("go", expected)]
    assert not context.diagnostics


def test_an_empty_list_places_nothing_and_says_so(passed: Any) -> None:
    app, context = passed(with_topologies("{clusters: []}"))
    assert targets(app) == [("go", [("", ())])]
    assert codes(context) == ["V503"]
    assert lower_plan(app, context).classes == ()


def test_several_topologies_are_united_in_order_of_first_appearance(passed: Any) -> None:
    app, context = passed(
        with_topologies(
            "{clusters: [us-1]}",
            "{clusterLabelSelector: {stage: prod}}",
            "{clusters: [us-1], namespace: x}",
        )
    )
    assert targets(app) == [("go", [("", ("us-1",)), ("", ("eu-1",)), ("x", ("us-1",))])]
    assert not context.diagnostics


def test_a_step_without_topology_reaches_local(passed: Any) -> None:
    app, _ = passed("""\
        components:
        - {name: web, type: w}
        workflow:
          steps:
          - {type: deploy, properties: {policies: []}}
          - {type: deploy}
        """)
    assert targets(app) == [("step-0", [("", ("local",))]), ("step-1", [("", ("local",))])]


@pytest.mark.parametrize(
    ("properties", "code", "place", "help"),
    [
        ("{clusters: [eu-3]}", "V501", "eu-3", "did you mean `eu-1`?"),
        ("{clusterLabelSelector: {region: ue}}", "V502", "{region: ue}", "values of `region`: `eu`, `us`"),
        ("{clusterLabelSelector: {regoin: eu}}", "V502", "{regoin: eu}", "did you mean `region`?"),
        (
            "{clusterLabelSelector: {region: us, stage: test}}",
            "V502",
            "{region: us, stage: test}",
            "each label is on some cluster, but no cluster has all of them",
        ),
        ("{clusterz: [a]}", "V301", "clusterz", "did you mean `clusters`?"),
        ("{clusters: eu-1}", "V303", "eu-1", ""),
        ("{clusters: [yes]}", "V303", "yes", "put the value into quotes"),
        ("{clusterLabelSelector: {zone: 1}}", "V303", "1", "put the value into quotes"),
        ("{namespace: ../x}", "V305", "../x", ""),
        ("{clusterSelector: {region: eu}}", "V304", "clusterSelector", "use `clusterLabelSelector`"),
    ],
)  # fmt: skip
def test_mistakes_in_a_topology(
    passed: Any, properties: str, code: str, place: str, help: str
) -> None:
    _, context = passed(with_topologies(properties))
    (problem,) = context.diagnostics
    assert (problem.code, shown(problem.span), problem.help) == (code, place, help)


@pytest.mark.parametrize("properties", ["{clusters: [eu]}", "{clusterLabelSelector: {region: eu}}"])
def test_without_an_inventory_the_advice_is_to_give_one(passed: Any, properties: str) -> None:
    _, context = passed(with_topologies(properties), fleet={})
    (problem,) = context.diagnostics
    assert problem.help.startswith("only `local` is known: list clusters in `clusters.yaml`")


# -------------------------------------------------------------------------------------------------- workflow


def names(app: AppIR) -> list[tuple[str, str]]:
    return [(step.name, step.type) for step in app.workflow.steps]


def test_a_deploy_step_is_generated_per_topology_with_all_overrides(passed: Any) -> None:
    app, _ = passed("""\
        components: [{name: web, type: w}]
        policies:
        - {name: eu, type: topology, properties: {clusters: [eu-1]}}
        - {name: o1, type: override, properties: {components: [{name: web, properties: {num: 1}}]}}
        - {name: us, type: topology, properties: {clusters: [us-1]}}
        - {name: o2, type: override, properties: {components: [{name: web, properties: {num: 2}}]}}
        """)
    assert names(app) == [("deploy-eu", "deploy"), ("deploy-us", "deploy")]
    assert [[p.name for p in d.policies] for d in app.deployments] == [
        ["o1", "o2", "eu"],
        ["o1", "o2", "us"],
    ]
    assert app.deployments[0].components is app.deployments[1].components
    assert app.deployments[0].components[0].properties.data == {"num": 2}
    assert (app.workflow.mode, app.workflow.sub_mode) == ("DAG", "DAG")


def test_an_override_alone_generates_one_deploy_step(passed: Any) -> None:
    app, _ = passed("""\
        components: [{name: web, type: w}]
        policies:
        - {name: o, type: override, properties: {selector: [web]}}
        """)
    assert names(app) == [("deploy", "deploy")]
    assert targets(app) == [("deploy", [("", ("local",))])]


def test_ref_objects_generate_a_deploy_step(passed: Any) -> None:
    app, _ = passed("components: [{name: web, type: ref-objects}]")
    assert names(app) == [("deploy", "deploy")]


def test_otherwise_each_component_is_applied(passed: Any) -> None:
    app, context = passed("""\
        components:
        - {name: web, type: w, dependsOn: [db]}
        - {name: db, type: w}
        policies:
        - {name: r, type: replication, properties: {keys: [a], selector: [db]}}
        """)
    assert names(app) == [("web", "apply-component"), ("db", "apply-component")]
    (deployment,) = app.deployments
    assert [c.name for c in deployment.components] == ["web", "db"]
    assert deployment.targets == (deployment.targets[0],)
    assert isinstance(deployment.targets[0], Target)
    assert (deployment.targets[0].namespace, deployment.targets[0].clusters) == ("", ("local",))
    assert app.waves == (("db",), ("web",))
    assert [d.code for d in context.diagnostics] == ["V411"], "replication has no effect here"


@pytest.mark.parametrize(
    ("workflow", "modes"),
    [
        ("", ("DAG", "DAG")),
        ("workflow: {}", ("StepByStep", "DAG")),
        ("workflow: {steps: []}", ("StepByStep", "DAG")),
        ("workflow: {mode: {steps: DAG}}", ("DAG", "DAG")),
        ("workflow: {mode: {subSteps: StepByStep}}", ("StepByStep", "StepByStep")),
    ],
)
def test_modes(passed: Any, workflow: str, modes: tuple[str, str]) -> None:
    app, _ = passed(f"components: [{{name: web, type: w}}]\n{workflow}")
    assert (app.workflow.mode, app.workflow.sub_mode) == modes
    assert names(app) == [("web", "apply-component")]


def test_sub_steps_deploy_in_the_place_of_their_group(passed: Any) -> None:
    app, context = passed("""\
        components: [{name: web, type: w}]
        policies:
        - {name: eu, type: topology, properties: {clusters: [eu-1]}}
        workflow:
          steps:
          - type: step-group
            subSteps:
            - {type: deploy, properties: {policies: [eu]}}
            - {name: hub, type: apply-component, properties: {component: web, namespace: ops}}
          - {type: suspend}
          - {name: last, type: deploy, properties: {policies: [], auto: false, parallelism: 2}}
        """)
    assert targets(app) == [
        ("step-0-0", [("", ("eu-1",))]),
        ("hub", [("ops", ("local",))]),
        ("last", [("", ("local",))]),
    ]
    assert [d.wave for d in app.deployments] == [0, 0, 2]
    assert [(d.gate, d.parallelism) for d in app.deployments] == [(False, 5), (False, 5), (True, 2)]
    assert not context.diagnostics


def test_waves_of_a_dag_follow_dependencies(passed: Any) -> None:
    app, _ = passed("""\
        components: [{name: web, type: w}]
        workflow:
          mode: {steps: DAG}
          steps:
          - {name: c, type: deploy, dependsOn: [b]}
          - {name: a, type: deploy}
          - {name: b, type: deploy, dependsOn: [a]}
        """)
    assert [(d.step.name, d.wave) for d in app.deployments] == [("c", 2), ("a", 0), ("b", 1)]


def test_standalone_policies_are_for_top_level_steps(passed: Any) -> None:
    sub = "steps: [{type: step-group, subSteps: [{type: deploy, properties: {policies: [far]}}]}"
    far = POLICY.format(name="far", namespace="ns")
    _, context = passed(f"components: []\nworkflow: {{{sub}]}}", far)
    (problem,) = context.diagnostics
    assert problem.code == "V404"
    assert "top-level step" in problem.help
    also = "{type: deploy, properties: {policies: [far]}}"
    app, context = passed(f"components: []\nworkflow: {{{sub}, {also}]}}", far)
    assert not context.diagnostics
    assert [d.targets[0].clusters for d in app.deployments] == [("us-1",), ("us-1",)]


def test_env_bindings_generate_their_steps(passed: Any) -> None:
    app, context = passed("""\
        components: [{name: web, type: w}]
        policies:
        - {name: b, type: env-binding, properties: {envs: [{name: test}, {name: prod}]}}
        """)
    assert names(app) == [("deploy-b-test", "deploy2env"), ("deploy-b-prod", "deploy2env")]
    assert [d.targets[0].clusters for d in app.deployments] == [("local",), ("local",)]
    assert codes(context) == ["V414", "V508"]


def test_a_referenced_workflow_brings_steps_and_mode(passed: Any) -> None:
    flow = """\
    apiVersion: core.oam.dev/v1alpha1
    kind: Workflow
    metadata: {name: flow, namespace: ns}
    mode: {steps: DAG}
    steps:
    - {name: go, type: deploy, properties: {policies: [far]}}
    """
    app, context = passed(
        "components: [{name: web, type: w}]\nworkflow: {ref: flow}",
        flow,
        POLICY.format(name="far", namespace="ns"),
        POLICY.format(name="other", namespace="ns"),
    )
    assert targets(app) == [("go", [("", ("us-1",))])]
    assert app.workflow.mode == "DAG"
    assert [p.name for p in app.external_policies] == ["far"]
    assert not context.diagnostics


MISTAKES = {
    "unknown policy": (
        "{steps: [{type: deploy, properties: {policies: [nope]}}]}", "V404", "nope",
    ),
    "policy of another namespace": (
        "{steps: [{type: deploy, properties: {policies: [far]}}]}", "V404", "far",
    ),
    "unknown key of deploy": ("{steps: [{type: deploy, properties: {polices: []}}]}", "V301", "polices"),
    "parallelism": ("{steps: [{type: deploy, properties: {parallelism: 0}}]}", "V304", "0"),
    "auto": ('{steps: [{type: deploy, properties: {auto: "no"}}]}', "V303", '"no"'),
    "duplicate step": (
        "{steps: [{name: a, type: suspend}, {name: b, type: step-group, subSteps: [{name: a, type: deploy}]}]}",
        "V309",
        "a",
    ),
    "ref and steps": ("{ref: flow, steps: [{type: deploy}]}", "V406", "flow"),
    "unknown ref": ("{ref: flow}", "V405", "flow"),
    "unknown component": (
        "{steps: [{type: apply-component, properties: {component: wbe}}]}", "V407", "wbe",
    ),
    "no component": ("{steps: [{type: apply-component, properties: {}}]}", "V302", "{}"),
    "unknown cluster": (
        "{steps: [{type: apply-component, properties: {component: web, cluster: eu}}]}", "V501", "eu",
    ),
    "bad namespace": (
        "{steps: [{type: apply-component, properties: {component: web, namespace: A/B}}]}", "V305", "A/B",
    ),
    "unknown dependency": (
        "{steps: [{name: a, type: deploy, dependsOn: [b]}]}", "V402", "b",
    ),
    "nothing deployed": ("{steps: [{type: suspend}]}", "V409", "{steps: [{type: suspend}]}"),
    "placed at run time": ("{steps: [{type: deploy}, {type: deploy2runtime}]}", "V408", "deploy2runtime"),
    "cycle": (
        "{steps: [{name: a, type: deploy, dependsOn: [b]}, {name: b, type: deploy, dependsOn: [a]}]}",
        "V401",
        "b",
    ),
    "unknown input": (
        "{steps: [{type: deploy, inputs: [{from: x, parameterKey: z}]}]}", "V403", "x",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_a_workflow(passed: Any, case: str) -> None:
    workflow, code, place = MISTAKES[case]
    _, context = passed(
        f"components: [{{name: web, type: w}}]\nworkflow: {workflow}",
        POLICY.format(name="far", namespace="elsewhere"),
    )
    (problem,) = [d for d in context.diagnostics if d.code != "V508"]
    assert (problem.code, shown(problem.span)) == (code, place)


# ------------------------------------------------------------------------------------ replication, dependency


def test_replicas_come_last_one_per_key(passed: Any) -> None:
    app, context = passed("""\
        components: [{name: a, type: w}, {name: b, type: w}, {name: c, type: w}]
        policies:
        - {name: r, type: replication, properties: {keys: [x, why], selector: [a, b]}}
        - {name: s, type: replication, properties: {keys: [z], selector: [b]}}
        workflow:
          steps:
          - {type: deploy, properties: {policies: [r, s]}}
          - {type: deploy}
        """)
    assert [(c.name, c.replica_key) for c in app.deployments[0].components] == [
        ("c", ""), ("a", "x"), ("a", "why"), ("b", "x"), ("b", "why"), ("b", "z"),
    ]  # fmt: skip
    assert [c.name for c in app.deployments[1].components] == ["a", "b", "c"]
    assert [d.code for d in context.diagnostics] == ["V508"], "both steps place them in local"


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("{keys: [x]}", "V504"),
        ("{keys: [x], selector: []}", "V504"),
        ("{keys: [x], selector: [nope]}", "V504"),
        ("{selector: [a]}", "V302"),
        ("{keys: [x], selector: [a], more: 1}", "V301"),
    ],
)
def test_mistakes_in_a_replication(passed: Any, properties: str, code: str) -> None:
    _, context = passed(f"""\
        components: [{{name: a, type: w}}]
        policies:
        - {{name: r, type: replication, properties: {properties}}}
        workflow:
          steps:
          - {{type: deploy, properties: {{policies: [r]}}}}
        """)
    assert codes(context) == [code]


def test_waves_of_components(passed: Any) -> None:
    app, context = passed("""\
        components:
        - {name: web, type: w, dependsOn: [api], inputs: [{from: key, parameterKey: k}]}
        - {name: api, type: w, inputs: [{from: host.name, parameterKey: h}]}
        - {name: db, type: w, outputs: [{name: host, valueFrom: x}, {name: key, valueFrom: z}]}
        - {name: alone, type: w}
        """)
    assert not context.diagnostics
    assert app.waves == (("db", "alone"), ("api",), ("web",))
    assert [(e.before, e.after) for e in app.edges] == [
        ("api", "web"),
        ("db", "web"),
        ("db", "api"),
    ]


def test_a_cycle_is_printed_as_a_path_with_all_its_places(passed: Any) -> None:
    _, context = passed("""\
        components:
        - {name: a, type: w, dependsOn: [b]}
        - {name: b, type: w, inputs: [{from: out, parameterKey: k}]}
        - {name: c, type: w, dependsOn: [a], outputs: [{name: out, valueFrom: x}]}
        - {name: d, type: w, dependsOn: [d]}
        """)
    messages = [d.message for d in context.diagnostics]
    assert messages == [
        "components wait for each other: a -> c -> b -> a",
        "components wait for each other: d -> d",
    ]
    assert [label.text for label in context.diagnostics[0].labels] == [
        "`c` waits for `a` (dependsOn)",
        "`b` waits for `c` (input `out`)",
        "`a` waits for `b` (dependsOn)",
    ]


def test_a_dependency_may_be_on_a_component_that_an_override_adds(passed: Any) -> None:
    _, context = passed("""\
        components: [{name: a, type: w, dependsOn: [extra]}]
        policies:
        - {name: o, type: override, properties: {components: [{name: extra, type: w}]}}
        """)
    assert not context.diagnostics


# ------------------------------------------------------------------------------------------------------ plan


def test_classes_hold_clusters_that_receive_the_same(passed: Any) -> None:
    app, context = passed("""\
        components: [{name: web, type: w}]
        policies:
        - {name: all, type: topology, properties: {clusterLabelSelector: {}}}
        - {name: eu, type: topology, properties: {clusterLabelSelector: {region: eu}, namespace: x}}
        workflow:
          steps:
          - {name: one, type: deploy, properties: {policies: [all]}}
          - {name: two, type: deploy, properties: {policies: [eu]}}
        """)
    plan = lower_plan(app, context)
    found = {
        group.clusters: (
            group.version,
            [(s.deployment.step.name, s.namespace) for s in group.slots],
        )
        for group in plan.classes
    }
    assert found == {
        ("local",): ("1.37", [("one", "")]),
        ("eu-1", "eu-2"): ("1.31", [("one", ""), ("two", "x")]),
        ("us-1",): ("1.31", [("one", "")]),
    }


def test_equal_placements_share_their_clusters(passed: Any) -> None:
    text = with_topologies("{clusterLabelSelector: {region: eu}}")
    app, context = passed(text)
    one, two = lower_plan(app, context), lower_plan(app, context)
    assert one.classes[0].clusters is two.classes[0].clusters
