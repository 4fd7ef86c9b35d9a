"""The cache directory: entries that are whole or not there, bounded in size, harmless whoever wrote them."""

from __future__ import annotations

import multiprocessing
import os
import time
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from tests.unit.cache.fleet import Fleet, application, content

from velac.compiler.cache.inputs import OPTIONS, PROJECT
from velac.compiler.commands.root import ROOT
from velac.compiler.options import Options
from velac.compiler.project import SHAPE
from velac.compiler.store.store import Store, digest_of, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "cache"))


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def key(number: int) -> str:
    return digest_of(number)


def test_what_was_put_is_there(store: Store) -> None:
    store.put("things", key(1), b"content")
    assert store.get("things", key(1)) == b"content"
    assert store.get("things", key(2)) is None
    assert store.get("others", key(1)) is None


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b"\ncontent", None])
def test_a_damaged_entry_is_none(store: Store, damage: bytes | None) -> None:
    store.put("things", key(1), b"content")
    (entry,) = store.entries()
    path = Path(entry.path)
    path.write_bytes(path.read_bytes()[:-1] if damage is None else damage)
    assert store.get("things", key(1)) is None
    assert not path.exists()


def test_the_size_is_bounded(tmp_path: Path) -> None:
    for number in range(30):
        store = Store(str(tmp_path), 10_000)
        store.put("things", key(number), bytes(1_000))
        path = Path(store._path("things", key(number)))
        os.utime(path, (number, number))
        store.close()
    kept = [number for number in range(30) if Store(str(tmp_path)).get("things", key(number))]
    assert (
        sum(entry.size for entry in Store(str(tmp_path)).entries() if "usage" not in entry.path)
        < 10_000
    )
    assert kept == list(range(30 - len(kept), 30)), "the oldest go first"


def test_lost_counts_are_counted_again(tmp_path: Path) -> None:
    store = Store(str(tmp_path), 5_000)
    for number in range(10):
        store.put("things", key(number), bytes(1_000))
    (tmp_path / "v1").mkdir(exist_ok=True)
    (tmp_path / "v1" / "usage.json").write_bytes(b"[[[")
    store.close()
    assert sum(entry.size for entry in store.entries()) < 5_000


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    store = Store(str(tmp_path / "file" / "cache"))
    store.put("things", key(1), b"content")
    store.close()
    assert store.get("things", key(1)) is None


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VELAC_CACHE_DIR", str(tmp_path / "given"))
    assert open_store().directory == str(tmp_path / "given")
    assert not open_store("")
    monkeypatch.delenv("VELAC_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert open_store().directory == str(tmp_path / "velac")
    monkeypatch.setenv("VELAC_CACHE_DIR", "")
    assert not open_store()


def _builds(root: Path, number: int) -> None:
    fleet = Fleet.__new__(Fleet)
    fleet.root, fleet.cache, fleet.out = root, root / "cache", root / f"out{number}"
    for _ in range(3):
        fleet.build()


def test_builds_at_the_same_time(fleet: Fleet) -> None:
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_builds, args=(fleet.root, n)) for n in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0, 0]
    expected = fleet.told()[1]
    assert all(content(fleet.root / f"out{n}") == expected for n in range(3))
    assert not list(fleet.cache.rglob("*.part"))


# ----------------------------------------------------------------------------------------------- hostile entries


def forge(path: Path, data: bytes) -> None:
    """Replace an entry by one with a right digest."""
    path.write_bytes(sha256(data).hexdigest().encode() + b"\n" + data)


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [b"", b"[" * 2000, b"[1,2,3,4,5,6]", b'{"a":{"b":[1]}}', b"cos\nsystem\n(S'echo hi'\ntR."],
)
@pytest.mark.parametrize("kind", ["apps", "packs", "around", "fleets", "sorts", "stamps", "cue"])
def test_entries_of_a_stranger(tmp_path: Path, kind: str, data: bytes) -> None:
    """Whatever an entry holds, a build ends well and writes the same."""
    fleet = Fleet(tmp_path, 2)
    fleet.build()
    time.sleep(0.1)  # files as young as that are looked at again
    fleet.build()
    expected = content(fleet.out)
    found = fleet.entries(kind)
    assert found
    for path in found:
        forge(path, data)
    fleet.build(out=fleet.root / "other")
    fleet.write("app1.yaml", application("app1", "nginx:2"))
    fleet.build()
    fleet.write("app1.yaml", application("app1"))
    fleet.build()
    assert content(fleet.out) == content(fleet.root / "other") == expected


@pytest.mark.parametrize(
    ("cluster", "tail"),
    [("..", "evil.yaml"), ("one", "../../evil.yaml"), ("/tmp", "evil.yaml"), ("one/../..", "evil.yaml"),
     ("one", "/evil.yaml"), ("one", ".velac/index.json"), (".velac", "index.json"), ("one", "")],
)  # fmt: skip
def test_paths_stay_in_the_output(fleet: Fleet, cluster: str, tail: str) -> None:
    fleet.build()
    for path in fleet.entries("apps"):
        data = orjson.loads(path.read_bytes().partition(b"\n")[2])
        for group in data[0]:
            group[0] = [cluster]
            for file in group[1]:
                file[0] = tail
        forge(path, orjson.dumps(data))
    before = {p for p in fleet.root.rglob("*") if fleet.cache not in p.parents}
    other = fleet.root / "other"
    fleet.build(out=other)
    after = {p for p in fleet.root.rglob("*") if fleet.cache not in p.parents}
    assert {p for p in after - before if other not in (p, *p.parents)} == set()
    assert content(other) == fleet.told()[1]


def test_every_option_is_part_of_the_key() -> None:
    """A new option or project setting has to be looked at here: may builds that differ in it share their work?"""
    assert set(Options.__dataclass_fields__) == OPTIONS
    assert set(SHAPE.fields) >= PROJECT
    assert set(SHAPE.fields) - PROJECT == {"revisions"}, (
        "builds with these are made without earlier work"
    )


def test_the_verb(fleet: Fleet) -> None:
    """`velac cache` counts entries, makes room, and empties the directory."""

    def cache(*args: str) -> str:
        given = ["cache", *args, "--cache-dir", str(fleet.cache)]
        done = CliRunner().invoke(ROOT, given, standalone_mode=False)
        assert done.exception is None
        assert done.return_value == 0
        return done.stdout

    assert cache("clear") == "0.00 MiB left\n"
    fleet.build()
    assert f"{fleet.cache}, at most 1,024 MiB\n" in cache("info")
    assert "apps: 5 entries" in cache("info")
    cache("prune")
    assert len(fleet.entries("apps")) == 5
    assert cache("prune", "--size", "0") == "0.00 MiB left\n"
    assert "apps" not in cache("info")
    fleet.build()
    assert "from the cache: 5 applications" in fleet.build("--stats")
