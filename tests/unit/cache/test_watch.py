"""`velac build --watch`: one build per change, mistakes do not end it, its own output is no change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.unit.cache.fleet import Fleet, application

from velac.compiler.commands.root import ROOT
from velac.compiler.commands.watch import changes_of, repeat, watched
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.options import Options


def test_one_build_first_and_one_per_change() -> None:
    built: list[int] = []

    def build() -> int:
        built.append(len(built))
        return len(built) % 2

    assert repeat(build, [set(), {"a"}, set(), {"b", "c"}, set()]) == 1
    assert built == [0, 1, 2]


@pytest.mark.parametrize(
    "error", [Rejected(Diagnostic("V804", "no such backend")), click.UsageError("wrong")]
)
def test_a_build_that_fails_is_not_the_last(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: Iterator[Exception | int] = iter([error, 0])

    def build() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert repeat(build, [{"a"}]) == 0
    assert "no such backend" in (told := capsys.readouterr().err) or "wrong" in told


def test_what_counts_as_an_input(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "clusters.yaml").write_text("clusters: []\n", encoding="utf-8")
    options = Options((str(tmp_path / "in"),), clusters=str(tmp_path / "clusters.yaml"))
    folders, wanted = watched(options, str(tmp_path / "in" / "dist"))
    assert folders == [str(tmp_path), str(tmp_path / "in")]
    assert wanted(str(tmp_path / "clusters.yaml"))
    assert wanted(str(tmp_path / "in" / "team" / "app.yml"))
    for other in ("other.yaml", "in/notes.md", "in/dist/one/manifest.yaml", "in/.git/x.yaml"):
        assert not wanted(str(tmp_path / other)), other


def test_a_change_while_the_first_build_runs_is_not_lost(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="watchfiles is an extra")
    changes = changes_of(Options((str(tmp_path),)), str(tmp_path / "dist"))
    (tmp_path / "app.yaml").write_text("a: 1\n", encoding="utf-8")
    end = time.monotonic() + 20
    assert any(change for change in changes if change or time.monotonic() > end)


@pytest.mark.parametrize("other", ["--check", "--shard=1/2", "--print=one"])
def test_what_it_does_not_go_with(tmp_path: Path, other: str) -> None:
    done = CliRunner().invoke(ROOT, ["build", str(tmp_path), "--watch", other])
    assert done.exit_code == 2
    assert "does not go with" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_the_whole_command(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="watchfiles is an extra")
    fleet = Fleet(tmp_path, 2)
    command = [sys.executable, "-m", "velac", "build", "in", "--watch", "--cache-dir", "cache"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None

    def line(with_words: str) -> str:
        assert running.stderr is not None
        for text in running.stderr:
            if with_words in text:
                return text
        raise AssertionError(f"ended without `{with_words}`")

    try:
        assert "4 files written" in line("written")
        fleet.write("app1.yaml", application("app1", "nginx:2"))
        assert "2 files written, 2 unchanged" in line("written")
        fleet.write("app1.yaml", application("app1").replace("image:", "imag:"))
        line("error")
        fleet.write("app1.yaml", application("app1", "nginx:3"))
        assert "2 files written, 2 unchanged" in line("written")
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)
    assert running.returncode == 130
    assert b"nginx:3" in (tmp_path / "dist/one/shop/app1/manifest.yaml").read_bytes()
