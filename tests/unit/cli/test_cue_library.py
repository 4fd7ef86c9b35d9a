"""`velac.cue` as a library: examples of its documentation, values, packages on disk."""

from __future__ import annotations

import doctest
from decimal import Decimal
from pathlib import Path

import pytest

from velac import cue
from velac.compiler.cue import api, value

SCHEMA = """\
#Server: {
	host: string
	port: *80 | int & >0
	tags?: [...string]
	_id: "\\(host):\\(port)"
}
servers: [string]: #Server
servers: a: host: "x"
size: int | string
"""


@pytest.mark.parametrize("module", [api, value])
def test_examples_of_the_documentation(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 5
    assert found.failed == 0


def test_looking_into_a_value() -> None:
    root = cue.evaluate({"s.cue": SCHEMA})
    server = root.get("servers.a")
    assert server.kind == "struct"
    assert server.get("port").default is not None
    assert server.get("port").kind == "int"
    assert server.get("_id").plain() == "x:80"
    assert server.lookup("nope") is None
    assert root.lookup("#Server", "host") is not None
    assert [label for label, _ in root.fields()] == ["servers", "size"]
    assert root.get("size").kind == "(int|string)"
    assert root.get("size").default is None
    assert not root.is_concrete
    assert server.is_concrete
    assert [str(span) for span in root.get("servers").positions] == ["s.cue:7:1", "s.cue:8:1"]
    with pytest.raises(cue.CueError, match="undefined field: b"):
        root.get("servers.b")
    with pytest.raises(cue.CueError, match="not a field path"):
        root.get("1 + 2")


def test_unifying_and_checking() -> None:
    server = cue.evaluate({"s.cue": SCHEMA}).get("#Server")
    good = server.unify({"host": "h", "port": 8080})
    assert good.validate() == ()
    assert good.plain() == {"host": "h", "port": 8080}
    bad = server.unify({"hots": "h", "port": -1, "tags": [1]}).validate()
    assert {problem.path for problem in bad} == {"hots", "port", "tags.0", "host"}
    assert [p.help for p in bad if p.path == "hots"] == ["did you mean `host`?"]
    assert server.validate(concrete=False) == ()
    assert server.unify({"port": 1.5}).get("port").kind == "_|_"


def test_values_of_different_files_unify() -> None:
    left = cue.evaluate({"l.cue": "a: int, b: *1 | int"})
    right = cue.evaluate({"r.cue": "a: >5, b: 3"})
    both = left.unify(right).unify({"a": 7})
    assert both.plain() == {"a": 7, "b": 3}
    assert left.unify(right).unify({"a": 5}).validate()[0].path == "a"


def test_data_keeps_its_digits() -> None:
    found = cue.evaluate({"a.cue": "x: 1.50, y: x * 2"}).plain()
    assert found == {"x": Decimal("1.50"), "y": Decimal("3.00")}
    assert str(found["y"]) == "3.00"


def test_text_brings_its_imports() -> None:
    text = 'import "strings"\n\na: strings.MinRunes(3)\nb: strings.ToUpper("x")\n'
    assert cue.evaluate({"a.cue": text}).text() == (
        'import "strings"\n\na: strings.MinRunes(3)\nb: "X"\n'
    )


def test_loading_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cue.mod").mkdir()
    (tmp_path / "cue.mod/module.cue").write_text('module: "a.b/c"\n')
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/l.cue").write_text("package lib\n\nX: 1\n_hidden: 2\n")
    (tmp_path / "m.cue").write_text(
        'package m\n\nimport "a.b/c/lib"\n\nx: lib.X\ny: int\n_hidden: 3\n'
    )
    (tmp_path / "d.json").write_text('{"y": 4}')
    monkeypatch.chdir(tmp_path)
    assert cue.load("m.cue", "d.json").plain() == {"x": 1, "y": 4}
    assert cue.load("./lib").plain() == {"X": 1}
    assert cue.load().get("_hidden").plain() == 3
    with pytest.raises(cue.CueError, match="the paths make 2 packages, not one"):
        cue.load(".", "./lib")


def test_files_of_the_directories_above_belong_to_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cue.mod").mkdir()
    (tmp_path / "cue.mod/module.cue").write_text('module: "a.b/c"\n')
    (tmp_path / "env/prod").mkdir(parents=True)
    (tmp_path / "base.cue").write_text("package p\n\nreplicas: *1 | int\nname: string\n")
    (tmp_path / "other.cue").write_text("package q\n\nreplicas: 7\n")
    (tmp_path / "env/prod/prod.cue").write_text('package p\n\nreplicas: 3\nname: "prod"\n')
    monkeypatch.chdir(tmp_path)
    assert cue.load("./env/prod").plain() == {"replicas": 3, "name": "prod"}
