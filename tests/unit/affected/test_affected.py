"""`velac affected` and `velac graph --what files`: each way in which one file reaches an Application."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from velac.compiler.affected.compare import Affected, affected, affected_by_files
from velac.compiler.affected.tree import tree_at
from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.bundle import Bundle

CLUSTERS = """\
clusters:
- {name: eu-1, labels: {region: eu}, kubernetesVersion: "1.30"}
- {name: eu-2, labels: {region: eu}}
- {name: us-1, labels: {region: us}}
"""
COMPONENT = """\
box: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: {
    output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: context.name, data: a: parameter.a}
    parameter: a: *"" | string
}
"""
TRAIT = """\
mark: {type: "trait", attributes: {}}
template: {patch: data: b: "b", parameter: {}}
"""
POLICY = """\
apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: eu, namespace: shop}
type: topology
properties: {clusterLabelSelector: {region: eu}}
"""
FILES = {
    "clusters.yaml": CLUSTERS,
    "defs/box.cue": COMPONENT,
    "defs/mark.cue": TRAIT,
    "shared.yaml": POLICY,
}


def app(name: str, *, traits: str = "", more: str = "", component: str = "box") -> str:
    return (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec:\n"
        f"  components: [{{name: {name}, type: {component}, traits: [{traits}]}}]\n{more}"
    )


EU = "  workflow: {steps: [{name: go, type: deploy, properties: {policies: [eu]}}]}\n"
US = "  policies: [{name: us, type: topology, properties: {clusters: [us-1]}}]\n"
FLEET = {
    **FILES,
    "apps/plain.yaml": app("plain"),
    "apps/marked.yaml": app("marked", traits="{type: mark}", more=US),
    "apps/euro.yaml": app("euro", more=EU),
    "apps/web.yaml": app("web", component="webservice"),
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def compared(
    tmp_path: Path, changes: dict[str, str | None], files: set[str] | None = None
) -> Affected:
    after = {k: v for k, v in {**FLEET, **changes}.items() if v is not None}
    base, head = written(tmp_path / "base", FLEET), written(tmp_path / "head", after)
    return affected(tree_at(str(base)), tree_at(str(head)), files)


def clusters_of(found: Affected) -> dict[str, tuple[str, ...]]:
    return {app.name: app.clusters for app in found.applications}


def test_equal_states_affect_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, {}).empty


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("apps/plain.yaml", app("plain", traits="{type: mark}"), {"plain": ("local",)}),
        ("apps/plain.yaml", f"# words\n{app('plain')}", {}),
        ("apps/plain.yaml", None, {"plain": ("local",)}),
        ("apps/plain.yaml", app("other"), {"other": ("local",), "plain": ("local",)}),
        ("apps/new.yaml", app("new", more=US), {"new": ("us-1",)}),
        ("defs/mark.cue", TRAIT.replace('"b"', '"c"'), {"marked": ("us-1",)}),
        ("defs/mark.cue", TRAIT.replace("attributes: {}", "attributes: stage: \"PreDispatch\""), {"marked": ("us-1",)}),
        ("defs/mark.cue", TRAIT.replace("attributes: {}", "attributes: controlPlaneOnly: true"), {"marked": ("local", "us-1")}),
        ("defs/mark.cue", None, {"marked": ("us-1",)}),
        ("defs/unused.cue", TRAIT.replace("mark:", "unused:"), {}),
        ("defs/webservice.cue", COMPONENT.replace("box:", "webservice:"), {"web": ("local",)}),
        ("shared.yaml", POLICY.replace("region: eu", "region: us"), {"euro": ("eu-1", "eu-2", "us-1")}),
        ("shared.yaml", None, {"euro": ("local", "eu-1", "eu-2")}),
        ("shared.yaml", POLICY.replace("name: eu", "name: unused"), {"euro": ("local", "eu-1", "eu-2")}),
        ("clusters.yaml", CLUSTERS.replace("1.30", "1.31"), {"euro": ("eu-1",)}),
        ("clusters.yaml", CLUSTERS.replace("{name: eu-2, labels: {region: eu}}", "{name: eu-2}"), {"euro": ("eu-2",)}),
        ("clusters.yaml", CLUSTERS.replace("region: us", "region: us, size: big"), {}),
        ("clusters.yaml", CLUSTERS + "- {name: eu-3, labels: {region: eu}}\n", {"euro": ("eu-3",)}),
        ("clusters.yaml", CLUSTERS + "- {name: ap-1}\n", {}),
        ("note.md", "words", {}),
    ],
)  # fmt: skip
def test_a_change_of_one_file(
    tmp_path: Path, file: str, text: str | None, expected: dict[str, tuple[str, ...]]
) -> None:
    assert clusters_of(compared(tmp_path, {file: text})) == expected


def test_a_moved_file_changes_nothing(tmp_path: Path) -> None:
    moved = {"defs/mark.cue": None, "other/place.cue": TRAIT}
    assert compared(tmp_path, moved).empty


def test_numbers_and_truth_are_told_apart(tmp_path: Path) -> None:
    one = app("plain", more="  policies: [{name: o, type: override, properties: {x: 1}}]\n")
    base = written(tmp_path / "base", {"app.yaml": one})
    head = written(tmp_path / "head", {"app.yaml": one.replace("x: 1", "x: true")})
    assert affected(tree_at(str(base)), tree_at(str(head))).labels == {"shop/plain"}


@pytest.mark.parametrize(
    ("setting", "everything"),
    [
        ("labels: {team: a}", True),
        ("compat: true", True),
        ("output: {layout: object}", True),
        ("output: {directory: elsewhere}", False),
        ("lint: {presets: [strict]}", False),
        ("applications: [.]", False),
    ],
)
def test_a_setting_reaches_everything_or_nothing(
    tmp_path: Path, setting: str, everything: bool
) -> None:
    found = compared(tmp_path, {"velac.yaml": setting})
    assert len(found.applications) == (4 if everything else 0)
    assert bool(found.everything) is everything


def test_the_default_version_reaches_the_clusters_without_their_own(tmp_path: Path) -> None:
    found = compared(tmp_path, {"velac.yaml": 'kubernetesVersion: "1.29"'})
    assert clusters_of(found)["euro"] == ("eu-2",)
    assert clusters_of(found)["plain"] == ("local",)


def test_a_file_that_a_setting_names_reaches_everything(tmp_path: Path) -> None:
    settings = {"velac.yaml": "imageDigests: digests.yaml\n"}
    base = written(tmp_path / "base", {**FLEET, **settings, "digests.yaml": "a: b\n"})
    head = written(tmp_path / "head", {**FLEET, **settings, "digests.yaml": "a: c\n"})
    found = affected(tree_at(str(base)), tree_at(str(head)))
    assert len(found.applications) == 4
    assert [cause.file for cause in found.everything] == ["digests.yaml"]


def test_a_global_policy_reaches_all_that_do_not_opt_out(tmp_path: Path) -> None:
    text = (
        "apiVersion: core.oam.dev/v1beta1\nkind: PolicyDefinition\nmetadata: {name: stamp}\n"
        "spec:\n  scope: Application\n  global: true\n"
        '  schematic: {cue: {template: "parameter: {}, output: labels: a: \\"b\\""}}\n'
    )
    assert len(compared(tmp_path, {"defs/stamp.yaml": text}).applications) == 4


def test_objects_that_a_component_refers_to(tmp_path: Path) -> None:
    refers = app("refers", component="ref-objects")
    refers = refers.replace("traits: []", "properties: {objects: [{resource: configmap, name: c}]}")
    thing = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}\n"
    before = {"refers.yaml": refers, "plain.yaml": app("plain"), "thing.yaml": thing}
    base = written(tmp_path / "base", before)
    head = written(tmp_path / "head", {**before, "thing.yaml": thing.replace("'1'", "'2'")})
    assert affected(tree_at(str(base)), tree_at(str(head))).labels == {"shop/refers"}


def between(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The names of what the way from some files to others affects; the fleet is beside them."""
    base = written(tmp_path / "base", {**FLEET, **before})
    head = written(tmp_path / "head", {**FLEET, **after})
    return {app.name for app in affected(tree_at(str(base)), tree_at(str(head))).applications}


def test_the_values_of_a_chart_may_come_from_any_object(tmp_path: Path) -> None:
    values = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values}\ndata: {values.yaml: 'a: 1'}\n"
    )
    common = {
        "velac.yaml": "charts: charts\n",
        "apps/chart.yaml": app("chart", component="helmchart"),
    }
    after = {**common, "values.yaml": values.replace("a: 1", "a: 2")}
    assert between(tmp_path, {**common, "values.yaml": values}, after) == {"chart"}


def test_the_version_of_the_project_reaches_clusters_that_say_none(tmp_path: Path) -> None:
    charts = "charts: charts\n"
    only = "  policies: [{name: one, type: topology, properties: {clusters: [eu-1]}}]\n"
    chart = {"apps/chart.yaml": app("chart", component="helmchart", more=only)}
    after = {"velac.yaml": f'{charts}kubernetesVersion: "1.29"\n', **chart}
    assert "chart" not in between(tmp_path, {"velac.yaml": charts, **chart}, after)


def test_a_chart_reaches_those_that_render_charts(tmp_path: Path) -> None:
    common = {
        "velac.yaml": "charts: charts\n",
        "apps/chart.yaml": app("chart", component="helmchart"),
        "charts/demo/Chart.yaml": "name: demo\n",
        "charts/demo/templates/a.yaml": "a: 1\n",
    }
    after = {**common, "charts/demo/templates/a.yaml": "a: 2\n"}
    assert between(tmp_path / "1", common, after) == {"chart"}
    after = {**common, "charts/demo/values.yaml": ""}
    assert between(tmp_path / "2", common, after) == {"chart"}


MODULE = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: NAME}
spec: {schematic: {terraform: {type: remote, configuration: https://x.org/m.git, path: NAME}}}
"""


def test_a_terraform_module_reaches_those_that_use_it(tmp_path: Path) -> None:
    common = {
        "velac.yaml": "terraform: {modules: {https://x.org/m: modules}}\n",
        "defs/bucket.yaml": MODULE.replace("NAME", "bucket"),
        "defs/queue.yaml": MODULE.replace("NAME", "queue"),
        "apps/bucket.yaml": app("bucket", component="bucket"),
        "apps/queue.yaml": app("queue", component="queue"),
        "modules/bucket/main.tf": 'variable "a" {}\n',
        "modules/queue/main.tf": 'variable "a" {}\n',
        "modules/queue/README.md": "no input\n",
    }
    changed = {**common, "modules/bucket/main.tf": 'variable "b" {}\n'}
    assert between(tmp_path / "1", common, changed) == {"bucket"}
    more = {**common, "modules/queue/more.tf": 'variable "b" {}\n'}
    assert between(tmp_path / "2", common, more) == {"queue"}
    text = {**common, "modules/queue/README.md": "another\n"}
    assert between(tmp_path / "3", common, text) == set()
    head = written(tmp_path / "4", {**FLEET, **common})
    found = affected_by_files(tree_at(str(head)), ["modules/queue/main.tf"])
    assert [(a.name, a.causes[0].what) for a in found.applications] == [
        ("queue", "Terraform module `modules/queue`")
    ]


def test_a_package_of_cue_reaches_everything(tmp_path: Path) -> None:
    text = (
        "apiVersion: cue.oam.dev/v1alpha1\nkind: Package\nmetadata: {name: p}\n"
        "spec: {path: ext/p, templates: {p.cue: 'package p'}}\n"
    )
    assert (
        len(between(tmp_path, {"p.yaml": text}, {"p.yaml": text.replace("'package p'", "x")})) == 4
    )


def test_each_recorded_history_reaches_its_own(tmp_path: Path) -> None:
    settings = {"velac.yaml": "revisions: {directory: revisions}\n"}
    of_app = {"revisions/applications/shop/plain.json": "{}"}
    of_trait = {"revisions/definitions/trait/mark.json": "{}"}
    assert between(tmp_path / "1", settings, {**settings, **of_app}) == {"plain"}
    assert between(tmp_path / "2", settings, {**settings, **of_trait}) == {"marked"}


def test_nothing_that_a_build_reads_is_forgotten() -> None:
    """Whoever adds a kind of input says in `compiler/affected/units.py` how it reaches Applications."""
    assert {field.name for field in fields(Bundle)} == {
        "applications", "policies", "workflows", "definitions", "objects", "inventory", "diagnostics",
    }  # fmt: skip


def test_only_the_named_files_count(tmp_path: Path) -> None:
    both: dict[str, str | None] = {"defs/mark.cue": None, "apps/plain.yaml": None}
    found = compared(tmp_path, both, {"apps/plain.yaml"})
    assert clusters_of(found) == {"plain": ("local",)}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("defs/box.cue", {"plain", "marked", "euro"}),
        ("defs/mark.cue", {"marked"}),
        ("shared.yaml", {"euro"}),
        ("apps/web.yaml", {"web"}),
        ("clusters.yaml", {"euro", "marked"}),
    ],
)
def test_what_a_file_says_now_reaches(tmp_path: Path, file: str, expected: set[str]) -> None:
    head = written(tmp_path, FLEET)
    found = affected_by_files(tree_at(str(head)), [file])
    assert {app.name for app in found.applications} == expected


# ------------------------------------------------------------------------------------------------- the commands


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with the fleet in one commit."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path, FLEET)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    return tmp_path


def git(*args: str) -> None:
    subprocess.run(("git", *args), check=True, capture_output=True)


def velac(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(ROOT, args, standalone_mode=False, input=stdin)


def names(result: Result) -> list[str]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return [item["name"] for item in found if item["kind"] == "Application"]


def test_the_working_tree_is_compared_with_a_commit(repository: Path) -> None:
    (repository / "defs/mark.cue").unlink()
    (repository / "apps/new.yaml").write_text(app("new"))
    result = velac("affected", "--since", "HEAD", ".")
    assert result.return_value == 0
    assert result.stdout == (
        "2 Applications of 5 affected, in 2 clusters\n"
        "shop/marked: us-1\n"
        "  defs/mark.cue: trait `mark`\n"
        "shop/new: local\n"
        "  apps/new.yaml: Application shop/new\n"
    )


def test_the_list_as_data(repository: Path) -> None:
    (repository / "shared.yaml").write_text(POLICY.replace("eu}", "us}"))
    result = velac("affected", "--since", "HEAD", ".", "--output", "json")
    euro, *clusters = json.loads(result.stdout)
    assert euro == {
        "name": "shop/euro",
        "kind": "Application",
        "clusters": ["eu-1", "eu-2", "us-1"],
        "causes": [{"what": "Policy shop/eu", "file": "shared.yaml"}],
    }
    assert clusters[0] == {"name": "eu-1", "kind": "Cluster", "applications": ["shop/euro"]}


def test_a_commit_whose_project_file_was_damaged(repository: Path) -> None:
    (repository / "velac.yaml").write_text("unheardOf: 1\n")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "second")
    (repository / "velac.yaml").write_text("applications: [.]\n")
    result = velac("affected", "--since", "HEAD", "--output", "json")
    assert names(result) == ["shop/euro", "shop/marked", "shop/plain", "shop/web"]


def test_from_a_directory_below_the_top(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "apps/web.yaml").unlink()
    (repository / "shared.yaml").unlink()
    monkeypatch.chdir(repository / "apps")
    assert names(velac("affected", "--since", "HEAD", ".", "--output", "json")) == ["shop/web"]


def test_files_with_a_commit_and_from_stdin(repository: Path) -> None:
    (repository / "apps/web.yaml").unlink()
    (repository / "shared.yaml").unlink()
    args = ("affected", "--since", "HEAD", "--output", "json", ".")
    assert names(velac(*args, "--files", "apps/web.yaml")) == ["shop/web"]
    assert names(velac(*args, "--files", "-", stdin="shared.yaml\n")) == ["shop/euro"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--since", "no-such-branch", "."), "V806"),
        (("--since", "-x", "."), "V806"),
        (("--files", "gone.yaml", "."), "V109"),
        (("--since", "HEAD", "nowhere"), "V109"),
    ],
)
def test_what_cannot_be_compared_is_a_diagnostic(
    repository: Path, args: tuple[str, ...], code: str
) -> None:
    result = velac("affected", *args)
    assert isinstance(result.exception, Rejected)
    assert [d.code for d in result.exception.diagnostics] == [code]
    assert result.stdout == ""


def test_the_graph_of_files(repository: Path) -> None:
    result = velac("graph", "--what", "files", ".", "--format", "json")
    (graph,) = json.loads(result.stdout)
    edges = {(edge["from"], edge["to"]) for edge in graph["edges"]}
    assert {
        ("defs/mark.cue", "trait `mark`"),
        ("trait `mark`", "shop/marked"),
        ("apps/marked.yaml", "shop/marked"),
        ("shared.yaml", "Policy shop/eu"),
        ("Policy shop/eu", "shop/euro"),
    } <= edges
    assert ("trait `mark`", "shop/plain") not in edges


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "svg"])
def test_the_graph_of_one_application_in_every_form(repository: Path, form: str) -> None:
    result = velac("graph", "--what", "files", ".", "--format", form, "--app", "euro")
    assert result.return_value == 0
    assert "shared.yaml" in result.stdout
    assert "marked" not in result.stdout
