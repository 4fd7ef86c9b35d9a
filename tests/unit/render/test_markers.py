"""Which comments survive in a patch, against positions that the real cue gave; context keys; old operators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from velac.compiler.cue.api import Program, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.legacy import upgrade_file
from velac.compiler.cue.tree import TList, Tree, TStruct
from velac.compiler.render.engine import context_keys
from velac.compiler.render.markers import field_marks, marks_of, without_lost_markers

GOLDEN = Path(__file__).parents[2] / "golden" / "patch"


def positions(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(tree, TStruct):
        for label, field in tree.fields.items():
            for value in field.marks.values():
                yield value, ".".join((*path, label))
            yield from positions(field.value, (*path, label))
    elif isinstance(tree, TList):
        for index, item in enumerate(tree.items):
            yield from positions(item, (*path, str(index)))


def test_comments_stay_where_cue_keeps_them() -> None:
    file = parse((GOLDEN / "markers.cue").read_text(encoding="utf-8"))
    patch = Program.compile([without_lost_markers(file)]).evaluate().lookup("patch")
    assert patch is not None
    text = (GOLDEN / "markers.txt").read_text(encoding="utf-8")
    wanted = dict(line.split(" ", 1) for line in text.splitlines())
    assert dict(positions(patch.tree())) == wanted


def test_a_file_without_lost_comments_is_returned_as_it_is() -> None:
    file = parse("a: b: 1\nif true {c: {d: 1}}\n")
    assert without_lost_markers(file) is file


def test_markers_of_a_comment() -> None:
    lines = ("+patchKey=name", " +patchStrategy=retainKeys more words", "usage=no", "+alone", "+e=")
    assert marks_of(lines) == {"patchKey": "name", "patchStrategy": "retainKeys", "e": ""}


def test_markers_of_the_patch_itself() -> None:
    braces = parse("// +patchStrategy=jsonPatch\npatch: {operations: []}")
    assert field_marks(braces.decls, "patch") == {"patchStrategy": "jsonPatch"}
    shorthand = parse("// +patchStrategy=jsonPatch\npatch: operations: []")
    assert field_marks(shorthand.decls, "patch") == {}
    guarded = parse("if true {\n// +patchStrategy=jsonMergePatch\npatch: {}\n}")
    assert field_marks(guarded.decls, "patch") == {"patchStrategy": "jsonMergePatch"}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: context.name, b: context.output.spec", {"name", "output"}),
        ('a: context["appLabels"].x', {"appLabels"}),
        ('a: "x\\(context.name)"', {"name"}),
        ("a: [for x in context.components {x.name}]", {"components"}),
        ("if context.outputs != _|_ {a: 1}", {"outputs"}),
        ("a: 1", set()),
        ("a: context: 1", set()),
        ("a: b.context", set()),
        ('"\\(context.cluster)": 1', {"cluster"}),
        ("a: context", None),
        ("a: [for k, v in context {k}]", None),
        ('a: context["x\\(1)"]', None),
        ("let c = context\na: c.name", None),
        ("context: {name: string}\na: context.name", None),
    ],
)
def test_the_keys_a_template_reads(text: str, keys: set[str] | None) -> None:
    assert context_keys(parse(text)) == keys


# --------------------------------------------------------------------------------------------- old operators


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("v: [1] + [2]", [1, 2]),
        ('v: ["."] * 2', [".", "."]),
        ('v: 2 * ["."]', [".", "."]),
        ("a: [1]\nv: a + a", [1, 1]),
        ("a: b: [1]\nv: a.b + a.b + [2]", [1, 1, 2]),
        ("p: {l: *[] | [...int]}\np: l: [3]\nv: p.l + [4]", [3, 4]),
        ('import "list"\nv: list.Sort([2, 1], list.Ascending) + [3]', [1, 2, 3]),
        ('import l "list"\nv: l.Reverse([1, 2]) + [3]', [2, 1, 3]),
        ('list: "mine"\nv: [list] + ["x"]', ["mine", "x"]),
        ('v: {list: "mine", w: [list] + ["x"]}.w', ["mine", "x"]),
        ('import "list"\nu: list.Max([1, 2])\nv: {list: 3, w: [list] + [4]}.w', [3, 4]),
        ("v: [for list in [1, 2] for x in [list] + [9] {x}]", [1, 9, 2, 9]),
        ("list_: 1\nlist: 2\nv: [list, list_] * 2", [2, 1, 2, 1]),
        ("v: ([1] + [2])", [1, 2]),
        ("v: 1 + 2", 3),
        ('v: "a" * 2 + "b"', "aab"),
    ],
)
def test_old_list_operators(text: str, wanted: object) -> None:
    value = Program.compile([upgrade_file(parse(text))]).evaluate().lookup("v")
    assert value is not None
    assert value.plain() == wanted


def test_what_upstream_misses_is_missed() -> None:
    text = 'p: [1]\nall: p + [2]\nv: all + ["."] * 2'
    value = Program.compile([upgrade_file(parse(text))]).evaluate()
    with pytest.raises(CueError, match="Addition of lists"):
        value.plain()


def test_a_field_called_error_and_nothing_to_do() -> None:
    file = parse("a: error: 1")
    assert upgrade_file(file) is not file
    other = parse('import "list"\na: list.Concat([[1], [2]])\nb: 1 + 2')
    assert upgrade_file(other) is other
