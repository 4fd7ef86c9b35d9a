"""The canonical writer against what real tools printed, and against two readers."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velac.backends import yamlout
from velac.grammar.yaml_writer import emit, emit_documents, fill, natural_order, template

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(max_size=100)
    | st.sampled_from(
        ["y", "no", "1e3", "0x1F", "012", "1_0", "2024-01-02", "12:30:45", "a: b", "- a"]
    )
    | st.lists(st.sampled_from(["word", "a", "b ", "it's", '"q"', "#x", "k:"]), max_size=30).map(
        " ".join
    )
    | st.lists(st.text("ab \n\t#:'\"", max_size=9), max_size=6).map("\n".join)
)
OBJECTS = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.text(max_size=12) | st.just("k" * 140), below, max_size=4)
    ),
    max_leaves=15,
)
LOSSLESS = st.characters(exclude_categories=["Cs"])


def test_what_vela_dry_run_printed(
    dry_run_documents: list[str], read_1_1: Callable[[str], Any]
) -> None:
    assert len(dry_run_documents) > 100
    everything = [read_1_1(text) for text in dry_run_documents]
    for obj, text in zip(everything, dry_run_documents, strict=True):
        assert emit(obj) == text
    assert emit_documents(everything) == "---\n".join(dry_run_documents)


def test_what_sigs_yaml_printed(rows: Callable[[str], list[dict[str, Any]]]) -> None:
    for row in rows("sigs.jsonl"):
        assert emit(row["data"]) == row["yaml"]


@settings(deadline=None, max_examples=150)
@given(obj=OBJECTS)
def test_readers_of_both_versions_read_it_back(
    obj: Any, read_1_1: Callable[[str], Any], read_1_2: Callable[[str], Any]
) -> None:
    text = emit(obj)
    assert read_1_1(text) == obj
    if not any(odd in text for odd in "\x85\u2028\u2029\ufeff"):  # breaks in 1.1, text in 1.2
        assert read_1_2(text) == obj


@settings(deadline=None, max_examples=100)
@given(obj=st.dictionaries(st.text(max_size=5), SCALARS, min_size=1, max_size=6), data=st.data())
def test_a_filled_template_is_what_emit_writes(obj: dict[str, Any], data: st.DataObject) -> None:
    class Leaf:
        def __init__(self, value: Any) -> None:
            self.value = value

    chosen = data.draw(st.sets(st.sampled_from(sorted(obj))))
    shape = {
        "map": {key: Leaf(value) if key in chosen else value for key, value in obj.items()},
        "list": [Leaf(obj[key]) for key in sorted(chosen)],
        "nested": [[Leaf(7)], {"k" * 140: Leaf("x y")}],
    }
    plain = {
        "map": obj,
        "list": [obj[key] for key in sorted(chosen)],
        "nested": [[7], {"k" * 140: "x y"}],
    }
    parts = template(shape, Leaf)
    values = [part.value.value for part in parts if not isinstance(part, str)]
    assert len(values) == 2 * len(chosen) + 2
    assert fill(parts, values) == emit(plain)


def test_a_template_without_holes_is_one_text() -> None:
    assert template({"a": [1, {"b": "c"}]}, Decimal) == ("a:\n- 1\n- b: c\n",)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.0"), "1"),
        (Decimal("9007199254740993"), "9007199254740993"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (1000000.5, "1.0000005e+06"),
        (0.00001, "1e-05"),
        (1e20, "1e+20"),
        (2**64, "1.8446744073709552e+19"),
        (10**400, "1" + "0" * 400),
        (float("inf"), ".inf"),
        (True, "true"),
        (None, "null"),
        ({}, "{}"),
        ([], "[]"),
        ((), "[]"),
        ("", '""'),
        ("\ud800", "�"),
    ],
)
def test_scalars(value: object, text: str) -> None:
    assert emit(value) == text + "\n"
    assert emit({"k": value}) == f"k: {text}\n"
    assert emit([value]) == f"- {text}\n"


def test_a_merge_key_in_the_data_is_quoted(read_1_1: Callable[[str], Any]) -> None:
    assert read_1_1(emit({"<<": "x"})) == {"<<": "x"}


def test_subclasses_and_tuples() -> None:
    class Word(StrEnum):
        YES = "yes"

    obj = OrderedDict(b=(1, (2, 3)), a=Word.YES, c=OrderedDict(d=Word.YES))
    assert emit(obj) == 'a: "yes"\nb:\n- 1\n- - 2\n  - 3\nc:\n  d: "yes"\n'


def test_what_has_no_yaml_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set cannot be written"):
        emit({"a": {1}})


def test_keys_are_in_natural_order_whatever_order_they_came_in() -> None:
    ordered = ["-a", "_", "a-1", "a.b", "a0", "a1", "a01", "a2", "a10", "aA", "aa", "ab", "é"]
    shuffled = random.Random(7)
    for _ in range(20):
        keys = shuffled.sample(ordered, len(ordered))
        assert natural_order(keys) == ordered


def test_backends_see_the_same_writer() -> None:
    assert yamlout.emit is emit
