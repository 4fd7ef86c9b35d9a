"""Output on disk: what is written, what is left alone, and what a kill leaves behind."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from pathlib import Path

import pytest

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.disk import Disk
from velac.compiler.output.paths import is_safe_path
from velac.compiler.output.state import is_output
from velac.compiler.output.write import write_output

OLD = [("a/x.yaml", b"one"), ("a/y.yaml", b"two"), ("b/z.yaml", b"three")]
NEW = [("a/x.yaml", b"one"), ("a/y.yaml", b"TWO"), ("c/d/n.yaml", b"four")]


def tree(root: Path) -> dict[str, bytes]:
    """Every visible file below `root`."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".velac" not in path.parts
    }


def code_of(error: pytest.ExceptionInfo[Rejected]) -> str:
    return error.value.diagnostics[0].code


def test_new_directory_holds_the_files_and_an_index(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    report = write_output(str(out), OLD)
    assert (report.written, report.unchanged, report.removed) == (3, 0, 0)
    assert tree(out) == dict(OLD)
    assert is_output(str(out))
    assert os.listdir(out.parent) == ["out"]


def test_second_build_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    report = write_output(str(out), OLD)
    assert (report.written, report.unchanged, report.removed) == (0, 3, 0)
    files = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert files == {path: time for path, time in before.items() if path.is_file()}


def test_changed_files_are_written_and_obsolete_ones_removed_with_their_directories(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    report = write_output(str(out), NEW)
    assert (report.written, report.unchanged, report.removed) == (2, 1, 1)
    assert tree(out) == dict(NEW)
    assert not (out / "b").exists()


def test_index_is_plain_data_and_the_same_for_the_same_output(tmp_path: Path) -> None:
    write_output(str(tmp_path / "one"), NEW)
    write_output(str(tmp_path / "two"), OLD)
    write_output(str(tmp_path / "two"), reversed(NEW))
    one, two = (tmp_path / name / ".velac" / "index.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert sorted(json.loads(one.read_text())["files"]) == sorted(dict(NEW))


def test_foreign_files_are_never_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (out / "a" / "mine.txt").write_text("keep")
    (out / "b" / "mine.txt").write_text("keep")
    write_output(str(out), NEW)
    assert (out / "a" / "mine.txt").read_text() == "keep"
    assert (out / "b" / "mine.txt").read_text() == "keep"


def test_foreign_file_in_the_way_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (out / "c" / "d").mkdir(parents=True)
    (out / "c" / "d" / "n.yaml").write_text("mine")
    before = tree(out)
    with pytest.raises(Rejected) as error:
        write_output(str(out), NEW)
    assert code_of(error) == "V801"
    assert tree(out) == before
    assert not (out / ".velac" / "stage").exists()


def test_an_equal_foreign_file_is_adopted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "n.yaml").write_bytes(b"four")
    assert write_output(str(out), [("n.yaml", b"four")]).unchanged == 1
    assert write_output(str(out), []).removed == 1


def test_an_edited_obsolete_file_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (out / "b" / "z.yaml").write_text("edited")
    report = write_output(str(out), NEW)
    assert report.kept == ["b/z.yaml"]
    assert (out / "b" / "z.yaml").read_text() == "edited"


def test_an_edited_file_of_ours_is_written_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (out / "a" / "x.yaml").write_text("edited")
    assert write_output(str(out), OLD).written == 1
    assert tree(out) == dict(OLD)


def test_a_file_may_become_a_directory(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), [("a", b"1")])
    write_output(str(out), [("a/b", b"2")])
    assert tree(out) == {"a/b": b"2"}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/x",
        "../x",
        "a/../b",
        "a//b",
        "./a",
        "a/.",
        ".velac/x",
        "a/.VELAC/x",
        "a\\b",
        "c:x",
        "a\nb",
    ],
)
def test_unsafe_paths(path: str, tmp_path: Path) -> None:
    assert not is_safe_path(path)
    out = tmp_path / "out"
    with pytest.raises(Rejected) as error:
        write_output(str(out), [("ok", b""), (path, b"")])
    assert code_of(error) == "V805"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "paths", [["a", "a"], ["a", "A"], ["a", "a/b"], ["a/b", "a"], ["x/y/z", "X"]]
)
def test_paths_that_collide(paths: list[str], tmp_path: Path) -> None:
    with pytest.raises(Rejected) as error:
        write_output(str(tmp_path / "out"), [(path, b"") for path in paths])
    assert code_of(error) == "V805"


def test_directories_behind_links_are_refused(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    write_output(str(out), OLD)
    away.mkdir()
    (out / "c").symlink_to(away)
    with pytest.raises(Rejected) as error:
        write_output(str(out), NEW)
    assert code_of(error) == "V805"
    assert os.listdir(away) == []


@pytest.mark.parametrize(
    "index",
    [
        "{",
        "[]",
        '{"format": 1}',
        '{"format": 9, "files": {}}',
        '{"format": 1, "files": {"a": 1}}',
        '{"format": 1, "files": {"../../victim": "00"}}',
        '{"format": 1, "files": {"/etc/passwd": "00"}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_index_is_refused(index: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (out / ".velac" / "index.json").write_text(index)
    with pytest.raises(Rejected) as error:
        write_output(str(out), NEW)
    assert code_of(error) == "V802"
    assert tree(out) == dict(OLD)


@pytest.mark.parametrize(
    "journal",
    [
        "{",
        '{"format": 1, "renames": [["0", "../x"]], "removals": []}',
        '{"format": 1, "renames": [["../../x", "y"]], "removals": []}',
        '{"format": 1, "renames": [], "removals": ["../victim"]}',
        '{"format": 1, "renames": 3, "removals": []}',
    ],
)
def test_a_hostile_journal_is_refused(journal: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_output(str(out), OLD)
    (tmp_path / "victim").write_text("alive")
    (out / ".velac" / "journal.json").write_text(journal)
    with pytest.raises(Rejected) as error:
        write_output(str(out), NEW)
    assert code_of(error) == "V802"
    assert (tmp_path / "victim").read_text() == "alive"


def test_the_place_may_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(Rejected) as error:
        write_output(str(tmp_path / "out"), OLD)
    assert code_of(error) == "V803"


# ------------------------------------------------------------------------------------------------- kill -9


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours runs after it."""


class FullDisk(Disk):
    """A disk with room for so many files."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, path: str, content: bytes | bytearray) -> None:
        self.room -= 1
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device", path)
        super().write(path, content)


@pytest.mark.parametrize("room", range(4))
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, room: int) -> None:
    files = [("a.yaml", b"1"), ("b.yaml", b"2"), ("c.yaml", b"3")]
    with pytest.raises(Rejected) as caught:
        write_output(str(tmp_path / "out"), files, FullDisk(room))
    assert caught.value.diagnostics[0].code == "V803"
    assert not [path for path in tmp_path.iterdir() if path.name.endswith("velac-new")]
    assert not (tmp_path / "out").exists()


class MortalDisk(Disk):
    """A disk whose process dies instead of making the n-th change."""

    def __init__(self, lives: int) -> None:
        self.lives = lives

    def _live(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed

    def write(self, path: str, content: bytes | bytearray) -> None:
        self._live()
        if self.lives == 0:
            content = content[: len(content) // 2]  # dies in the middle of the last write
        super().write(path, content)
        if self.lives == 0:
            raise Killed

    def rename(self, source: str, target: str) -> None:
        self._live()
        super().rename(source, target)

    def remove(self, path: str) -> None:
        self._live()
        super().remove(path)

    def make_directory(self, path: str) -> None:
        self._live()
        super().make_directory(path)

    def remove_directory(self, path: str) -> None:
        self._live()
        super().remove_directory(path)

    def remove_tree(self, path: str) -> None:
        self._live()
        super().remove_tree(path)


def changes_of_a_build(tmp_path: Path) -> int:
    """How many changes to the disk the build OLD -> NEW makes."""
    out = tmp_path / "count"
    write_output(str(out), OLD)
    disk = MortalDisk(1000)
    write_output(str(out), NEW, disk)
    return 1000 - disk.lives


def test_every_moment_of_a_killed_build(tmp_path: Path) -> None:
    count = changes_of_a_build(tmp_path)
    assert count > 8
    for lives in range(count):
        out = tmp_path / f"out-{lives}"
        write_output(str(out), OLD)
        with pytest.raises(Killed):
            write_output(str(out), NEW, MortalDisk(lives))
        # Each file is whole, old or new, and none of those in both builds is lost.
        found = tree(out)
        for path, content in found.items():
            assert content in (dict(OLD).get(path), dict(NEW).get(path)), (lives, path)
        assert {"a/x.yaml", "a/y.yaml"} <= found.keys()
        # The next run finishes or starts anew; an older input gives the older output again.
        report = write_output(str(out), NEW if lives % 2 else OLD)
        assert tree(out) == dict(NEW if lives % 2 else OLD)
        assert sorted(os.listdir(out / ".velac")) == ["index.json"]
        assert not report.kept


def test_every_moment_of_a_killed_first_build(tmp_path: Path) -> None:
    lives = 0
    while True:
        out = tmp_path / str(lives) / "out"
        out.parent.mkdir()
        try:
            write_output(str(out), OLD, MortalDisk(lives))
        except Killed:
            assert not out.exists()
            write_output(str(out), OLD)
            assert tree(out) == dict(OLD)
            assert os.listdir(out.parent) == ["out"]
            lives += 1
            continue
        break
    assert lives > 5


def test_killed_twice_in_a_row(tmp_path: Path) -> None:
    count = changes_of_a_build(tmp_path)
    for first in range(count):
        for second in range(6):
            out = tmp_path / f"{first}-{second}"
            write_output(str(out), OLD)
            for lives in (first, second):
                with contextlib.suppress(Killed):
                    write_output(str(out), NEW, MortalDisk(lives))
            write_output(str(out), NEW)
            assert tree(out) == dict(NEW)
