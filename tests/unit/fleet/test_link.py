"""Linking: who may own what together, who waits for whom, who reads what; from summaries alone."""

from __future__ import annotations

import pickle
import tracemalloc
from dataclasses import fields

import pytest

from velac.compiler.diagnostics.model import Severity
from velac.compiler.fleet.data import decoded_summary, encoded_summary
from velac.compiler.fleet.inventory import Inventory
from velac.compiler.fleet.prune import collect
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.summary import AppNeed, AppSummary, ClassSummary, ObjectSummary
from velac.compiler.link import link


def identity(name: str, kind: str = "ConfigMap") -> Identity:
    return Identity("", kind, "demo", name)


def app(
    name: str,
    *objects: str,
    clusters: tuple[str, ...] = ("eu-1",),
    shared: bool = False,
    reads: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> AppSummary:
    items = tuple(
        ObjectSummary(identity(o), "v1", name, "workload", shared=shared) for o in objects
    )
    group = ClassSummary(clusters, items, tuple(map(identity, reads)))
    return AppSummary("demo", name, (group,), tuple(AppNeed(f"demo/{n}") for n in needs))


def codes(*fleet: AppSummary) -> list[str]:
    return [d.code for d in link(fleet)]


def test_two_owners_in_one_cluster() -> None:
    (found,) = link([app("a", "x", "y"), app("b", "y", clusters=("eu-2", "eu-1"))])
    assert (found.code, found.severity) == ("V707", Severity.ERROR)
    assert found.message == "Applications `demo/a` and `demo/b` both own ConfigMap demo/y in eu-1"


def test_owners_in_different_clusters_get_along() -> None:
    assert codes(app("a", "x"), app("b", "x", clusters=("eu-2",))) == []


@pytest.mark.parametrize(("one", "two", "found"), [(True, True, []), (True, False, ["V707"])])
def test_sharing_takes_both(one: bool, two: bool, found: list[str]) -> None:
    assert codes(app("a", "x", shared=one), app("b", "x", shared=two)) == found


def test_many_clusters_are_abridged() -> None:
    everywhere = tuple(f"c{n}" for n in range(9))
    (found,) = link([app("a", "x", clusters=everywhere), app("b", "x", clusters=everywhere)])
    assert found.message.endswith("in c0, c1, c2 and 6 more")


def test_an_application_that_waits_for_one_that_is_not_there() -> None:
    (found,) = link([app("shop", needs=("databse",)), app("database")])
    assert (found.code, found.severity) == ("V417", Severity.WARNING)
    assert "`demo/databse`, which is not in the fleet" in found.message
    assert "demo/database" in found.help


def test_a_part_of_the_fleet_knows_the_names_of_all() -> None:
    assert link([app("shop", needs=("db",))], known={"demo/shop", "demo/db"}) == []


def test_applications_that_wait_in_a_circle() -> None:
    fleet = [
        app("a", needs=("b",)),
        app("b", needs=("c",)),
        app("c", needs=("b",)),
        app("d", needs=("a",)),
    ]
    (found,) = link(fleet)
    assert (found.code, found.message) == ("V418", "`demo/b` waits for `demo/c` waits for `demo/b`")


def test_what_is_read_has_to_be_where_it_is_read() -> None:
    reader = app("shop", clusters=("eu-1", "eu-2"), reads=("x",))
    (found,) = link([reader, app("base", "x")])
    assert found.code == "V716"
    assert (
        found.message
        == "`demo/shop` reads ConfigMap demo/x in eu-2, where `demo/base` does not put it"
    )


def test_what_nobody_makes_may_be_there_already() -> None:
    assert codes(app("shop", reads=("x",))) == []


def test_a_summary_survives_being_written() -> None:
    item = ObjectSummary(
        identity("x"), "v1", "web", "expose", "svc", "never", "orphan", True, "1234"
    )
    plain = ObjectSummary(Identity("apps", "Deployment", "", "y"), "v1", "web", "workload")
    groups = (
        ClassSummary(("eu-1", "eu-2"), (item, plain), (identity("r"),)),
        ClassSummary(("us-1",), (plain,)),
    )
    before = AppSummary(
        "demo", "shop", groups, (AppNeed("demo/db"),), (("db", "web"),), True, True, True
    )
    data = encoded_summary(before)
    after = decoded_summary(data)
    assert encoded_summary(after) == data
    assert [g.objects for g in after.classes] == [g.objects for g in groups]
    assert after.classes[0].digest == groups[0].digest != groups[1].digest
    # What classes have in common is written once.
    assert len(data["objects"]) == 2


class Counting(tuple[str, ...]):
    """A tuple of clusters that counts how often it is walked through."""

    walks = 0

    def __iter__(self):  # type: ignore[no-untyped-def]
        Counting.walks += 1
        return super().__iter__()


def test_a_fleet_of_5000_applications_links_by_its_objects_not_its_clusters() -> None:
    everywhere = Counting(f"c{n}" for n in range(1000))
    tracemalloc.start()
    fleet = [
        app(
            f"app{n}",
            *(f"app{n}-{k}" for k in range(10)),
            clusters=everywhere,
            needs=(f"app{n - 1}",) if n else (),
        )
        for n in range(5000)
    ]
    before, _ = tracemalloc.get_traced_memory()
    assert link(fleet) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Counting.walks == 0, "clusters matter only for objects that several Applications make"
    assert peak < before + 60e6
    assert peak < 200e6


def test_pruning_looks_at_clusters_only_where_something_is_gone() -> None:
    everywhere = Counting(f"c{n}" for n in range(500))
    fleet = [app(f"app{n}", f"x{n}", f"y{n}", clusters=everywhere) for n in range(300)]
    inventory = collect(Inventory(), fleet, everywhere[:]).inventory
    Counting.walks = 0
    assert collect(inventory, fleet, everywhere[:]).obsolete == ()
    assert Counting.walks == 0
    changed = [app("app0", "y0", clusters=everywhere), *fleet[1:]]
    (gone,) = collect(inventory, changed, everywhere[:]).obsolete
    assert (gone.item.identity.name, gone.clusters) == ("x0", everywhere)
    assert Counting.walks <= 2


def test_a_summary_is_the_same_in_another_process() -> None:
    shared = ObjectSummary(Identity("", "ConfigMap", "shop", "both"), "v1", shared=True)
    own = ObjectSummary(Identity("apps", "Deployment", "shop", "web"), "v1", "web", digest="d")
    summary = AppSummary(
        "shop", "site",
        (ClassSummary(("a", "b"), (shared, own)), ClassSummary(("c",), (shared,), (own.identity,))),
        (AppNeed("shop/other"),), (("a", "b"),), True, False, True, revision=3,
    )  # fmt: skip
    again = pickle.loads(pickle.dumps(summary))
    names = [
        item.name for item in fields(AppSummary) if item.name not in ("classes", "needs", "span")
    ]
    assert [getattr(again, name) for name in names] == [getattr(summary, name) for name in names]
    assert [n.label for n in again.needs] == ["shop/other"]
    assert [(c.clusters, c.objects, c.required) for c in again.classes] == [
        (c.clusters, c.objects, c.required) for c in summary.classes
    ]
    assert type(again.classes[1].required[0]) is Identity
