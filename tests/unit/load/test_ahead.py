"""A large file that another process reads: the same documents with the same places, or none."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.load import ahead
from velac.compiler.load.ahead import Ahead, largest
from velac.grammar.source import SourceFile
from velac.grammar.yaml import read_yaml
from velac.grammar.yaml_block import block_data

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

TEXT = "kind: Thing\nnumbers: [1, 2]\nitems:\n" + "".join(f"- name: n{n}\n" for n in range(50))


def source(path: Path, text: str) -> SourceFile:
    path.write_text(text, encoding="utf-8")
    return SourceFile("shown.yaml", text)


def test_the_data_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    file = source(path, TEXT + "---\nmore: ü\n")
    found = Ahead(str(path)).block_of(str(path), file)
    assert found == block_data(file)
    nodes = read_yaml(file, found).documents
    assert [node.find(("items", 7, "name")) for node in nodes] == [
        node.find(("items", 7, "name")) for node in read_yaml(file).documents
    ]


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: 1.5\n", "a: [\n", "", "\ta: 1\n"])
def test_what_it_cannot_tell_is_read_here(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    file = source(path, text)
    assert Ahead(str(path)).block_of(str(path), file) is None


def test_a_file_that_has_changed_or_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    file = source(path, TEXT)
    begun = Ahead(str(path))
    assert begun.block_of(str(path), SourceFile("a", TEXT + "x: 1\n")) is None
    path.unlink()
    assert Ahead(str(path)).block_of(str(path), file) is None
    path.write_bytes(b"a: \xff\n")
    assert Ahead(str(path)).block_of(str(path), file) is None


def test_another_file_and_a_lost_process(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    file = source(path, TEXT)
    begun = Ahead(str(path))
    assert begun.block_of(str(tmp_path / "b.yaml"), file) is None
    assert begun.block_of(str(path), file) == block_data(file)
    assert begun.block_of(str(path), file) is None
    lost = Ahead(str(path))
    os.kill(lost._helper._child, signal.SIGSTOP)
    os.kill(lost._helper._child, signal.SIGKILL)
    assert lost.block_of(str(path), file) in (None, block_data(file))
    lost.close()


def test_the_largest_file_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_WORTH_IT", 10)
    sizes = {"small.yaml": 9, "big.yaml": 50, "bigger.yml": 70, "other.json": 99}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    paths = [str(tmp_path / name) for name in (*sizes, "none.yaml")]
    assert largest(paths) == str(tmp_path / "bigger.yml")
    assert largest(paths[:1]) == ""


def test_a_build_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_WORTH_IT", 1)
    monkeypatch.setattr("velac.compiler.cache.memory.cores", lambda: 2)
    (tmp_path / "in").mkdir()
    text = (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata:\n  name: shop\n"
        "spec:\n  components:\n    - name: web\n      type: webservice\n      properties:\n"
        "        image: nginx\n        imagee: x\n"
    )
    told = []
    for body in (text, text.replace("        imagee: x\n", "")):
        (tmp_path / "in/app.yaml").write_text(body)
        for cache in ("--no-cache", f"--cache-dir={tmp_path / 'cache'}"):
            args = ["build", str(tmp_path / "in"), "-o", str(tmp_path / cache[2:5]), cache]
            done = CliRunner().invoke(ROOT, args, standalone_mode=False)
            assert done.exception is None
            told.append((done.return_value, done.stderr.partition(" in 0.")[0]))
    assert told[0] == told[1]
    assert (told[0][0], "app.yaml:11:9" in told[0][1]) == (1, True)
    assert told[2] == told[3]
    files = [
        {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        for out in (tmp_path / "no-", tmp_path / "cac")
    ]
    assert files[0] == files[1]
    assert files[0]
