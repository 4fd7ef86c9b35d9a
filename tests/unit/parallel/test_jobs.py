"""Several processes write what one writes, tell what one tells, and survive the loss of one of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.parallel.builds import content

from velac.compiler.commands.root import ROOT
from velac.compiler.processes import run_parts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def application(name: str, image: str = "nginx:1", role: str = "web") -> str:
    return (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{components: [{{name: {role}-{name}, type: webservice, properties: {{image: {image}}}}}]}}\n"
    )


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Seven small Applications."""
    folder = tmp_path / "fleet"
    folder.mkdir()
    for number in range(7):
        text = application(f"app{number}", f"nginx:{number}")
        (folder / f"app{number}.yaml").write_text(text, encoding="utf-8")
    return folder


def build(fleet: Path, out: Path, jobs: int, *more: str) -> tuple[int, str]:
    args = ["build", str(fleet), "-o", str(out), "--jobs", str(jobs), *more]
    done = CliRunner().invoke(ROOT, args, standalone_mode=False)
    assert done.exception is None
    return done.return_value, done.stderr


@pytest.mark.parametrize("layout", ["app", "object", "cluster"])
def test_same_bytes(fleet: Path, tmp_path: Path, layout: str) -> None:
    for jobs in (1, 3):
        assert build(fleet, tmp_path / str(jobs), jobs, "--layout", layout)[0] == 0
    assert content(tmp_path / "1") == content(tmp_path / "3")


def test_an_update_by_several_processes(fleet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(fleet, out, 3)
    (fleet / "app3.yaml").write_text(application("app3", "nginx:new"), encoding="utf-8")
    (fleet / "app5.yaml").unlink()
    code, told = build(fleet, out, 3)
    assert (code, "1 file written, 5 unchanged, 1 removed" in told) == (0, True)
    build(fleet, tmp_path / "fresh", 1)
    assert content(out) == content(tmp_path / "fresh")


def test_errors_are_told_once_and_nothing_is_written(fleet: Path, tmp_path: Path) -> None:
    text = application("broken").replace("image:", "imagee:")
    (fleet / "broken.yaml").write_text(text, encoding="utf-8")
    one, several = (build(fleet, tmp_path / f"out{jobs}", jobs) for jobs in (1, 3))
    assert one == several
    assert one[0] == 1
    assert not (tmp_path / "out3").exists()


def test_applications_are_linked_across_processes(fleet: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = application(name).replace(f"web-{name}", "same")
        (fleet / f"{name}.yaml").write_text(text, encoding="utf-8")
    one, several = (build(fleet, tmp_path / f"out{jobs}", jobs) for jobs in (1, 2))
    assert one == several
    assert "V707" in one[1]


def test_a_foreign_file_stops_the_build(fleet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(fleet, out, 2)
    before = content(out)
    (fleet / "new.yaml").write_text(application("new"), encoding="utf-8")
    place = out / "local" / "shop" / "new"
    place.mkdir()
    (place / "manifest.yaml").write_text("mine", encoding="utf-8")
    args = ["build", str(fleet), "-o", str(out), "--jobs", "2"]
    done = CliRunner().invoke(ROOT, args, standalone_mode=False)
    assert "V801" in [d.code for d in done.exception.diagnostics]  # type: ignore[union-attr]
    assert content(out) == {**before, "local/shop/new/manifest.yaml": b"mine"}


def test_a_killed_process_loses_no_work() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if number == 2 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * 10

    assert run_parts(4, work) == [0, 10, 20, 30]


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    """Every process has been waited for; one that an earlier test has left (a resource tracker) is not ours."""
    before = has_children()
    yield
    assert before or not has_children()


def has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def shards(fleet: Path, tmp_path: Path, count: int) -> list[str]:
    """The directories of all shards of a build."""
    made = []
    for number in range(1, count + 1):
        out = tmp_path / f"shard{number}"
        assert build(fleet, out, 1, "--shard", f"{number}/{count}")[0] == 0
        made.append(str(out))
    return made


def merge(*args: str) -> list[str]:
    """The codes with which a merge ends."""
    done = CliRunner().invoke(ROOT, ["merge", *args], standalone_mode=False)
    return [d.code for d in getattr(done.exception, "diagnostics", ())]


def test_shards_merge_to_the_same_bytes(fleet: Path, tmp_path: Path) -> None:
    build(fleet, tmp_path / "whole", 1)
    parts = shards(fleet, tmp_path, 3)
    assert merge(*parts, "-o", str(tmp_path / "merged")) == []
    assert content(tmp_path / "merged") == content(tmp_path / "whole")


def test_a_merge_wants_whole_shards(fleet: Path, tmp_path: Path) -> None:
    parts = shards(fleet, tmp_path, 3)
    out = str(tmp_path / "merged")
    assert merge(*parts[:2], "-o", out) == ["V802"]
    assert merge(*parts, parts[0], "-o", out) == ["V802"]
    assert merge(str(fleet), "-o", out) == ["V802"]
    edited = next((tmp_path / "shard2").rglob("manifest.yaml"))
    edited.write_text("edited", encoding="utf-8")
    assert merge(*parts, "-o", out) == ["V802"]
    assert not (tmp_path / "merged").exists()


def test_a_merge_links_applications(fleet: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = application(name).replace(f"web-{name}", "same")
        (fleet / f"{name}.yaml").write_text(text, encoding="utf-8")
    parts = shards(fleet, tmp_path, 2)
    assert merge(*parts, "-o", str(tmp_path / "merged")) == ["V707"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b"])
def test_a_shard_is_a_number_of_a_count(fleet: Path, tmp_path: Path, text: str) -> None:
    args = ["build", str(fleet), "-o", str(tmp_path / "out"), "--shard", text]
    assert CliRunner().invoke(ROOT, args).exit_code == 2
