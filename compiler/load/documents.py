"""Documents of YAML and JSON files as plain data with places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.ir.values import Values
from velac.grammar.json import read_json
from velac.grammar.problem import TextProblem
from velac.grammar.source import SourceFile
from velac.grammar.yaml import read_yaml
from velac.grammar.yaml_block import Block
from velac.grammar.yaml_node import YScalar, to_data

_DUPLICATE_KEY: Final = "V108"


def read_documents(
    source: SourceFile,
    diagnostics: list[Diagnostic],
    *,
    lenient: bool = False,
    block: list[Block] | None = None,
) -> Iterator[Values]:
    """The documents of a file, empty ones left out; `lenient` takes the last of two equal keys, as upstream does.

    `block`: see `read_yaml`.
    """
    if source.name.endswith(".json") and not lenient:
        yield from _json_document(source, diagnostics)
        return
    file = read_yaml(source, block)
    diagnostics += [
        diagnostic_of(p) for p in file.problems if not (lenient and p.code == _DUPLICATE_KEY)
    ]
    for node in file.documents:
        if isinstance(node, YScalar) and node.value is None:
            continue
        yield Values(to_data(node), (node,))


def _json_document(source: SourceFile, diagnostics: list[Diagnostic]) -> Iterator[Values]:
    file = read_json(source)
    diagnostics += map(diagnostic_of, file.problems)
    if file.data is not None:
        yield Values(file.data, (file,))


def unpacked(document: Values) -> Iterator[Values]:
    """The document itself, or the items of a `List`, or of a `ConfigMapList` and the like."""
    data = document.data
    if (
        isinstance(data, dict)
        and str(data.get("kind")).endswith("List")
        and isinstance(data.get("items"), list)
    ):
        for index in range(len(data["items"])):
            yield from unpacked(document.at("items", index))
    else:
        yield document


def diagnostic_of(problem: TextProblem) -> Diagnostic:
    """A reader's complaint as a diagnostic."""
    labels = tuple(Label(span, text) for span, text in problem.labels)
    return Diagnostic(problem.code, problem.message, labels, help=problem.help)
