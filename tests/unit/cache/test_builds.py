"""A build with a cache writes and tells what a build without one does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.cache.fleet import POLICY, Fleet, application, content, stamps


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def test_nothing_has_changed(fleet: Fleet) -> None:
    first = fleet.build()
    before = stamps(fleet.out)
    assert "10 files written" in first
    told = fleet.build("--stats")
    assert "0 files written, 10 unchanged" in told
    assert "from the cache: 5 applications" in told
    assert stamps(fleet.out) == before


def test_into_another_directory(fleet: Fleet) -> None:
    fleet.build()
    told = fleet.build("--stats", out=fleet.root / "other")
    assert "10 files written" in told
    assert "from the cache: 5 applications" in told
    everything = {p: p.read_bytes() for p in (fleet.root / "other").rglob("*") if p.is_file()}
    assert {str(p.relative_to(fleet.root / "other")): b for p, b in everything.items()} == {
        str(p.relative_to(fleet.out)): p.read_bytes() for p in fleet.out.rglob("*") if p.is_file()
    }


def test_one_application_has_changed(fleet: Fleet) -> None:
    fleet.build()
    before = stamps(fleet.out)
    fleet.write("app3.yaml", application("app3", "nginx:2"))
    told = fleet.build("--stats")
    assert "5 applications, 2 clusters" in told
    assert "2 files written, 8 unchanged" in told
    assert "component variants rendered: 1 " in told
    assert content(fleet.out) == fleet.told()[1]
    after = stamps(fleet.out)
    assert {name for name in after if after[name] != before[name]} == {
        f"{cluster}/shop/app3/manifest.yaml" for cluster in ("one", "two")
    }


def _add(fleet: Fleet) -> None:
    fleet.write("app9.yaml", application("app9"))


def _remove(fleet: Fleet) -> None:
    fleet.remove("app1.yaml")


def _inventory(fleet: Fleet) -> None:
    fleet.write("clusters.yaml", "clusters:\n- {name: one}\n- {name: two}\n- {name: three}\n")


def _policy(fleet: Fleet) -> None:
    fleet.write("policy.yaml", POLICY.replace("[one, two]", "[two]"))


def _unused_policy(fleet: Fleet) -> None:
    fleet.write("more.yaml", POLICY.replace("everywhere", "nowhere"))


def _no_longer_used(fleet: Fleet) -> None:
    for number in range(5):
        fleet.write(f"app{number}.yaml", application(f"app{number}", policies=""))


def _same_name(fleet: Fleet) -> None:
    fleet.write("again.yaml", application("app2"))


def _same_object(fleet: Fleet) -> None:
    text = application("app2").replace("name: app2, namespace", "name: other, namespace")
    fleet.write("again.yaml", text)


def _mistake(fleet: Fleet) -> None:
    fleet.write("app1.yaml", application("app1").replace("image:", "imag:"))


def _no_yaml(fleet: Fleet) -> None:
    fleet.write("app1.yaml", "{")


def _two_in_a_file(fleet: Fleet) -> None:
    fleet.write("app1.yaml", application("app1") + "---\n" + application("app7"))


def _definition(fleet: Fleet) -> None:
    fleet.write(
        "def.cue",
        'webservice: {type: "component", attributes: workload: definition: '
        '{apiVersion: "v1", kind: "ConfigMap"}}\ntemplate: {\n'
        '\toutput: {apiVersion: "v1", kind: "ConfigMap", data: image: parameter.image}\n'
        "\tparameter: image: string\n}\n",
    )


@pytest.mark.parametrize(
    "change",
    [_add, _remove, _inventory, _policy, _unused_policy, _no_longer_used, _same_name, _same_object,
     _mistake, _no_yaml, _two_in_a_file, _definition],
)  # fmt: skip
def test_any_change(fleet: Fleet, change: Callable[[Fleet], None]) -> None:
    """Whatever changes: the same files and the same words as without a cache, now, again, and after going back."""
    fleet.build()
    originals = {p: p.read_bytes() for p in (fleet.root / "in").rglob("*") if p.is_file()}
    change(fleet)
    expected, files = fleet.told()
    for _ in range(2):
        code, told = fleet.run()
        if code:
            assert _diagnostics(told) == _diagnostics(expected)
        else:
            assert content(fleet.out) == files
            without = fleet.run(out=fleet.root / "plain", cache=False)[1]
            assert _diagnostics(told) == _diagnostics(without)
    for path in (fleet.root / "in").rglob("*"):
        if path not in originals:
            path.unlink()
    for path, data in originals.items():
        path.write_bytes(data)
    fleet.build()
    assert content(fleet.out) == fleet.told()[1]


def _diagnostics(told: str) -> str:
    """What was told, without the line that counts files and seconds."""
    return "".join(line for line in told.splitlines(True) if " written, " not in line)


def test_warnings_are_told_each_time(fleet: Fleet) -> None:
    fleet.write("more.yaml", POLICY.replace("everywhere", "nowhere"))
    words = [_diagnostics(fleet.build()) for _ in range(3)]
    assert "V317" in words[0]
    assert words[1:] == words[:1] * 2


def test_a_file_edited_by_hand_is_repaired(fleet: Fleet) -> None:
    fleet.build()
    fleet.build()
    path = fleet.out / "one/shop/app2/manifest.yaml"
    wanted, state = path.read_bytes(), path.stat()
    # Same size, and even the same time of modification.
    path.write_bytes(wanted.replace(b"nginx:1", b"nginx:7"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert "1 file written, 9 unchanged" in fleet.build()
    assert path.read_bytes() == wanted


def test_a_file_that_is_gone_comes_back(fleet: Fleet) -> None:
    fleet.build()
    fleet.build()
    path = fleet.out / "two/shop/app4/manifest.yaml"
    wanted = path.read_bytes()
    path.unlink()
    assert "1 file written, 9 unchanged" in fleet.build()
    assert path.read_bytes() == wanted


def test_the_inventory_is_whole_after_a_build_of_one_application(fleet: Fleet) -> None:
    """What lies beside the manifests in a new directory is that of a whole build, too."""
    fleet.build()
    fleet.write("app3.yaml", application("app3", "nginx:2"))
    fleet.build()
    fleet.build(out=fleet.root / "new")
    inventory = json.loads((fleet.root / "new/.velac/inventory.json").read_text("utf-8"))
    assert [app["name"] for app in inventory["applications"]] == [f"app{n}" for n in range(5)]


def test_an_inventory_removed_by_hand_comes_back(fleet: Fleet) -> None:
    fleet.build()
    fleet.build()
    path = fleet.out / ".velac/inventory.json"
    wanted = path.read_bytes()
    path.unlink()
    fleet.build()
    assert path.read_bytes() == wanted


def test_other_options_are_other_builds(fleet: Fleet) -> None:
    fleet.build()
    told = fleet.build("--layout", "object")
    assert "removed" in told
    assert (fleet.out / "one/shop/app1/deployment-app1.yaml").is_file()
    fleet.build("--layout", "cluster")
    assert (fleet.out / "one/manifest.yaml").is_file()
    fleet.build()
    assert content(fleet.out) == fleet.told()[1]


def test_several_processes_keep_the_same(fleet: Fleet) -> None:
    fleet.build("--jobs", "3")
    told = fleet.build("--stats", out=fleet.root / "other")
    assert "from the cache: 5 applications" in told
    assert content(fleet.root / "other") == content(fleet.out)


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_what_is_kept_is_accounted_for(fleet: Fleet, jobs: str) -> None:
    """The bound of the size counts on it, also when several processes add to the cache."""
    fleet.build("--jobs", jobs)
    held = sum(p.stat().st_size for p in fleet.cache.rglob("*") if p.is_file())
    usage = fleet.cache / "v1" / "usage.json"
    counted = json.loads(usage.read_text("utf-8"))["bytes"]
    assert counted == held - usage.stat().st_size


def test_without_a_cache_nothing_is_kept(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VELAC_CACHE_DIR", str(fleet.cache))
    fleet.build(cache=False)
    assert not fleet.cache.exists()
