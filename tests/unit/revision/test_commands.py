"""`velac revision`, and stores that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.fleet.history import History, application
from tests.unit.revision.test_rules import NOTE, built, definition, image, published, revision


@pytest.fixture
def repo(tmp_path: Path) -> History:
    found = History(tmp_path)
    found.write("velac.yaml", "revisions: {directory: revisions}\n")
    return found


SHOP = """\
# The shop.
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: shop, namespace: demo}} # stays
spec: # goes
  components:
    - name: web
      type: webservice
      properties:
        image: web:{0}
        cmd: [sh, -c, "a\\nb"]
        {1}
  policies:
    - {{name: t, type: topology, properties: {{clusters: [eu-1]}}}}
---
apiVersion: v1
kind: ConfigMap # of somebody else
metadata: {{name: x}}
"""


def codes(done: Any) -> list[str]:
    if done.exception is not None:
        return [d.code for d in done.exception.diagnostics]
    return [word[6:10] for word in done.stderr.split() if word.startswith("error[V")]


# ------------------------------------------------------------------------------------------------------- verbs


def test_list(repo: History) -> None:
    for n in (1, 2, 1):
        revision(repo, image(f"web:{n}"))
    lines = repo.ok("revision", "list").splitlines()
    assert [line[: len("* demo/shop v1")] for line in lines] == ["* demo/shop v1", "  demo/shop v2"]
    rows = json.loads(repo.ok("revision", "list", "demo/shop", "--output", "json"))
    assert [(row["name"], row["latest"]) for row in rows] == [("shop-v1", True), ("shop-v2", False)]


def test_list_of_definitions(repo: History) -> None:
    for text in ("one", "two"):
        repo.write("note.cue", definition(text))
        revision(repo, NOTE)
    rows = json.loads(repo.ok("revision", "list", "--definitions", "--output", "json"))
    assert [row["name"] for row in rows] == ["note-v1", "note-v2"]


def test_show_is_the_object_of_upstream(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, NOTE, annotations=published("first"))
    found = json.loads(repo.ok("revision", "show", "shop", "--output", "json"))
    assert (found["kind"], found["metadata"]["name"]) == ("ApplicationRevision", "shop-v1")
    assert found["metadata"]["annotations"] == published("first")
    assert found["spec"]["application"]["spec"]["components"] == [NOTE]
    assert found["spec"]["componentDefinitions"]["note"] == {"metadata": {"name": "note-v1"}}


def test_diff_of_revisions_and_of_the_file(repo: History) -> None:
    for n in (1, 2):
        revision(repo, image(f"web:{n}"))
    repo.write("shop.yaml", application(image("web:3")))
    two = repo.ok("revision", "diff", "shop", "v1", "shop-v2").splitlines()
    assert [line.strip() for line in two if line.startswith(("-  ", "+  ")) and "image" in line] == [
        "-          image: web:1", "+          image: web:2",
    ]  # fmt: skip
    file = repo.ok("revision", "diff", "shop", "2")
    assert "-        image: web:2" in file
    assert "+        image: web:3" in file
    repo.write("shop.yaml", application(image("web:2")))
    assert repo.ok("revision", "diff", "shop", "2") == ""


# ---------------------------------------------------------------------------------------------------- rollback


def test_rollback_edits_the_spec_and_nothing_else(repo: History) -> None:
    repo.write("shop.yaml", SHOP.format(1, ""))
    assert built(repo) == "shop-v1"
    repo.write("shop.yaml", SHOP.format(2, "cpu: '1' # more"))
    assert built(repo) == "shop-v2"
    repo.ok("revision", "rollback", "shop", "v1")
    text = (repo.root / "shop.yaml").read_text()
    assert text.startswith("# The shop.\n")
    assert "metadata: {name: shop, namespace: demo} # stays\n" in text
    assert text.endswith(
        "---\napiVersion: v1\nkind: ConfigMap # of somebody else\nmetadata: {name: x}\n"
    )
    assert "image: web:1" in text
    assert built(repo) == "shop-v1"


def test_rollback_of_json_and_of_flow(repo: History) -> None:
    for n in (1, 2):
        revision(repo, image(f"web:{n}"))
    (repo.root / "shop.yaml").rename(repo.root / "shop.json")
    repo.ok("revision", "rollback", "shop", "v1")
    assert json.loads((repo.root / "shop.json").read_text())["spec"]["components"] == [
        image("web:1")
    ]
    assert built(repo) == "shop-v1"


def test_rollback_brings_the_publish_version_back(repo: History) -> None:
    revision(repo, image("web:1"), annotations=published("one"))
    revision(repo, image("web:2"), annotations={**published("two"), "mine": "kept"})
    repo.ok("revision", "rollback", "shop", "v1")
    text = (repo.root / "shop.yaml").read_text()
    assert "app.oam.dev/publishVersion: one\n" in text
    assert "mine: kept\n" in text
    assert built(repo) == "shop-v1"


def test_rollback_can_be_looked_at_first(repo: History) -> None:
    for n in (1, 2):
        revision(repo, image(f"web:{n}"))
    before = (repo.root / "shop.yaml").read_bytes()
    assert "web:1" in repo.ok("revision", "rollback", "shop", "v1", "--print")
    assert (repo.root / "shop.yaml").read_bytes() == before


def test_rollback_to_a_revision_whose_definitions_are_gone(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, NOTE)
    repo.write("note.cue", None)
    revision(repo, image("web:1"))
    before = (repo.root / "shop.yaml").read_bytes()
    done = repo.run("revision", "rollback", "shop", "v1")
    assert codes(done) == ["V823"]
    assert "`note` of shop-v1 is gone" in str(done.exception)
    assert (repo.root / "shop.yaml").read_bytes() == before


def test_rollback_tells_of_changed_definitions(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, NOTE)
    repo.write("note.cue", definition("two"))
    revision(repo, image("web:1"))
    done = repo.run("revision", "rollback", "shop", "v1")
    assert done.return_value == 0
    assert "warning[V823]" in done.stderr
    assert built(repo) == "shop-v3"


@pytest.mark.parametrize(
    "args",
    [
        ("list", "shpo"),
        ("show", "shop", "v9"),
        ("show", "shop", "vv1"),
        ("show", "shop", "v" + "9" * 5000),
        ("diff", "shop", "v1", "x"),
        ("rollback", "other/shop", "v1"),
        ("rollback", "shop", "-v1"),
    ],
)
def test_what_is_not_there(repo: History, args: tuple[str, ...]) -> None:
    revision(repo, image("web:1"))
    head, *rest = args
    assert codes(repo.run("revision", head, "--", *rest)) == ["V822"]


def test_without_a_store(repo: History) -> None:
    repo.write("velac.yaml", "{}\n")
    assert codes(repo.run("revision", "list")) == ["V822"]


def test_rollback_of_a_removed_application(repo: History) -> None:
    revision(repo, image("web:1"))
    repo.write("shop.yaml", None)
    assert codes(repo.run("revision", "rollback", "shop", "v1")) == ["V822"]


# ------------------------------------------------------------------------------------------------- bad stores

APP = "applications/demo/shop.json"
NOTES = "definitions/component/note.json"


def spoilt(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("path", "damage"),
    [
        (APP, lambda text: text[:100]),
        (APP, lambda text: ""),
        (APP, lambda text: "[" * 200_000),
        (APP, lambda text: spoilt(text, '"latest": 1', '"latest": 7')),
        (APP, lambda text: spoilt(text, '"format": 1', '"format": 2')),
        (APP, lambda text: "<<<<<<< HEAD\n" + text + "=======\n" + text + ">>>>>>> other\n"),
        (APP, lambda text: spoilt(text, '"type": "note"', '"type": "nose"')),
        (NOTES, lambda text: spoilt(text, "one", "two")),
        (NOTES, lambda text: "null"),
    ],
)
def test_a_damaged_or_edited_store(repo: History, path: str, damage: Any) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, NOTE)
    place = repo.root / "revisions" / path
    place.write_text(damage(place.read_text()))
    before = repo.files("revisions"), repo.files("dist")
    repo.write("shop.yaml", application(image("web:2")))
    for command in (["build"], ["plan"], ["revision", "list"]):
        assert codes(repo.run(*command)) == ["V821"]
    assert (repo.files("revisions"), repo.files("dist")) == before


def test_a_history_of_another_application(repo: History) -> None:
    revision(repo, image("web:1"))
    place = repo.root / "revisions" / "applications" / "demo"
    (place / "shop.json").rename(place / "other.json")
    assert codes(repo.run("build")) == ["V821"]


def test_a_store_whose_definitions_are_of_another_branch(repo: History) -> None:
    repo.write("note.cue", definition("one"))
    revision(repo, NOTE)
    (repo.root / "revisions" / NOTES).unlink()
    repo.write("note.cue", definition("two"))  # so that the pinned one is needed
    done = repo.run("build")
    assert codes(done) == ["V821"]
    assert "from another branch" in str(done.stderr) + str(done.exception)


def test_an_inventory_of_another_branch(repo: History) -> None:
    """It lists a revision that this branch's store has never had."""
    revision(repo, image("web:1"))
    store = repo.files("revisions")[APP]
    revision(repo, image("web:2"))
    (repo.root / "revisions" / APP).write_bytes(store)
    before = repo.files("revisions"), repo.files("dist")
    for command in ("build", "plan"):
        done = repo.run(command)
        assert codes(done) == ["V820"]
        assert "from another branch" in str(done.exception)
    assert (repo.files("revisions"), repo.files("dist")) == before


@pytest.mark.parametrize("key", ["limit", "definitionLimit"])
def test_a_limit_below_zero(repo: History, key: str) -> None:
    repo.write("velac.yaml", f"revisions: {{directory: revisions, {key}: -1}}\n")
    repo.write("shop.yaml", application(image("web:1")))
    assert codes(repo.run("build")) == ["V304"]


def test_a_diff_of_commits_with_a_branch_store(repo: History) -> None:
    """The sides of a diff are copies of the repository; the branch is that of the repository itself."""
    repo.write("velac.yaml", "revisions: {branch: kept}\n")
    revision(repo, image("web:1"))
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "first")
    repo.write("shop.yaml", application(image("web:2")))
    done = repo.run("diff", "HEAD")
    assert done.exception is None
    assert "web:2" in done.stdout


def test_several_processes_record_what_one_records(repo: History) -> None:
    for number in range(4):
        repo.write(
            f"a{number}.yaml",
            application({**image(f"web:{number}"), "name": f"w{number}"}, name=f"a{number}"),
        )
    repo.ok("build", "-o", "one", "-j", "1")
    one = repo.files("revisions")
    repo.ok("build", "-o", "two", "-j", "3")
    assert repo.files("one") == repo.files("two")
    assert repo.files("revisions") == one


def test_a_directory_that_is_no_store(repo: History) -> None:
    repo.write("revisions/mine.json", "{}")
    repo.write("shop.yaml", application(image("web:1")))
    assert codes(repo.run("build", "shop.yaml", "--clusters", "clusters.yaml")) == ["V821"]
    assert not (repo.root / "dist").exists()


def test_a_branch_that_is_no_store(repo: History) -> None:
    repo.write("velac.yaml", "revisions: {branch: main}\n")
    repo.write("shop.yaml", application(image("web:1")))
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "first")
    before = repo.git("rev-parse", "main")
    assert codes(repo.run("build")) == ["V821"]
    assert repo.git("rev-parse", "main") == before


@pytest.mark.parametrize("branch", ["a..b", "x/", "a b", "x.lock"])
def test_a_branch_that_cannot_be(repo: History, branch: str) -> None:
    repo.write("velac.yaml", f"revisions: {{branch: {branch!r}}}\n")
    repo.write("shop.yaml", application(image("web:1")))
    assert codes(repo.run("build")) == ["V806"]
    assert not (repo.root / "dist").exists()


def test_a_directory_and_a_branch(repo: History) -> None:
    repo.write("velac.yaml", "revisions: {branch: a, directory: b}\n")
    repo.write("shop.yaml", application(image("web:1")))
    assert codes(repo.run("build")) == ["V304"]
