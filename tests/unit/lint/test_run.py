"""How often rules are called, and what is kept: the costs of linting a large fleet, in numbers that no load disturbs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.corpus import write_corpus
from benchmarks.fleet import PRESETS, Fleet

from velac.compiler.commands.lint_work import Compiled, compiled
from velac.compiler.lint.registry import load_rules
from velac.compiler.lint.rule import Finding, RuleSpec
from velac.compiler.lint.run import run_rules
from velac.compiler.options import Options
from velac.compiler.render.fill import Filled

FLEET = replace(PRESETS["tiny"], applications=2, components=2, clusters=12, classes=6)


def built(folder: Path, fleet: Fleet = FLEET) -> Compiled:
    """A fleet, as lint sees it."""
    write_corpus(fleet, folder)
    paths = tuple(str(p) for p in (folder / "apps", folder / "policies.yaml") if p.exists())
    return compiled(Options(paths, (), str(folder / "clusters.yaml")))


def counting(unit: str, seen: Counter[str], kinds: frozenset[str] = frozenset()) -> RuleSpec:
    """A rule that finds nothing and counts its calls."""

    def check(subject: Any) -> list[Finding]:
        seen[getattr(subject, "kind", unit)] += 1
        return []

    rule = load_rules()[0]["VL101"]
    return replace(rule, code=f"VL9{len(unit)}{len(kinds)}", unit=unit, kinds=kinds, check=check)


def test_an_object_that_several_classes_get_is_looked_at_once(tmp_path: Path) -> None:
    made = built(tmp_path)
    seen: Counter[str] = Counter()
    run_rules([counting("object", seen)], made.subjects)
    components = FLEET.applications * FLEET.components
    # An override changes the image: of each component there is a Deployment for every class, and one of the others.
    assert seen == {
        "Deployment": components * FLEET.classes,
        "Service": components,
        "HorizontalPodAutoscaler": components,
        "ConfigMap": components,
    }
    for view in made.subjects.objects:
        assert len(view.clusters) == (2 if view.kind == "Deployment" else 12), view.subject


def test_calls_do_not_grow_with_clusters(tmp_path: Path) -> None:
    calls = []
    for clusters in (12, 48):
        made = built(tmp_path / str(clusters), replace(FLEET, clusters=clusters))
        seen: Counter[str] = Counter()
        rules = [counting(u, seen) for u in ("object", "pod", "container", "class")]
        run_rules(rules, made.subjects)
        calls.append(seen)
    assert calls[0] == calls[1]


def test_a_rule_about_a_kind_is_called_for_that_kind_only(tmp_path: Path) -> None:
    made = built(tmp_path)
    seen: Counter[str] = Counter()
    rules = [
        counting("object", seen, frozenset({"Service"})),
        counting("pod", seen, frozenset({"Job"})),
    ]
    groups: Counter[str] = Counter()
    rules += [counting("class", groups, frozenset({"Ingress"}))]
    run_rules(rules, made.subjects)
    assert set(seen) == {"Service"}
    assert not groups


def test_nothing_is_kept_of_objects_that_have_been_looked_at(tmp_path: Path) -> None:
    made = built(tmp_path)
    rules, _ = load_rules()
    results, problems = run_rules(rules.values(), made.subjects)
    assert results
    assert not problems
    for view in made.subjects.objects:
        assert view._data is None
        assert not isinstance(view.manifest.made, Filled) or view.manifest.made._object is None


def test_labels_of_pods_are_had_without_the_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = built(tmp_path)
    monkeypatch.setattr(Filled, "anew", lambda self: pytest.fail("made the whole object"))
    labels = [view.pod_labels for view in made.subjects.objects if view.kind == "Deployment"]
    assert all(found and found["app.oam.dev/component"].startswith("web-") for found in labels)
    assert {v.pod_labels is None for v in made.subjects.objects if v.kind == "Service"} == {True}


def test_an_override_is_found_among_many_variants(tmp_path: Path) -> None:
    """The image of each class stands in its own override: the finding is there, not at the component."""
    made = built(tmp_path)

    def check(view: Any) -> list[Finding]:
        path = ("spec", "template", "spec", "containers", 0, "image")
        return [view.finding("an image", *path)] if view.kind == "Deployment" else []

    rule = replace(load_rules()[0]["VL101"], unit="object", check=check)
    results, _ = run_rules([rule], made.subjects)
    components = FLEET.applications * FLEET.components
    assert len({(r.file, r.span.line) for r in results}) == components * FLEET.classes
    for result in results:
        line = result.span.file.line(result.span.line)
        assert line.strip().startswith("image: registry.example.com/")
        assert "override-" in "".join(
            result.span.file.line(n) for n in range(result.span.line - 40, result.span.line)
        )
