"""Revisions as histories: each test makes builds and commits and reads which revision comes out.

The rules are those of semantics part 8, and 2.6 for definitions.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.unit.fleet.history import History, application, config, config_map, rules, web

STORES = {
    "directory": "revisions: {directory: revisions}\n",
    "branch": "revisions: {branch: kept}\n",
}


@pytest.fixture(params=["directory"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    found = History(tmp_path)
    found.write("velac.yaml", STORES[request.param])
    return found


def image(name: str, **more: Any) -> dict[str, Any]:
    return {"name": "web", "type": "webservice", "properties": {"image": name}, **more}


def revision(repo: History, *components: dict[str, Any], app: str = "shop", **more: Any) -> str:
    """The revision that a build with these components gives the Application."""
    repo.write(f"{app}.yaml", application(*components, name=app, **more))
    return built(repo, app)


def built(repo: History, app: str = "shop") -> str:
    repo.ok("build")
    (text,) = {t for p, t in texts(repo) if f"/{app}/" in p and p.startswith("eu-1")}
    found = re.search(r"app.oam.dev/appRevision: (\S+)", text)
    assert found is not None
    return found[1]


def texts(repo: History) -> list[tuple[str, str]]:
    return [(p, raw.decode()) for p, raw in repo.files().items() if p.endswith(".yaml")]


def manifest(repo: History, app: str = "shop") -> str:
    return next(text for path, text in texts(repo) if path == f"eu-1/demo/{app}/manifest.yaml")


def published(version: str) -> dict[str, str]:
    return {"app.oam.dev/publishVersion": version}


FOLLOWS = {"app.oam.dev/autoUpdate": "true"}


def definition(text: str, name: str = "note", version: str = "") -> str:
    """A component definition whose object says `text`."""
    attributes = f'version: "{version}", ' if version else ""
    return f"""\
{name}: {{type: "component", attributes: {{{attributes}workload: definition: {{apiVersion: "v1", kind: "ConfigMap"}}}}}}
template: {{
	output: {{apiVersion: "v1", kind: "ConfigMap", data: {{text: "{text}", rev: context.appRevision, num: "\\(context.appRevisionNum)"}}}}
	parameter: {{a?: string}}
}}
"""


NOTE = {"name": "note", "type": "note", "properties": {}}

# --------------------------------------------------------------------------------------- without a store, and with one


def test_without_a_store_there_is_no_revision(tmp_path: Path) -> None:
    repo = History(tmp_path)
    repo.write("note.cue", definition("x"))
    repo.write("shop.yaml", application(NOTE))
    repo.ok("build", ".")
    text = manifest(repo)
    assert 'app.oam.dev/appRevision: ""' in text
    assert 'rev: ""' in text
    assert 'num: "0"' in text


def test_the_context_knows_the_revision(repo: History) -> None:
    repo.write("note.cue", definition("x"))
    assert revision(repo, NOTE) == "shop-v1"
    assert "rev: shop-v1" in manifest(repo)
    assert 'num: "1"' in manifest(repo)


# ------------------------------------------------------------------------------------------------ equality (8.1)


def test_a_change_of_the_spec_is_a_new_revision(repo: History) -> None:
    assert [revision(repo, image(f"web:{n}")) for n in (1, 1, 2, 2, 3)] == [
        "shop-v1", "shop-v1", "shop-v2", "shop-v2", "shop-v3",
    ]  # fmt: skip


def test_labels_and_annotations_make_no_revision(repo: History) -> None:
    assert revision(repo, image("web:1")) == "shop-v1"
    assert revision(repo, image("web:1"), labels={"a": "b"}, annotations={"c": "d"}) == "shop-v1"


def test_layout_and_empty_fields_make_no_revision(repo: History) -> None:
    assert revision(repo, image("web:1")) == "shop-v1"
    assert revision(repo, image("web:1", traits=[], dependsOn=[])) == "shop-v1"


def test_true_is_not_one(repo: History) -> None:
    assert revision(repo, config("c", {**config_map("m"), "immutable": True})) == "shop-v1"
    assert revision(repo, config("c", {**config_map("m"), "immutable": 1})) == "shop-v2"


def test_a_changed_definition_alone_makes_no_revision_and_is_pinned(repo: History) -> None:
    repo.write("note.cue", definition("old"))
    assert revision(repo, NOTE) == "shop-v1"
    repo.write("note.cue", definition("new"))
    assert built(repo) == "shop-v1"
    assert "text: old" in manifest(repo), "components keep the definition of their revision"
    assert revision(repo, {**NOTE, "properties": {"a": "b"}}) == "shop-v2"
    assert "text: new" in manifest(repo)


TRAIT = """\
mark: {{type: "trait", attributes: {{podDisruptive: false}}}}
template: {{
	patch: metadata: annotations: marked: "{text}"
	parameter: {{}}
}}
"""


def test_traits_of_an_unchanged_revision_follow_their_definitions(repo: History) -> None:
    for text in ("old", "new"):
        repo.write("mark.cue", TRAIT.format(text=text))
        assert revision(repo, image("web:1", traits=[{"type": "mark"}])) == "shop-v1"
        assert f"marked: {text}" in manifest(repo)


def test_only_the_application_whose_revision_is_old_keeps_the_old_definition(repo: History) -> None:
    repo.write("note.cue", definition("old"))
    assert revision(repo, NOTE) == "shop-v1"
    repo.write("note.cue", definition("new"))
    assert revision(repo, {**NOTE, "name": "note2"}, app="young") == "young-v1"
    assert "text: old" in manifest(repo)
    assert "text: new" in manifest(repo, "young")


def test_auto_update_makes_a_revision_of_a_changed_definition(repo: History) -> None:
    repo.write("note.cue", definition("old"))
    assert revision(repo, NOTE, annotations=FOLLOWS) == "shop-v1"
    repo.write("note.cue", definition("new"))
    assert built(repo) == "shop-v2"
    assert "text: new" in manifest(repo)


def test_an_earlier_revision_is_used_again(repo: History) -> None:
    found = [revision(repo, image(f"web:{n}")) for n in (1, 2, 1, 1, 3, 2)]
    assert found == ["shop-v1", "shop-v2", "shop-v1", "shop-v1", "shop-v3", "shop-v2"]


def test_an_earlier_revision_with_other_definitions_is_not(repo: History) -> None:
    repo.write("note.cue", definition("old"))
    assert revision(repo, NOTE) == "shop-v1"
    assert revision(repo, {**NOTE, "properties": {"a": "b"}}) == "shop-v2"
    repo.write("note.cue", definition("new"))
    assert revision(repo, NOTE) == "shop-v3"


def test_an_external_policy_is_a_part_of_the_revision(repo: History) -> None:
    deploy = {"name": "d", "type": "deploy", "properties": {"policies": ["far"]}}
    body = json.loads(application(image("web:1")))
    body["spec"] = {**body["spec"], "policies": [], "workflow": {"steps": [deploy]}}
    repo.write("shop.yaml", json.dumps(body))
    policy = {
        "apiVersion": "core.oam.dev/v1alpha1", "kind": "Policy", "metadata": {"name": "far", "namespace": "demo"},
        "type": "topology",
    }  # fmt: skip
    found = []
    for clusters in (["eu-1"], ["eu-1", "eu-2"], ["eu-1"]):
        repo.write("far.yaml", json.dumps({**policy, "properties": {"clusters": clusters}}))
        found.append(built(repo))
    assert found == ["shop-v1", "shop-v2", "shop-v1"]


def test_an_external_workflow_is_a_part_of_the_revision(repo: History) -> None:
    body = json.loads(application(image("web:1")))
    body["spec"]["workflow"] = {"ref": "roll"}
    repo.write("shop.yaml", json.dumps(body))
    flow = {
        "apiVersion": "core.oam.dev/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "roll", "namespace": "demo"},
    }
    found = []
    for name in ("one", "two"):
        step = {"name": name, "type": "deploy", "properties": {"policies": ["where"]}}
        repo.write("roll.yaml", json.dumps({**flow, "steps": [step]}))
        found.append(built(repo))
    assert found == ["shop-v1", "shop-v2"]


# --------------------------------------------------------------------------------------------------- publishVersion


def test_edits_wait_for_another_publish_version(repo: History) -> None:
    assert revision(repo, image("web:1"), annotations=published("one")) == "shop-v1"
    assert revision(repo, image("web:2"), annotations=published("one")) == "shop-v1"
    assert "image: web:1" in manifest(repo)
    assert "V825" in repo.run("build").stderr
    assert revision(repo, image("web:2"), annotations=published("two")) == "shop-v2"
    assert "image: web:2" in manifest(repo)


def test_a_new_publish_version_alone_is_a_new_revision(repo: History) -> None:
    found = [revision(repo, image("web:1"), annotations=published(v)) for v in ("a", "a", "b", "a")]
    assert found == ["shop-v1", "shop-v1", "shop-v2", "shop-v1"]


def test_what_is_published_keeps_all_its_definitions(repo: History) -> None:
    app = (NOTE, image("web:1", traits=[{"type": "mark"}]))
    for text in ("old", "new"):
        repo.write("note.cue", definition(text))
        repo.write("mark.cue", TRAIT.format(text=text))
        assert revision(repo, *app, annotations=published("one")) == "shop-v1"
        assert "text: old" in manifest(repo)
        assert "marked: old" in manifest(repo)


def test_what_is_published_keeps_its_external_policies(repo: History) -> None:
    deploy = {"name": "d", "type": "deploy", "properties": {"policies": ["far"]}}
    body = json.loads(application(image("web:1"), annotations=published("one")))
    body["spec"] = {**body["spec"], "policies": [], "workflow": {"steps": [deploy]}}
    repo.write("shop.yaml", json.dumps(body))
    for clusters in (["eu-1"], ["eu-2"]):
        policy = {"apiVersion": "core.oam.dev/v1alpha1", "kind": "Policy", "type": "topology"}
        whole = {
            **policy,
            "metadata": {"name": "far", "namespace": "demo"},
            "properties": {"clusters": clusters},
        }
        repo.write("far.yaml", json.dumps(whole))
        assert built(repo) == "shop-v1"
    assert {path.split("/")[0] for path, _ in texts(repo)} == {"eu-1"}


def test_publish_version_and_auto_update_exclude_each_other(repo: History) -> None:
    repo.write(
        "shop.yaml", application(image("web:1"), annotations={**FOLLOWS, **published("one")})
    )
    done = repo.run("build")
    assert done.return_value == 1
    assert "V826" in done.stderr


# ------------------------------------------------------------------------------------------------ limits, removal


def numbers(repo: History, app: str = "shop") -> list[int]:
    data = json.loads((repo.root / f"revisions/applications/demo/{app}.json").read_text())
    return [row["number"] for row in data["revisions"]]


def test_the_limit_spares_the_one_in_use(repo: History) -> None:
    repo.write("velac.yaml", "revisions: {directory: revisions, limit: 2}\n")
    for n in range(1, 6):
        revision(repo, image(f"web:{n}"))
    assert numbers(repo) == [3, 4, 5]
    revision(repo, image("web:3"))  # used again: the oldest, and now the one that never goes
    revision(repo, image("web:6"))
    assert numbers(repo) == [4, 5, 6]


def test_the_limit_of_the_application_wins(repo: History) -> None:
    limit = [rules("garbage-collect", applicationRevisionLimit=1)]
    for n in range(1, 5):
        revision(repo, image(f"web:{n}"), policies=limit)
    assert numbers(repo) == [3, 4]


def test_numbers_are_never_given_twice(repo: History) -> None:
    repo.write("velac.yaml", "revisions: {directory: revisions, limit: 0}\n")
    found = [revision(repo, image(f"web:{n}")) for n in (1, 2, 1)]
    assert found == ["shop-v1", "shop-v2", "shop-v3"]


def test_the_revisions_of_a_removed_application_go_with_it(repo: History) -> None:
    revision(repo, image("web:1"))
    revision(repo, web("other"), app="other")
    repo.write("other.yaml", None)
    repo.ok("build")
    assert not (repo.root / "revisions/applications/demo/other.json").exists()
    assert revision(repo, web("other2"), app="other") == "other-v1"


def test_a_build_of_some_applications_forgets_no_others(repo: History) -> None:
    revision(repo, image("web:1"))
    revision(repo, web("other"), app="other")
    repo.ok("build", "shop.yaml", "--clusters", "clusters.yaml", "-o", "part")
    assert (repo.root / "revisions/applications/demo/other.json").exists()


# ------------------------------------------------------------------------------------------------- definitions (2.6)


def versions(repo: History, name: str = "note") -> list[str]:
    data = json.loads((repo.root / f"revisions/definitions/component/{name}.json").read_text())
    return [row["version"] for row in data["revisions"]]


def pinned_note(version: str) -> dict[str, Any]:
    return {"name": "note", "type": f"note@{version}", "properties": {}}


def test_definitions_are_numbered_and_can_be_pinned(repo: History) -> None:
    for text in ("one", "two", "three"):
        repo.write("note.cue", definition(text))
        revision(repo, image("web:1"))
    assert versions(repo) == ["v1", "v2", "v3"]
    for version, text in (("v1", "one"), ("v2", "two"), ("v3", "three")):
        revision(repo, pinned_note(version))
        assert f"text: {text}" in manifest(repo)
        assert f"workload.oam.dev/type: note-{version}" in manifest(repo)


def test_a_version_that_this_build_makes_can_be_pinned_at_once(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, image("web:1"))
    repo.write("note.cue", definition("two"))
    revision(repo, pinned_note("v2"))
    assert "text: two" in manifest(repo)
    assert versions(repo) == ["v1", "v2"]


def test_layout_makes_no_revision_of_a_definition(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, image("web:1"))
    repo.write("note.cue", "// a remark\n" + definition("one").replace("\t", "    "))
    revision(repo, image("web:1"))
    assert versions(repo) == ["v1"]


def test_a_version_that_does_not_exist(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, image("web:1"))
    before = repo.files("."), repo.files("revisions")
    repo.write("shop.yaml", application(pinned_note("v7")))
    done = repo.run("build")
    assert done.return_value == 1
    assert "V310" in done.stderr
    assert "`note@v1`" in done.stderr
    assert repo.files("revisions") == before[1]


def test_named_revisions_never_change(repo: History) -> None:
    repo.write("note.cue", definition("one", version="1.0.0"))
    revision(repo, image("web:1"))
    repo.write("note.cue", definition("two", version="1.0.0"))
    before = repo.files("revisions")
    done = repo.run("build")
    assert done.return_value == 1
    assert "V824" in done.stderr
    assert repo.files("revisions") == before
    repo.write("note.cue", definition("two", version="1.1.0"))
    revision(repo, pinned_note("v1.0.0"))
    assert "text: one" in manifest(repo)
    assert versions(repo) == ["v1.0.0", "v1.1.0"]


def test_auto_update_takes_the_newest_that_fits(repo: History) -> None:
    for text, version in (
        ("one", "1.0.0"),
        ("two", "1.10.0"),
        ("three", "1.9.0"),
        ("four", "2.0.0"),
    ):
        repo.write("note.cue", definition(text, version=version))
        revision(repo, image("web:1"))
    revision(repo, pinned_note("v1"), annotations=FOLLOWS)
    assert "text: two" in manifest(repo)


def test_old_revisions_of_definitions_go_unless_somebody_needs_them(repo: History) -> None:
    repo.write("velac.yaml", "revisions: {directory: revisions, limit: 0, definitionLimit: 1}\n")
    repo.write("note.cue", definition("0"))
    revision(repo, NOTE, app="old")  # keeps v1 in use
    for n in range(1, 5):
        repo.write("note.cue", definition(str(n)))
        revision(repo, image("web:1"))
    assert versions(repo) == ["v1", "v5"]
    assert 'text: "0"' in manifest(repo, "old")


# ---------------------------------------------------------------------------------------------- who writes, where


@pytest.mark.parametrize("repo", ["directory", "branch"], indirect=True)
def test_only_a_build_writes(repo: History) -> None:
    repo.write("shop.yaml", application(image("web:1")))
    repo.write("app.yaml", application(image("web:1")))

    def kept() -> list[str]:
        refs = repo.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return [*refs, *(repo.files("revisions") if (repo.root / "revisions").exists() else ())]

    repo.write("app.yaml", None)
    for command in (
        ["plan"],
        ["build", "--check"],
        ["build", "--print", "eu-1"],
        ["lint"],
        ["dry-run", "-f", "shop.yaml"],
    ):
        repo.run(*command)
        assert kept() == []
    repo.ok("build")
    assert kept() != []


def test_what_a_build_would_show_is_what_it_writes(repo: History) -> None:
    repo.write("shop.yaml", application(image("web:1")))
    printed = repo.ok("build", "--print", "eu-1")
    repo.ok("build")
    assert "appRevision: shop-v1" in printed
    assert repo.run("build", "--check").return_value == 0


@pytest.mark.parametrize("spec", ["", "spec: null", "spec: []", "spec: {components: [{}]}"])
def test_an_application_that_is_none_is_told_as_ever(repo: History, spec: str) -> None:
    head = "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
    repo.write("shop.yaml", f"{head}metadata: {{name: shop, namespace: demo}}\n{spec}\n")
    done = repo.run("build")
    assert not (repo.root / "revisions").exists()
    repo.write("velac.yaml", "{}\n")
    plain = repo.run("build")
    assert (done.return_value, done.stderr) == (plain.return_value, plain.stderr)
    assert plain.return_value == 1


def test_a_failed_build_records_nothing(repo: History) -> None:
    revision(repo, image("web:1"))
    before = repo.files("revisions")
    repo.write("shop.yaml", application({**image("web:2"), "properties": {"imagee": "x"}}))
    assert repo.run("build").return_value == 1
    repo.write("shop.yaml", application(image("web:2")))
    repo.write("dist/eu-2/demo/new/manifest.yaml", "mine")
    repo.write("new.yaml", application(web("new"), name="new"))
    done = repo.run("build")  # a foreign file is in the way
    assert "V801" in str(done.exception.diagnostics[0].code)  # type: ignore[union-attr]
    assert repo.files("revisions") == before


@pytest.mark.parametrize("repo", ["branch"], indirect=True)
def test_a_branch_holds_what_a_directory_would(
    repo: History, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = History(tmp_path_factory.mktemp("other"))
    other.write("velac.yaml", STORES["directory"])
    for n in (1, 2, 1):
        for one in (repo, other):
            revision(one, image(f"web:{n}"))
    listed = repo.git("ls-tree", "-r", "--name-only", "kept").splitlines()
    assert listed == list(other.files("revisions"))
    for path, raw in other.files("revisions").items():
        assert repo.git("show", f"kept:{path}") == raw.decode().strip()
    assert len(repo.git("log", "--format=%H", "kept").splitlines()) == 3
    tip = repo.git("rev-parse", "kept")
    revision(repo, image("web:1"))
    assert repo.git("rev-parse", "kept") == tip, "nothing new, no commit"


def test_same_input_same_store(tmp_path: Path) -> None:
    trees = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        repo = History(tmp_path / name)
        repo.write("velac.yaml", STORES["directory"])
        for n in (1, 2):
            revision(repo, image(f"web:{n}"))
        trees.append(repo.files("revisions"))
    assert trees[0] == trees[1]
