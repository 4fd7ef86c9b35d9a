"""Templates of KubeVela's configuration store, and the Secret that an entry made from one becomes (semantics 11.2)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.cue.api import Program, Value
from velac.compiler.cue.builtins.vela import Scope
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.load.literal import label_name
from velac.compiler.render.numbers import input_data
from velac.compiler.workbench.config_writer import NacosEntry, nacos_entry
from velac.compiler.workbench.schema import as_json
from velac.compiler.workbench.template import finder, problem_diagnostic
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

Object = dict[str, Any]

SYSTEM: Final = "vela-system"
_LABEL: Final = "config.oam.dev/"
_DECLARED: Final = ("context", "parameter")


@final
@dataclass(frozen=True, slots=True)
class ConfigTemplate:
    """A template: what its metadata says, and its `template` as a program."""

    name: str
    scope: str
    sensitive: bool
    program: Program
    source: SourceFile


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry is to be called."""

    name: str
    namespace: str = SYSTEM
    alias: str = ""
    description: str = ""


def read_template(source: SourceFile) -> ConfigTemplate:
    """A template file. Raises Rejected with every problem."""
    try:
        file = parse(source)
    except CueSyntaxError as error:
        raise Rejected(*syntax_diagnostics(error)) from None
    fields = {label_name(d.label): d for d in file.decls if isinstance(d, ast.Field)}
    for part in ("metadata", "template"):
        if part not in fields or not isinstance(fields[part].value, ast.StructLit):
            raise _invalid(f"a config template needs `{part}`, a struct", file)
    metadata = _metadata(fields["metadata"], file)
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise _invalid("a config template needs `metadata.name`", fields["metadata"])
    scope = metadata.get("scope") or "project"
    if scope not in ("project", "system"):
        raise _invalid(
            "the scope of a config template is `project` or `system`", fields["metadata"]
        )
    body = fields["template"].value
    assert isinstance(body, ast.StructLit)
    inner = ast.File(body.span, None, file.imports, body.decls, file.comments)
    try:
        program = Program.compile([inner], declare=_DECLARED, local=finder(Scope.CONFIG))
    except CueError as error:
        raise Rejected(*map(problem_diagnostic, error.problems)) from None
    return ConfigTemplate(name, scope, bool(metadata.get("sensitive")), program, source)


def _metadata(field: ast.Field, file: ast.File) -> Mapping[str, Any]:
    assert isinstance(field.value, ast.StructLit)
    try:
        inner = ast.File(field.span, None, (), field.value.decls, file.comments)
        found = Program.compile([inner]).evaluate().plain()
    except CueError as error:
        raise Rejected(*map(problem_diagnostic, error.problems)) from None
    return found if isinstance(found, dict) else {}


def _invalid(message: str, node: ast.File | ast.Field) -> Rejected:
    return Rejected(Diagnostic("V312", message, (Label(node.span),)))


def config_objects(
    template: ConfigTemplate, properties: Mapping[str, Any], entry: Entry
) -> list[Object]:
    """The Secret of an entry, and what else its template makes. Raises Rejected."""
    return config_entry(template, properties, entry)[0]


def config_entry(
    template: ConfigTemplate, properties: Mapping[str, Any], entry: Entry
) -> tuple[list[Object], NacosEntry | None]:
    """The Secret of an entry with what else its template makes, and what it writes to Nacos. Raises Rejected.

    Validation asks the system that the entry is about, so it is left to whoever runs there.
    """
    context = {"name": entry.name, "namespace": entry.namespace}
    given = {"parameter": input_data(dict(properties)), "context": context}
    try:
        value = template.program.evaluate(given)
        parameter = value.lookup("parameter")
        problems = () if parameter is None else parameter.problems(final=True)
        if problems:
            raise CueError(list(problems))
        output, outputs = _plain(value, "output") or {}, _plain(value, "outputs") or {}
        problems = tuple(_malformed(output, outputs))
        if problems:
            raise CueError(problems)
        nacos = nacos_entry(value)
    except CueError as error:
        raise Rejected(*map(problem_diagnostic, error.problems)) from None
    others = [_placed(obj, "", entry.namespace) for obj in outputs.values()]
    return [_secret(template, output, properties, entry, others), *others], nacos


def _malformed(output: Any, outputs: Any) -> Iterator[Problem]:
    """What keeps objects of a template from being objects."""
    if not isinstance(output, dict) or output.get("kind", "Secret") != "Secret":
        yield Problem("the output of a config template has to be a Secret", "output")
    if not isinstance(outputs, dict):
        yield Problem("this has to be a struct of objects", "outputs")
    others = outputs.items() if isinstance(outputs, dict) else ()
    for name, obj in others:
        if not isinstance(obj, dict) or not (obj.get("apiVersion") and obj.get("kind")):
            yield Problem("an object needs `apiVersion` and `kind`", f"outputs.{name}")
    for path, obj in (("output", output), *((f"outputs.{name}", obj) for name, obj in others)):
        for field in ("metadata", "metadata.labels", "metadata.annotations", "data"):
            here: Any = obj
            for key in field.split("."):
                here = here.get(key) if isinstance(here, dict) else None
            if here is not None and not isinstance(here, dict):
                yield Problem("this has to be a struct", f"{path}.{field}")


def _plain(value: Value, name: str) -> Any:
    found = value.lookup(name)
    return None if found is None else as_json(found.plain())


def _secret(
    template: ConfigTemplate,
    output: Object,
    properties: Mapping[str, Any],
    entry: Entry,
    others: list[Object],
) -> Object:
    secret = _placed({"apiVersion": "v1", "kind": "Secret", **output}, entry.name, entry.namespace)
    secret.setdefault("type", f"/{template.name}")
    metadata = secret["metadata"]
    metadata["labels"] = {
        **(metadata.get("labels") or {}),
        f"{_LABEL}catalog": "velacore-config",
        f"{_LABEL}type": template.name,
        f"{_LABEL}scope": template.scope,
    }
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        f"{_LABEL}alias": entry.alias,
        f"{_LABEL}description": entry.description,
        f"{_LABEL}sensitive": json.dumps(template.sensitive),
        f"{_LABEL}template-namespace": SYSTEM,
    }
    data = secret["data"] = dict(secret.get("data") or {})
    data["input-properties"] = _encoded(dict(properties))
    if others:
        data["objects-reference"] = _encoded([_reference(obj) for obj in others])
    return secret


def _placed(obj: Object, name: str, namespace: str) -> Object:
    """An object with the name and namespace that it lacks."""
    metadata = dict(obj.get("metadata") or {})
    if name and not metadata.get("name"):
        metadata["name"] = name
    if not metadata.get("namespace"):
        metadata["namespace"] = namespace
    return {**obj, "metadata": metadata}


def _reference(obj: Object) -> Object:
    metadata = obj["metadata"]
    return {
        "kind": obj.get("kind"),
        "namespace": metadata.get("namespace"),
        "name": metadata.get("name"),
        "apiVersion": obj.get("apiVersion"),
    }


def _encoded(data: Any) -> str:
    text = json.dumps(
        data, sort_keys=isinstance(data, dict), separators=(",", ":"), ensure_ascii=False
    )
    return base64.b64encode(text.encode()).decode("ascii")
