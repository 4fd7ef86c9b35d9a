"""A law of the cache: after any edits, a build that remembers writes what a build of an empty directory writes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.cache.fleet import POLICY, Fleet, application, content

NAMES = ("app0", "app1", "app2")
EDITS = st.one_of(
    st.tuples(st.just("image"), st.sampled_from(NAMES), st.sampled_from(("a:1", "b:2"))),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("policy"), st.sampled_from(("[one]", "[two, one]", "[one, two]")), st.just("")),
    st.tuples(st.just("hand"), st.sampled_from(NAMES), st.sampled_from(("", "edited"))),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(("x.yaml", "deep/y.yaml"))),
    st.tuples(st.just("both"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("layout"), st.sampled_from(("app", "object", "cluster")), st.just("")),
)  # fmt: skip


@pytest.mark.slow
@given(edits=st.lists(EDITS, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_history_ends_like_a_first_build(edits: list[tuple[str, str, str]]) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        _check(Fleet(root, len(NAMES)), edits)
    finally:
        shutil.rmtree(root)


def _check(fleet: Fleet, edits: list[tuple[str, str, str]]) -> None:
    layout: list[str] = []
    fleet.build()
    for kind, what, value in edits:
        place = fleet.root / "in" / f"{what}.yaml"
        if kind == "image":
            fleet.write(f"{what}.yaml", application(what, value))
        elif kind == "remove" and place.exists():
            place.unlink()
        elif kind == "policy":
            fleet.write("policy.yaml", POLICY.replace("[one, two]", what))
        elif kind == "hand":
            for path in sorted(fleet.out.rglob(f"*{what}*/*.yaml"))[:1]:
                path.write_text(value, encoding="utf-8") if value else path.unlink()
        elif kind == "move" and place.exists():
            fleet.write(value, place.read_text(encoding="utf-8"))
            place.unlink()
        elif kind == "both":
            fleet.write(f"{what}.yaml", "---\n".join(application(n) for n in sorted({what, value})))
        elif kind == "layout":
            layout = ["--layout", what]
        _same(fleet, layout)


def _same(fleet: Fleet, layout: list[str]) -> None:
    """Both ways end alike: in the same mistakes, or in the same files."""
    plain = fleet.root / "plain"
    shutil.rmtree(plain, ignore_errors=True)
    wanted, without = fleet.run(*layout, out=plain, cache=False)
    code, told = fleet.run(*layout)
    assert code == wanted
    if code:
        assert told == without
        return
    assert [_told(told)] == [_told(without)]
    kept = {line.split("`")[1] for line in told.splitlines() if line.startswith("kept `")}
    found = {name: data for name, data in content(fleet.out).items() if name not in kept}
    assert found == content(plain)
    again = fleet.run(*layout)[1]
    assert "0 files written" in again
    shutil.rmtree(fleet.root / "other", ignore_errors=True)
    fleet.run(*layout, out=fleet.root / "other")
    assert content(fleet.root / "other") == content(plain)


def _told(told: str) -> str:
    lines = told.splitlines(True)
    return "".join(s for s in lines if " written, " not in s and not s.startswith("kept `"))


def test_the_example_fleet(root: Path, tmp_path: Path) -> None:
    """Built without a cache, filling one, from it, and from it into an empty directory: the same bytes."""
    fleet = Fleet(tmp_path, 0)
    shutil.rmtree(tmp_path / "in")
    shutil.copytree(root / "examples" / "fleet", tmp_path / "in")
    fleet.build(out=tmp_path / "plain", cache=False)
    fleet.build()
    fleet.build()
    fleet.build(out=tmp_path / "new")
    assert content(tmp_path / "plain") == content(fleet.out) == content(tmp_path / "new")
