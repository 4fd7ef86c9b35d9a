"""One Application whose classes several processes share: the same bytes, the same words, the same memory of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.unit.parallel.builds import Told, build, write

from velac.compiler.ir.app import AppIR, Component, Deployment, Step
from velac.compiler.ir.plan import AppPlan, ClusterClass, Slot
from velac.compiler.ir.values import EMPTY
from velac.compiler.parallel import build as parallel
from velac.compiler.parallel import pieces

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

CLUSTERS = 9
HUB_TRAIT = """apiVersion: core.oam.dev/v1beta1
kind: TraitDefinition
metadata: {name: ledger, namespace: vela-system}
spec:
  controlPlaneOnly: true
  schematic:
    cue:
      template: |
        outputs: note: {apiVersion: "v1", kind: "ConfigMap", data: who: context.name}
        parameter: {}
"""


def application(properties: str = "", traits: str = "", override: str = "") -> str:
    policies = "".join(
        f"  - {{name: only-{n}, type: topology, properties: {{clusters: [c{n}]}}}}\n"
        f"  - name: image-{n}\n    type: override\n    properties:\n"
        f'      components: [{{name: web, properties: {{image: "nginx:1.{n}"{override}}}}}]\n'
        for n in range(CLUSTERS)
    )
    steps = "".join(
        f"    - {{name: go-{n}, type: deploy, properties: {{policies: [image-{n}, only-{n}]}}}}\n"
        for n in range(CLUSTERS)
    )
    return (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        "metadata: {name: site, namespace: shop}\nspec:\n  components:\n"
        f'  - name: web\n    type: webservice\n    properties: {{image: "nginx:0"{properties}}}\n{traits}'
        f"  policies:\n{policies}  workflow:\n    steps:\n{steps}"
    )


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    folder = tmp_path / "fleet"
    folder.mkdir()
    names = ", ".join(f"{{name: c{n}}}" for n in range(CLUSTERS))
    write(folder, "clusters.yaml", f"clusters: [{names}, {{name: local}}]\n")
    write(folder, "site.yaml", application())
    return folder


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Into how many pieces Applications were cut."""
    made: list[int] = []

    def noticed(*args: int) -> object:
        made.append(args[1])
        return pieces.cut(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(parallel, "cut", noticed)
    return made


def alike(fleet: Path, jobs: int = 2) -> Told:
    """What one process does as a whole and several do in pieces."""
    whole = build(fleet, 1, "whole", "--no-cache", "-v")
    shared = build(fleet, jobs, "pieces", "--no-cache", "-v")
    assert whole == shared
    return whole


@pytest.mark.parametrize("jobs", [2, 3, CLUSTERS])
def test_pieces_make_the_same_bytes(fleet: Path, divided: list[int], jobs: int) -> None:
    code, _, files = alike(fleet, jobs)
    assert (code, divided) == (0, [jobs])
    for n in range(CLUSTERS):
        assert b"nginx:1.%d" % n in files[f"c{n}/shop/site/manifest.yaml"]


def test_with_fewer_classes_than_processes_none_is_cut(fleet: Path, divided: list[int]) -> None:
    assert alike(fleet, CLUSTERS + 1)[0] == 0
    assert divided == []


def test_other_applications_go_beside_the_pieces(fleet: Path, divided: list[int]) -> None:
    plain = application().partition("  policies:")[0]
    for name in ("one", "two"):
        write(
            fleet, f"{name}.yaml", plain.replace("site", name).replace("name: web", f"name: {name}")
        )
    _, _, files = alike(fleet)
    assert divided == [2]
    assert {"local/shop/one/manifest.yaml", "local/shop/two/manifest.yaml"} <= files.keys()


def test_what_all_classes_share_is_told_once(fleet: Path, divided: list[int]) -> None:
    write(fleet, "site.yaml", application(", ports: [{port: 80, x: 1}]"))
    code, told, _ = alike(fleet)
    assert (code, told.count("warning["), divided) == (0, 1, [2])


@pytest.mark.parametrize(
    ("override", "code"), [(", imagee: x", "V702"), (", port: [1]", "V70"), (", cpu: {}", "V70")]
)
def test_what_is_wrong_is_told_as_of_the_whole(fleet: Path, override: str, code: str) -> None:
    text = application()
    last = f'"nginx:1.{CLUSTERS - 1}"'
    write(fleet, "site.yaml", text.replace(last, last + override))
    assert code in alike(fleet)[1]


def test_what_goes_to_the_control_plane_is_made_once(fleet: Path, divided: list[int]) -> None:
    write(fleet, "ledger.yaml", HUB_TRAIT)
    write(fleet, "site.yaml", application(traits="    traits: [{type: ledger}]\n"))
    code, _, files = alike(fleet)
    assert (code, divided) == (0, [])
    assert b"kind: ConfigMap" in files["local/shop/site/manifest.yaml"]


def test_a_trait_of_an_override_may_go_there_too(fleet: Path, divided: list[int]) -> None:
    write(fleet, "ledger.yaml", HUB_TRAIT)
    first = '{image: "nginx:1.0"}'
    write(fleet, "site.yaml", application().replace(first, first + ", traits: [{type: ledger}]"))
    code, _, files = alike(fleet)
    assert (code, divided) == (0, [2])
    assert b"kind: ConfigMap" in files["local/shop/site/manifest.yaml"]


def test_an_update(fleet: Path) -> None:
    first = alike(fleet)[2]
    write(fleet, "site.yaml", application().replace("nginx:1.7", "nginx:1.70"))
    now = alike(fleet)[2]
    changed = {path for path in now if now[path] != first.get(path) and ".velac" not in path}
    assert changed == {"c7/shop/site/manifest.yaml"}


def test_pieces_are_remembered_as_a_whole(fleet: Path, tmp_path: Path, divided: list[int]) -> None:
    cache = ("--cache-dir", str(tmp_path / "cache"))
    made = build(fleet, 2, "first", *cache)[2]
    again = build(fleet, 2, "second", *cache, "--stats")
    assert "from the cache: 1 application" in again[1]
    assert again[2] == made
    # One more Application: this one is taken from the cache, and linked with the other.
    other = application().partition("  policies:")[0].replace("site", "other")
    write(fleet, "other.yaml", other)
    divided.clear()
    both = build(fleet, 2, "first", *cache)
    assert divided == []
    assert both[2] == build(fleet, 1, "third", "--no-cache")[2]


def test_a_piece_that_is_lost_is_made_again(fleet: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    made = build(fleet, 3, "first", "--cache-dir", str(cache))[2]
    kept = [
        path for kind in ("apps", "packs") for path in cache.rglob(f"{kind}/**/*") if path.is_file()
    ]
    assert len(kept) == 6
    for path in kept:
        held = path.read_bytes()
        path.write_bytes(held[:-1] + b"?")
        again = build(fleet, 3, f"without-{path.parent.name}{path.name}", "--cache-dir", str(cache))
        assert again[2] == made
        path.write_bytes(held)


@pytest.mark.parametrize("sizes", [[1] * 10, [100, 1, 1, 1], [1, 1, 1, 100], [5, 1, 5, 1, 5]])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_classes_stay_in_order_and_no_process_is_without(sizes: list[int], count: int) -> None:
    component = Component("web", "webservice", EMPTY)
    deployments = [
        Deployment(Step(f"go-{n}", "deploy"), components=(component,)) for n in range(len(sizes))
    ]
    idle = Deployment(Step("nowhere", "deploy"), components=(component,))
    groups = tuple(
        ClusterClass(tuple(f"{n}-{i}" for i in range(size)), "1.31", (Slot(deployments[n], "", 0),))
        for n, size in enumerate(sizes)
    )
    app = AppIR("site", "shop", (component,), deployments=(*deployments, idle))
    found = pieces.cut(AppPlan(app, groups), count)
    assert len(found) == count
    assert tuple(group for piece in found for group in piece.classes) == groups
    assert all(piece.classes for piece in found)
    assert [d for piece in found for d in piece.app.deployments] == [
        *deployments[: len(found[0].classes)], idle, *deployments[len(found[0].classes) :]
    ]  # fmt: skip
    if sizes == [1] * 10:
        counts = [len(piece.classes) for piece in found]
        assert max(counts) - min(counts) <= 1
