"""A change can touch nothing outside the affected set: full builds before and after random edits, compared by file."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from tests.property.affected_world import Files, edited, example, world

from velac.compiler.affected.compare import Affected, affected
from velac.compiler.affected.tree import tree_at
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.driver import Session

Output = dict[str, bytes]


def write(files: Files, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def build(folder: Path) -> Output | None:
    """What a build writes; None where it refuses."""
    try:
        options = tree_at(str(folder)).options
    except Rejected:
        return None  # the project file is not sound
    result = Session(options).run()
    return dict(result.files()) if result.ok else None


class Tally:
    """What a walk of edits saw."""

    def __init__(self) -> None:
        self.built = 0
        self.changed = 0
        self.named = 0
        self.listed = 0
        self.there = 0


def walk(start: Files, folder: Path, seed: int, edits: int, tally: Tally) -> None:
    """Edit again and again, and compare each state that builds with the one before."""
    random = Random(seed)
    files, base, head = start, folder / "base", folder / "head"
    write(files, base)
    before = build(base)
    assert before
    for number in range(edits):
        new, done = edited(files, random)
        write(new, head)
        after = build(head)
        if after is None:
            continue
        told = f"seed {seed}, edit {number}: {done}"
        found = check(base, head, before, after, told, tally)
        touched = {n for n in {**files, **new} if files.get(n) != new.get(n)}
        check_files(base, head, touched, found, told)
        files, before = new, after
        shutil.rmtree(base)
        head.rename(base)


def check(
    base: Path, head: Path, before: Output, after: Output, told: str, tally: Tally
) -> Affected:
    found = affected(tree_at(str(base)), tree_at(str(head)))
    named = {(cluster, app.label) for app in found.applications for cluster in app.clusters}
    changed = {p for p in {**before, **after} if before.get(p) != after.get(p)}
    for path in sorted(changed):
        cluster, namespace, name, _ = path.split("/")
        assert (cluster, f"{namespace}/{name}") in named, f"{told}: {path} is not in the set"
        assert cluster in found.clusters
    tally.built += 1
    tally.changed += bool(changed)
    tally.listed += len(found.applications)
    tally.there += max(found.count, len(found.applications))
    return found


def check_files(base: Path, head: Path, touched: set[str], whole: Affected, told: str) -> None:
    """Knowing which files changed says no less: the set comes from them alone."""
    named = affected(tree_at(str(base)), tree_at(str(head)), touched)
    assert [(a.label, a.clusters) for a in named.applications] == [
        (a.label, a.clusters) for a in whole.applications
    ], told


def test_no_edit_changes_what_is_outside_the_set(tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(2):
        walk(world(Random(seed)), tmp_path, seed, 20, tally)
    assert tally.built >= 20
    assert tally.changed >= 8
    assert tally.listed < tally.there, "all Applications were listed every time"


@pytest.mark.slow
def test_a_thousand_edits(tmp_path: Path, root: Path) -> None:
    tally = Tally()
    walk(example(root), tmp_path, 7, 60, tally)
    for seed in range(100, 400):
        if tally.built >= 1000:
            break
        walk(world(Random(seed)), tmp_path, seed, 40, tally)
    assert tally.built >= 1000
    assert tally.changed >= 400
    assert tally.listed < tally.there * 0.6, f"{tally.listed} of {tally.there} were listed"
