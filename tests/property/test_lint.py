"""Rules take whatever a template yields: examples with values of other types, and nothing breaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from tests.unit.lint.conftest import application

from velac.compiler.commands.lint_work import compiled, lint_compiled
from velac.compiler.ir.manifest import Identity, Manifest, Origin, Plain
from velac.compiler.lint.group_view import FleetIndex, GroupView
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.registry import load_rules
from velac.compiler.lint.run import Batch, Subjects, run_rules
from velac.compiler.lint.session import Request
from velac.compiler.options import Options
from velac.compiler.project import Project
from velac.grammar.source import NO_SPAN

ODD: list[Any] = [None, 5, -1.5, True, "", "x", "*", [], {}, [None], [5], ["x"], [[1]], {"a": 1}, {"": None}, [{}], [{"name": [2]}], {"name": {"a": 1}}]  # fmt: skip
RULES = load_rules()[0]
CLUSTERS = ("a", "b")


def examples() -> Iterator[list[dict[str, Any]]]:
    """The objects of the examples of all rules about manifests."""
    for rule in RULES.values():
        if rule.level != "manifest":
            continue
        for text in (rule.bad, rule.good):
            (app,) = yaml.safe_load_all(application(text.replace("LARGE", "x")))
            yield app["spec"]["components"][0]["properties"]["objects"]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """All containers in a value with their keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in [*items]:
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


def mutated(objects: list[dict[str, Any]], random: Random) -> list[dict[str, Any]]:
    """The objects with one to three values replaced; what names them stays."""
    objects = copy.deepcopy(objects)
    for _ in range(random.randint(1, 3)):
        found = [
            (holder, key)
            for obj in objects
            for holder, key in places(obj)
            if holder is not obj or key not in ("apiVersion", "kind", "metadata")
        ]
        holder, key = random.choice(found)
        holder[key] = copy.deepcopy(random.choice(ODD))
    return objects


def subjects(objects: list[dict[str, Any]]) -> Subjects:
    """As a build would hand them over, in two clusters."""
    views = []
    for obj in objects:
        name = str((obj.get("metadata") or {}).get("name") or "x")
        identity = Identity(obj["apiVersion"].rpartition("/")[0], obj["kind"], "shop", name)
        manifest = Manifest(Plain(obj), identity, "", Origin("component `x`", "workload"))
        views.append(ObjectView(manifest, "shop/x", lambda *_: NO_SPAN, CLUSTERS, ("1.16", "1.34")))
    by_kind: dict[str, list[ObjectView]] = {}
    for view in views:
        by_kind.setdefault(view.kind, []).append(view)
    group = GroupView(CLUSTERS, tuple(views), FleetIndex(by_kind), frozenset({"a"}))
    return Subjects((), (Batch(tuple(views), (group,)),), {}, by_kind)


def broken_rules(number: int, seed: int) -> set[str]:
    """What breaks in so many mutations of each example."""
    random = Random(seed)
    told: set[str] = set()
    for objects in examples():
        for _ in range(number):
            _, problems = run_rules(RULES.values(), subjects(mutated(objects, random)))
            told |= {problem.message for problem in problems}
    return told


def test_rules_about_manifests_take_values_of_any_type() -> None:
    assert broken_rules(6, 1) == set()


@pytest.mark.slow
def test_rules_about_manifests_take_values_of_any_type_for_long() -> None:
    assert broken_rules(150, 2) == set()


def source_mutations(number: int, seed: int, folder: Path) -> set[str]:
    random = Random(seed)
    rules = [rule for rule in RULES.values() if rule.level in ("source", "plan") and rule.check]
    told: set[str] = set()
    for rule in rules:
        (app,) = list(yaml.safe_load_all(application(rule.bad)))[:1]
        for _ in range(number):
            new = copy.deepcopy(app)
            parts = [
                (holder, key)
                for part in ("components", "policies", "workflow")
                if new["spec"].get(part)
                for holder, key in places({"properties": new["spec"][part]})
                if key in ("properties",) or isinstance(holder, dict)
            ]
            holder, key = random.choice(parts)
            if key not in ("name", "type"):
                holder[key] = copy.deepcopy(random.choice(ODD))
            (folder / "app.yaml").write_text(yaml.safe_dump(new))
            made = compiled(Options((str(folder),)))
            report = lint_compiled(made, Request(Project(), date(2030, 1, 1), ("strict",)))
            told |= {r.message for r in report.results if r.code.startswith("V90")}
    return told


@pytest.mark.slow
def test_rules_about_sources_take_values_of_any_type(tmp_path: Path) -> None:
    assert source_mutations(4, 3, tmp_path) == set()
