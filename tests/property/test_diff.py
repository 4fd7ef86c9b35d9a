"""A diff misses nothing: random edits, both sides built in full, and what the diff says applied to the older side.

The diff compiles only what is affected; the builds that it is measured with compile everything.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tests.property.affected_world import Files, edited, example, world

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diff.change import (
    ADD,
    CHANGE,
    DELETE,
    ORDER,
    PLAN,
    RENAME,
    REVISE,
    Change,
    Difference,
)
from velac.compiler.diff.compare import compare
from velac.compiler.diff.masks import is_secret, masked
from velac.compiler.diff.sides import compile_sides, options_below
from velac.compiler.driver import Session
from velac.compiler.result import CompileResult

Place = tuple[str, str]
"""A cluster and the label of an Application."""
Texts = dict[Place, list[str]]


def write(files: Files, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def build(folder: Path) -> CompileResult | None:
    """A full build; None where it refuses."""
    try:
        options = options_below(str(folder), ())
    except Rejected:
        return None  # the project file is not sound
    assert options is not None
    result = Session(options).run()
    return result if result.ok else None


def texts(result: CompileResult) -> Texts:
    """The texts of all objects of every cluster and Application, in their order."""
    found: Texts = {}
    for app in result.manifests.apps:
        for group in app.groups:
            shown = [shown_text(m) for m in group.manifests]
            for cluster in group.clusters:
                if shown:
                    found[cluster, app.label] = shown
    return found


def shown_text(manifest: object) -> str:
    """A Secret as every diff shows it."""
    from velac.compiler.ir.manifest import Manifest

    assert isinstance(manifest, Manifest)
    if not is_secret(manifest):
        return manifest.text
    alone = masked(manifest, None)[0]
    assert alone is not None
    return alone.text


def all_of(difference: Difference) -> Iterator[Change]:
    """The changes of objects, those that are told together one by one."""
    for change in difference.changes:
        if change.verb == REVISE:
            yield from change.parts
        elif change.verb != PLAN:
            yield change


def check_applied(base: Texts, head: Texts, difference: Difference, told: str) -> set[Place]:
    """The older side with the changes made to it is the newer side. The places that were changed."""
    made: Texts = {place: list(listed) for place, listed in base.items()}
    reordered: set[Place] = set()
    touched: set[Place] = set()
    for change in all_of(difference):
        assert change.clusters, told
        assert len(set(change.clusters)) == len(change.clusters), told
        for cluster in change.clusters:
            place = (cluster, change.app)
            touched.add(place)
            if change.verb == ORDER:
                reordered.add(place)
                continue
            listed = made.setdefault(place, [])
            if change.verb in (DELETE, RENAME, CHANGE):
                assert change.before is not None
                listed.remove(shown_text(change.before))
            if change.verb in (ADD, RENAME, CHANGE):
                assert change.after is not None
                listed.append(shown_text(change.after))
    made = {place: listed for place, listed in made.items() if listed}
    assert made.keys() == head.keys(), told
    for place, listed in made.items():
        assert sorted(listed) == sorted(head[place]), f"{told}: {place}"
        if base.get(place) != head[place]:
            assert place in touched, f"{told}: {place} changed and is not in the diff"
    return touched


class Tally:
    """What the walks saw."""

    def __init__(self) -> None:
        self.compared = 0
        self.changed = 0
        self.changes = 0
        self.compiled = 0
        self.there = 0


def check(base: Path, head: Path, one: CompileResult, two: CompileResult, told: str, tally: Tally) -> None:  # fmt: skip
    sides = compile_sides((str(base), str(head)), ())
    assert all(side.ok for side in sides), told
    difference = compare(
        sides[0].manifests,
        sides[1].manifests,
        (str(base), str(head)),
        (sides[0].plan, sides[1].plan),
    )
    touched = check_applied(texts(one), texts(two), difference, told)
    before, after = dict(one.files()), dict(two.files())
    differing = {path for path in {**before, **after} if before.get(path) != after.get(path)}
    assert {place_of(path) for path in differing} == touched, told
    tally.compared += 1
    tally.changed += bool(differing)
    tally.changes += len(difference.changes)
    tally.compiled += len(sides[1].plan.apps)
    tally.there += len(two.plan.apps)


def place_of(path: str) -> Place:
    cluster, namespace, name, _ = path.split("/")
    return cluster, f"{namespace}/{name}"


def edits(files: Files, folder: Path, random: Random, number: int) -> Iterator[tuple[str, CompileResult, CompileResult]]:  # fmt: skip
    """Edit again and again; each state that builds, with the one before."""
    base, head = folder / "base", folder / "head"
    write(files, base)
    before = build(base)
    assert before is not None
    for at in range(number):
        new, done = edited(files, random)
        write(new, head)
        after = build(head)
        if after is None:
            continue
        yield f"edit {at}: {done}", before, after
        shutil.rmtree(base)
        head.rename(base)
        # File names are those of the directory that was read.
        files, before = new, after


def walk(files: Files, folder: Path, seed: int, number: int, tally: Tally) -> None:
    for told, before, after in edits(files, folder, Random(seed), number):
        check(folder / "base", folder / "head", before, after, f"seed {seed}, {told}", tally)


def test_the_diff_applied_to_the_base_is_the_head(tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(20, 30):
        if tally.compared >= 20 and tally.changed >= 8:
            break
        walk(world(Random(seed)), tmp_path, seed, 15, tally)
    assert tally.compared >= 20
    assert tally.changed >= 8
    assert tally.compiled < tally.there, "everything was compiled every time"


@pytest.mark.slow
def test_a_thousand_mutations(tmp_path: Path, root: Path) -> None:
    tally = Tally()
    walk(example(root), tmp_path, 11, 40, tally)  # each takes as long as ten of the others
    for seed in range(500, 900):
        if tally.compared >= 1000:
            break
        walk(world(Random(seed)), tmp_path, seed, 40, tally)
    assert tally.compared >= 1000, vars(tally)
    assert tally.changed >= 400, vars(tally)


def test_a_diff_that_leaves_something_out_is_noticed(tmp_path: Path) -> None:
    """The judge itself: a diff without one of its changes does not pass."""
    files = world(Random(1))
    write(files, tmp_path / "base")
    name = next(n for n in files if n.startswith("apps/app-"))
    write({n: t for n, t in files.items() if n != name}, tmp_path / "head")
    one, two = build(tmp_path / "base"), build(tmp_path / "head")
    assert one is not None
    assert two is not None
    difference = compare(one.manifests, two.manifests)
    assert difference.changes
    check_applied(texts(one), texts(two), difference, "whole")
    difference.changes.pop()
    with pytest.raises(AssertionError):
        check_applied(texts(one), texts(two), difference, "one is missing")
