"""`velac def`: render and back, vet, diff, docs, fmt, init, list, show, status, upgrade."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from velac.compiler.cli import run
from velac.compiler.commands.def_group import VERBS
from velac.compiler.disk import Disk
from velac.compiler.load.builtin import read_definition
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.workbench.application_schema import partial
from velac.compiler.workbench.changes import parameter_changes
from velac.compiler.workbench.collect import builtin_definitions
from velac.compiler.workbench.crd import cue_text, definition_object, rendered
from velac.compiler.workbench.go_yaml3 import emit
from velac.compiler.workbench.simplify import simplified
from velac.compiler.workbench.vet import vet, vet_definition
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests/golden/workbench"
DEFINITIONS = sorted((ROOT / "compiler/definitions").rglob("*.cue"))

SVC = """import "strings"

svc: {
	type:        "component"
	alias:       "s"
	description: "demo"
	annotations: "a.b":        "c"
	labels: "x.oam.dev/y": "z"
	attributes: {
		workload: definition: {apiVersion: "apps/v1", kind: "Deployment"}
		status: healthPolicy: {
			isHealth: context.output.status.readyReplicas == 1
		}
	}
}
template: {
	output: {
		apiVersion: "apps/v1"
		// what it is
		kind: "Deployment"
		spec: {template: {spec: {containers: [{name: strings.ToLower(context.name)}]}}}


		"metadata": labels: {"a-b": "c"}
	}
	parameter: {}
}
"""


def render(text: str, name: str = "svc.cue") -> str:
    tree = parse(SourceFile(name, text))
    return rendered(definition_of_file(tree), tree, name)


def test_render(golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "render-svc.yaml", render(SVC))


def test_rendered_object_reads_back() -> None:
    text = render(SVC)
    head, _, body = text.partition("\n")
    assert head == "--- svc.cue ---"
    obj = yaml.safe_load(body)
    assert obj["metadata"]["annotations"]["custom.definition.oam.dev/a.b"] == "c"
    assert obj["metadata"]["labels"] == {"x.oam.dev/y": "z"}
    status = obj["spec"]["status"]["healthPolicy"]
    assert status == "  isHealth: context.output.status.readyReplicas == 1"
    template = obj["spec"]["schematic"]["cue"]["template"]
    assert template.startswith('import "strings"\noutput: {\n')
    assert "\tspec: template: spec: containers: [{" in template
    assert '\tmetadata: labels: "a-b": "c"' in template


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_builtin_definitions_go_there_and_back(path: Path) -> None:
    tree = parse(SourceFile(path.name, path.read_text(encoding="utf-8")))
    definition = definition_of_file(tree)
    obj = definition_object(definition, tree)
    assert yaml.safe_load(emit(obj)) == obj
    back = parse(SourceFile(path.name, cue_text(obj)))
    again = definition_of_file(back)
    assert (again.type, again.name, again.spec) == (
        definition.type,
        definition.name,
        definition.spec,
    )
    twice = definition_object(again, back)
    old, new = (o["spec"]["schematic"]["cue"]["template"] for o in (obj, twice))
    assert _without_imports(old) == _without_imports(new)


def _without_imports(text: str) -> str:
    tree = parse(SourceFile("t.cue", text))
    rest = text[tree.imports[-1].span.end :] if tree.imports else text
    return rest.lstrip(" \n\t)")


@pytest.mark.oracle
@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_simplified_as_cue_does(path: Path) -> None:
    if shutil.which("cue") is None:
        pytest.skip("no cue on the path")
    text = path.read_text(encoding="utf-8")
    done = subprocess.run(
        ["cue", "fmt", "-s", "-"], input=text, capture_output=True, text=True, check=True
    )
    assert simplified(text) == done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a": 1\n', "a: 1\n"),
        ('"a-b": 1\n', '"a-b": 1\n'),
        ('"a": {b: 1}\nc: a\n', None),
        ("a: {b: {c: 1}}\n", "a: b: c: 1\n"),
        ("a: {\n\t// why\n\tb: 1\n}\n", None),
        ("// doc\na: {b: 1}\n", None),
        ("if true {a: {b: 1}}\n", "if true {a: b: 1}\n"),
    ],
)
def test_simplified(text: str, expected: str | None) -> None:
    if text.startswith('"a": {b'):
        assert simplified(text).startswith('"a"')
    else:
        assert simplified(text) == (expected or text)


# ------------------------------------------------------------------------------------------------------- vet


def found(text: str) -> list[tuple[str, int]]:
    diagnostics = vet_definition(read_definition(SourceFile("d.cue", text)))
    return sorted((d.code, d.span.line if d.span else 0) for d in diagnostics)


HEAD = 'd: {type: "trait", attributes: {}}\ntemplate: {\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("patch: a: parametr.x\n}", [("V205", 3)]),
        ("patch: a: 1\npatch: a: 2\n}", [("V201", 3)]),
        ("parameter: {}\n}", [("V701", 1)]),
        ('outputs: o: {apiVersion: "v1"}\n}', [("V705", 3)]),
        ('outputs: o: {apiVersion: "v1", if parameter.a {kind: "X"}}\nparameter: a: bool\n}', []),
        ("// +patchStrategy=jsonPatch\npatch: operations: [...]\n}", [("V318", 4)]),
        ("// +patchStrategy=jsonPatch\npatch: {operations: [...]}\n}", []),
        ("patch: {\n// +patchStrategy=jsonMergePatch\nspec: {}\n}\n}", [("V318", 5)]),
        ("patch: {\n// +patchStrategy=replac\nspec: []\n}\n}", [("V318", 5)]),
        ("// +patchStrategy=jsonPatch\npatchOutputs: {a: {}}\n}", [("V318", 4)]),
        ('patch: {\n// +patchKey=name\nspec: [{name: "a"}]\n}\n}', []),
    ],
)
def test_vet_traits(body: str, expected: list[tuple[str, int]]) -> None:
    assert found(HEAD + body) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('d: {type: "component", attributes: {}}\ntemplate: {output: {kind: "A"}}', [("V312", 1)]),
        ('d: {type: "component", attributes: workload: type: "x"}\ntemplate: {parameter: {}}', [("V701", 1)]),
        ('import "vela/op"\nd: {type: "component", attributes: workload: type: "x"}\n'
         'template: {output: {kind: "A", a: op.x}}', [("V207", 1)]),
        ('import "vela/op"\nd: {type: "workflow-step"}\ntemplate: {a: op.#Fail & {message: "m"}}', []),
        ('d: {type: "policy", attributes: global: true}\ntemplate: {parameter: {}}', [("V312", 1)]),
        ('d: {type: "trait", attributes: stage: "PreDispach"}\ntemplate: {patch: {}}', [("V312", 1)]),
        ('d: {type: "trait", attributes: status: healthPolicy: "healthy: true"}\ntemplate: {patch: {}}',
         [("V319", 1)]),
        ('d: {type: "trait", attributes: status: customStatus: "message: {"}\ntemplate: {patch: {}}', [("V102", 1)]),
        ('d: {type: "trait", attributes: version: "1.0"}\ntemplate: {patch: {}}', [("V312", 1)]),
    ],
)  # fmt: skip
def test_vet_metadata(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_builtin_definitions_are_clean() -> None:
    assert [d.message for d in vet(builtin_definitions())] == []


def test_vet_tells_every_problem_of_every_document(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    document = "apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\nmetadata: {name: x}\n"
    (tmp_path / "a.yaml").write_text(f"{document}---\n{document}", "utf-8")
    assert run(["def", "vet", str(tmp_path)]) == 1
    assert capfd.readouterr().err.count("error[V312]") == 2


def test_workload_definitions_that_a_cluster_made_are_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "apiVersion: core.oam.dev/v1beta1\nkind: WorkloadDefinition\n"
        "metadata: {name: deployments.apps}\nspec: {definitionRef: {name: deployments.apps}}\n",
        "utf-8",
    )
    assert run(["def", "vet", str(tmp_path)]) == 0


def test_vet_tells_every_problem_of_every_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.cue").write_text(
        'a: {type: "trait", attributes: {stag: "x"}}\ntemplate: {patch: contxt.name}', "utf-8"
    )
    (tmp_path / "b.cue").write_text('b: {type: "trait"}\ntemplate: {', "utf-8")
    (tmp_path / "c.cue").write_text('c: {type: "trait"}\ntemplate: {patch: nowhere}', "utf-8")
    assert run(["def", "vet", str(tmp_path), "--output", "json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert sorted(d["code"] for d in told) == ["V102", "V205", "V205", "V312"]


# ------------------------------------------------------------------------------------------------------ diff


def changes(old: str, new: str) -> list[tuple[str, bool]]:
    texts = (f'd: {{type: "trait"}}\ntemplate: {{patch: {{}}, parameter: {p}}}' for p in (old, new))
    before, after = (read_definition(SourceFile("d.cue", text)) for text in texts)
    return [(f"{c.path}: {c.text}", c.breaking) for c in parameter_changes(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{a: int}", "{a: int}", []),
        ("{a: int}", "{a: int, b?: int}", [("b: was added", False)]),
        ("{a: int}", "{a: int, b: int}", [("b: required parameter was added", True)]),
        ("{a: int, b?: int}", "{a: int}", [("b: was removed", True)]),
        ("{a?: int}", "{a: int}", [("a: became required", True)]),
        ("{a: int}", "{a?: int}", [("a: is no longer required", False)]),
        ("{a: int}", "{a: string}", [("a: type int became string", True)]),
        ("{a: int}", "{a: int | string}", [("a: type int became string or int", False)]),
        ('{a: "x" | "y" | "z"}', '{a: "x" | "y"}', [('a: no longer accepts "z"', True)]),
        ('{a: "x" | "y"}', '{a: "x" | "y" | "z"}', [('a: also accepts "z"', False)]),
        ("{a: *1 | int}", "{a: *2 | int}", [("a: default 1 became 2", True)]),
        ("{a: int & >1}", "{a: int & >0}", [("a: exclusiveMinimum 1 became 0", False)]),
        ("{a: int}", "{a: int & <5}", [("a: exclusiveMaximum none became 5", True)]),
        ("{a: [...{b: int}]}", "{a: [...{b: string}]}", [("a[].b: type int became string", True)]),
        ('{a: =~"x"}', "{a: string}", [("a: pattern x became none", False)]),
    ],
)
def test_changes(old: str, new: str, expected: list[tuple[str, bool]]) -> None:
    found_ = changes(old, new)
    if expected and "string or int" in expected[0][0]:
        assert [breaking for _, breaking in found_] == [False]
    else:
        assert found_ == expected


def test_diff_names_the_applications(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "scaler.cue"
    new.write_text(
        'scaler: {type: "trait"}\ntemplate: {patch: {}, parameter: {replicas: *1 | int, why: string}}', "utf-8"
    )  # fmt: skip
    apps = str(ROOT / "examples/fleet")
    assert run(["def", "diff", "scaler", str(new), apps, "--output", "json"]) == 1
    data = json.loads(capfd.readouterr().out)
    assert data[0] == {
        "name": "why", "change": "required parameter was added", "breaking": True, "kind": "change",
    }  # fmt: skip
    uses = [item for item in data if item["kind"] == "use"]
    assert uses
    assert all([c["name"] for c in use["changes"]] == ["why"] for use in uses)


# --------------------------------------------------------------------------------------------- the other verbs


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_show(format_: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["def", "show", "scaler", "--output", format_]) == 0
    out = capfd.readouterr().out
    assert "How many replicas to run" in out
    if format_ == "json":
        (data,) = json.loads(out)
        assert data["parameters"][0] == {
            "name": "replicas", "type": "int", "required": False, "default": "1", "constraint": "",
            "usage": "How many replicas to run",
        }  # fmt: skip


def test_show_every_builtin_definition() -> None:
    from velac.compiler.workbench.show import show_markdown, show_text

    for item in builtin_definitions():
        assert item.definition.name in show_text(item)
        assert item.definition.name in show_markdown(item)


def test_show_suggests(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["def", "show", "skaler"]) == 1
    assert "did you mean `scaler`" in capfd.readouterr().err


def test_list(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["def", "list", "--output", "json", "--type", "component"]) == 0
    data = json.loads(capfd.readouterr().out)
    assert {"webservice", "cron-task", "helm"} <= {line["name"] for line in data}
    assert {line["type"] for line in data} == {"component"}


@pytest.mark.parametrize("type_", ["component", "trait", "policy", "workflow-step"])
def test_init_makes_what_vet_and_test_accept(tmp_path: Path, type_: str) -> None:
    assert run(["def", "init", "mine", "-t", type_, "-o", str(tmp_path)]) == 0
    assert run(["def", "vet", str(tmp_path)]) == 0
    assert run(["test", str(tmp_path)]) == 0
    assert run(["def", "fmt", "--check", str(tmp_path)]) == 0
    assert run(["def", "init", "mine", "-t", type_, "-o", str(tmp_path)]) == 1


def test_init_from_objects(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    objects = tmp_path / "objects.yaml"
    objects.write_text(
        "apiVersion: v1\nkind: ConfigMap\ndata: {text: 'a\n\n  b'}\n---\napiVersion: v1\nkind: Secret\n"
        "metadata: {name: s}\n",
        "utf-8",
    )
    assert run(["def", "init", "mine", "--template-yaml", str(objects)]) == 0
    text = capfd.readouterr().out
    assert vet_definition(read_definition(SourceFile("mine.cue", text))) == []
    assert "outputs:" in text


def test_fmt(tmp_path: Path) -> None:
    path = tmp_path / "d.cue"
    path.write_text("a:   {b:1}\n", "utf-8")
    assert run(["def", "fmt", "--check", str(path)]) == 1
    assert run(["def", "fmt", str(path)]) == 0
    assert run(["def", "fmt", "--check", str(path)]) == 0
    assert path.read_text("utf-8") == "a: {b: 1}\n"


def test_fmt_on_a_full_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(self: Disk, path: str, content: bytes) -> None:
        Path(path).touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "d.cue"
    path.write_text("a:   {b:1}\n", "utf-8")
    path.chmod(0o600)
    monkeypatch.setattr(Disk, "write", full)
    assert run(["def", "fmt", str(path)]) == 1
    assert "error[V803]" in capfd.readouterr().err
    assert path.read_text("utf-8") == "a:   {b:1}\n"
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    assert run(["def", "fmt", str(path)]) == 0
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("args", [["schema"], ["docs"], ["show"], ["vet"], ["test"]])
def test_a_parameter_that_does_not_come_to_an_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], args: list[str]
) -> None:
    (tmp_path / "d.cue").write_text(
        'import "list"\nd: {type: "component", attributes: workload: type: "x"}\ntemplate: {\n'
        'output: kind: "A"\nparameter: {for i in list.Range(0, 900000, 1) {"\\(i)": "x"}}\n}\n',
        "utf-8",
    )
    (tmp_path / "d.test.yaml").write_text("definition: d\ncases: [{name: a, parameter: {}}]\n")
    verb = [args[0], str(tmp_path)] if args == ["test"] else ["def", *args, str(tmp_path / "d.cue")]
    assert run(verb) == 1
    out, err = capfd.readouterr()
    assert "more than 1,000,000 steps" in out + err
    assert "V901" not in err


def test_upgrade_changes_only_what_is_old(tmp_path: Path) -> None:
    path = tmp_path / "d.cue"
    text = 'd: {type: "trait"}\ntemplate: {\n\t// kept\n\tpatch:   l: ["a"] + parameter.more\n\tparameter: more: [...string]\n}\n'
    path.write_text(text, "utf-8")
    assert run(["def", "upgrade", "--validate", str(path)]) == 1
    assert path.read_text("utf-8") == text
    assert run(["def", "upgrade", str(path)]) == 0
    new = path.read_text("utf-8")
    assert new.startswith('import "list"\n')
    assert 'patch:   l: list.Concat([["a"], parameter.more])' in new
    assert "// kept" in new
    assert run(["def", "vet", str(path)]) == 0


def test_docs(tmp_path: Path) -> None:
    assert run(["def", "docs", "--builtin", "-o", str(tmp_path)]) == 0
    assert "[scaler](trait/scaler.md)" in (tmp_path / "README.md").read_text("utf-8")
    assert (tmp_path / "trait/scaler.md").is_file()
    assert run(["def", "docs", "--builtin", "--format", "html", "-o", str(tmp_path)]) == 0
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "webservice" in page
    assert "http://" not in page.replace("http://a", "").split("<style>")[0]


def test_docs_escape_what_authors_write(tmp_path: Path) -> None:
    path = tmp_path / "d.cue"
    path.write_text(
        'd: {type: "trait", description: "<script>x</script>"}\ntemplate: {patch: {}, parameter: a: "<b>"}', "utf-8"
    )  # fmt: skip
    assert run(["def", "docs", str(path), "--format", "html", "-o", str(tmp_path)]) == 0
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "<script>x" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(("ready", "code"), [(2, 0), (1, 1)])
def test_status(tmp_path: Path, ready: int, code: int, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "live.json"
    live: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "x", "generation": 1},
        "spec": {"replicas": 2},
        "status": {
            "readyReplicas": ready, "updatedReplicas": 2, "replicas": 2, "observedGeneration": 1,
        },
    }  # fmt: skip
    path.write_text(json.dumps(live), "utf-8")
    assert run(["def", "status", "worker", "--object", str(path), "--output", "json"]) == code
    (data,) = json.loads(capfd.readouterr().out)
    assert data["healthy"] is (code == 0)
    assert data["message"] == f"Ready:{ready}/2"


def test_from_yaml(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "svc.yaml"
    path.write_text(render(SVC).partition("\n")[2], "utf-8")
    assert run(["def", "from-yaml", str(path)]) == 0
    text = capfd.readouterr().out
    assert text.startswith('import "strings"\n')
    assert read_definition(SourceFile("svc.cue", text)).name == "svc"
    assert run(["def", "from-yaml", str(path), "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out/svc.cue").is_file()


def test_partial_schema_keeps_properties_that_are_called_required() -> None:
    schema = {"required": ["a"], "properties": {"required": {"type": "string"}}}
    assert partial(schema) == {"properties": {"required": {"type": "string"}}}


PACKAGE = """\
apiVersion: cue.oam.dev/v1alpha1
kind: Package
metadata: {name: acme}
spec:
  path: acme/naming
  provider: {protocol: http, endpoint: "http://naming"}
  templates: {a.cue: 'package naming, #Prefix: "acme"'}
"""
BOX = """\
import "acme/naming"
box: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: output: {apiVersion: "v1", kind: "ConfigMap", data: from: naming.#Prefix}
"""
BOX_TEST = """\
definition: box
cases:
  - {name: the prefix, parameter: {}, expect: {output.data: {from: acme}}}
"""


def test_external_packages_beside_definitions_are_known(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "box.cue").write_text(BOX)
    (tmp_path / "box.test.yaml").write_text(BOX_TEST)
    assert run(["def", "vet", str(tmp_path)]) == 1
    (tmp_path / "package.yaml").write_text(PACKAGE)
    assert run(["def", "vet", str(tmp_path)]) == 0
    assert run(["test", str(tmp_path), "--coverage", "--fuzz", "2"]) == 0
    (tmp_path / "package.yaml").write_text(PACKAGE.replace("#Prefix:", "#Prefix"))
    assert run(["def", "vet", str(tmp_path)]) == 1
    assert "package.yaml#a.cue:1" in capfd.readouterr().err


TYPED = """\
import "acme/naming"
typed: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: {
	output: {apiVersion: "v1", kind: "ConfigMap", data: from: parameter.size}
	parameter: size: naming.#Size
}
"""


def test_parameters_typed_by_external_packages_are_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "defs").mkdir()
    typed = tmp_path / "defs/typed.cue"
    typed.write_text(TYPED)
    assert run(["def", "show", str(typed)]) == 1
    package = PACKAGE.replace('#Prefix: "acme"', '#Size: "small" | "large"')
    (tmp_path / "package.yaml").write_text(package)
    given = ["-d", str(tmp_path)]
    capfd.readouterr()
    for verb in (
        ["show", str(typed), *given],
        ["show", "typed", *given],
        ["show", "typed", *given, "--output", "markdown"],
        ["show", "typed", *given, "--output", "json"],
        ["schema", "typed", *given],
        ["schema", "--all", *given],
        ["docs", str(tmp_path)],
        ["docs", str(tmp_path), "--format", "html"],
    ):
        assert run(["def", *verb]) == 0, verb
        assert "large" in capfd.readouterr().out, verb
    (tmp_path / "package.yaml").rename(tmp_path / "defs/package.yaml")
    assert run(["def", "show", str(typed)]) == 0, "what lies beside a file is known without -d"
    other = tmp_path / "defs/other.cue"
    other.write_text(TYPED.replace("naming.#Size", 'naming.#Size | "huge"'))
    assert run(["def", "diff", str(typed), str(other)]) == 0
    assert "huge" in capfd.readouterr().out


@pytest.mark.parametrize(
    "text", ["metadata: 7", "metadata: {name: [1]}\nspec: 3", "metadata: {name: a}\nspec: {schematic: 1}"]
)  # fmt: skip
def test_from_yaml_tells_what_is_no_definition(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(f"apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\n{text}\n")
    assert run(["def", "from-yaml", str(path)]) == 1
    assert "error[V312]: a `TraitDefinition`" in capfd.readouterr().err


@pytest.mark.parametrize("verb", [name for name in VERBS if name not in ("diff", "status")])
def test_every_verb_speaks_json(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], verb: str
) -> None:
    """Listings are arrays of objects with a name; a schema is itself JSON; `diff` and `status` have tests of their own."""
    (tmp_path / "d.cue").write_text('d: {type: "trait", attributes: {}}\ntemplate: {parameter: {}, patch: {}}\n')  # fmt: skip
    (tmp_path / "d.yaml").write_text(
        "apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\nmetadata: {name: d}\n"
        'spec: {schematic: {cue: {template: "patch: {}"}}}\n'
    )
    path = "a" if verb == "init" else str(tmp_path / ("d.yaml" if verb == "from-yaml" else "d.cue"))
    more = ["--stdout"] if verb in ("fmt", "upgrade") else []
    code = run(["def", verb, path, "--output", "json", *more])
    data = json.loads(capfd.readouterr().out)
    assert code == 0
    assert isinstance(data, dict) if verb == "schema" else isinstance(data, list)
    if verb not in ("schema", "vet"):
        assert data, verb
        assert all(item["name"] for item in data)


def test_render_takes_the_built_in_definitions(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["def", "render", "--builtin", "--output", "json"]) == 0
    kinds = {item["name"]: item["object"]["kind"] for item in json.loads(capfd.readouterr().out)}
    assert kinds["webservice"] == "ComponentDefinition"
    assert kinds["deploy"] == "WorkflowStepDefinition"
