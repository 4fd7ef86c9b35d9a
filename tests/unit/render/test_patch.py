"""The patch engine against the table of results that upstream gives, and what the table does not show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue.api import Program, Value, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.leaf import Input, Leaf
from velac.compiler.cue.tree import TField, TList, Tree, TStruct
from velac.compiler.cue.values import Decisions
from velac.compiler.render.jsonpatch import PatchFailed
from velac.compiler.render.markers import field_marks
from velac.compiler.render.patch import apply_patch, unify_patch
from velac.compiler.render.trees import data_of, tree_of

TABLE = Path(__file__).parents[2] / "golden" / "patch" / "table.txt"
Case = dict[str, list[str]]


def read_table() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    case: Case = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            case = cases[line[3:]] = {}
        elif line and not line.startswith("#"):
            word, _, text = line.partition("  ")
            case.setdefault(word, []).append(text.removeprefix(" "))
    return cases


CASES = read_table()


def value_of(text: str) -> Value:
    return Program.compile([parse(text)]).evaluate()


def patched(base: str, patch: str, trace: Decisions | None = None) -> Tree:
    file = parse(patch)
    value = Program.compile([file]).evaluate().lookup("patch")
    assert value is not None
    marks = field_marks(file.decls, "patch")
    return apply_patch(value_of(base).tree(), value.tree(), marks, trace or Decisions())


def test_the_table_is_read() -> None:
    assert len(CASES) >= 55
    assert {word for case in CASES.values() for word in case} == {
        "base",
        "patch",
        "result",
        "error",
    }


@pytest.mark.parametrize("name", CASES)
def test_table(name: str) -> None:
    case = CASES[name]
    base, patch = "\n".join(case["base"]), "\n".join(case["patch"])
    if "error" in case:
        with pytest.raises((CueError, PatchFailed)) as caught:
            data_of(patched(base, patch))
        for words in case["error"]:
            assert words in str(caught.value)
        return
    want = value_of("\n".join(case["result"])).plain()
    assert data_of(patched(base, patch)) == want


def test_neither_side_is_changed() -> None:
    base = tree_of({"c": [{"name": "a", "l": [1]}], "s": {"x": 1}})
    patch = tree_of({"c": [{"name": "a", "m": 2}, {"name": "b"}], "s": {"y": 2}})
    assert isinstance(patch, TStruct)
    patch.fields["c"].marks["patchKey"] = "name"
    before = data_of(base), data_of(patch)
    result = data_of(unify_patch(base, patch))
    assert result["c"] == [{"name": "a", "l": [1], "m": 2}, {"name": "b"}]
    assert (data_of(base), data_of(patch)) == before


def test_untouched_parts_are_shared() -> None:
    base = tree_of({"a": {"x": 1}, "b": {"y": 1}})
    result = unify_patch(base, tree_of({"b": {"z": 1}}))
    assert isinstance(base, TStruct)
    assert isinstance(result, TStruct)
    assert result.fields["a"] is base.fields["a"]


def test_lists_stay_open_after_a_json_patch() -> None:
    merge = "// +patchStrategy=jsonMergePatch\npatch: {l: [1], m: [[1]]}"
    tree = patched("l: [0]", merge)
    longer = data_of(unify_patch(tree, value_of("{l: [1, 2], m: [[1, 2]]}").tree()))
    assert longer == {"l": [1, 2], "m": [[1, 2]]}
    with pytest.raises(CueError, match="conflicting values 2 and 1"):
        unify_patch(tree, value_of("l: [2]").tree())


def test_the_type_of_an_open_list_reaches_a_later_patch() -> None:
    once = patched('c: [{name: "a"}]', "patch: c: [...{stop: 5}]")
    later = 'patch: {\n// +patchKey=name\nc: [{name: "b"}]\n}'
    file = parse(later)
    patch = Program.compile([file]).evaluate().lookup("patch")
    assert patch is not None
    both = data_of(unify_patch(once, patch.tree()))
    assert both == {"c": [{"name": "a", "stop": 5}, {"name": "b", "stop": 5}]}


def test_keyed_merge_takes_linear_time() -> None:
    """20,000 elements against 20,000: a quadratic merge would run for minutes."""
    size = 20_000
    base = TStruct({"c": TField(tree_of([{"name": f"n{i}"} for i in range(size)]))})
    added = tree_of([{"name": f"n{i}", "v": i} for i in range(size, 0, -1)])
    result = unify_patch(base, TStruct({"c": TField(added, {"patchKey": "name"})}))
    assert isinstance(result, TStruct)
    merged = result.fields["c"].value
    assert isinstance(merged, TList)
    assert len(merged.items) == size + 1
    assert data_of(merged)[7] == {"name": "n7", "v": 7}


class Told(Decisions):
    def __init__(self) -> None:
        self.pinned: list[Any] = []
        self.decided: list[tuple[Any, bool]] = []

    def pin(self, leaf: Leaf) -> Any:
        self.pinned.append(leaf.value)
        return leaf.value

    def decide(self, op: str, args: tuple[Any, ...], outcome: bool) -> None:
        assert op == "same"
        self.decided.append((args[1], outcome))


def test_a_traced_key_is_compared_and_other_leaves_pass_through() -> None:
    key, image = Leaf("b", Input(0)), Leaf("img", Input(1))
    base = tree_of({"c": [{"name": "a"}, {"name": "b"}]})
    patch = TStruct({"c": TField(tree_of([{"name": key, "image": image}]), {"patchKey": "name"})})
    trace = Told()
    result = data_of(unify_patch(base, patch, trace))
    assert result["c"][1]["image"] is image
    assert trace.pinned == []
    assert ("a", False) in trace.decided
    assert ("b", True) in trace.decided


def test_a_traced_key_among_many_is_pinned() -> None:
    base = tree_of({"c": [{"name": f"n{i}"} for i in range(300)]})
    key = Leaf("n7", Input(0))
    patch = TStruct({"c": TField(tree_of([{"name": key}]), {"patchKey": "name"})})
    trace = Told()
    unify_patch(base, patch, trace)
    assert trace.pinned == ["n7"]
