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
    shared = data.get("context") or {}
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
        yield _case(base, shared, item.span(), unnamed)
        return
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(_wrong(item, ("table",), "`table` has to be a list of mappings"))
        return
    for index, row in enumerate(rows):
        _check_keys(item.at("table", index), _CASE, "a row", problems)
        title = base.get("name") or unnamed
        name = f"{title}: {row.get('name') or f'row {index + 1}'}"
        merged = _merged(base, {**row, "name": name})
        yield _case(merged, shared, item.span(("table", index)), name)


def _case(data: dict[str, Any], shared: Mapping[str, Any], span: Span, unnamed: str) -> Case:
    maps: dict[str, Any] = {key: data.get(key) or {} for key in _MAPPINGS}
    for key, value in maps.items():
        if not isinstance(value, dict):
            raise Rejected(Diagnostic("V303", f"`{key}` has to be a mapping", (Label(span),)))
    return Case(
        str(data.get("name") or unnamed),
        data.get("parameter"),
        _merged(dict(shared), maps["context"]),
        maps["returns"],
        maps["expect"],
        maps["contains"],
        maps["satisfies"],
        tuple(data.get("absent") or ()),
        tuple(data.get("snapshot") or ()),
        span,
    )


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
