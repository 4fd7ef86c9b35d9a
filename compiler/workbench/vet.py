"""`velac def vet`: everything that is wrong with definitions and can be seen without parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from velac.compiler.cue.api import Value, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import MEMBER, STRUCT_VALUE
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.load.literal import label_name
from velac.compiler.render.markers import marks_of
from velac.compiler.workbench.collect import Found
from velac.compiler.workbench.template import Packages, compile_template, problem_diagnostic
from velac.grammar import ast
from velac.grammar.source import Span

_STRATEGIES: Final = {
    "patch": ("jsonPatch", "jsonMergePatch", "retainKeys", "replace", "open"),
    "below": ("retainKeys", "replace", "open"),
}
_PATCHES: Final = ("patch", "patchOutputs")
_STATUS: Final = {"healthPolicy": "isHealth", "customStatus": "message"}
_MARKER: Final = "V318"
_STATUS_CODE: Final = "V319"


def vet(found: Iterable[Found], packages: Packages | None = None) -> list[Diagnostic]:
    """The problems of definitions that could be read."""
    return [d for item in found for d in vet_definition(item.definition, packages)]


def vet_definition(definition: Definition, packages: Packages | None = None) -> list[Diagnostic]:
    """All problems of one definition."""
    if definition.jinja is not None:
        return _vet_jinja(definition)
    if definition.template is None:
        return _vet_terraform(definition)
    problems = list(_lost_markers(definition)) + list(_vet_status(definition))
    problems += _vet_attributes(definition)
    try:
        value = compile_template(definition, packages).evaluate()
        # A mistake shows at every field that it reaches: once is enough.
        wrong = {(p.message, p.spans): p for p in reversed(value.problems()) if not p.incomplete}
        problems += [problem_diagnostic(p) for p in wrong.values()]
        problems += _vet_objects(definition, value)
    except CueError as error:
        problems += [problem_diagnostic(p) for p in error.problems]
    return problems


def vet_template(definition: Definition, packages: Packages | None = None) -> list[Diagnostic]:
    """The problems of the template alone, for a definition whose other parts are known to be wrong."""
    try:
        compile_template(definition, packages)
    except CueError as error:
        return [problem_diagnostic(p) for p in error.problems]
    return []


def _vet_terraform(definition: Definition) -> list[Diagnostic]:
    from velac.compiler.workbench.terraform import variables_schema

    try:
        variables_schema(definition)
    except Rejected as error:
        return list(error.diagnostics)
    if not (definition.terraform or {}).get("configuration"):
        return [_invalid("there is no Terraform configuration", definition.span)]
    return []


def _vet_jinja(definition: Definition) -> list[Diagnostic]:
    from jinja2 import Environment, TemplateSyntaxError

    try:
        Environment(autoescape=True).parse(str((definition.jinja or {}).get("template")))
    except TemplateSyntaxError as error:
        return [_invalid(f"template, line {error.lineno}: {error.message}", definition.span)]
    return list(_vet_attributes(definition))


def _vet_attributes(definition: Definition) -> Iterator[Diagnostic]:
    """What an admission webhook or a controller demands of the attributes (semantics 2.3)."""
    spec = definition.spec
    if definition.type == COMPONENT:
        workload = spec.get("workload")
        gvk = workload.get("definition") if isinstance(workload, dict) else None
        if not (isinstance(workload, dict) and (workload.get("type") or gvk)):
            yield _invalid(
                "a component definition needs `workload.type` or `workload.definition`",
                definition.span,
                help='`workload: type: "autodetects.core.oam.dev"` says that it varies',
            )
    version = spec.get("version")
    if isinstance(version, str) and version:
        parts = version.split(".")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts):
            yield _invalid(f"`version: {version}` is not three numbers with dots", definition.span)
        if definition.annotations.get("definitionrevision.oam.dev/name"):
            text = (
                "`version` and the annotation `definitionrevision.oam.dev/name` exclude each other"
            )
            yield _invalid(text, definition.span)
    stage = spec.get("stage")
    stages = ("PreDispatch", "DefaultDispatch", "PostDispatch")
    if definition.type == TRAIT and stage and stage not in stages:
        hint = did_you_mean(str(stage), stages, known="stages")
        yield _invalid(f"there is no stage `{stage}`", definition.span, help=hint)
    if definition.type == POLICY and spec.get("global") and spec.get("scope") != "Application":
        yield _invalid('a global policy needs `scope: "Application"`', definition.span)


def _invalid(message: str, span: Span, *, help: str = "") -> Diagnostic:
    return Diagnostic("V312", message, (Label(span),), help=help)


# --------------------------------------------------------------------------------------------------- objects


def _vet_objects(definition: Definition, value: Value) -> Iterator[Diagnostic]:
    """Objects without a kind; a component without an `output`; a trait that does nothing."""
    if definition.type == STEP:
        return
    file = definition.template
    assert file is not None
    names = set(_labels(file.decls))
    whole = any(isinstance(d, ast.Embedding) for d in file.decls)
    if definition.type == COMPONENT and "output" not in names and not whole:
        yield Diagnostic("V701", "the template makes no `output`", (Label(definition.span),))
    scoped = definition.type == POLICY and definition.spec.get("scope") == "Application"
    does = {"patch", "patchOutputs", "outputs", "processing"} | ({"output"} if scoped else set())
    if definition.type == TRAIT and not whole and not names & does:
        text = (
            "the template has neither `patch`, `patchOutputs` nor `outputs`: the trait does nothing"
        )
        yield Diagnostic("V701", text, (Label(definition.span),))
    if scoped:
        return  # its `output` is data, not an object
    output = value.lookup("output")
    if output is not None and definition.type != TRAIT:
        yield from _without_kind(output.node, "output")
    outputs = value.lookup("outputs")
    if outputs is not None:
        holder = outputs.node.final()
        for label, arc in list(holder.arcs.items()):
            if arc.kind == MEMBER and isinstance(label, str) and label[:1] != "\x01":
                yield from _without_kind(arc, f"outputs.{label}")


def _without_kind(node: Node, what: str) -> Iterator[Diagnostic]:
    node.expand()
    holder = node.final()
    waiting = any(task.state != 2 for task in holder.tasks) or bool(holder.errors)
    if holder.value is not STRUCT_VALUE or waiting or "kind" in holder.arcs:
        return
    if holder.opens and not holder.arcs:
        return  # `{...}`: what it is comes from the parameters
    spans = tuple(Label(c.field.span) for c in node.conjuncts if isinstance(c.field, ast.Field))
    help_ = "every Kubernetes object needs `apiVersion` and `kind`"
    yield Diagnostic("V705", f"`{what}` has no `kind`", spans, help=help_)


def _labels(decls: Iterable[Any]) -> Iterator[str]:
    """The top-level labels, those that comprehensions add included."""
    for decl in decls:
        if isinstance(decl, ast.Comprehension):
            yield from _labels(decl.value.decls)
        elif isinstance(decl, ast.Field):
            name = label_name(decl.label)
            if name is not None:
                yield name


# --------------------------------------------------------------------------------------------------- markers


def _lost_markers(definition: Definition) -> Iterator[Diagnostic]:
    """Patch markers that say something nobody reads."""
    assert definition.template is not None
    yield from _markers(definition.template.decls, "", below=False)


def _markers(
    decls: Iterable[Any], at: str, *, below: bool, shorthand: str = ""
) -> Iterator[Diagnostic]:
    for decl in decls:
        if isinstance(decl, ast.Comprehension):
            yield from _markers(decl.value.decls, at, below=below)
        elif isinstance(decl, ast.Embedding) and isinstance(decl.expr, ast.StructLit):
            yield from _markers(decl.expr.decls, at, below=below)
        elif isinstance(decl, ast.Field):
            yield from _field_markers(decl, at, below=below, shorthand=shorthand)


def _field_markers(
    field: ast.Field, at: str, *, below: bool, shorthand: str
) -> Iterator[Diagnostic]:
    name = label_name(field.label) or ""
    is_patch = not at and name in _PATCHES
    marks = marks_of(field.doc)
    strategy = marks.get("patchStrategy")
    if strategy is not None or "patchKey" in marks:
        yield from _judge(field, name, strategy, is_patch, below, shorthand)
    if isinstance(field.value, ast.StructLit):
        chain = "" if field.value.braces else (name if is_patch else shorthand)
        yield from _markers(
            field.value.decls, f"{at}.{name}", below=below or is_patch, shorthand=chain
        )


def _judge(
    field: ast.Field, name: str, strategy: str | None, is_patch: bool, below: bool, shorthand: str
) -> Iterator[Diagnostic]:
    place = (Label(field.label.span),)
    if not is_patch and not below:
        return  # markers in shared pieces and hidden fields count where those are used
    whole = ("jsonPatch", "jsonMergePatch")
    if strategy in whole and not is_patch:
        if shorthand:
            text = f"`+patchStrategy={strategy}` belongs to `{name}` here, not to `{shorthand}`"
            fix = f"write `{shorthand}: {{ … }}` with the comment above `{shorthand}`"
        else:
            text = f"`+patchStrategy={strategy}` counts on the field `patch` only"
            fix = "move the comment above `patch`"
        yield Diagnostic(_MARKER, text, place, Severity.ERROR, help=fix)
    elif strategy in whole and name == "patchOutputs":
        text = f"`+patchStrategy={strategy}` has no effect on `patchOutputs`"
        yield Diagnostic(_MARKER, text, place, Severity.ERROR)
    elif strategy is not None and strategy not in _STRATEGIES["patch"]:
        hint = did_you_mean(strategy, _STRATEGIES["patch"], known="strategies")
        text = f"there is no patch strategy `{strategy}`"
        yield Diagnostic(_MARKER, text, place, Severity.ERROR, help=hint)
    elif strategy in ("replace",) and isinstance(field.value, ast.StructLit) and field.value.braces:
        text = "`+patchStrategy=replace` replaces lists only, and this is a struct"
        yield Diagnostic(
            _MARKER, text, place, Severity.ERROR, help="use `+patchStrategy=retainKeys`"
        )


# ---------------------------------------------------------------------------------------------------- status


def _vet_status(definition: Definition) -> Iterator[Diagnostic]:
    """Status blocks: they have to parse and to yield what is asked of them."""
    status = definition.spec.get("status")
    for name, field in _STATUS.items():
        text = status.get(name) if isinstance(status, dict) else None
        if not isinstance(text, str) or not text.strip():
            continue
        place = (Label(definition.span),)
        try:
            file = parse(text, f"{definition.name}.{name}.cue")
        except CueError as error:
            for problem in error.problems:
                labels = tuple(Label(span) for span in problem.spans) or place
                yield Diagnostic("V102", f"{name}: {problem.message}", labels)
            continue
        embedded = any(isinstance(decl, ast.Embedding) for decl in file.decls)
        if field not in set(_labels(file.decls)) and not embedded:
            yield Diagnostic(_STATUS_CODE, f"`{name}` has no field `{field}`", place)
