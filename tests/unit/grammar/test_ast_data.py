"""Syntax trees as data: what is read back is the tree that was parsed, and damaged data is none."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from velac.compiler.load.parsed import SUFFIX, parsed, shipped, tree_of
from velac.compiler.store.store import Store
from velac.grammar.ast_data import BadTree, dump_file, load_file
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

ROOT = Path(__file__).resolve().parents[3]
DEFINITIONS = sorted((ROOT / "compiler" / "definitions").rglob("*.cue"))
EVERYTHING = r"""
package p
import "strings"
import s "list"
// about a
a: b: 1 @go(x) @json(a=b)
X=c?: >=0x1F & <=1e400 | *0.50 | -1_000
"d-e"!: null | true | _|_ | _
(f): 'bytes\x00\xff' // behind
[Y=string]: {"i\(1+2)j", 'k\(a)\xfe'}
let z = [for k, v in a if k != "" let w = v {w}, ...int]
g: z[0:1][2].h."i-j"(1, "ü𝄞") + strings.ToUpper("x")
for i in [1] {"l\(i)": (i div 2) mod 3}
m: n=9223372036854775808123
...
"""


def same(a: Any, b: Any) -> bool:
    return repr(a) == repr(b)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_every_definition_of_ours(path: Path) -> None:
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    tree = parse(source)
    data = dump_file(tree)
    assert data is not None
    assert same(load_file(data, source), tree)


def test_every_kind_of_node() -> None:
    source = SourceFile("x.cue", EVERYTHING.replace("m: n=", "m: "))
    tree = parse(source)
    data = dump_file(tree)
    assert data is not None
    again = load_file(data, source)
    assert same(again, tree)
    assert again.span.file is source


def test_what_json_cannot_hold_is_not_written() -> None:
    deep = parse(SourceFile("x.cue", "a: " + "1+" * 3000 + "1\n"))
    assert dump_file(deep) is None


@given(st.data())
def test_damaged_data_is_no_tree(data: st.DataObject) -> None:
    """Any part replaced by anything: a tree of ours or BadTree, never another error."""
    source = SourceFile("x.cue", "a: b: \"c\\(1)\"\nd: [1, 2.5, true, 'e']\n")
    made = dump_file(parse(source))
    assert made is not None
    tree = orjson.loads(made)
    here = tree
    while True:
        at = data.draw(st.integers(0, len(here) - 1))
        if type(here[at]) is list and here[at] and data.draw(st.booleans()):
            here = here[at]
            continue
        here[at] = data.draw(
            st.none() | st.booleans() | st.integers(-3, 99) | st.floats(0, 9) | st.text(max_size=2)
            | st.just([]) | st.just([0, 0, 1, "x"]) | st.just({"a": 1})
        )  # fmt: skip
        break
    with contextlib.suppress(BadTree):
        load_file(orjson.dumps(tree), source)


def test_a_tree_beside_a_definition_counts_for_its_very_text(tmp_path: Path) -> None:
    path = tmp_path / "d.cue"
    text = 'a: "one"\n'
    beside = tmp_path / f"d.cue{SUFFIX}"
    # The tree says more than the text, so that one sees which was used.
    beside.write_bytes(tree_of(text).replace(b'"one"', b'"two"'))
    used = shipped(str(path), SourceFile("d.cue", text))
    assert same(used, parse(SourceFile("d.cue", text))) is False
    other = 'a: "six"\n'
    assert same(shipped(str(path), SourceFile("d.cue", other)), parse(SourceFile("d.cue", other)))
    beside.write_bytes(b"rubbish")
    assert same(shipped(str(path), SourceFile("d.cue", text)), parse(SourceFile("d.cue", text)))


def test_files_are_kept_by_content(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    text = DEFINITIONS[0].read_text(encoding="utf-8")
    first = parsed(SourceFile("a.cue", text), store)
    assert len(list(store.entries())) == 1
    second = parsed(SourceFile("b.cue", text), store)
    assert second.span.file.name == "b.cue"
    assert len(list(store.entries())) == 1
    assert same(first.decls[0].span.start, second.decls[0].span.start)


def test_mistakes_are_told_each_time(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    text = "a: {\n" + "// long enough to be kept\n" * 50
    for _ in range(2):
        with pytest.raises(CueSyntaxError):
            parsed(SourceFile("a.cue", text), store)
    assert not list(store.entries())
