"""`velac diff`: objects by identity, one change once for all clusters, the author's line, dangers."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diff.compare import compare
from velac.compiler.diff.fields import ABSENT, field_changes
from velac.compiler.diff.html import to_html
from velac.compiler.diff.markdown import COMMENT_LIMIT, to_markdown
from velac.compiler.diff.risk import risks_of
from velac.compiler.diff.show import clusters_text
from velac.compiler.driver import compile as compile_fleet
from velac.compiler.ir.manifest import Identity, Manifest, Origin, Plain

APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - name: web
    type: webservice
    properties:
      image: acme/web:1.0
      ports: [{port: 8080, expose: true}]
      env: [{name: MODE, value: fast}]
    traits:
    - {type: scaler, properties: {replicas: 3}}
  policies:
  - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}
"""
CLUSTERS = "clusters:\n" + "".join(
    f"- {{name: prod-eu-{i}, labels: {{stage: prod}}}}\n" for i in range(1, 13)
)


@pytest.fixture
def sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.chdir(tmp_path)
    for name in ("base", "head"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.yaml").write_text(APP)
        (tmp_path / name / "clusters.yaml").write_text(CLUSTERS)
    return tmp_path / "base", tmp_path / "head"


def diff(*args: str) -> Result:
    return CliRunner().invoke(ROOT, ["diff", *args], standalone_mode=False)


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "app.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def changes(*args: str) -> list[dict[str, object]]:
    result = diff("base", "head", "--output", "json", *args)
    assert result.exception is None, result.exception
    found: list[dict[str, object]] = json.loads(result.stdout)["changes"]
    return found


def test_equal_sides_have_no_change(sides: tuple[Path, Path]) -> None:
    assert diff("base", "head").stdout == "no change in any cluster\n"


def test_one_change_is_shown_once_with_all_its_clusters(sides: tuple[Path, Path]) -> None:
    edit(sides[1], "acme/web:1.0", "acme/web:1.1")
    (change,) = changes()
    assert change["name"] == "Deployment prod/web"
    assert len(change["clusters"]) == 12  # type: ignore[arg-type]
    assert change["fields"] == [
        {
            "path": "spec.template.spec.containers[name=web].image",
            "verb": "changed",
            "before": "acme/web:1.0",
            "after": "acme/web:1.1",
        }
    ]


def test_the_cause_is_the_line_that_was_edited(sides: tuple[Path, Path]) -> None:
    edit(sides[1], "value: fast", "value: slow")
    (change,) = changes()
    assert change["causes"] == ["app.yaml:11:33 (component `web`)"]


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("replicas: 3", "replicas: 0", "high"),
        ("acme/web:1.0", "acme/web", "medium"),
        ("value: fast", "value: slow", "none"),
    ],
)
def test_risk(sides: tuple[Path, Path], old: str, new: str, level: str) -> None:
    edit(sides[1], old, new)
    assert [change["risk"] for change in changes()] == [level]


def test_exit_code_by_risk(sides: tuple[Path, Path]) -> None:
    edit(sides[1], "replicas: 3", "replicas: 0")
    assert diff("base", "head").return_value == 0
    assert diff("base", "head", "--fail-on", "high").return_value == 1
    edit(sides[1], "replicas: 0", "replicas: 4")
    assert diff("base", "head", "--fail-on", "high").return_value == 0


def test_a_cluster_that_leaves_loses_everything(sides: tuple[Path, Path]) -> None:
    head = sides[1] / "clusters.yaml"
    head.write_text(
        CLUSTERS.replace("prod-eu-12, labels: {stage: prod}", "prod-eu-12, labels: {stage: old}")
    )
    found = changes()
    assert {change["verb"] for change in found} == {"delete"}
    assert all(change["clusters"] == ["prod-eu-12"] for change in found)


def test_generated_names_are_renames(sides: tuple[Path, Path]) -> None:
    for side in sides:
        edit(
            side,
            "    - {type: scaler",
            "    - {type: gateway, properties: {domain: a.example, http: {/: 8080}}}\n    - {type: scaler",
        )
        edit(side, "expose: true", "expose: false")
    edit(sides[1], "domain: a.example", "domain: b.example")
    assert {change["verb"] for change in changes()} <= {"change", "rename"}


def test_git_refs(
    sides: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sides[1])

    def git(*args: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        subprocess.run(("git", *identity, *args), check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "change")
    edit(sides[1], "acme/web:1.0", "acme/web:2.0")
    assert "1 to change" in diff().stdout, "the working tree against main"
    git("commit", "-qam", "two")
    assert "acme/web:2.0" in diff("main", "change").stdout
    assert "neither a directory nor a commit" in str(diff("nope").exception)


def test_a_side_that_does_not_compile_is_reported(sides: tuple[Path, Path]) -> None:
    edit(sides[1], "type: webservice", "type: webservis")
    result = diff("base", "head")
    assert result.return_value == 1
    assert "webservis" in result.stderr


def test_lists_match_by_key_and_new_parts_are_one_change() -> None:
    before = {"c": [{"name": "a", "v": 1}, {"name": "b"}]}
    after = {"c": [{"name": "b"}, {"name": "c", "x": {"y": 1}}]}
    found = [(c.path, c.verb) for c in field_changes(before, after)]
    assert found == [("c[name=a]", "removed"), ("c[name=c]", "added")]
    assert next(field_changes({}, {"k": 1})).before is ABSENT


def test_many_clusters_are_named_by_their_beginnings() -> None:
    names = [f"prod-eu-{i}" for i in range(20)] + [f"prod-us-{i}" for i in range(5)]
    assert clusters_text(names) == "in 25 clusters (prod-eu-*, prod-us-*)"
    assert clusters_text(["one"]) == "in one"


def test_a_comment_never_exceeds_its_limit_and_names_what_is_left_out(tmp_path: Path) -> None:
    for side, size in (("base", 1), ("head", 2)):
        (tmp_path / side).mkdir()
        for i in range(60):
            text = APP.replace("name: web", f"name: web{i}").replace("fast", f"{'x' * 2000}{size}")
            (tmp_path / side / f"app{i}.yaml").write_text(text)
        (tmp_path / side / "clusters.yaml").write_text(CLUSTERS)
    one, two = (compile_fleet(str(tmp_path / side)) for side in ("base", "head"))
    difference = compare(one.manifests, two.manifests)
    text = to_markdown(difference)
    assert len(text) <= COMMENT_LIMIT
    assert "did not fit" in text
    assert "<script>alert" not in to_html(difference)


def test_no_changed_byte_is_missed(sides: tuple[Path, Path]) -> None:
    """Random edits of the source: whatever differs in the output is in the diff, and nothing else."""
    chance = random.Random(7)
    edits = [
        ("acme/web:1.0", "acme/web:{}"),
        ("value: fast", "value: v{}"),
        ("replicas: 3", "replicas: {}"),
        ("port: 8080", "port: 80{}"),
        ("name: MODE", "name: MODE{}"),
        ("{name: web, namespace: prod}", "{{name: web, namespace: prod, labels: {{l: 'v{}'}}}}"),
    ]
    base = compile_fleet("base")
    for round_ in range(60):
        (sides[1] / "app.yaml").write_text(APP)
        for old, new in chance.sample(edits, chance.randint(1, 3)):
            edit(sides[1], old, new.format(chance.randint(4, 9) + round_ % 3))
        head = compile_fleet("head")
        found = compare(base.manifests, head.manifests)
        one, two = dict(base.files()), dict(head.files())
        differing = {
            path.split("/")[0] for path in one.keys() | two.keys() if one.get(path) != two.get(path)
        }
        assert set(found.clusters) == differing


def test_what_both_sides_say_is_called_alike(sides: tuple[Path, Path]) -> None:
    """An object that goes because a cluster goes: its file is the same on both sides, and is named without either."""
    head = sides[1] / "clusters.yaml"
    head.write_text(CLUSTERS.replace("prod-eu-12", "prod-us-1"))
    found = changes()
    assert {change["verb"] for change in found} == {"add", "delete"}
    assert {cause.partition(":")[0] for c in found for cause in c["causes"]} == {"app.yaml"}  # type: ignore[attr-defined]


def test_a_cluster_that_is_spared_is_named(sides: tuple[Path, Path]) -> None:
    own = """\
  - {name: own, type: override, properties: {components: [{name: web, properties: {env: [{name: MODE, value: own}]}}]}}
  - {name: one, type: topology, properties: {clusters: [prod-eu-7]}}
  - {name: rest, type: topology, properties: {clusters: [NAMES]}}
  workflow:
    steps:
    - {name: a, type: deploy, properties: {policies: [one, own]}}
    - {name: b, type: deploy, properties: {policies: [rest]}}
"""
    names = ", ".join(f"prod-eu-{i}" for i in range(1, 13) if i != 7)
    for side in sides:
        text = (side / "app.yaml").read_text()
        (side / "app.yaml").write_text(text[: text.rindex("  - {name: all")] + own.replace("NAMES", names))  # fmt: skip
    edit(sides[1], "value: fast", "value: slow")
    assert "in 11 clusters (prod-eu-*), not in prod-eu-7" in diff("base", "head").stdout


def test_the_order_of_delivery_is_a_change(sides: tuple[Path, Path]) -> None:
    steps = "  workflow:\n    steps:\n    - {name: go, type: deploy, properties: {auto: true, policies: [all]}}\n"
    for side in sides:
        with (side / "app.yaml").open("a") as file:
            file.write(steps)
    edit(sides[1], "auto: true", "auto: false")
    (change,) = changes()
    assert (change["verb"], change["risk"]) == ("replan", "low")
    assert change["causes"] == ["app.yaml:18:51 (workflow)"]
    assert diff("base", "head").stdout.endswith("1 Application, 0 clusters: 1 to replan\n")


def test_the_order_of_objects_is_a_change(sides: tuple[Path, Path]) -> None:
    more = "  - {name: a, type: worker, properties: {image: 'a:1'}}\n  - {name: b, type: worker, properties: {image: 'b:1'}}\n  policies:"
    for side in sides:
        edit(side, "  policies:", more)
    lines = more.splitlines()
    edit(sides[1], "\n".join(lines[:2]), f"{lines[1]}\n{lines[0]}")
    assert "reorder" in {change["verb"] for change in changes()}


def test_defaults_count_unless_they_are_ignored(sides: tuple[Path, Path]) -> None:
    objects = """\
  - name: plain
    type: k8s-objects
    properties: {objects: [{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}]}
  policies:"""
    for side in sides:
        edit(side, "  policies:", objects)
    edit(sides[1], "ports: [{port: 80}]", "type: ClusterIP, ports: [{port: 80, protocol: TCP}]")
    (change,) = changes()
    assert len(change["fields"]) == 2  # type: ignore[arg-type]
    assert changes("--ignore-defaults") == []
    edit(sides[1], "protocol: TCP", "protocol: UDP")
    (change,) = changes("--ignore-defaults")
    assert [f["path"] for f in change["fields"]] == ["spec.ports[port=80].protocol"]  # type: ignore[attr-defined]


def test_only_what_is_touched_is_compiled(sides: tuple[Path, Path]) -> None:
    """An Application that does not compile, alike on both sides, stops no diff."""
    for side in sides:
        (side / "broken.yaml").write_text(APP.replace("web", "broken").replace("webservice", "none"))  # fmt: skip
    edit(sides[1], "acme/web:1.0", "acme/web:1.1")
    assert diff("base", "head").stdout.endswith("1 Application, 12 clusters: 1 to change\n")


def test_files_that_are_not_for_export_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".gitattributes").write_text("app.yaml export-ignore\n")
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "clusters.yaml").write_text(CLUSTERS)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"]):  # fmt: skip
        subprocess.run(("git", *command), check=True, capture_output=True)
    assert diff("HEAD").stdout == "no change in any cluster\n"
    assert subprocess.run(("git", "status", "--short"), capture_output=True, check=True).stdout == b""  # fmt: skip


def test_fields_can_be_ignored_by_their_path(sides: tuple[Path, Path]) -> None:
    edit(sides[1], "value: fast", "value: slow")
    edit(sides[1], "acme/web:1.0", "acme/web:1.1")
    (change,) = changes("--ignore", "*.env[name=MODE].value")
    fields: Any = change["fields"]
    assert [f["path"] for f in fields] == ["spec.template.spec.containers[name=web].image"]
    assert changes("--ignore", "*.env[name=MODE].value", "--ignore", "*.image") == []
    assert len(changes("--ignore", "image")[0]["fields"]) == 2, "a pattern is the whole path"  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["--path", "--definitions", "--clusters"])
def test_a_name_that_neither_side_has_is_said(option: str, sides: tuple[Path, Path]) -> None:
    """A typing error would compare nothing with nothing, and pass."""
    wrong = {"--path": "ap.yaml", "--definitions": "clusters.yml", "--clusters": "cluster.yaml"}
    error = diff("base", "head", option, wrong[option]).exception
    assert isinstance(error, Rejected)
    (said,) = error.diagnostics
    assert (said.code, said.message) == ("V109", f"`{wrong[option]}` does not exist on either side")
    assert said.help.startswith("did you mean")


def test_a_path_that_one_side_has_is_added_or_deleted(sides: tuple[Path, Path]) -> None:
    (sides[1] / "new.yaml").write_text(APP.replace("name: web", "name: new"))
    assert {c["verb"] for c in changes("--path", "new.yaml", "--clusters", "clusters.yaml")} == {
        "add"
    }


@pytest.mark.parametrize(
    ("base", "text", "help_"),
    [
        ("bsae", "`bsae` is neither a directory nor a commit that git knows", "did you mean `base`?"),
        ("base/app.yaml", "`base/app.yaml` is a file, and no commit that git knows", ""),
        ("featuer", "`featuer` is neither a directory nor a commit that git knows", "did you mean `feature`?"),
    ],
)  # fmt: skip
def test_a_side_that_is_nowhere(base: str, text: str, help_: str, sides: tuple[Path, Path]) -> None:
    subprocess.run(["git", "init", "-q", "-b", "feature", "."], check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
        check=True,
    )  # fmt: skip
    error = diff(base, "head").exception
    assert isinstance(error, Rejected)
    assert [(d.code, d.message, d.help) for d in error.diagnostics] == [("V806", text, help_)]


def test_nothing_to_compare_with_is_said(sides: tuple[Path, Path]) -> None:
    for prepare, text in (
        ((), "git: fatal: not a git repository"),
        (("git", "init", "-q", "."), "there is no commit yet"),
    ):
        if prepare:
            subprocess.run(prepare, check=True)
        error = diff().exception
        assert isinstance(error, Rejected)
        assert error.diagnostics[0].message.startswith(text)


def risks(verb: str, before: dict[str, Any] | None, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The dangers of a change from one object to another."""

    def manifest(data: dict[str, Any] | None) -> Manifest | None:
        if data is None:
            return None
        return Manifest(Plain(data), Identity("", data["kind"], "a", "b"), "", Origin("x", "y"))

    fields = tuple(field_changes(before, after)) if before is not None else ()
    found = risks_of(verb, manifest(before), manifest(after), fields, ["a"])
    return [(risk.level, risk.text) for risk in found]


def test_privileges_that_come_with_a_new_part_are_seen() -> None:
    """A part that is new as a whole is one change of a field, and may hold anything."""
    plain = {"kind": "Pod", "spec": {"containers": [{"name": "a"}]}}
    privileged = {"name": "b", "securityContext": {"privileged": True, "capabilities": {"add": ["X"]}}}  # fmt: skip
    sidecar = {"kind": "Pod", "spec": {"containers": [{"name": "a"}, privileged]}}
    at = "spec.containers[name=b].securityContext"
    assert risks("change", plain, sidecar) == [
        ("high", f"{at}.privileged becomes true"),
        ("medium", f"{at}.capabilities.add changes"),
    ]
    assert risks("change", sidecar, plain) == []
    new = {"kind": "Pod", "spec": {"hostNetwork": True, "containers": [privileged]}}
    assert [level for level, _ in risks("add", None, new)] == ["high", "high", "medium"]
    assert risks("add", None, {"kind": "ClusterRoleBinding", "subjects": []}) == [
        ("medium", "a ClusterRoleBinding gives rights")
    ]
    assert risks(
        "change",
        {"kind": "RoleBinding", "subjects": []},
        {"kind": "RoleBinding", "subjects": [{"kind": "Group", "name": "x"}]},
    ) == [("medium", "rights are widened or changed")]
