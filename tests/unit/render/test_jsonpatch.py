"""JSON patches, with the departures from the RFCs that the Go library has (checked against it)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from velac.compiler.render.jsonpatch import PatchFailed, apply_operations, merge_patch, same_data

DOCUMENT: dict[str, Any] = {
    "m": {"a": 1, "n": None, "o": {"x": 1}},
    "l": [1, 2],
    "ll": [[1], {"q": None}],
    "s": "t",
    "a/b": {"~": 1},
}


def after(*operations: dict[str, Any]) -> Any:
    return apply_operations(copy.deepcopy(DOCUMENT), list(operations))


@pytest.mark.parametrize(
    ("operation", "path", "wanted"),
    [
        ({"op": "add", "path": "/m/new", "value": 1}, ("m", "new"), 1),
        ({"op": "add", "path": "/l/-", "value": 3}, ("l",), [1, 2, 3]),
        ({"op": "add", "path": "/l/0", "value": 0}, ("l",), [0, 1, 2]),
        ({"op": "add", "path": "/l/2", "value": 3}, ("l",), [1, 2, 3]),
        ({"op": "add", "path": "/l/-1", "value": 9}, ("l",), [1, 2, 9]),
        ({"op": "add", "path": "/a~1b/~0", "value": 2}, ("a/b", "~"), 2),
        ({"op": "add", "path": "/m/v"}, ("m", "v"), None),
        ({"op": "remove", "path": "/l/0"}, ("l",), [2]),
        ({"op": "remove", "path": "/l/-1"}, ("l",), [1]),
        ({"op": "replace", "path": "/m/a", "value": {}}, ("m", "a"), {}),
        ({"op": "replace", "path": "/m/zz", "value": 2}, ("m", "zz"), 2),
        ({"op": "replace", "path": "/l/1", "value": 9}, ("l",), [1, 9]),
        ({"op": "move", "from": "/m/a", "path": "/l/0"}, ("l",), [1, 1, 2]),
        ({"op": "copy", "from": "/m/o", "path": "/ll/0/-"}, ("ll", 0), [1, {"x": 1}]),
        ({"op": "copy", "from": "/m/zz", "path": "/m/y"}, ("m", "y"), None),
        ({"op": "test", "path": "/m/zz", "value": None}, ("s",), "t"),
        ({"op": "test", "path": "/m/o", "value": {"x": 1}}, ("s",), "t"),
    ],
)
def test_done(operation: dict[str, Any], path: tuple[Any, ...], wanted: Any) -> None:
    result = after(operation)
    for part in path:
        result = result[part]
    assert result == wanted


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"op": "add", "path": "/zz/a", "value": 1}, "`/zz/a` is missing"),
        ({"op": "add", "path": "/l/3", "value": 1}, "invalid index: 3"),
        ({"op": "add", "path": "/l/x", "value": 1}, "not an index"),
        ({"op": "add", "path": "", "value": 1}, "is missing"),
        ({"op": "remove", "path": "/zz"}, "unable to remove nonexistent key: zz"),
        ({"op": "remove", "path": "/l/2"}, "invalid index: 2"),
        ({"op": "replace", "path": "/l/2", "value": 1}, "invalid index: 2"),
        ({"op": "move", "from": "/zz", "path": "/m/x"}, "nonexistent key"),
        ({"op": "move", "path": "/m/x"}, "needs a `from`"),
        ({"op": "test", "path": "/m/a", "value": 2}, "testing value /m/a failed"),
        ({"op": "test", "path": "/m/a", "value": True}, "failed"),
        ({"op": "test", "path": "/s/x", "value": 1}, "is missing"),
        ({"op": "merge", "path": "/m"}, "unexpected kind of operation `merge`"),
        ({"path": "/m"}, "unexpected kind"),
        ({"op": "add", "value": 1}, "needs a `path`"),
    ],
)
def test_refused(operation: dict[str, Any], words: str) -> None:
    with pytest.raises(PatchFailed) as caught:
        after({"op": "test", "path": "/s", "value": "t"}, operation)
    assert words in caught.value.message
    assert caught.value.index == 1


def test_replacing_the_whole_document() -> None:
    assert after({"op": "replace", "path": "", "value": {"x": 1}}) == {"x": 1}
    assert after({"op": "replace", "path": "", "value": 1}) == DOCUMENT


def test_a_copy_is_not_the_original() -> None:
    result = after(
        {"op": "copy", "from": "/m/o", "path": "/k"}, {"op": "add", "path": "/k/y", "value": 2}
    )
    assert result["m"]["o"] == {"x": 1}


def test_operations_have_to_be_a_list_of_structs() -> None:
    with pytest.raises(PatchFailed, match="must be a list"):
        apply_operations({}, {"op": "add"})
    with pytest.raises(PatchFailed, match="must be a struct"):
        apply_operations({}, ["add"])


@pytest.mark.parametrize(
    ("document", "patch", "wanted"),
    [
        ({"a": 1}, {"a": None}, {}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [1]}, {"a": [2, None]}, {"a": [2, None]}),
        ({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ({"a": 1}, {"a": [{"b": None}]}, {"a": [{}]}),
        ({"a": {}}, {"a": [{"b": None}]}, {"a": [{"b": None}]}),
        ({"a": {"b": 1}}, {"a": 1}, {"a": 1}),
        ({"a": None}, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_merge(document: Any, patch: Any, wanted: Any) -> None:
    before = copy.deepcopy(document)
    assert merge_patch(document, patch) == wanted
    assert document == before


def test_numbers_compare_as_written() -> None:
    assert same_data([{"a": 1}], [{"a": 1}])
    assert not same_data(1, True)
    assert not same_data({"a": 1}, {"a": 1, "b": 1})
