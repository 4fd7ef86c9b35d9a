"""The workers of a Dask scheduler on this machine write what one process writes, also when one of them is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="distributed is not installed")
pytestmark = pytest.mark.slow

Started = subprocess.Popen[bytes]


def started(module: str, *args: str, folder: Path) -> Started:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *args]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler without workers."""
    note = tmp_path / "scheduler.json"
    process = started(
        "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(note), folder=tmp_path,
    )  # fmt: skip
    try:
        yield address(note)
    finally:
        process.kill()
        process.wait()


def address(note: Path) -> str:
    import json

    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            return str(json.loads(note.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("the scheduler does not start")


@pytest.fixture
def worker(tmp_path: Path, scheduler: str) -> Iterator[Callable[[], Started]]:
    """Starts workers with one thread each."""
    processes: list[Started] = []

    def start() -> Started:
        place = tmp_path / f"worker-{len(processes)}"
        place.mkdir()
        process = started(
            "dask_worker", scheduler, "--no-nanny", "--nthreads", "1", "--no-dashboard",
            "--local-directory", str(place), folder=place,
        )  # fmt: skip
        processes.append(process)
        wait_for(scheduler, len(processes))
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def wait_for(scheduler: str, count: int) -> None:
    code = f"""
from distributed import Client
with Client({scheduler!r}, timeout="20s") as client:
    client.wait_for_workers({count}, timeout=30)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    folder = tmp_path / "fleet"
    folder.mkdir()
    for number in range(9):
        text = (
            "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
            f"metadata: {{name: app{number}, namespace: shop}}\n"
            f"spec: {{components: [{{name: web-{number}, type: webservice, properties: {{image: nginx:{number}}}}}]}}\n"
        )
        (folder / f"app{number}.yaml").write_text(text, encoding="utf-8")
    return folder


def build(fleet: Path, out: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "velac", "build", fleet.name, "-o", out, "--no-cache", *args]
    return subprocess.run(command, cwd=fleet.parent, capture_output=True, text=True, timeout=120)


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def on_dask(scheduler: str) -> tuple[str, ...]:
    return "--engine", "dask", "--scheduler", scheduler


def test_same_bytes(
    fleet: Path, scheduler: str, worker: Callable[[], Started], tmp_path: Path
) -> None:
    worker()
    worker()
    done = build(fleet, "far", *on_dask(scheduler))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "9 files written" in done.stderr
    build(fleet, "near", "-j", "1")
    assert content(tmp_path / "far") == content(tmp_path / "near")
    (fleet / "app3.yaml").unlink()
    done = build(fleet, "far", *on_dask(scheduler))
    assert "0 files written, 8 unchanged, 1 removed" in done.stderr


def test_files_come_back_from_workers_that_do_not_see_the_output(
    fleet: Path, scheduler: str, worker: Callable[[], Started], tmp_path: Path
) -> None:
    worker()
    # What the workers look for is gone before they look: as if the disk were another one.
    code = f"""
import os, sys
from velac.compiler.parallel import remote
shown = remote._OnDask._answers_of
remote._OnDask._answers_of = lambda self, token, stage: shown(self, (token[0] + "-elsewhere", token[1]), stage)
from velac.compiler.cli import run
sys.exit(run(["build", "fleet", "-o", "far", "--no-cache", "--engine", "dask", "--scheduler", {scheduler!r}]))
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=120)
    build(fleet, "near", "-j", "1")
    assert content(tmp_path / "far") == content(tmp_path / "near")


@pytest.mark.parametrize("survivors", [0, 1])
def test_a_lost_worker_loses_no_work(
    fleet: Path, scheduler: str, worker: Callable[[], Started], tmp_path: Path, survivors: int
) -> None:
    lost = worker()
    # A worker that is stopped keeps the shards it was given, and does not get on with them.
    os.kill(lost.pid, signal.SIGSTOP)
    for _ in range(survivors):
        worker()
    command = [sys.executable, "-m", "velac", "build", "fleet", "-o", "far", "--no-cache"]
    far = subprocess.Popen([*command, *on_dask(scheduler)], cwd=tmp_path, stderr=subprocess.PIPE)
    time.sleep(4)
    assert far.poll() is None, "the build does not wait for the worker, so that this tests nothing"
    lost.kill()
    _, told = far.communicate(timeout=120)
    assert far.returncode == 0, told
    build(fleet, "near", "-j", "1")
    assert content(tmp_path / "far") == content(tmp_path / "near")


def test_errors_are_those_of_one_process(
    fleet: Path, scheduler: str, worker: Callable[[], Started], tmp_path: Path
) -> None:
    worker()
    text = (fleet / "app3.yaml").read_text().replace("image:", "imagee:")
    (fleet / "app3.yaml").write_text(text)
    far, near = build(fleet, "far", *on_dask(scheduler)), build(fleet, "near", "-j", "1")
    assert (far.returncode, far.stderr) == (near.returncode, near.stderr) == (1, near.stderr)
    assert not (tmp_path / "far").exists()


def test_no_scheduler(fleet: Path) -> None:
    done = build(fleet, "far", *on_dask("tcp://127.0.0.1:9"))
    assert done.returncode == 2
    assert "no Dask scheduler answers at `tcp://127.0.0.1:9`" in done.stderr


def test_options_that_do_not_go_together(fleet: Path) -> None:
    for args in (("--engine", "dask"), ("--scheduler", "tcp://x:1")):
        done = build(fleet, "far", *args)
        assert (done.returncode, "go together" in done.stderr) == (2, True)
