"""The look at the files of an output, by a process of its own while other things are done, and their index."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cache.fleet import Fleet, application, content

from velac.compiler.cache import stamps
from velac.compiler.cache.records import Facts, Group, Kept, Record
from velac.compiler.cache.stamps import Look, stamps_of
from velac.compiler.output.state import changed_index, index_bytes
from velac.compiler.store.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

NO_FACTS = Facts((), ("", ""), 0, 0, ())


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes pay for any number of files, and files are never too young."""
    monkeypatch.setattr(stamps, "paying", lambda size, worth: 2)
    monkeypatch.setattr(stamps, "_RACY", 0)


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    found = []
    for number in range(30):
        kept = tuple(Kept(f"shop/app{number}/{name}.yaml", "0", 0, 1) for name in "ab")
        found.append(Record(f"key{number}", (Group(("one", "two"), kept, ""),), NO_FACTS, Store()))
        for path in found[-1].paths():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("x")
    return found


def test_both_ends_meet(tmp_path: Path, records: list[Record]) -> None:
    wanted = stamps_of(str(tmp_path), records)
    assert all(wanted.values())
    assert Look(str(tmp_path), records).stamps() == wanted
    look = Look(str(tmp_path), records)
    time.sleep(0.3)  # the other process has seen all
    assert look.stamps() == wanted
    assert Look(str(tmp_path), records[:1]).stamps() == {"key0": wanted["key0"]}
    assert Look(str(tmp_path), []).stamps() == {}


def test_a_file_that_is_missing_has_no_stamp(tmp_path: Path, records: list[Record]) -> None:
    gone = [next(iter(records[at].paths())) for at in (0, 29)]
    for path in gone:
        (tmp_path / path).unlink()
    found = Look(str(tmp_path), records).stamps()
    assert [key for key, stamp in found.items() if not stamp] == ["key0", "key29"]


def test_the_other_process_may_be_lost(tmp_path: Path, records: list[Record]) -> None:
    look = Look(str(tmp_path), records)
    assert look._helper is not None
    os.kill(look._helper._child, signal.SIGKILL)
    assert look.stamps() == stamps_of(str(tmp_path), records)


def test_another_build_is_noticed(tmp_path: Path, records: list[Record]) -> None:
    index = tmp_path / ".velac" / "index.json"
    index.parent.mkdir()
    index.write_text("{}")
    look = Look(str(tmp_path), records)
    assert look.still
    fresh = index.with_name("new")
    fresh.write_text("{}")
    fresh.rename(index)
    assert not look.still
    look.close()
    look.close()


def test_a_build_that_looks_while_it_works(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, 9)
    fleet.build()
    fleet.write("app3.yaml", application("app3", "nginx:2"))
    by_hand = fleet.out / "one/shop/app7/manifest.yaml"
    by_hand.write_text("by hand")
    (fleet.out / "two/shop/app1/manifest.yaml").unlink()
    told = fleet.build("--stats")
    assert "4 files written, 14 unchanged" in told
    assert "component variants rendered: 1 " in told
    assert content(fleet.out) == fleet.told()[1]
    fleet.write("app3.yaml", application("app3").replace("webservice", "webserice"))
    assert fleet.run()[0] == 1
    assert content(fleet.out) != fleet.told()[1]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.text("0123456789abcdef"), max_size=8
    )
)
def test_an_index_is_plain_json_with_a_line_for_each_file(digests: dict[str, str]) -> None:
    data = {"files": digests, "format": 1}
    wanted = json.dumps(data, indent=0, sort_keys=True) + "\n"
    assert index_bytes(digests).decode() == wanted


@pytest.mark.parametrize(
    "path", ['a","b', 'a":"b', 'a\\","b', "ü/ß", "a\x7f", "\\", '"', ",", ":", "", ",a", "a:"]
)
def test_names_that_look_like_json(path: str) -> None:
    digests = {path: "00", "z": "11"}
    wanted = json.dumps({"files": digests, "format": 1}, indent=0, sort_keys=True) + "\n"
    assert index_bytes(digests).decode() == wanted


DIGESTS = st.dictionaries(
    st.text('ab/",: ü', min_size=1, max_size=6), st.text("0123456789abcdef", min_size=4, max_size=4)
)


@given(DIGESTS, st.data())
def test_an_index_of_which_little_has_changed(old: dict[str, str], data: st.DataObject) -> None:
    new = {path: data.draw(st.sampled_from([digest, "ffff"])) for path, digest in old.items()}
    assert changed_index(bytes(index_bytes(old)), old, new) == index_bytes(new)
    more = {**new, "more": "0000"}
    assert changed_index(bytes(index_bytes(old)), old, more) == index_bytes(more)
    compact = json.dumps({"format": 1, "files": old}).encode()
    assert changed_index(compact, old, dict.fromkeys(old, "eeee")) == index_bytes(
        dict.fromkeys(old, "eeee")
    )
