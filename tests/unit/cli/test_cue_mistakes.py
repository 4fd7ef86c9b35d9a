"""What people get wrong on the command line of `velac cue` ends in a diagnostic that says what to do."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from velac.compiler.cli import run

FILES: dict[str, str | bytes] = {
    "ok.cue": "a: 1\n",
    "int.cue": "a: int\n",
    "one/a.cue": "package one\n\nx: 1\n",
    "one/b.cue": "package two\n\nx: 1\n",
    "bare/a.cue": "x: 1\n",
    "empty/readme.md": "nothing\n",
    "bad.cue": "a: b: [1,\n",
    "latin.cue": b"a: '\xff'\n",
    "data.yaml": "a: text\n",
    "data.json": '{"a": 1,}\n',
    "people.cue": "#Person: {name!: string, age?: int & >0}\npeople: [...#Person]\n",
    "people.yaml": "people:\n- name: ann\n  age: -1\n- nam: bob\n- name: cy\n  age: old\n",
    "tags.cue": "env: string @tag(env,short=prod|dev)\nn: int @tag(n,type=int)\nk: int @tag(k,type=itn)\n",
    "tool.cue": 'import "tool/exec"\n\nx: exec.Run\n',
    "mod/cue.mod/module.cue": 'module: "acme.com/m@v0"\nlanguage: version: "v0.14.0"\n',
    "mod/lib/lib.cue": "package lib\n\nX: 1\n_h: 2\n",
    "mod/many/a.cue": "package a\n",
    "mod/many/b.cue": "package b\n",
    "mod/typo.cue": 'package m\n\nimport "acme.com/m/libb"\n\ny: libb.X\n',
    "mod/far.cue": 'package m\n\nimport "other.com/x"\n\ny: x.Y\n',
    "mod/two.cue": 'package m\n\nimport "acme.com/m/many"\n\ny: many.Y\n',
    "mod/which.cue": 'package m\n\nimport "acme.com/m/many:c"\n\ny: c.Y\n',
    "mod/hidden.cue": 'package m\n\nimport "acme.com/m/lib"\n\ny: lib._h\n',
    "mod/p/p.cue": 'package p\n\nimport "acme.com/m/q"\n\nX: q.X\n',
    "mod/q/q.cue": 'package q\n\nimport "acme.com/m/p"\n\nX: p.X\n',
    "mod/broken/x.cue": "package broken\n\nX: :\n",
    "mod/uses.cue": 'package m\n\nimport "acme.com/m/broken"\n\ny: broken.X\n',
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("args", "folder", "code", "says"),
    [
        ("export nope.cue", ".", "V109", "did you mean `people.cue`?"),
        ("export okk.cue", ".", "V109", "did you mean `ok.cue`?"),
        ("export ./bar", ".", "V109", "did you mean `bare`?"),
        ("export ./empty", ".", "V109", "no CUE files in `./empty`"),
        ("export ./bare", ".", "V209", "give them a package clause"),
        ("export ./one", ".", "V209", "pick one: `./one:one`"),
        ("export ./one:three", ".", "V209", "it has `one`, `two`"),
        ("export one/a.cue one/b.cue", ".", "V209", "one/b.cue:1:9"),
        ("export bad.cue", ".", "V101", "bad.cue:1:7"),
        ("export latin.cue", ".", "V105", "is not UTF-8 text"),
        ("fmt latin.cue", ".", "V105", "is not UTF-8 text"),
        ("fmt nope.cue", ".", "V109", "`nope.cue` does not exist"),
        ("fmt bad.cue", ".", "V101", "bad.cue:1:7"),
        ("vet data.yaml", ".", "V209", "data files without a schema"),
        ("export ok.cue -d a", ".", "V209", "no data to check"),
        ("vet ok.cue data.json", ".", "V103", "data.json:1:9"),
        ("vet int.cue data.yaml", ".", "V201", "data.yaml:1:4"),
        ("vet int.cue data.yaml", ".", "V201", "int.cue:1:4"),
        ("vet int.cue", ".", "V202", "use -c to see all of them"),
        ("vet -c int.cue", ".", "V202", "int.cue:1:4"),
        ("export int.cue --out text", ".", "V202", "a: incomplete value int"),
        ("export ok.cue --out text", ".", "V209", "choose a string with -e"),
        ("export ok.cue -e (", ".", "V101", "--expression:1:"),
        ("export ok.cue -e b", ".", "V205", 'reference "b" not found'),
        ("eval ok.cue -e aa", ".", "V205", "did you mean `a`?"),
        ("vet people.cue people.yaml -d #Persn", ".", "V205", "did you mean `#Person`?"),
        ("export tags.cue -t evn=x", ".", "V209", "did you mean `env`?"),
        ("export tags.cue -t n=x", ".", "V209", "wants int, not `x`"),
        ("export tags.cue -t k=1", ".", "V209", "did you mean `int`?"),
        ("export tool.cue", ".", "V207", "it has no meaning in a definition"),
        ("export typo.cue", "mod", "V207", "did you mean `acme.com/m/lib`?"),
        ("export far.cue", "mod", "V207", "modules are not fetched from registries"),
        ("export two.cue", "mod", "V209", "many/b.cue:1:9"),
        ("export which.cue", "mod", "V207", "it has `a`, `b`"),
        ("export hidden.cue", "mod", "V202", "undefined field: _h"),
        ("export ./p", "mod", "V207", "import cycle: acme.com/m/q -> acme.com/m/p -> acme.com/m/q"),
        ("export uses.cue", "mod", "V101", "broken/x.cue:3:4"),
        ("export acme.com/m/libb", "mod", "V109", "`acme.com/m/libb`"),
    ],
)
def test_a_mistake_is_told(
    here: Path,
    args: str,
    folder: str,
    code: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(here / folder)
    assert run(["cue", *args.split()]) == 1
    out, err = capfd.readouterr()
    assert f"error[{code}]" in err
    assert says in err
    assert "Traceback" not in err
    assert out == ""


def test_all_errors_of_all_documents_are_told_at_once(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["cue", "vet", "people.cue", "people.yaml"]) == 1
    err = capfd.readouterr().err
    for place in ("people.yaml:3:8", "people.yaml:4:3", "people.yaml:6:8", "people.cue:1:18"):
        assert place in err
    assert "did you mean `name`?" in err
    missing = err[err.index("people.1.name: field is required but not present") :].splitlines()
    assert missing[1].strip() == "--> people.yaml:4:3"


@pytest.mark.parametrize(
    "args", ["export ok.cue --out xml", "evla ok.cue", "export --nope", "def ok.cue --check"]
)
def test_wrong_usage(here: Path, args: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["cue", *args.split()]) == 2
    assert capfd.readouterr().out == ""


def test_a_value_too_deep_for_a_file(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = ["x0: 1", *(f"x{i}: {{a: x{i - 1}}}" for i in range(1, 300))]
    (here / "deep.cue").write_text("\n".join(lines))
    assert run(["cue", "eval", "deep.cue", "-e", "x299"]) == 1
    assert "the value cannot be written as CUE" in capfd.readouterr().err
    assert run(["cue", "export", "deep.cue", "-e", "x299"]) == 0


def test_standard_input(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def give(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))

    give(b"b: a + 1\na: 2\n")
    assert run(["cue", "export", "-", "-e", "b"]) == 0
    give(b"a: 2\n---\na: 3\n")
    assert run(["cue", "vet", "int.cue", "yaml:", "-"]) == 0
    give(b"a:1 // one")
    assert run(["cue", "fmt", "-"]) == 0
    assert capfd.readouterr().out == "3\na: 1 // one\n"
    give(b"a: \xff")
    assert run(["cue", "export", "-"]) == 1
    assert "`-` is not UTF-8 text" in capfd.readouterr().err


def test_fmt_writes_all_files_or_none(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ugly = here / "ugly.cue"
    ugly.write_text("a:   1 // one\nbb:2\n")
    ugly.chmod(0o640)
    assert run(["cue", "fmt", "ugly.cue", "bad.cue"]) == 1
    assert ugly.read_text() == "a:   1 // one\nbb:2\n"
    assert run(["cue", "fmt", "--check", "ugly.cue", "ok.cue"]) == 1
    assert run(["cue", "fmt", "--diff", "ugly.cue", "ok.cue"]) == 0
    out = capfd.readouterr().out
    assert out.startswith(
        "ugly.cue\ndiff ugly.cue.orig ugly.cue\n--- ugly.cue.orig\n+++ ugly.cue\n@@ -1,2 +1,2 @@\n"
    )
    assert ugly.read_text() == "a:   1 // one\nbb:2\n"
    before = (here / "ok.cue").stat().st_mtime_ns
    assert run(["cue", "fmt", "ugly.cue", "ok.cue"]) == 0
    assert ugly.read_text() == "a:  1 // one\nbb: 2\n"
    assert ugly.stat().st_mode & 0o777 == 0o640
    assert (here / "ok.cue").stat().st_mtime_ns == before
    assert run(["cue", "fmt", "--check", "ugly.cue"]) == 0
    assert sorted(p.name for p in here.iterdir() if p.name.startswith(".")) == []


def test_a_directory_is_formatted_with_or_without_those_below(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("one/a.cue", "mod/lib/lib.cue", "mod/cue.mod/module.cue"):
        path = here / name
        path.write_text(path.read_text().replace(": ", ":"))
    assert run(["cue", "fmt", "--check", "one", "mod"]) == 1
    assert capfd.readouterr().out == "one/a.cue\n"
    (here / "mod/broken/x.cue").unlink()
    assert run(["cue", "fmt", "--check", "one", "mod/..."]) == 1
    assert capfd.readouterr().out == "one/a.cue\nmod/lib/lib.cue\n"


@pytest.mark.parametrize(
    ("args", "advice"),
    [
        ("export ok.cue -o out.json", "`-o` of `cue` is not here: print, and redirect"),
        ("def ok.cue --inline-imports", "`--inline-imports` of `cue` is not here: imports stay"),
        ("eval ok.cue -p p", "`-p` of `cue` is not here: data files need no package"),
    ],
)
def test_options_of_cue_that_are_not_here_say_what_to_do(
    here: Path, args: str, advice: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["cue", *args.split()]) == 2
    assert advice in capfd.readouterr().err


def test_very_many_errors_are_counted(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "many.cue").write_text("".join(f"a{i}: 1 & 2\n" for i in range(350)))
    assert run(["cue", "export", "many.cue"]) == 1
    err = capfd.readouterr().err
    assert err.count("error[") == 100
    assert err.endswith("100 errors\n… and 250 more\n")


def test_a_label_that_is_no_text(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["cue", "export", "data.yaml", "-l", "[a]"]) == 1
    assert "label [...] is no string" in capfd.readouterr().err
    assert run(["cue", "export", "data.yaml", "-l", "a b:"]) == 1
    assert "--path:1" in capfd.readouterr().err
