"""A build that is killed leaves a store, an inventory and an output that the next build can rely on."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.unit.fleet.history import History, application, config, config_map
from tests.unit.revision.test_rules import NOTE, definition, image

from velac.compiler.commands.inputs import chosen
from velac.compiler.disk import Disk
from velac.compiler.driver import Session
from velac.compiler.fleet.inventory import read_inventory
from velac.compiler.fleet.keep import with_inventory
from velac.compiler.git import git
from velac.compiler.output.write import write_output
from velac.compiler.revision.place import BranchPlace, DirectoryPlace
from velac.compiler.revision.store import RevisionStore

PROJECT = "output: {{record: state/delivered.json}}\nrevisions: {{{}: revisions, limit: 1, definitionLimit: 1}}\n"
CHANGES = ("write", "rename", "remove", "make_directory", "remove_directory", "remove_tree")


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours may catch it."""


def sources(repo: History, step: int) -> None:
    """Three versions of a fleet: everything changes from one to the next."""
    repo.write("note.cue", definition(f"text {step}"))
    repo.write(
        "shop.yaml", application(image(f"web:{step}"), NOTE, config("c", config_map(f"m{step}")))
    )
    repo.write(
        f"app{step}.yaml", application(config("d", config_map(f"own{step}")), name=f"app{step}")
    )
    if step > 1:
        repo.write(f"app{step - 1}.yaml", None)


def repository(root: Path, where: str = "directory") -> History:
    root.mkdir()
    repo = History(root)
    repo.write("velac.yaml", PROJECT.format(where))
    return repo


def state(repo: History) -> dict[str, Any]:
    """Everything that a build leaves, apart from what only it looks at while it runs."""
    return {folder: repo.files(folder) for folder in ("dist", "revisions", "state")}


def killed(repo: History) -> bool:
    """Whether a build came to its end too early."""
    try:
        repo.ok("build", "--no-cache")
    except Killed:
        return True
    return False


def check(repo: History, allowed: list[dict[str, bytes]]) -> None:
    """What has to hold at every moment."""
    store = RevisionStore(DirectoryPlace(str(repo.root / "revisions")))
    kept = {r.digest for h in store.definitions.values() for r in h.revisions}
    for history in store.applications.values():
        for revision in history.revisions.values():
            needed = {d for own in revision.content.definitions.values() for d in own.values()}
            assert needed <= kept, "a revision without its definitions"
    for path in ("dist/.velac/inventory.json", "state/delivered.json"):
        read_inventory(str(repo.root / path))
    whole = [files for files in allowed if files is not None]
    for path, raw in repo.files("dist").items():
        if not path.startswith(".velac/"):
            assert raw in [files[path] for files in whole if path in files], "half a file"


def final(tmp_path: Path, steps: int) -> dict[str, Any]:
    """What builds that nobody kills come to."""
    repo = repository(tmp_path / "undisturbed")
    for step in range(1, steps + 1):
        sources(repo, step)
        repo.ok("build")
    repo.ok("build")
    return state(repo)


def fuse(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many changes of the disk are left before the end; below 0 there is no end."""
    left = [-1]
    for name in CHANGES:
        plain = getattr(Disk, name)

        def counted(self: Disk, *args: Any, plain: Any = plain) -> None:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            plain(self, *args)

        monkeypatch.setattr(Disk, name, counted)
    return left


def seeded(tmp_path: Path, before: int) -> History:
    """A repository after some builds, with sources changed since."""
    seed = repository(tmp_path / "seed")
    for step in range(1, before + 1):
        sources(seed, step)
        seed.ok("build")
    sources(seed, before + 1)
    return seed


def copied(seed: History, work: Path) -> History:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(seed.root, work, ignore=shutil.ignore_patterns(".git", ".cache"))
    repo = History.__new__(History)
    repo.root = work
    return repo


BUILDS = pytest.mark.parametrize(
    "before",
    [
        pytest.param(0, marks=pytest.mark.slow, id="first build"),
        pytest.param(1, marks=pytest.mark.slow, id="second build"),
        pytest.param(2, id="third build"),
    ],
)


@BUILDS
def test_a_kill_at_each_change_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """One session writes again and again; the next test compiles anew after each kill."""
    seed = seeded(tmp_path, before)
    old = seed.files("dist")
    monkeypatch.chdir(seed.root)
    session = Session(chosen((), (), None))
    result = session.run()
    files = list(result.files())
    left = fuse(monkeypatch)

    def write(repo: History) -> None:
        monkeypatch.chdir(repo.root)
        clusters = session.bundle.inventory.clusters
        beside = with_inventory(
            "dist",
            session.project.record,
            lambda: result.summaries,
            clusters,
            before=session.record,
        )
        write_output("dist", files, beside=beside)

    undisturbed = copied(seed, tmp_path / "undisturbed")
    write(undisturbed)
    expected = state(undisturbed)
    moments = 0
    while True:
        repo = copied(seed, tmp_path / "work")
        left[0] = moments
        with contextlib.suppress(Killed):
            write(repo)
            break
        left[0] = -1
        check(repo, [old, expected["dist"]])
        write(repo)
        assert state(repo) == expected, f"killed at change {moments}"
        moments += 1
    assert moments > 15, "the test sees every change"


@pytest.mark.slow
@BUILDS
def test_a_new_build_after_a_kill_at_each_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    expected = final(tmp_path, before + 1)
    seed = seeded(tmp_path, before)
    old = seed.files("dist")
    left = fuse(monkeypatch)
    moments = 0
    while True:
        repo = copied(seed, tmp_path / "work")
        left[0] = moments
        survived = not killed(repo)
        left[0] = -1
        check(repo, [old, expected["dist"]])
        if survived:
            break
        repo.ok("build", "--no-cache")
        repo.ok("build", "--no-cache")
        assert state(repo) == expected, f"killed at change {moments}"
        moments += 1


def test_a_branch_changes_at_once_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = repository(tmp_path / "repo", "branch")
    sources(repo, 1)
    repo.ok("build")
    first = repo.git("rev-parse", "revisions")
    sources(repo, 2)
    calls = [0]

    def stopped(*args: str, **kwargs: Any) -> bytes:
        if args[0] == "update-ref":
            calls[0] += 1
            raise Killed
        return git(*args, **kwargs)

    monkeypatch.setattr("velac.compiler.revision.place.git", stopped)
    assert killed(repo)
    assert calls == [1]
    assert repo.git("rev-parse", "revisions") == first
    monkeypatch.undo()
    repo.ok("build")
    assert repo.git("rev-parse", "revisions^") == first


def test_two_builds_do_not_overwrite_each_other_on_a_branch(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", "branch")
    sources(repo, 1)
    repo.ok("build")
    late = BranchPlace("revisions", str(repo.root))
    files = late.read()
    sources(repo, 2)
    repo.ok("build")
    with pytest.raises(Exception, match="git: "):
        late.change(dict.fromkeys(files))


@pytest.mark.slow
def test_a_hundred_random_kills(tmp_path: Path) -> None:
    chance = random.Random(8)
    repo = repository(tmp_path / "repo")
    args = (sys.executable, "-m", "velac", "build", "--no-cache")
    sources(repo, 1)
    began = time.perf_counter()
    subprocess.run(args, cwd=repo.root, check=True, capture_output=True)
    whole = time.perf_counter() - began
    kills = step = 0
    allowed: list[dict[str, bytes]] = [repo.files("dist")]
    while kills < 100:
        step += 1
        if step > 1:
            sources(repo, step)
        other = tmp_path / "other"
        shutil.copytree(repo.root, other, ignore=shutil.ignore_patterns(".git", ".cache"))
        subprocess.run(args, cwd=other, check=True, capture_output=True)
        fresh = History.__new__(History)
        fresh.root = other
        allowed = [*allowed[-1:], fresh.files("dist")]
        for _ in range(10):
            child = subprocess.Popen(args, cwd=repo.root, stderr=subprocess.DEVNULL)
            # Most of a run is reading; what changes the disk is at its end.
            time.sleep(whole * (1 - abs(chance.gauss(0, 0.25))) if chance.random() < 0.9 else 0)
            child.send_signal(signal.SIGKILL)
            kills += child.wait() == -signal.SIGKILL
            check(repo, allowed)
        subprocess.run(args, cwd=repo.root, check=True, capture_output=True)
        assert state(repo)["dist"] == fresh.files("dist")
        assert state(repo)["state"] == fresh.files("state")
        shutil.rmtree(other)
        assert step < 40, "kills come too late"
    assert os.path.exists(repo.root / "revisions")
