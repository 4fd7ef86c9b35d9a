"""A build in shares writes and tells what one of the whole does, however the Applications are divided."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.unit.parallel import builds
from tests.unit.parallel.builds import Told, write

from velac.compiler.output.write import Stage
from velac.compiler.parallel import build as parallel
from velac.compiler.processes import Turns, run_parts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

POLICY = """apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: NAME, namespace: shop}
type: topology
properties: {clusters: [local]}
"""
CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {name: shared, namespace: shop}
data: {a: b}
"""


def application(name: str, more: str = "", image: str = "nginx:1") -> str:
    return (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: shop}}\n"
        "spec:\n  components:\n"
        f"  - {{name: web-{name}, type: webservice, properties: {{image: {image}}}}}\n{more}"
    )


USES = "  workflow:\n    steps:\n    - {name: go, type: deploy, properties: {policies: [there]}}\n"
REFERS = (
    "  - name: cm\n    type: ref-objects\n    properties:\n"
    "      objects: [{apiVersion: v1, kind: ConfigMap, name: shared}]\n"
)


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    folder = tmp_path / "fleet"
    folder.mkdir()
    for number in range(6):
        write(folder, f"app{number}.yaml", application(f"app{number}"))
    return folder


def build(fleet: Path, jobs: int, out: str) -> Told:
    """Without help, and with notes."""
    return builds.build(fleet, jobs, out, "--no-cache", "-v")


def alike(fleet: Path) -> Told:
    """What one process does as a whole and two do in shares."""
    whole, shares = build(fleet, 1, "whole"), build(fleet, 2, "shares")
    assert whole == shares
    return whole


def test_one_process_may_go_share_by_share(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build(fleet, 1, "whole")
    monkeypatch.setattr(parallel, "_AT_ONCE", 0)
    monkeypatch.setattr(parallel, "_SHARE", 300)
    assert build(fleet, 1, "shares") == whole


def test_policies_that_all_share_are_seen_by_each(fleet: Path) -> None:
    write(fleet, "policy.yaml", POLICY.replace("NAME", "there"))
    write(fleet, "app7.yaml", application("app7", USES))
    code, told, files = alike(fleet)
    assert (code, "V317" in told) == (0, False)
    assert "local/shop/app7/manifest.yaml" in files


def test_a_policy_that_no_share_uses_is_told(fleet: Path) -> None:
    write(fleet, "policy.yaml", POLICY.replace("NAME", "nobody"))
    assert "V317" in alike(fleet)[1]


def test_a_file_with_more_than_applications(fleet: Path) -> None:
    text = application("mixed", USES) + "---\n" + POLICY.replace("NAME", "there")
    write(fleet, "mixed.yaml", text)
    assert "local/shop/mixed/manifest.yaml" in alike(fleet)[2]


def test_objects_that_are_referred_to_are_not_ignored(fleet: Path) -> None:
    write(fleet, "config.yaml", CONFIG)
    assert "V110" in alike(fleet)[1]
    write(fleet, "app7.yaml", application("app7", REFERS))
    code, told, _ = alike(fleet)
    assert (code, "V110" in told) == (0, False)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("twice.yaml", application("app2"), "V307"),
        ("other.yaml", application("x").replace("core.oam.dev", "example.com"), "V110"),
        ("old.yaml", application("x").replace("v1beta1", "v1alpha2"), "V315"),
        ("bad.yaml", application("x").replace("image", "imagee"), "V703"),
        ("broken.yaml", application("x") + "]", "V101"),
        ("latin.yaml", application("x"), "V105"),
    ],
)
def test_what_is_wrong_is_told_the_same_way(fleet: Path, name: str, text: str, code: str) -> None:
    encoding = "utf-16" if name == "latin.yaml" else "utf-8"
    (fleet / name).write_text(text, encoding=encoding)
    assert code in alike(fleet)[1]


def test_warnings_of_shares_are_told_once_and_in_order(fleet: Path) -> None:
    for number in range(4):
        text = application(f"warn{number}").replace(
            "image: nginx:1", "image: nginx:1, ports: [{port: 80, x: 1}]"
        )
        write(fleet, f"warn{number}.yaml", text)
    code, told, _ = alike(fleet)
    assert (code, told.count("warning[")) == (0, 4)


def test_one_application_is_written_by_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_TOGETHER", 2)
    folder = tmp_path / "fleet"
    folder.mkdir()
    write(
        folder,
        "clusters.yaml",
        "clusters: [" + ", ".join(f"{{name: c{n}}}" for n in range(9)) + "]\n",
    )
    steps = (
        "  workflow:\n    steps:\n    - {name: go, type: deploy, properties: {policies: [all]}}\n"
    )
    policies = (
        "  policies:\n  - {name: all, type: topology, properties: {clusterLabelSelector: {}}}\n"
    )
    write(folder, "app.yaml", application("app", policies + steps))
    _, _, files = alike(folder)
    assert {f"c{n}/shop/app/manifest.yaml" for n in range(9)} <= files.keys()
    write(folder, "app.yaml", application("app", policies + steps, "nginx:2"))
    # An update, and a file of somebody else in the way.
    assert alike(folder)[2] != files
    for out in ("whole", "shares"):
        (folder.parent / out / "c10/shop/new").mkdir(parents=True)
    assert alike(folder)[0] == 0


def test_the_turns_of_a_lost_process_are_made_by_another(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build(fleet, 1, "whole")
    own, made = os.getpid(), parallel.Shared.local

    def local(self: parallel.Shared, number: int, stage: Stage) -> parallel.Answer:
        if os.getpid() != own:
            os._exit(1)  # with a share in its hands
        time.sleep(0.05)
        return made(self, number, stage)

    monkeypatch.setattr(parallel.Shared, "local", local)
    assert build(fleet, 3, "shares") == whole


def test_every_number_is_taken_once() -> None:
    turns = Turns(1000)
    found = run_parts(3, lambda _: list(turns))
    turns.close()
    assert sorted(number for numbers in found for number in numbers) == list(range(1000))
    assert all(numbers == sorted(numbers) for numbers in found)
