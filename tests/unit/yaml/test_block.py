"""Plain block text is read as libyaml's events are: the same values, the same places, or left to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velac.grammar.source import SourceFile
from velac.grammar.yaml import read_events
from velac.grammar.yaml_block import read_block
from velac.grammar.yaml_node import YMap, YNode, YScalar, to_data

ROOT = Path(__file__).parents[3]


def everything(node: YNode) -> Any:
    """All that a node holds, with its places."""
    if isinstance(node, YScalar):
        return (node.start, node.end, type(node.value), node.value, node.text, node.style)
    if isinstance(node, YMap):
        entries = [(k, everything(a), everything(b)) for k, (a, b) in node.entries.items()]
        return (node.start, node.end, node.flow, entries)
    return (node.start, node.end, node.flow, [*map(everything, node.items)])


def check(text: str) -> bool:
    """Whether the block reader takes a text; then it says what the events say."""
    file = SourceFile("x.yaml", text)
    block = read_block(file)
    if block is None:
        return False
    events = read_events(file)
    assert events.problems == ()
    assert repr([*map(to_data, block)]) == repr([*map(to_data, events.documents)])
    assert [*map(everything, block)] == [*map(everything, events.documents)]
    assert repr([*map(to_data, block)]) == repr([*map(to_data, events.documents)])
    return True


APPLICATION = """\
# a comment
apiVersion: core.oam.dev/v1beta1
kind: Application   # and another
metadata: {name: shop, namespace: default, labels: {a: "b c", 'd': e}}
spec:
  components:
  - name: web
    type: webservice
    properties:
      image: registry.example.com/shop/web:1.2.3
      cmd: [sh, "-c", 'sleep 5']
      env:
        - name: TEXT
          value: "tab\\tand \\u00e4"

        # in between
        - name: NONE
          value:
      script: |
        first
          second

        last
      port: 8080
  policies: []
---
kind: Policy
list:
- 1
- -2
- 'it'
- {a: {b: [c, {d: 1e3}]}}
"""


def test_what_applications_look_like_is_taken() -> None:
    assert check(APPLICATION)


def test_every_cut_of_a_text() -> None:
    for end in range(len(APPLICATION)):
        check(APPLICATION[:end])


@pytest.mark.parametrize(
    "mark",
    [*"\t #:-'\"{}[],&*!|>%@`?\\", "- ", ": ", " #", "\n", "\n  ", "...", "---", "\u2028", "ä"],
)
def test_anything_anywhere(mark: str) -> None:
    for at in range(0, len(APPLICATION), 3):
        check(APPLICATION[:at] + mark + APPLICATION[at:])


def test_files_of_the_repository() -> None:
    taken = [
        check(path.read_text("utf-8"))
        for folder in ("examples", "tests/golden")
        for path in sorted((ROOT / folder).rglob("*.yaml"))[:400]
    ]
    assert sum(taken) > len(taken) * 0.7


LINES = st.sampled_from(
    [
        "a:", "b: 1", "- c", "- d: x", "e: {f: g, h: [i]}", "- {j: k}", "l: 'm n'", 'n: "o\\n"', "# p",
        "", "q: |", "  r", "s: |-", "t: u # v", "w: yes", "x: ~", "y: z", "- - 1", "-", "---", "k: a: b",
        "1: 2", "<<: {a: b}", "m: [", "]", "p: .inf", "- 'a': b", "u:v", "o: >", "'q': 1", "r: - s", "a-b/c.d: e ",
    ]
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), LINES), max_size=12))
def test_lines_put_together(lines: list[tuple[int, str]]) -> None:
    check("\n".join(" " * indent + line for indent, line in lines))
    check("".join(" " * indent + line + "\n" for indent, line in lines))


def test_many_documents_cost_what_each_costs() -> None:
    """Whether anything follows a document is asked without looking at all that follows, which was quadratic."""
    block = read_block(SourceFile("x.yaml", "a: b\n---\n" * 150_000 + "a: c\n"))
    assert block is not None
    assert len(block) == 150_001


DOCUMENT = """# first
apiVersion: v1
kind: Thing
metadata:
  name: one  # said once
  labels:
    a: "b"
list:
- metadata:
    name: not this
more:
- 1
# of nothing
-  2
last:
  text: |
    metadata:
      name: nor this
end: 1
"""
PLACES: list[tuple[str | int, ...]] = [
    ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "labels", "a"), ("metadata", "none"), ("none",), ("list",),
    ("list", 0, "metadata", "name"), ("more",), ("more", 1), ("last",), ("last", "text"), (),
]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("before", ["", "---\n", "a: 1\n---\n", "\n---\n# x\n"])
def test_a_place_is_the_same_before_anything_else_is_made(
    path: tuple[str, ...], before: str
) -> None:
    file = SourceFile("x.yaml", before + DOCUMENT + "---\nmetadata: {name: other}\nkind: x\n")
    number = before.count("a:")
    quick, slow = read_block(file), read_block(file)
    assert quick is not None
    assert slow is not None
    whole = slow[number]
    assert isinstance(whole, YMap)
    assert whole.entries
    assert quick[number].find(path) == whole.find(path)
    assert quick[number].find_key(path) == whole.find_key(path)


def test_a_long_entry_is_made_with_all_others() -> None:
    text = "a: 1\nb:\n" + "".join(f"  k{n}: {n}\n" for n in range(400)) + "c: 3\n"
    file = SourceFile("x.yaml", text)
    found = read_block(file)
    assert found is not None
    span = found[0].find(("b", "k399"))
    assert span is not None
    assert text[span.start : span.end] == "399"
