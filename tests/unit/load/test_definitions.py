"""Definitions: single-file CUE and objects, which one a type means, what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.builtin import builtin_entries, read_definition
from velac.compiler.load.bundle import Bundle, load
from velac.compiler.load.resolution import DefinitionIndex
from velac.grammar import ast
from velac.grammar.source import SourceFile

GOOD = """\
import "strings"

"my-svc": {
	type: "component"
	alias: "svc"
	description: "a demo"
	annotations: {"a.b": "c", "x.oam.dev/y": "z"}
	labels: tier: "web"
	attributes: workload: definition: {apiVersion: "apps/v1", kind: "Deployment"}
	attributes: status: {
		healthPolicy: "isHealth: true"
		customStatus: message: "ready: \\(context.output.status.n)"
	}
}
template: {
	output: {kind: "Deployment", metadata: name: strings.ToLower(parameter.name)}
	parameter: name: string
}
"""


def definition(text: str):  # type: ignore[no-untyped-def]
    return read_definition(SourceFile("d.cue", text))


def test_single_file() -> None:
    found = definition(GOOD)
    assert (found.type, found.kind, found.name) == ("component", "ComponentDefinition", "my-svc")
    assert found.annotations == {
        "custom.definition.oam.dev/a.b": "c",
        "x.oam.dev/y": "z",
        "definition.oam.dev/alias": "svc",
        "definition.oam.dev/description": "a demo",
    }
    assert found.labels == {"custom.definition.oam.dev/tier": "web"}
    assert found.spec == {
        "workload": {"definition": {"apiVersion": "apps/v1", "kind": "Deployment"}},
        "status": {
            "healthPolicy": "isHealth: true",
            "customStatus": 'message: "ready: \\(context.output.status.n)"',
        },
    }
    assert found.template is not None
    assert [spec.path for spec in found.template.imports] == ["strings"]
    labels = [
        d.label.name
        for d in found.template.decls
        if isinstance(d, ast.Field) and isinstance(d.label, ast.Ident)
    ]
    assert labels == ["output", "parameter"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a: {type: "trait"}\nb: {type: "trait"}\ntemplate: {x: 1}', "more than one definition in a file, `a` and `b`"),
        ("template: {x: 1}", "no metadata found, so this is not a definition"),
        ('a: {type: "trait"}', "a definition needs one `template` that is a struct"),
        ('a: {type: "trait"}\ntemplate: b', "a definition needs one `template` that is a struct"),
        ('a: {type: "trait"}\ntemplate: {}', "the template is empty"),
        ('a: {type: "trayt"}\ntemplate: {x: 1}', "invalid type `trayt` of a definition"),
        ('a: {description: "x"}\ntemplate: {x: 1}', "a definition needs a `type`"),
        ('a: {type: "trait", atributes: {}}\ntemplate: {x: 1}', "unknown metadata `atributes` of a definition"),
        ('a: {type: "trait", attributes: {podDisruptiv: true}}\ntemplate: {x: 1}', "unknown attribute `podDisruptiv` of a trait definition"),
        ('a: {type: "component", attributes: workload: {typ: "x"}}\ntemplate: {x: 1}', "unknown attribute `workload.typ` of a component definition"),
        ('a: {type: "trait", labels: x: 1}\ntemplate: {x: 1}', "labels and annotations are text"),
        ('a: {type: "trait", labels: x: b}\ntemplate: {x: 1}', "a definition's metadata and attributes have to be plain data"),
        ('a: {type: "trait"\ntemplate: {x: 1}', "this `{` is never closed"),
    ],
)  # fmt: skip
def test_refused(text: str, message: str) -> None:
    with pytest.raises(Rejected) as error:
        definition(text)
    assert error.value.diagnostics[0].message == message


def test_suggestions() -> None:
    with pytest.raises(Rejected) as error:
        definition('a: {type: "trayt"}\ntemplate: {x: 1}')
    assert error.value.diagnostics[0].help == "did you mean `trait`?"


# --------------------------------------------------------------------------------------------------- objects

OBJECT = """\
apiVersion: core.oam.dev/v1beta1
kind: TraitDefinition
metadata:
  name: marks
  annotations: {definition.oam.dev/description: x}
spec:
  workloadRefPath: spec.ref
  manageWorkload: true
  controlPlaneOnly: true
  stage: PostDispatch
  schematic:
    cue:
      template: |
        import "strings"

        outputs: cm: {
        \tkind: "ConfigMap"
        \tdata: text: \"\"\"
        \t\ttwo
        \t\tlines
        \t\t\"\"\"
        }
"""
REVISION = """\
apiVersion: core.oam.dev/v1beta1
kind: DefinitionRevision
metadata: {name: marks-v2}
spec:
  revision: 2
  definitionType: Trait
  traitDefinition:
    metadata: {name: marks}
    spec: {schematic: {cue: {template: "patch: {new: 1}"}}}
"""


def project(tmp_path: Path, **files: str) -> Bundle:
    """A loaded directory; `__` in a name is a `/`, the last `_` a dot."""
    for name, text in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = tmp_path / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return load([str(tmp_path)])


def test_object(tmp_path: Path) -> None:
    bundle = project(tmp_path, marks_yaml=OBJECT)
    found = bundle.definitions.find("trait", "marks")
    assert found is not None
    assert (found.workload_ref_path, found.manage_workload) == ("spec.ref", True)
    assert (found.control_plane_only, found.stage) == (True, "PostDispatch")
    assert found.template is not None
    field = found.template.decls[0]
    assert isinstance(field, ast.Field)
    # Lines and columns are those of the YAML file.
    assert str(field.label.span) == f"{tmp_path}/marks.yaml:16:9"
    assert field.span.file.line(16) == "        outputs: cm: {"


def test_a_template_in_quotes_is_a_source_of_its_own(tmp_path: Path) -> None:
    text = (
        OBJECT[: OBJECT.index("      template")]
        + '      template: "outputs: x: kind: 1\\npatch: {"\n'
    )
    bundle = project(tmp_path, marks_yaml=text)
    with pytest.raises(Rejected) as error:
        bundle.definitions.find("trait", "marks")
    (problem,) = error.value.diagnostics
    assert problem.code == "V102"
    assert str(problem.span) == f"{tmp_path}/marks.yaml#marks:2:8"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{}", "a definition needs `spec.schematic.cue.template`"),
        ("{schematic: {cue: {}}}", "a definition needs `spec.schematic.cue.template`"),
        ("[]", "a definition needs a `spec`"),
    ],
)
def test_objects_without_a_template(tmp_path: Path, spec: str, message: str) -> None:
    head = "apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\nmetadata: {name: t}\n"
    bundle = project(tmp_path, t_yaml=f"{head}spec: {spec}\n")
    with pytest.raises(Rejected) as error:
        bundle.definitions.find("trait", "t")
    assert error.value.diagnostics[0].message == message


def test_an_extension_may_hold_the_template(tmp_path: Path) -> None:
    head = "apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\nmetadata: {name: t}\n"
    bundle = project(tmp_path, t_yaml=f'{head}spec: {{extension: {{template: "patch: 1"}}}}\n')
    found = bundle.definitions.find("trait", "t")
    assert found is not None
    assert found.template is not None


def test_terraform(tmp_path: Path) -> None:
    text = """\
        apiVersion: core.oam.dev/v1beta1
        kind: ComponentDefinition
        metadata: {name: bucket}
        spec:
          schematic: {terraform: {configuration: "x", type: hcl}}
        """
    found = project(tmp_path, bucket_yaml=text).definitions.find("component", "bucket")
    assert found is not None
    assert found.is_terraform
    assert found.template is None


# ------------------------------------------------------------------------------------------------- resolution


def test_versions(tmp_path: Path) -> None:
    bundle = project(tmp_path, marks_yaml=OBJECT, rev_yaml=REVISION)
    two = bundle.definitions.find("trait", "marks@v2")
    assert two is not None
    assert two.name == "marks-v2"
    one = bundle.definitions.find("trait", "marks@v1")
    assert one is not None
    assert one.name == "marks"
    assert bundle.definitions.find("trait", "marks@v3") is None
    assert bundle.definitions.find("trait", "marks@1") is None
    assert bundle.definitions.find("trait", "marks-v2") is None


def test_a_version_in_the_spec_is_the_only_one(tmp_path: Path) -> None:
    text = OBJECT.replace("stage:", "version: 1.2.3\n  stage:")
    bundle = project(tmp_path, marks_yaml=text)
    assert bundle.definitions.find("trait", "marks@v1.2.3") is not None
    assert bundle.definitions.find("trait", "marks@v1") is None


def trait(text: str) -> str:
    return f'labels: {{type: "trait", description: "{text}"}}\ntemplate: {{patch: 1}}\n'


def test_precedence(tmp_path: Path) -> None:
    app, given = tmp_path / "app", tmp_path / "given"
    app.mkdir()
    given.mkdir()
    (app / "labels.cue").write_text(trait("project"))

    def description(bundle: Bundle) -> str:
        found = bundle.definitions.find("trait", "labels")
        assert found is not None
        assert not [d for d in bundle.diagnostics if d.code == "V311"]
        return found.annotations["definition.oam.dev/description"]

    assert description(load([str(app)])) == "project"
    (given / "labels.cue").write_text(trait("given"))
    assert description(load([str(app)], definitions=[str(given)])) == "given"
    (app / "labels.cue").unlink()
    assert description(load([str(app)])) not in ("given", "project")


def test_duplicates_name_both_places(tmp_path: Path) -> None:
    bundle = project(tmp_path, a_cue=trait("a"), b__b_cue=trait("b"))
    (problem,) = [d for d in bundle.diagnostics if d.code == "V311"]
    assert [label.span.file.name for label in problem.labels] == [
        f"{tmp_path}/b/b.cue",
        f"{tmp_path}/a.cue",
    ]


def test_every_built_in_definition_reads_and_is_where_its_name_says() -> None:
    index = DefinitionIndex()
    entries = list(builtin_entries())
    for entry in entries:
        index.add(entry)
        found = entry.read()
        assert (found.type, found.name) == (entry.type, entry.name)
    assert not index.duplicates
    assert len(entries) >= 91


def test_a_broken_definition_is_reported_each_time_it_is_asked_for(tmp_path: Path) -> None:
    text = OBJECT[: OBJECT.index("      template")] + '      template: "{"\n'
    bundle = project(tmp_path, marks_yaml=text)
    for _ in range(2):
        with pytest.raises(Rejected):
            bundle.definitions.find("trait", "marks")
