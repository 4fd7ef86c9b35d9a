"""Test files of definitions: reading them (docs/testing-definitions.md says what they may hold)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.values import Values
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.collect import TEST_SUFFIX
from velac.grammar.source import Span

_CASE: Final = (
    "name", "parameter", "context", "returns", "expect", "contains", "satisfies", "absent", "snapshot", "table",
)  # fmt: skip
_FILE: Final = ("definition", "type", "context", "cases", "unreachable")
_MAPPINGS: Final = ("context", "returns", "expect", "contains", "satisfies")


@final
@dataclass(frozen=True, slots=True)
class Case:
    """One test: what goes in (`parameter` None for none at all), and what is expected of what comes out."""

    name: str
    parameter: Any
    context: dict[str, Any]
    returns: dict[str, Any]
    expect: dict[str, Any]
    contains: dict[str, Any]
    satisfies: dict[str, str]
    absent: tuple[str, ...]
    snapshot: tuple[str, ...]
    span: Span


@final
@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file, all about one definition."""

    path: str
    definition: str
    type: str | None
    cases: tuple[Case, ...]
    unreachable: tuple[str, ...] = ()
    """Source texts of branches that no parameter can reach; coverage leaves them out."""


def read_suite(path: str, name: str = "") -> Suite:
    """The tests in a file, which messages call `name`. Raises Rejected with every problem found."""
    files = Files()
    problems: list[Diagnostic] = []
    source = files.read(InputFile(path, name or path))
    documents = [] if source is None else list(read_documents(source, problems))
    problems += files.diagnostics
    if problems:
        raise Rejected(*problems)
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        raise Rejected(Diagnostic("V316", f"`{path}` is not one document with tests"))
    document = documents[0]
    data = document.data
    _check_keys(document, _FILE, "a test file", problems)
    definition = data.get("definition") or Path(path).name.removesuffix(TEST_SUFFIX)
    cases = data.get("cases")
    if not isinstance(cases, list) or not cases:
        problems.append(_wrong(document, (), "a test file needs a list `cases`"))
        cases = []
    for key, kind in (("definition", str), ("type", str), ("context", dict), ("unreachable", dict)):
        if not isinstance(data.get(key), kind | None):
            what = "a text" if kind is str else "a mapping"
            problems.append(_wrong(document, (key,), f"`{key}` has to be {what}"))
    shared = data.get("context") if isinstance(data.get("context"), dict) else {}
    found: list[Case] = []
    for index in range(len(cases)):
        item = document.at("cases", index)
        found += _cases(item, shared, f"case {index + 1}", problems)
    names: set[str] = set()
    for case in found:
        if case.name in names:
            problems.append(
                Diagnostic("V304", f"two cases are called `{case.name}`", (Label(case.span),))
            )
        names.add(case.name)
    if problems:
        raise Rejected(*problems)
    unreachable = data.get("unreachable")
    texts = tuple(map(str, unreachable)) if isinstance(unreachable, dict) else ()
    return Suite(name or path, str(definition), data.get("type"), tuple(found), texts)


def _cases(
    item: Values, shared: Mapping[str, Any], unnamed: str, problems: list[Diagnostic]
) -> Iterator[Case]:
    """The case, or one per row of its table."""
    if not isinstance(item.data, dict):
        problems.append(_wrong(item, (), "a case has to be a mapping"))
        return
    _check_keys(item, _CASE, "a case", problems)
    rows = item.data.get("table")
    base = {key: value for key, value in item.data.items() if key != "table"}
    if rows is None:
        problems += _misshapen(item)
        yield _case(base, shared, item.span(), unnamed)
        return
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(_wrong(item, ("table",), "`table` has to be a list of mappings"))
        return
    problems += _misshapen(item)
    for index, row in enumerate(rows):
        _check_keys(item.at("table", index), _CASE, "a row", problems)
        problems += _misshapen(item.at("table", index))
        title = base.get("name") or unnamed
        name = f"{title}: {row.get('name') or f'row {index + 1}'}"
        merged = _merged(base, {**row, "name": name})
        yield _case(merged, shared, item.span(("table", index)), name)


def _case(data: dict[str, Any], shared: Mapping[str, Any], span: Span, unnamed: str) -> Case:
    maps: dict[str, Any] = {key: _mapping(data.get(key)) for key in _MAPPINGS}
    return Case(
        str(data.get("name") or unnamed),
        data.get("parameter"),
        _merged(dict(shared), maps["context"]),
        maps["returns"],
        maps["expect"],
        maps["contains"],
        maps["satisfies"],
        tuple(_texts(data.get("absent"))),
        tuple(_texts(data.get("snapshot"))),
        span,
    )


def _misshapen(item: Values) -> Iterator[Diagnostic]:
    """The fields of a case, or of a row, whose values are not of the kind that they have to be."""
    data: dict[str, Any] = item.data
    for key in _MAPPINGS:
        value = data.get(key)
        if value is None:
            continue
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            yield _wrong(item, (key,), f"`{key}` has to be a mapping")
        elif key == "satisfies":
            for path, constraint in value.items():
                if not isinstance(constraint, str):
                    yield _wrong(item, (key, path), "a constraint is CUE, written as a text")
    for key in ("absent", "snapshot"):
        if data.get(key) is not None and len(_texts(data[key])) != len(_listed(data[key])):
            yield _wrong(item, (key,), f"`{key}` has to be a list of paths")
    expected = _mapping(data.get("expect")).get("error")
    if expected is not None and not _is_error(expected):
        what = "a text, a list of texts, or `{of: PATH, has: [TEXT]}`"
        yield _wrong(item, ("expect", "error"), f"`error` has to be {what}")


def _is_error(expected: Any) -> bool:
    if isinstance(expected, dict):
        of, has = expected.get("of"), expected.get("has")
        known = not expected.keys() - {"of", "has"}
        return known and isinstance(of, str | None) and (has is None or _is_error(has))
    return isinstance(expected, str) or len(_texts(expected)) == len(_listed(expected))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    """The texts of a list; nothing of what is none."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merged at every depth; everything else is replaced."""
    out = dict(base)
    for key, value in over.items():
        old = out.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[key] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return out


def _check_keys(
    item: Values, known: tuple[str, ...], what: str, problems: list[Diagnostic]
) -> None:
    for key in item.data:
        if key not in known:
            hint = did_you_mean(str(key), known, known="fields")
            text = f"unknown field `{key}` of {what}"
            problems.append(Diagnostic("V301", text, (Label(item.key_span((key,))),), help=hint))


def _wrong(item: Values, path: tuple[str | int, ...], message: str) -> Diagnostic:
    return Diagnostic("V303", message, (Label(item.span(path)),))
