"""The YAML reader: upstream's values, places, and problems in words of our own."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velac.grammar.source import SourceFile
from velac.grammar.yaml import YamlFile, read_yaml
from velac.grammar.yaml_node import YMap, YScalar, YSeq, to_data
from velac.grammar.yaml_reader import MAX_DEPTH
from velac.grammar.yaml_writer import emit, emit_documents

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4)
    ),
    max_leaves=12,
)


def read(text: str) -> YamlFile:
    return read_yaml(SourceFile("app.yaml", text))


def data(text: str) -> Any:
    result = read(text)
    assert not result.problems
    (document,) = result.documents
    return to_data(document)


def shown(text: str) -> str:
    """The only problem of a text: code, the marked characters of each label, the message, the help."""
    (problem,) = read(text).problems
    marked = " ".join(
        f"{span.line}:{span.column}{f'({note})' if note else ''}" for span, note in problem.labels
    )
    return f"{problem.code} {marked} {problem.message}" + (
        f" | {problem.help}" if problem.help else ""
    )


def test_upstream_reads_the_same(rows: Callable[[str], list[dict[str, Any]]]) -> None:
    for row in rows("read.jsonl"):
        result = read(row["text"])
        if "err" in row:
            assert result.problems, row["text"]
            continue
        assert not result.problems, row["text"]
        value = to_data(result.documents[0]) if result.documents else None
        assert value == row["ok"], row["text"]


def test_vela_dry_run_output_survives(dry_run_documents: list[str]) -> None:
    result = read("---\n".join(dry_run_documents))
    assert not result.problems
    assert emit_documents(map(to_data, result.documents)) == "---\n".join(dry_run_documents)


@settings(deadline=None)
@given(JSON)
def test_what_is_written_reads_back(obj: Any) -> None:
    if any(odd in emit(obj) for odd in "\x85\u2028\u2029"):
        return
    read_back = data(emit(obj))
    assert read_back == obj or emit(read_back) == emit(
        obj
    )  # an int beyond 64 bits is written as a float


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.50", Decimal("1.5")),
        ("1e3", 1000),
        ("1.0", 1),
        ("08", 8),
        ("017", 15),
        ("12345678901234567890123", 12345678901234567890123),
        ("1" * 400, "1" * 400),
        ("9" * 5000, "9" * 5000),
        ("2001-01-01", "2001-01-01"),
        ("12:30:45", "12:30:45"),
        ("!custom 5", "5"),
        ("!!binary aGVsbG8=", "hello"),
    ],
)
def test_values(text: str, value: object) -> None:
    found = data(text)
    assert found == value
    assert type(found) is type(value)


def test_the_written_text_is_kept() -> None:
    (document,) = read("a: 1.50\n").documents
    assert isinstance(document, YMap)
    scalar = document.get("a")
    assert isinstance(scalar, YScalar)
    assert (scalar.value, scalar.text, scalar.style) == (Decimal("1.5"), "1.50", "")


def test_keys_become_text() -> None:
    text = "1: a\nyes: b\n1.5: c\n1e6: d\n0x10: e\n3.14159265358979: f\n2001-01-01: g\n"
    assert list(data(text)) == ["1", "true", "1.5", "1e+06", "16", "3.1415927", "2001-01-01"]


def test_merges_are_positional_as_upstream() -> None:
    base = "base: &b {x: 1, z: 1}\n"
    assert data(base + "m: {<<: *b, x: 2}")["m"] == {"x": 2, "z": 1}
    assert data(base + "m: {x: 2, <<: *b}")["m"] == {"x": 1, "z": 1}
    assert data(base + "m: {<<: [{x: 3}, *b]}")["m"] == {"x": 3, "z": 1}
    assert data(base + 'm: {"<<": 4}')["m"] == {"<<": 4}


SAMPLE = """\
# comment
apiVersion: v1
metadata:
  name: "web"   # quoted
  labels: {a: b, 'c d': é}
spec:
  - image: nginx
    script: |
      echo
      exit

  -
    - 1
    - &x two
    - *x
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("apiVersion",), "v1"),
        (("metadata", "name"), '"web"'),
        (("metadata", "labels"), "{a: b, 'c d': é}"),
        (("metadata", "labels", "c d"), "é"),
        (("spec", 0, "script"), "|\n      echo\n      exit"),
        (("spec", 0), "image: nginx\n    script: |\n      echo\n      exit"),
        (("spec", 1, 1), "&x two"),
        (("spec", 1, 2), "&x two"),
        (("metadata",), "name: \"web\"   # quoted\n  labels: {a: b, 'c d': é}"),
    ],
)
@pytest.mark.parametrize("change", [str, lambda s: "\ufeff" + s, lambda s: s.replace("\n", "\r\n")])
def test_places(change: Callable[[str], str], path: tuple[str | int, ...], text: str) -> None:
    source = SourceFile("x", change(SAMPLE))
    (document,) = read_yaml(source).documents
    span = document.find(path)
    assert span is not None
    assert source.text[span.start : span.end].replace("\r", "") == text
    if isinstance(path[-1], str):
        key = document.find_key(path)
        assert key is not None
        assert source.text[key.start : key.end].strip("'") == path[-1]
    else:
        assert document.find_key(path) is None


def test_paths_that_are_not_there() -> None:
    (document,) = read(SAMPLE).documents
    for path in [
        ("no",),
        ("spec", 7),
        ("spec", "x"),
        ("apiVersion", "x"),
        ("metadata", 0),
        ("spec", -1),
    ]:
        assert document.find(path) is None
    assert document.find_key(()) is None


def test_nodes_look_like_collections() -> None:
    (document,) = read("a: [1, 2]\nb: {}\n").documents
    assert isinstance(document, YMap)
    items = document.get("a")
    assert isinstance(items, YSeq)
    assert len(document) == 2
    assert list(document) == ["a", "b"]
    assert "a" in document
    assert [node.value for node in items if isinstance(node, YScalar)] == [1, 2]
    assert [(key, str(span)) for key, span, _ in document.items()] == [
        ("a", "app.yaml:1:1"),
        ("b", "app.yaml:2:1"),
    ]


def test_documents_before_a_mistake_are_kept() -> None:
    result = read("a: 1\n---\n---\nb: 2\n---\nc: 'x\n")
    assert [to_data(document) for document in result.documents] == [{"a": 1}, None, {"b": 2}]
    assert len(result.problems) == 1


PROBLEMS = {
    "a: b: c": "V101 1:5 `:` does not belong here | quote a value that contains `: `, or check the indentation of this line",
    "a: 'x\nb: c\n": "V101 1:4(opened here) the quote is never closed | close the quote",
    'a: "\\q"': "V101 1:5 unknown escape in double quotes | write `\\\\` for a backslash, or use single quotes",
    "a:\n\tb: c": "V101 2:1 a tab is used as indentation | indent with spaces",
    "a: b\n\tc: d": "V101 2:1 a tab is used as indentation | indent with spaces",
    "a: @x": "V101 1:4 `@` cannot begin a value | put the value in quotes",
    "a: `x": "V101 1:4 a backquote cannot begin a value | put the value in quotes",
    "a: *.js": "V101 1:5 `*` begins an alias here | put the value in quotes",
    "a: [1\nb: c": "V101 2:2 1:4(opened here) the list in brackets is not closed | separate items with `,` and close with `]`",
    "a: {b: 1": "V101 1:4(opened here) the mapping in braces is not closed | separate fields with `,` and close with `}`",
    "a:\n  b: 1\n c: 2\n": "V101 3:2 1:1(the mapping begins here) this does not belong to the mapping | keys of one mapping begin in the same column; check the indentation of this line",
    "- a\nb: 1": "V101 2:1 1:1(the list begins here) this does not belong to the list | begin every item with `- ` in the same column",
    "a: - b": "V101 1:4 a list cannot begin here | put the first `- ` on the next line",
    "a: x\x07y": "V101 1:5 the control character U+0007 is not allowed | remove it, or write it as an escape in double quotes",
    "é: \x07": "V101 1:4 the control character U+0007 is not allowed | remove it, or write it as an escape in double quotes",
    "a: !foo!bar x": "V101 1:4 `!` begins a tag here | put the value in quotes",
    "a: |x\n  b": "V101 1:5 nothing may follow `|` or `>` on its line | begin the text on the next line, or quote a value that begins with `|` or `>`",
    "a: .inf": "V101 1:4 `.inf` has no JSON form",
    "a: !!int x": "V101 1:4 `x` is not a value for the tag `!!int`",
    "a: !!binary '*'": "V101 1:4 `!!binary` does not hold base64 of UTF-8 text",
    "a: !!binary é": "V101 1:4 `!!binary` does not hold base64 of UTF-8 text",
    "a: *b": "V101 1:4 unknown anchor `b` | define it before its use, with `&b`; or quote a value that begins with `*`",
    "a: &a [*a]": "V101 1:8 the alias `*a` stands inside its own anchor",
    "~: 1": "V101 1:1 null cannot be a key | write a name before the `:`",
    "? [a]\n: 1": "V101 1:3 a list or mapping cannot be a key",
    "<<: 1": "V101 1:5 `<<` takes a mapping or a list of mappings",
    "a: 1\na: 2": "V108 2:1 1:1(first given here) duplicate key `a` | remove one of the two",
    "n: 1\nno: 2": "V108 2:1(`no` is the key `false`) 1:1(so is `n`) duplicate key `false` | remove one of the two",
    "a: \ud800": "V101 1:4 a half of a surrogate pair is not text",
}


@pytest.mark.parametrize("text", PROBLEMS, ids=range(len(PROBLEMS)))
def test_problems(text: str) -> None:
    assert shown(text) == PROBLEMS[text]


def test_several_problems_of_one_file() -> None:
    problems = read("a: 1\na: 2\nb: .nan\nc: *d\n").problems
    assert [(p.code, p.span.line) for p in problems] == [("V108", 2), ("V101", 3), ("V101", 4)]


def test_an_alias_bomb_is_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    start = time.perf_counter()
    (problem,) = read("\n".join(lines)).problems
    assert problem.code == "V106"
    assert time.perf_counter() - start < 1


def test_nesting_is_limited() -> None:
    assert not read("[" * MAX_DEPTH + "]" * MAX_DEPTH).problems
    for text in ("[" * 900 + "]" * 900, "[" * 100_000, "- " * 5000 + "x"):
        (problem,) = read(text).problems
        assert problem.code in ("V106", "V101")


def test_a_huge_file_is_refused() -> None:
    (problem,) = read("# " + "x" * (16 << 20)).problems
    assert problem.code == "V106"


@settings(deadline=None, max_examples=200)
@given(
    st.text(alphabet="ab:-?[]{}&*!|>'\"%@` \n\t#,<1.~é", max_size=40)
    | st.lists(
        st.sampled_from(
            [
                "a: ",
                "- ",
                "!!int ",
                "!!binary ",
                "é",
                "? ",
                "<<: ",
                "*a ",
                "&a ",
                "1e9",
                "\n",
                "|\n ",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_no_text_makes_it_fail(text: str) -> None:
    result = read(text)
    for problem in result.problems:
        assert problem.message
        assert 0 <= problem.span.start <= len(text)
