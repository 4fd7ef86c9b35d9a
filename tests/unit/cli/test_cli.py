"""The command line: exit codes, what goes to stdout and what to stderr, nothing written when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from velac.compiler import driver
from velac.compiler.cli import run
from velac.compiler.registry import load_passes

APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: small, namespace: ns}
spec:
  components:
  - name: c
    type: k8s-objects
    properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]}
  policies:
  - {name: t, type: topology, properties: {clusterLabelSelector: {}}}
"""
CLUSTERS = "clusters: [{name: a, labels: {x: y1}}, {name: b, labels: {x: y1}}]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one Application and two clusters besides `local`, which is the working directory."""
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "app.yaml").write_text(APP)
    (tmp_path / "apps" / "clusters.yaml").write_text(CLUSTERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_build(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "apps", "-o", "out"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("1 application, 3 clusters, 3 objects: 3 files written, 0 unchanged in ")
    assert sorted(tree(project / "out")) == [
        ".velac/index.json",
        ".velac/inventory.json",
        "a/ns/small/manifest.yaml",
        "b/ns/small/manifest.yaml",
        "local/ns/small/manifest.yaml",
    ]
    assert run(["build", "apps", "-o", "out"]) == 0
    assert "0 files written, 3 unchanged" in capsys.readouterr().err


def test_build_removes_what_is_no_longer_made(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "apps", "-o", "out"]) == 0
    (project / "apps" / "clusters.yaml").write_text("clusters: [{name: a}]\n")
    assert run(["build", "apps", "-o", "out"]) == 0
    assert "0 files written, 2 unchanged, 1 removed" in capsys.readouterr().err
    assert not (project / "out" / "b").exists()


def test_a_build_with_errors_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "apps", "-o", "out"]) == 0
    before = tree(project / "out")
    (project / "apps" / "bad.yaml").write_text(
        APP.replace("small", "bad").replace("k8s-o", "k9s-o")
    )
    capsys.readouterr()
    assert run(["build", "apps", "-o", "out"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[V310]: there is no component definition `k9s-objects`" in err
    assert "did you mean `k8s-objects`?" in err
    assert err.endswith("1 error\n")
    assert tree(project / "out") == before
    assert run(["build", "apps", "-o", "fresh"]) == 1
    assert not (project / "fresh").exists()


def test_diagnostics_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "apps" / "app.yaml").write_text(APP.replace("{}", "{x: z}"))
    assert run(["build", "apps", "-o", "out", "--output", "json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["code"], problem["name"]) == ("V502", "no-cluster-matches")
    assert (problem["file"], problem["line"], problem["column"]) == ("apps/app.yaml", 10, 66)


def test_notes_are_shown_on_demand(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "apps" / "values.yaml").write_text("a: 1\n")
    assert run(["build", "apps", "-o", "out"]) == 0
    assert "V110" not in capsys.readouterr().err
    assert run(["build", "apps", "-o", "out", "-v"]) == 0
    assert "note[V110]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["build"], 2, "name a PATH"),
        (["build", "apps", "--nope"], 2, "No such option"),
        (["biuld"], 2, "did you mean `build`?"),
        (["explain", "unknown-clster"], 2, "did you mean `unknown-cluster`?"),
        (["dry-run", "-f", "nope.yaml"], 1, "nope.yaml"),
        (["build", "nope", "-o", "out"], 2, "`nope` does not exist"),
        (["lint", "app", "-d", "defs", "--clusters", "c.yaml"], 2, "did you mean `apps`?"),
        (["plan", "apps", "--clusters", "nope.yaml"], 2, "`nope.yaml` does not exist"),
        (["build", "empty", "-o", "out"], 1, "there is no Application below `empty`"),
        (["build", "apps", "-o", "out", "--layout", "ap"], 2, "did you mean `app`?"),
        (["build", "apps", "-o", "out", "--layout", "{nope}"], 2, "nope"),
        (["build", "apps", "-o", "out", "-b", "kustomise"], 2, "did you mean `kustomize`?"),
        (["attest", "apps", "-o", "out", "-b", "kustomise"], 2, "did you mean `kustomize`?"),
        (["backend", "show", "kustomise"], 2, "did you mean `kustomize`?"),
        (["build", "apps", "--print", "aa"], 2, "did you mean `a`?"),
        (["plan", "apps", "--app", "smal"], 2, "did you mean `small`?"),
        (["graph", "apps", "--app", "smal"], 2, "did you mean `small`?"),
        (["graph", "apps", "--what", "fleet", "--app", "smal"], 2, "did you mean `small`?"),
        (["graph", "apps", "--what", "files", "--app", "smal"], 2, "did you mean `small`?"),
        (["lint", "apps", "--crd", "nope.yaml"], 2, "`nope.yaml` does not exist"),
        (["lint", "apps", "--output", "json=no/x.json"], 1, "cannot write `no/x.json`"),
        (["lock", "apps", "--file", "no/x.lock"], 1, "cannot write `no/x.lock`"),
        (["build", "apps", "-o", "apps/app.yaml"], 1, "is not a directory"),
        (["cue", "export", "nope.cue"], 1, "nope.cue"),
    ],
)
def test_mistakes(
    project: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, message: str
) -> None:
    (project / "empty").mkdir()
    assert run(args) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "unknown-cluster"]) == 0
    assert capsys.readouterr().out.startswith("# V501 unknown-cluster\n")
    assert run(["explain", "--output", "json"]) == 0
    assert {"name": "unknown-cluster", "code": "V501"}.items() <= next(
        item for item in json.loads(capsys.readouterr().out) if item["code"] == "V501"
    ).items()


def test_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["passes", "--output", "json"]) == 0
    names = [item["name"] for item in json.loads(capsys.readouterr().out)]
    assert names == [spec.name for spec in load_passes()]
    assert names[0] == "workflow"
    assert run(["passes"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split()[:4] == [
        "workflow",
        "application",
        "after",
        "-",
    ]


def test_dry_run(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["dry-run", "--offline", "-f", "apps/app.yaml", "-n", "other"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(
        b"---\n# Application(small with topology t) -- Component(c)\n---\n\napiVersion: v1\n"
    )
    assert out.endswith(b"\n---\n\n\n")
    assert b"  namespace: other\n" in out
    assert err == b""


def test_cue_export(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "a.cue"
    file.write_text('a: 1.50\nb: "<\u2028é>"\nc: []\nd: {e: {}, f: [1, {g: null}]}\n')
    assert run(["cue", "export", str(file)]) == 0
    assert capfdbinary.readouterr().out.decode() == (
        '{\n    "a": 1.50,\n    "b": "<\\u2028é>",\n    "c": [],\n    "d": {\n        "e": {},\n'
        '        "f": [\n            1,\n            {\n                "g": null\n            }\n'
        "        ]\n    }\n}\n"
    )
    assert run(["cue", "export", str(file), "-e", "d.f[0]", "--out", "yaml"]) == 0
    assert capfdbinary.readouterr().out == b"1\n"
    file.write_text("a: 1\na: 2\n")
    assert run(["cue", "export", str(file)]) == 1
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err.count(b"a.cue:") == 2


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ValueError("surprise"), "V901", "this is a bug of velac (ValueError: surprise)"),
        (RecursionError("deep"), "V903", "nested too deeply"),
        (MemoryError(), "V903", "(MemoryError)"),
    ],
)
def test_a_bug_of_ours(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: str,
    text: str,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(driver, "load", broken)
    assert run(["build", "apps", "-o", "out"]) == 70
    err = capsys.readouterr().err
    assert f"error[{code}]" in err
    assert text in err
    assert "VELAC_TRACEBACK=1" in err
    assert "Traceback" not in err
    monkeypatch.setenv("VELAC_TRACEBACK", "1")
    assert run(["build", "apps", "-o", "out"]) == 70
    assert "Traceback" in capsys.readouterr().err


def velac(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "velac", *args],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_reader_that_goes_away_is_no_bug(project: Path) -> None:
    line = f"{sys.executable} -m velac explain | head -1 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


def test_output_does_not_depend_on_hashing(root: Path, tmp_path: Path) -> None:
    case = root / "tests" / "golden" / "build" / "cases" / "placement"
    trees = []
    for seed in ("1", "2", "77"):
        out = tmp_path / seed
        done = velac("build", str(case), "-o", str(out), PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        trees.append(tree(out))
    assert trees[0] == trees[1] == trees[2]
    assert len(trees[0]) == 6


def test_diagnostics_do_not_depend_on_hashing(root: Path, tmp_path: Path) -> None:
    case = root / "tests" / "golden" / "build" / "cases" / "bad-all-at-once"
    texts = set()
    for seed in ("1", "2", "77"):
        done = velac("build", str(case), "-o", str(tmp_path / "out"), PYTHONHASHSEED=seed)
        assert done.returncode == 1
        texts.add(done.stderr)
    assert len(texts) == 1


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from velac.compiler.cli import run\n"
        "assert run(['--help']) == 0 and run(['--version']) == 0\n"
        "heavy = {'networkx', 'lark', 'rich', 'yaml', 're2', 'orjson', 'velac.compiler.driver'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_networkx_without_edges(project: Path) -> None:
    code = (
        "import sys\n"
        "from velac.compiler.cli import run\n"
        "assert run(['build', 'apps', '-o', 'out']) == 0\n"
        "assert not {'networkx', 'rich', 'lark', 'jinja2'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def redirected(project: Path, words: str, streams: str) -> tuple[int, str]:
    """Exit code and stderr of a `velac` process whose streams the shell has redirected."""
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m velac {words} {streams}', sys.executable],
        cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", ["--version", "explain V501", "build apps --print a"])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
def test_a_full_disk_behind_stdout_is_no_bug(project: Path, words: str) -> None:
    code, err = redirected(project, words, ">/dev/full")
    assert code == 1
    assert err.startswith("error[V803]: cannot write: No space left on device")
    assert "Traceback" not in err
    assert "V901" not in err


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_bug(project: Path, streams: str) -> None:
    assert redirected(project, "build apps -o out", streams)[0] == 0
    assert len(tree(project / "out")) == 5


def test_closed_stdin_is_an_empty_file(project: Path) -> None:
    code, err = redirected(project, "dry-run -f -", "<&-")
    assert code == 1
    assert "V901" not in err


def test_stdout_is_utf8_whatever_the_locale(project: Path) -> None:
    app = APP.replace("metadata: {name: c}", "metadata: {name: c}, data: {a: grün}")
    (project / "apps" / "app.yaml").write_text(app, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "velac", "build", "apps", "--print", "a"],
        cwd=project, capture_output=True, timeout=60, check=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert "  a: grün\n" in done.stdout.decode("utf-8")


def test_the_cache_as_data(project: Path, capsys: pytest.CaptureFixture[str]) -> None:

    assert run(["build", "apps", "-o", "out", "--cache-dir", "kept"]) == 0
    capsys.readouterr()
    assert run(["cache", "info", "--cache-dir", "kept", "--output", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed
    assert all(set(item) == {"name", "entries", "bytes"} for item in listed)
    assert run(["cache", "info", "--cache-dir", "nothing", "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
