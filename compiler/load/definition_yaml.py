"""Definitions as Kubernetes objects: ComponentDefinition and its kin, DefinitionRevision."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.values import Below, Json, Values
from velac.compiler.load.definition import COMPONENT, TYPES, Definition
from velac.compiler.load.parsed import NO_STORE, parsed
from velac.compiler.store.store import Store
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_node import YMap, YScalar, descend

REVISION_KIND: Final = "DefinitionRevision"
REVISION_FIELDS: Final = {
    "componentDefinition": "ComponentDefinition",
    "traitDefinition": "TraitDefinition",
    "policyDefinition": "PolicyDefinition",
    "workflowStepDefinition": "WorkflowStepDefinition",
}


def definition_of_object(
    values: Values, kind: str, name: str, store: Store = NO_STORE
) -> Definition:
    """The definition in an object of this kind; raises Rejected with every problem found."""
    data = values.data
    spec = data.get("spec")
    if not isinstance(spec, dict):
        raise _invalid("a definition needs a `spec`", values.span())
    metadata = data.get("metadata") or {}
    terraform = _at(spec, "schematic", "terraform")
    jinja = _at(spec, "schematic", "jinja2")
    if isinstance(jinja, dict) and not (
        TYPES[kind] == COMPONENT and isinstance(jinja.get("template"), str)
    ):
        raise _invalid("`jinja2` needs a `template`, and is for components", values.span(("spec",)))
    other = isinstance(terraform, dict) or isinstance(jinja, dict)
    template = None if other else _template(values, spec, name, store)
    return Definition(
        TYPES[kind],
        name,
        template,
        {key: value for key, value in spec.items() if key != "schematic"},
        _texts(metadata.get("labels")),
        _texts(metadata.get("annotations")),
        terraform if isinstance(terraform, dict) else None,
        values.span(("metadata", "name")),
        jinja if isinstance(jinja, dict) else None,
    )


def _template(values: Values, spec: dict[str, Json], name: str, store: Store) -> ast.File:
    path: tuple[str, ...] = ("spec", "schematic", "cue", "template")
    if not spec.get("schematic"):
        path = ("spec", "extension", "template")
    text = _at({"spec": spec}, *path)
    if not isinstance(text, str) or not text.strip():
        raise _invalid("a definition needs `spec.schematic.cue.template`", values.span(path))
    try:
        return parsed(_source(values, path, text, name), store)
    except CueSyntaxError as error:
        raise Rejected(*syntax_diagnostics(error)) from None


def syntax_diagnostics(error: CueSyntaxError) -> list[Diagnostic]:
    """CUE syntax errors as diagnostics."""
    return [Diagnostic("V102", p.message, (Label(p.span),), help=p.help) for p in error.problems]


def _source(values: Values, path: tuple[str, ...], text: str, name: str) -> SourceFile:
    """The template as a source whose lines and columns are those of the YAML file, where it is a literal block.

    The block's indentation is kept and the lines above are blank; CUE does not mind either. Otherwise (quoted,
    folded) the template becomes a source of its own.
    """
    scalar = _scalar(values, path)
    if scalar is not None and scalar.style == "|":
        first = scalar.file.position(scalar.start)[0] + 1
        lines = text.split("\n")
        indent = _indentation(scalar, first, lines)
        if indent is not None:
            pad = " " * indent
            shifted = "\n".join(pad + line if line else "" for line in lines)
            return SourceFile(scalar.file.name, "\n" * (first - 1) + shifted)
    return SourceFile(f"{values.span(path).file.name}#{name}", text)


def _indentation(scalar: YScalar, first: int, lines: list[str]) -> int | None:
    for number, line in enumerate(lines, first):
        if line:
            written = scalar.file.line(number)
            return len(written) - len(line) if written.endswith(line) else None
    return None


def _scalar(values: Values, path: tuple[str, ...]) -> YScalar | None:
    source = values.sources[-1] if values.sources else None
    prefix: tuple[str | int, ...] = ()
    while isinstance(source, Below):
        prefix = source.path + prefix
        source = source.source
    node = descend(source, prefix + path) if isinstance(source, YMap) else None
    return node if isinstance(node, YScalar) else None


def _at(data: Json, *path: str) -> Json:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _texts(data: Json) -> dict[str, str]:
    if not isinstance(data, dict):
        return {}
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _invalid(message: str, span: Span) -> Rejected:
    return Rejected(Diagnostic("V312", message, (Label(span),)))
