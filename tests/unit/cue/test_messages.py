"""What a message says: the path, every place that contributed, all mistakes at once, and what was meant."""

from __future__ import annotations

import pytest

from velac import cue


def problems(text: str) -> list[tuple[str, str, list[str], str]]:
    """Path, message, places and help of every problem of a file."""
    with pytest.raises(cue.CueError) as caught:
        cue.export({"in.cue": text})
    return [
        (p.path, p.message, [str(s).removeprefix("in.cue:") for s in p.spans], p.help)
        for p in caught.value.problems
    ]


def test_a_conflict_names_both_places_and_the_path() -> None:
    assert problems('a: {b: {c: "x"}}\na: b: c: int') == [
        (
            "a.b.c",
            'conflicting values "x" and int (mismatched types string and int)',
            ["1:12", "2:10"],
            "",
        )
    ]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    found = problems("a: 1 & 2\nb: {c: int}\nd: [1] & [2]\ne: >5 & 3")
    assert [path for path, *_ in found] == ["a", "b.c", "d.0", "e"]


def test_unknown_names_have_a_path_and_a_suggestion() -> None:
    assert problems("a: {replicas: 3, b: replcas}\nc: strng") == [
        ("a.b", 'reference "replcas" not found', ["1:21"], "did you mean `replicas`?"),
        ("c", 'reference "strng" not found', ["2:4"], "did you mean `string`?"),
    ]


def test_a_field_that_is_not_allowed_has_a_suggestion() -> None:
    found = problems("#D: {replicas?: int, name?: string}\nx: #D & {replcas: 3}")
    assert found == [("x.replcas", "field not allowed", ["2:10"], "did you mean `replicas`?")]


def test_what_is_missing_has_the_path_of_the_value_that_lacks_it() -> None:
    assert problems("#A: {x!: int}\na: b: #A")[0][:2] == (
        "a.b.x",
        "field is required but not present",
    )


def test_an_incomplete_reference_names_what_it_refers_to() -> None:
    found = problems("a: {b: int, d: b}")
    assert found[0][:3] == ("a.b", "incomplete value int", ["1:8"])
    assert found[1][0] == "a.d"
    assert "1:8" in found[1][2]


def test_disjunctions_of_values_say_which_there_are() -> None:
    assert problems('a: "x" | "y"\na: "z"')[0][1] == '"z" is not one of "x", "y"'


def test_a_condition_that_undoes_itself_is_named() -> None:
    assert problems("x: {b?: int, if b == _|_ {b: 2}}")[0][1] == (
        "circular dependency in evaluation of conditionals: x.b changed after evaluation"
    )


def test_a_call_points_at_the_argument_that_is_wrong() -> None:
    assert problems('import "strings"\na: strings.Repeat("x", "y")\nb: len(5)\nc: and(5)') == [
        ("a", 'cannot use "y" (type string) as int in argument 2 to strings.Repeat', ["2:24"], ""),
        (
            "b",
            "cannot use 5 (type int) as (string|bytes|list|struct) in argument 1 to len",
            ["3:8"],
            "",
        ),
        ("c", "cannot use 5 as list in argument 1 to and", ["4:8"], ""),
    ]


def test_an_empty_disjunction_of_structs_says_where_each_arm_fails() -> None:
    path, message, *_ = problems("v: {a: 1} | {b: c: 2}\nv: {a: 3, b: c: 3}")[0]
    assert path == "v"
    assert message == (
        "2 errors in empty disjunction: a: conflicting values 3 and 1; "
        "b.c: conflicting values 3 and 2"
    )


def test_an_attribute_ends_the_imports() -> None:
    found = problems('import "list"\n@a(x)\nimport "strings"\nx: list.Max([1])')
    assert found[0][1:3] == ("imports must come before declarations", ["3:1"])
    assert cue.export({"in.cue": '@a(x)\nimport "list"\nx: list.Max([1])'}) == {"x": 1}


def test_a_field_that_is_not_there_has_a_suggestion() -> None:
    found = problems('cfg: {image: "x", replicas: 1}\na: cfg.imag\nb: cfg.replica + 1\nc: cfg.zzz')
    assert found == [
        ("a", "undefined field: imag", ["2:4"], "did you mean `image`?"),
        ("b", "undefined field: replica", ["3:4"], "did you mean `replicas`?"),
        ("c", "undefined field: zzz", ["4:4"], ""),
    ]


def test_a_package_that_is_not_imported_is_named() -> None:
    found = problems('a: strings.ToUpper("x")\nb: json.Marshal({})\nc: template.Execute("", 1)')
    assert [help for *_, help in found] == [
        'import "strings" at the top of the file',
        'import "encoding/json" at the top of the file',
        'import "text/template" at the top of the file',
    ]


def test_words_of_other_languages_have_the_words_of_cue() -> None:
    found = problems("a: integer\nb: None\nc: True\nd: {boolean: 1, e: boolea}")
    assert [help for *_, help in found] == [
        "CUE writes `int`",
        "CUE writes `null`",
        "CUE writes `true`",
        "did you mean `boolean`?",
    ]
    assert problems("a:\n  - x")[0][3] == "a list is written [a, b]"


def test_a_budget_that_is_used_up_names_the_place() -> None:
    text = "a: 1\nl: [for i in [1, 2, 3, 4, 5, 6, 7, 8] for j in l0 {i}]\nl0: " + str(
        list(range(9))
    )
    from velac.compiler.cue.parts import Budget

    with pytest.raises(cue.CueError) as caught:
        cue.evaluate({"in.cue": text}, budget=Budget(steps=60)).problems()
    (problem,) = caught.value.problems
    assert problem.code == "V208"
    assert str(problem.spans[0]).startswith("in.cue:2:")


def test_what_no_data_can_hold_is_told_at_its_place() -> None:
    found = problems('import "math"\na: [{b: math.Sqrt(-1)}]\nc: "\\(math.Log(0))"')
    assert found == [("a.0.b", "NaN is no number that data can hold", ["2:9"], "")]


def test_a_long_value_is_quoted_in_part() -> None:
    (found,) = problems(f'a: "{"x" * 5000}" & int')
    assert len(found[1]) < 600
    assert found[1].endswith("(mismatched types string and int)")
