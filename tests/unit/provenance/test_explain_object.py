"""Where fields of the example fleet come from: a constant, a property, an override, a trait patch, a default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.provenance.target import Target, parse_path, parse_target

STOREFRONT = "prod-eu-1/Deployment/storefront"
POD = "spec.template.spec"


@pytest.fixture(scope="module")
def fields(root: Path) -> dict[str, dict[str, Any]]:
    """All fields of one Deployment by name."""
    fleet = str(root / "examples" / "fleet")
    done = CliRunner().invoke(ROOT, ["explain", STOREFRONT, fleet, "--output", "json"])
    assert done.exit_code == 0, done.output
    return {field["name"]: field for field in json.loads(done.stdout)}


def chain(field: dict[str, Any]) -> list[tuple[str, str]]:
    """Kinds and files of the origins of a field."""
    return [(o["kind"], o["place"].rpartition("/")[2].partition(":")[0]) for o in field["origins"]]


def test_constant(fields: dict[str, dict[str, Any]]) -> None:
    assert chain(fields["kind"]) == [("definition", "webservice.cue")]


def test_property(fields: dict[str, dict[str, Any]]) -> None:
    image = fields[f"{POD}.containers[0].image"]
    assert chain(image) == [("definition", "webservice.cue"), ("property", "storefront.yaml")]
    assert image["origins"][1]["text"] == "parameter.image"


def test_override(fields: dict[str, dict[str, Any]]) -> None:
    region = fields[f"{POD}.containers[0].env[3].value"]
    assert region["value"] == "eu"
    assert chain(region) == [("trait", "env.cue"), ("override", "rollout.yaml")]


def test_trait_patch(fields: dict[str, dict[str, Any]]) -> None:
    surge = fields["spec.strategy.rollingUpdate.maxSurge"]
    assert chain(surge) == [
        ("trait", "k8s-update-strategy.cue"),
        ("trait property", "storefront.yaml"),
    ]


def test_default(fields: dict[str, dict[str, Any]]) -> None:
    period = fields[f"{POD}.containers[0].livenessProbe.periodSeconds"]
    assert chain(period) == [("definition", "webservice.cue"), ("default", "webservice.cue")]


def test_contract_and_context(fields: dict[str, dict[str, Any]]) -> None:
    assert chain(fields["metadata.labels.team"])[1] == ("label", "storefront.yaml")
    assert chain(fields['metadata.labels["app.oam.dev/resourceType"]']) == [("contract", "")]


def test_values_are_those_of_a_build(fields: dict[str, dict[str, Any]], root: Path) -> None:
    fleet = str(root / "examples" / "fleet")
    done = CliRunner().invoke(ROOT, ["build", fleet, "--print", "prod-eu-1"])
    assert done.exit_code == 0
    image = fields[f"{POD}.containers[0].image"]["value"]
    assert f"image: {image}\n" in done.stdout


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere/Deployment/x", "no cluster"),
        ("prod-eu-1/Deployment/storefrnt", "storefront"),
        (STOREFRONT + ":spec.nothing", "no field"),
        ("prod-eu-1/Deployment", "CLUSTER/KIND/NAME"),
    ],
)
def test_mistakes(target: str, words: str, root: Path) -> None:
    done = CliRunner().invoke(ROOT, ["explain", target, str(root / "examples" / "fleet")])
    assert done.exit_code == 2
    assert words in done.output


def test_targets() -> None:
    assert parse_target("c/Kind/a/b") == Target("c", "Kind", "a/b")
    assert parse_target("c/Kind/a:spec.x[0]") == Target("c", "Kind", "a", ("spec", "x", 0))
    assert parse_path('metadata.labels["app.oam.dev/name"]') == (
        "metadata",
        "labels",
        "app.oam.dev/name",
    )
    assert parse_target("c/Kind") is None
