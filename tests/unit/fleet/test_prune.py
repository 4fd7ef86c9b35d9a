"""Garbage collection as histories: each test makes commits, changes something, and reads what the plan prunes.

The rules are those of semantics part 9.3 and of the policies of part 5.5.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.fleet.history import History, application, config, config_map, rules, web

from velac.compiler.fleet.inventory import Inventory, Record
from velac.compiler.fleet.prune import collect
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.summary import AppSummary, ClassSummary, ObjectSummary


@pytest.fixture
def repo(tmp_path: Path) -> History:
    return History(tmp_path)


BOTH = "eu-1 eu-2"
A, B = config_map("a", k="1"), config_map("b", k="1")


def kept(strategy: str, name: str = "a", **more: Any) -> dict[str, Any]:
    return rules(
        "garbage-collect", {"selector": {"resourceNames": [name]}, "strategy": strategy, **more}
    )


def reasons(repo: History) -> list[str]:
    return sorted({entry["reason"] for entry in repo.pruned()})


# ------------------------------------------------------------------------------------------------- what goes


def test_nothing_is_pruned_where_nothing_was_built(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    assert "prune" not in repo.ok("plan", ".", "--output", "json")


def test_an_unchanged_fleet_prunes_nothing(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    repo.commit()
    assert repo.pruned() == []


def test_a_removed_application(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    repo.write("other.yaml", application(config("c", A), name="other"))
    repo.commit()
    repo.write("other.yaml", None)
    assert repo.fates() == [("delete", "ConfigMap", "a", BOTH)]
    assert reasons(repo) == ["the Application was removed"]
    assert "demo/other  (removed)" in repo.ok("plan", ".")
    repo.commit()
    assert repo.pruned() == []


def test_a_placement_that_is_gone(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    repo.commit()
    repo.write("shop.yaml", application(web(), clusters=["eu-2"]))
    assert repo.fates() == [("delete", "Deployment", "web", "eu-1")]
    assert reasons(repo) == ["the Application is no longer placed there"]


def test_a_renamed_component(repo: History) -> None:
    repo.write("shop.yaml", application(web("web"), web("db")))
    repo.commit()
    repo.write("shop.yaml", application(web("site"), web("db")))
    assert repo.fates() == [("delete", "Deployment", "web", BOTH)]
    assert reasons(repo) == ["component `web` was renamed to `site`"]


def test_a_removed_component_is_no_renamed_one(repo: History) -> None:
    repo.write("shop.yaml", application(web("web"), web("db")))
    repo.commit()
    repo.write("shop.yaml", application(web("db")))
    assert repo.fates() == [("delete", "Deployment", "web", BOTH)]
    assert reasons(repo) == ["component `web` makes nothing there any longer"]


def test_a_removed_trait(repo: History) -> None:
    repo.write(
        "shop.yaml", application(web(traits=[{"type": "expose", "properties": {"port": [80]}}]))
    )
    repo.commit()
    repo.write("shop.yaml", application(web()))
    assert repo.fates() == [("delete", "Service", "web", BOTH)]
    assert reasons(repo) == ["`expose` of component `web` no longer makes it"]


NAMED = """\
named: {type: "trait", attributes: {podDisruptive: false}}
template: {
	outputs: it: {apiVersion: "v1", kind: "ConfigMap", data: value: parameter.value}
	parameter: value: string
}
"""


def test_a_generated_name_that_changed(repo: History) -> None:
    repo.write("named.cue", NAMED)
    for value in ("one", "two"):
        trait = {"type": "named", "properties": {"value": value}}
        repo.write("shop.yaml", application(web(traits=[trait])))
        if value == "one":
            repo.commit()
    (entry,) = repo.pruned()
    assert (entry["fate"], entry["kind"]) == ("delete", "ConfigMap")
    assert entry["name"].startswith("web-named-")
    assert entry["reason"].startswith(
        "its generated name changed with its content; now `web-named-"
    )
    assert entry["name"] not in entry["reason"]


def test_a_cluster_that_left_the_fleet(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    repo.commit()
    repo.write("clusters.yaml", "clusters:\n  - {name: eu-1, labels: {region: eu}}\n")
    assert repo.fates() == [("forget", "Deployment", "web", "eu-2")]
    repo.commit()
    assert repo.pruned() == []


# -------------------------------------------------------------------------------------------- what decides


@pytest.mark.parametrize(
    ("strategy", "on_update", "on_delete"),
    [
        ("onAppUpdate", "delete", "delete"),
        ("onAppDelete", "keep", "delete"),
        ("never", "keep", "release"),
    ],
)
def test_strategies(repo: History, strategy: str, on_update: str, on_delete: str) -> None:
    policies = [kept(strategy)]
    repo.write("shop.yaml", application(config("c", A, B), policies=policies))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B), policies=policies))
    assert [fate for fate, *_ in repo.fates()] == [on_update]
    repo.commit()
    assert repo.pruned() == [], "what stays is told once"
    # What was kept is still known when the Application goes.
    repo.write("shop.yaml", None)
    repo.write("other.yaml", application(web(), name="other"))
    fates = {name: fate for fate, _, name, _ in repo.fates()}
    assert fates == ({"b": "delete"} if on_update == "delete" else {"a": on_delete, "b": "delete"})


def test_the_first_rule_that_selects_an_object_counts(repo: History) -> None:
    first = {"selector": {"resourceTypes": ["ConfigMap"]}, "strategy": "onAppUpdate"}
    second = {"selector": {"resourceNames": ["a"]}, "strategy": "never"}
    policies = [rules("garbage-collect", first, second)]
    repo.write("shop.yaml", application(config("c", A, B), policies=policies))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B), policies=policies))
    assert [fate for fate, *_ in repo.fates()] == ["delete"]


@pytest.mark.parametrize(("propagation", "fate"), [("orphan", "release"), ("cascading", "delete")])
def test_propagation(repo: History, propagation: str, fate: str) -> None:
    policies = [kept("onAppUpdate", propagation=propagation)]
    repo.write("shop.yaml", application(config("c", A, B), policies=policies))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B), policies=policies))
    (entry,) = repo.pruned()
    assert (entry["fate"], entry["name"]) == (fate, "a")
    assert propagation in entry["rule"]
    repo.commit()
    assert repo.pruned() == []


def test_legacy_resources_stay_until_nothing_keeps_them(repo: History) -> None:
    legacy = [rules("garbage-collect", keepLegacyResource=True)]
    repo.write("shop.yaml", application(config("c", A, B), policies=legacy))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B), policies=legacy))
    (entry,) = repo.pruned()
    assert (entry["fate"], entry["rule"]) == ("keep", "keepLegacyResource")
    repo.commit()
    repo.write("shop.yaml", application(config("c", B)))
    assert repo.fates() == [("delete", "ConfigMap", "a", BOTH)]
    assert reasons(repo) == ["it was kept, and nothing keeps it any longer"]


def test_legacy_resources_go_with_their_application(repo: History) -> None:
    legacy = [rules("garbage-collect", keepLegacyResource=True)]
    repo.write("other.yaml", application(web(), name="other"))
    repo.write("shop.yaml", application(config("c", A, B), policies=legacy))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B), policies=legacy))
    repo.commit()
    repo.write("shop.yaml", None)
    assert sorted(repo.fates()) == [("delete", "ConfigMap", name, BOTH) for name in "ab"]


def test_a_legacy_resource_that_is_made_again_is_no_legacy(repo: History) -> None:
    legacy = [rules("garbage-collect", keepLegacyResource=True)]
    for objects in ((A, B), (B,), (A, B)):
        repo.write("shop.yaml", application(config("c", *objects), policies=legacy))
        repo.commit()
    assert '"kept"' not in (repo.root / "dist/.velac/inventory.json").read_text()


def test_the_orphan_finalizer_releases_everything(repo: History) -> None:
    repo.write("other.yaml", application(web(), name="other"))
    repo.write("shop.yaml", application(web("x"), finalizers=["app.oam.dev/orphan-resource"]))
    repo.commit()
    repo.write("shop.yaml", None)
    (entry,) = repo.pruned()
    assert (entry["fate"], entry["rule"]) == (
        "release",
        "the finalizer `app.oam.dev/orphan-resource`",
    )


def test_order_of_dependency(repo: History) -> None:
    ordered = [rules("garbage-collect", order="dependency")]
    parts = (
        config("base", config_map("base")),
        config("db", config_map("db"), dependsOn=["base"]),
        config("site", config_map("site"), dependsOn=["db"]),
        config("alone", config_map("alone")),
    )
    repo.write("other.yaml", application(web(), name="other"))
    repo.write("shop.yaml", application(*parts, policies=ordered))
    repo.commit()
    repo.write("shop.yaml", None)
    waves = {entry["name"]: entry["wave"] for entry in repo.pruned()}
    assert waves == {"site": 0, "alone": 0, "db": 1, "base": 2}
    assert "base in eu-1, eu-2: the Application was removed [after wave 1]" in repo.ok("plan", ".")


def test_without_an_order_all_go_together(repo: History) -> None:
    parts = (config("db", config_map("db")), config("site", config_map("site"), dependsOn=["db"]))
    repo.write("other.yaml", application(web(), name="other"))
    repo.write("shop.yaml", application(*parts))
    repo.commit()
    repo.write("shop.yaml", None)
    assert {entry["wave"] for entry in repo.pruned()} == {0}


def test_an_object_that_is_only_read_from_now_on_stays(repo: History) -> None:
    repo.write("shop.yaml", application(config("c", A, B)))
    repo.commit()
    reads = [rules("read-only", {"selector": {"resourceNames": ["a"]}})]
    repo.write("shop.yaml", application(config("c", A, B), policies=reads))
    assert repo.fates() == [("keep", "ConfigMap", "a", BOTH)]


def test_an_object_that_was_only_read_is_never_pruned(repo: History) -> None:
    reads = [rules("read-only", {"selector": {"resourceNames": ["a"]}})]
    repo.write("shop.yaml", application(config("c", A, B), policies=reads))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B)))
    assert repo.pruned() == []


# ------------------------------------------------------------------------------------------ other Applications


def test_what_another_application_makes_now_is_handed_over(repo: History) -> None:
    repo.write("shop.yaml", application(config("c", A, B)))
    repo.commit()
    repo.write("shop.yaml", application(config("c", B)))
    repo.write("other.yaml", application(config("d", A), name="other", clusters=["eu-1"]))
    assert sorted(repo.fates()) == [
        ("delete", "ConfigMap", "a", "eu-2"),
        ("hand over", "ConfigMap", "a", "eu-1"),
    ]
    (moved,) = [entry for entry in repo.pruned() if entry["to"]]
    assert (moved["app"], moved["to"]) == ("shop", "demo/other")


def test_even_when_its_application_is_removed(repo: History) -> None:
    repo.write("shop.yaml", application(config("c", A)))
    repo.commit()
    repo.write("shop.yaml", None)
    repo.write("other.yaml", application(config("d", A), name="other"))
    assert repo.fates() == [("hand over", "ConfigMap", "a", BOTH)]


SHARED = [rules("shared-resource", {"selector": {"resourceNames": ["a"]}})]


def test_shared_objects_pass_on_to_the_next_sharer(repo: History) -> None:
    names = ("zoo", "shop", "bar")
    for name in names:  # in this order, so that `zoo` is the holder and `shop` the next
        own = config_map(f"own-{name}")
        repo.write(
            f"{name}.yaml", application(config(f"c-{name}", A, own), name=name, policies=SHARED)
        )
        repo.commit()
    repo.write("zoo.yaml", None)
    (passed,) = [entry for entry in repo.pruned() if entry["name"] == "a"]
    assert (passed["fate"], passed["to"]) == ("hand over", "demo/shop")
    assert passed["rule"] == "ownership passes on: shared by demo/shop,demo/bar"
    repo.commit()
    repo.write("bar.yaml", None)
    (left,) = [entry for entry in repo.pruned() if entry["name"] == "a"]
    assert left["to"] == "demo/shop"
    assert left["rule"].startswith("its name leaves shared-by")
    repo.commit()
    repo.write("shop.yaml", application(config("c-shop", config_map("own-shop")), policies=SHARED))
    assert repo.fates() == [("delete", "ConfigMap", "a", BOTH)], "nobody shares it any longer"


def test_foreign_objects_are_never_listed(repo: History) -> None:
    """Only the inventory says what may be pruned: objects that no build made are not in it."""
    repo.write("shop.yaml", application(config("c", A)))
    repo.commit()
    repo.write("dist/eu-1/demo/shop/foreign.yaml", "kind: Foreign\n")
    repo.write("shop.yaml", application(config("c", B)))
    assert [name for _, _, name, _ in repo.fates()] == ["a"]


# ------------------------------------------------------------------------------------------ where it is kept


def test_since_a_commit(repo: History) -> None:
    repo.write("shop.yaml", application(config("c", A)))
    first = repo.commit()
    repo.write("shop.yaml", application(config("c", B)))
    repo.commit()
    repo.write("shop.yaml", application(config("c", config_map("d"))))
    assert repo.fates() == [("delete", "ConfigMap", "b", BOTH)]
    assert repo.fates("--since", first) == [("delete", "ConfigMap", "a", BOTH)]


def test_a_place_of_its_own_outlives_the_output(repo: History) -> None:
    repo.write("velac.yaml", "output: {record: state/delivered.json}\n")
    repo.write("shop.yaml", application(config("c", A)))
    repo.ok("build", ".")
    for path in sorted((repo.root / "dist").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (repo.root / "dist").rmdir()
    repo.write("shop.yaml", application(config("c", B)))
    assert repo.fates() == [("delete", "ConfigMap", "a", BOTH)]


def test_shards_leave_the_inventory_of_one_build(repo: History) -> None:
    for name in "abc":
        repo.write(f"{name}.yaml", application(config(f"c-{name}", config_map(name)), name=name))
    repo.ok("build", ".", "-o", "whole")
    for number in (1, 2):
        repo.ok("build", ".", "-o", f"s{number}", "--shard", f"{number}/2")
    repo.ok("merge", "s1", "s2", "-o", "merged")
    assert repo.files("merged") == repo.files("whole")


# ------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"name":"a"', '"name":"z"'),
        lambda text: text.replace('"format":1', '"format":9'),
        lambda text: "<<<<<<< ours\n" + text,
        lambda text: "[" * 100_000,
        lambda text: "\x00",
    ],
)
def test_a_damaged_inventory_stops_plan_and_build(repo: History, damage: Any) -> None:
    repo.write("shop.yaml", application(config("c", A)))
    repo.commit()
    path = repo.root / "dist/.velac/inventory.json"
    path.write_text(damage(path.read_text()))
    repo.write("shop.yaml", application(config("c", B)))
    before = repo.files()
    for command in ("plan", "build"):
        done = repo.run(command, ".")
        assert [d.code for d in done.exception.diagnostics] == ["V820"]  # type: ignore[union-attr]
    assert repo.files() == before


def test_a_commit_that_git_does_not_know(repo: History) -> None:
    repo.write("shop.yaml", application(web()))
    repo.commit()
    for ref in ("no-such-branch", "--output=x"):
        done = repo.run("plan", ".", "--since", ref)
        assert "no commit that git knows" in str(done.exception)


class _Counted(str):
    """A name that counts how often it is looked at."""

    __slots__ = ()
    looks = 0

    def __hash__(self) -> int:
        _Counted.looks += 1
        return super().__hash__()


def test_the_work_grows_with_the_classes() -> None:
    def looks(size: int) -> int:
        names = [_Counted(f"c{n}") for n in range(size)]
        made = [
            AppSummary("shop", "site", tuple(ClassSummary((name,), (item,)) for name in names))
            for item in (
                ObjectSummary(Identity("", "ConfigMap", "shop", "o"), digest=digest)
                for digest in ("old", "new")
            )
        ]
        _Counted.looks = 0
        found = collect(Inventory({"shop/site": Record(made[0])}), [made[1]], names)
        assert not found.obsolete
        return _Counted.looks

    assert looks(400) <= 5 * looks(100)
