"""A Dask scheduler and workers on this machine, for as long as they are measured."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.measure import Failed

_PATIENCE: Final = 60.0


def has_dask() -> bool:
    """Whether distributed is installed."""
    return find_spec("distributed") is not None


@contextmanager
def workers(count: int, scratch: Path) -> Iterator[str]:
    """The address of a scheduler with that many workers of one thread each. Raises Failed."""
    note = scratch / "scheduler.json"
    processes = [
        _started(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(note), folder=scratch,
        )
    ]  # fmt: skip
    try:
        address = _address(note)
        worker = ("dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard")
        place = ("--local-directory", str(scratch))
        processes += [_started(*worker, *place, folder=scratch) for _ in range(count)]
        code = f"from distributed import Client\nwith Client({address!r}) as c: c.wait_for_workers({count}, {_PATIENCE})"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=2 * _PATIENCE)
        yield address
    except subprocess.SubprocessError as error:
        raise Failed(f"no Dask workers: {error}") from error
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _started(module: str, *args: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *args]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)


def _address(note: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            return str(json.loads(note.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise Failed("the Dask scheduler does not start")
