"""Components whose schematic is a Jinja template: text that makes YAML, which upstream does not have.

The template sees `parameter` and `context`, in a sandbox, and every name that it uses has to be defined. Its first
document is the workload, the others are further objects. `schematic.jinja2.parameters` may describe the parameters by
a JSON schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import Decisions, plain
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.load.documents import read_documents
from velac.compiler.render.report import Subject
from velac.grammar.source import SourceFile

Data = Any

_LONGEST: Final = 16 * 1024 * 1024


def jinja_objects(
    definition: Definition, parameter: Data, context: Data, subject: Subject, trace: Decisions
) -> list[tuple[str, Data]]:
    """The objects of a component with their names under `outputs`, the workload first and called "". Raises Rejected.

    A template may do anything with its input, so all of it is pinned.
    """
    schematic = definition.jinja or {}
    given, around = _pinned(parameter, trace), _pinned(context, trace)
    _check(schematic.get("parameters"), given, definition, subject)
    text = _rendered(str(schematic.get("template") or ""), given, around, definition, subject)
    problems: list[Diagnostic] = []
    source = SourceFile(f"{definition.name} of {subject.text}", text)
    documents = [document.data for document in read_documents(source, problems)]
    if problems:
        raise Rejected(*problems)
    if not documents:
        subject.reject("V701", "its definition makes no object", definition.span)
    return list(_named(documents))


def _named(documents: list[Data]) -> Iterator[tuple[str, Data]]:
    taken = {""}
    yield "", documents[0]
    for index, obj in enumerate(documents[1:], 1):
        metadata = obj.get("metadata") if isinstance(obj, dict) else None
        name = metadata.get("name") if isinstance(metadata, dict) else None
        label = name if isinstance(name, str) and name not in taken else f"objects-{index}"
        taken.add(label)
        yield label, obj


def _rendered(
    template: str, parameter: Data, context: Data, definition: Definition, subject: Subject
) -> str:
    from jinja2 import TemplateError
    from jinja2.exceptions import TemplateSyntaxError

    try:
        text: str = _compiled(template).render(parameter=parameter, context=context)
    except TemplateSyntaxError as error:
        message = f"its template, line {error.lineno}: {error.message}"
        subject.reject("V701", message, definition.span)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        subject.reject("V701", f"its template: {error}", definition.span)
    if len(text) > _LONGEST:
        subject.reject("V701", "its template makes more text than is sensible", definition.span)
    return text


@lru_cache(maxsize=256)
def _compiled(template: str) -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.globals.clear()
    environment.filters["tojson"] = _json
    return environment.from_string(template)


def _json(value: Data) -> str:
    """JSON, which is YAML too: the safe way to write a text or a whole structure."""
    import json

    return json.dumps(value, ensure_ascii=False)


def _pinned(value: Data, trace: Decisions) -> Data:
    """Plain Python data; each leaf in it becomes part of the trace's questions."""
    if isinstance(value, dict):
        return {key: _pinned(item, trace) for key, item in value.items()}
    if isinstance(value, list):
        return [_pinned(item, trace) for item in value]
    found = plain(value, trace) if type(value) is Leaf else value
    return float(found) if isinstance(found, Decimal) else found


def _check(schema: Data, parameter: Data, definition: Definition, subject: Subject) -> None:
    """Refuse parameters that the definition's schema refuses."""
    if not isinstance(schema, dict):
        return
    try:
        import jsonschema_rs
    except ImportError:
        subject.reject(
            "V701",
            "its parameters are described by a JSON schema, which cannot be checked",
            definition.span,
            help="install `velac[schemas]`",
        )
    try:
        validator = jsonschema_rs.validator_for(schema)
    except ValueError as error:
        first = str(error).partition("\n")[0]
        subject.reject("V312", f"the schema of its parameters is not sound: {first}")
    found = [
        subject.diagnostic(
            "V704",
            ".".join(map(str, ("parameter", *error.instance_path))) + f": {error.message}",
            path=tuple(error.instance_path),
        )
        for error in validator.iter_errors(parameter)
    ]
    if found:
        raise Rejected(*found)
