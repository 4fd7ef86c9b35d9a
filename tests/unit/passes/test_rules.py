"""Rule-type policies: what they say about each object, and what a build does about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from velac.compiler.driver import compile
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.rules import Rule, RuleSet, Selector, Subject
from velac.compiler.result import CompileResult

WEB = Subject("web", "webservice", "WORKLOAD", "", "Deployment", "web")
SERVICE = Subject("web", "webservice", "TRAIT", "gateway", "Service", "web")


def build(folder: Path, policies: str, name: str = "web", file: str = "app.yaml") -> CompileResult:
    (folder / file).write_text(
        f"""
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: {name}, namespace: prod}}
spec:
  components:
  - name: web
    type: webservice
    properties: {{image: nginx:1.27, ports: [{{port: 80, expose: true}}]}}
  policies:
{policies}
"""
    )
    return compile(str(folder))


def manifests(result: CompileResult) -> dict[str, Manifest]:
    assert result.ok, result.diagnostics
    return {
        m.identity.kind: m for app in result.manifests.apps for g in app.groups for m in g.manifests
    }


@pytest.mark.parametrize(
    ("selector", "subject", "hit"),
    [
        (Selector(), WEB, False),
        (Selector(component_names=("web",)), WEB, True),
        (Selector(component_names=("web",), resource_types=("Service",)), WEB, False),
        (Selector(component_names=("web",), resource_types=("Service",)), SERVICE, True),
        (Selector(component_types=("webservice",)), WEB, True),
        (Selector(component_types=("webservice",)), SERVICE, False),
        (Selector(oam_types=("TRAIT",)), SERVICE, True),
        (Selector(trait_types=("gateway", "expose")), SERVICE, True),
        (Selector(resource_names=("other",)), WEB, False),
    ],
)
def test_selectors(selector: Selector, subject: Subject, hit: bool) -> None:
    assert selector.matches(subject) is hit


def test_the_first_rule_that_selects_counts() -> None:
    rules = RuleSet(
        collect=(
            Rule(Selector(resource_types=("Service",)), "never"),
            Rule(Selector(component_names=("web",)), "onAppDelete"),
        )
    )
    assert rules.marks(SERVICE).collect == "never"
    assert rules.marks(WEB).collect == "onAppDelete"


def test_apply_once_without_rules_leaves_everything_alone() -> None:
    assert RuleSet(apply_once_enabled=True).marks(WEB).drift_paths == ("*",)
    rules = RuleSet(
        apply_once=(Rule(Selector(component_names=("web",)), paths=("spec.replicas",)),)
    )
    assert not rules.marks(WEB).apply_once, "rules without `enable` have no effect"


def test_policies_of_one_type_are_merged(tmp_path: Path) -> None:
    result = build(
        tmp_path,
        """
  - {name: a, type: garbage-collect, properties: {rules: [{selector: {resourceTypes: [Service]}, strategy: never}]}}
  - {name: b, type: garbage-collect, properties: {keepLegacyResource: true, rules: [{selector: {componentNames: [web]}, strategy: onAppDelete}]}}
""",
    )
    found = manifests(result)
    assert found["Service"].marks.collect == "never"
    assert found["Deployment"].marks.collect == "onAppDelete"
    assert result.plan.apps[0].app.rules.keep_legacy


def test_read_only_objects_are_required_and_not_written(tmp_path: Path) -> None:
    result = build(
        tmp_path,
        "  - {name: r, type: read-only, properties: {rules: [{selector: {resourceTypes: [Service]}}]}}",
    )
    assert set(manifests(result)) == {"Deployment"}
    (group,) = result.manifests.apps[0].groups
    assert [m.identity.kind for m in group.required] == ["Service"]
    assert all(b"kind: Service" not in content for _, content in result.files())


SHARED = "  - {name: s, type: shared-resource, properties: {rules: [{selector: {componentNames: [web]}}]}}"
OTHER = "  - {name: s, type: garbage-collect, properties: {order: dependency}}"


@pytest.mark.parametrize(("other", "ok"), [(SHARED, True), (OTHER, False)])
def test_two_owners_need_the_consent_of_both(tmp_path: Path, other: str, ok: bool) -> None:
    build(tmp_path, SHARED, "one", "one.yaml")
    result = build(tmp_path, other, "two", "two.yaml")
    assert result.ok is ok
    assert ok or {d.code for d in result.diagnostics} == {"V707"}


def test_strict_decoding(tmp_path: Path) -> None:
    result = build(
        tmp_path,
        """
  - {name: a, type: garbage-collect, properties: {rules: [{selector: {componentName: [web]}, strategy: nevr}]}}
  - {name: b, type: take-over, properties: {rules: [{selector: {}}]}}
""",
    )
    found = {(d.code, d.help) for d in result.diagnostics}
    assert ("V301", "did you mean `componentNames`?") in found
    assert "V304" in {code for code, _ in found}
    assert "V507" in {code for code, _ in found}
