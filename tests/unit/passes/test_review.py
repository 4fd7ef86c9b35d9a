"""What KubeVela accepts and an author hardly means: pairs of an Application that is told and one that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from velac.compiler.driver import compile

CLUSTERS = "clusters: [{name: a}, {name: b}]\n"
HEAD = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
  - {name: web, type: webservice, properties: {image: nginx:1}, dependsOn: [db]}
  - {name: db, type: webservice, properties: {image: nginx:1}}
"""
A = "  - {name: a, type: topology, properties: {clusters: [a]}}\n"
B = "  - {name: b, type: topology, properties: {clusters: [b]}}\n"
O1 = "  - {name: o1, type: override, properties: {components: [{name: web, properties: {image: nginx:2}}]}}\n"
O2 = "  - {name: o2, type: override, properties: {components: [{name: web, properties: {image: nginx:3}}]}}\n"
WEB = "  - {name: only-web, type: override, properties: {selector: [web]}}\n"
DB = "  - {name: only-db, type: override, properties: {selector: [db]}}\n"


def steps(*policies: str) -> str:
    listed = "".join(
        f"    - {{name: s{i}, type: deploy, properties: {{policies: [{names}]}}}}\n"
        for i, names in enumerate(policies)
    )
    return "  workflow:\n    steps:\n" + listed


CASES = {
    "unused policy": ("V411", A + B + steps("a"), A + B + steps("a", "b")),
    "undeployed": ("V419", A + WEB + steps("only-web, a"), A + steps("a")),
    "empty workflow": ("V412", A + "  workflow: {}\n", A),
    "late dependency": (
        "V413",
        A + WEB + DB + steps("only-web, a", "only-db, a"),
        A + WEB + DB + steps("only-db, a", "only-web, a"),
    ),
    "shadowed": (
        "V605",
        A + O1 + O2 + steps("o1, o2, a"),
        A + B + O1 + O2 + steps("o1, o2, a", "o1, b"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_told_and_not_told(tmp_path: Path, name: str) -> None:
    code, bad, good = CASES[name]
    (tmp_path / "clusters.yaml").write_text(CLUSTERS)
    for policies, wanted in ((bad, True), (good, False)):
        (tmp_path / "app.yaml").write_text(HEAD + "  policies:\n" + policies)
        result = compile(str(tmp_path))
        found = [d for d in result.diagnostics if d.code == code]
        assert bool(found) is wanted, result.diagnostics
        assert all(d.span is not None for d in found)


def test_two_steps_of_one_spot(tmp_path: Path) -> None:
    (tmp_path / "clusters.yaml").write_text(CLUSTERS)
    policies = A + "  - {name: a2, type: topology, properties: {clusterLabelSelector: {}}}\n"
    (tmp_path / "app.yaml").write_text(HEAD + "  policies:\n" + policies)
    codes = {d.code for d in compile(str(tmp_path)).diagnostics}
    assert "V508" in codes
