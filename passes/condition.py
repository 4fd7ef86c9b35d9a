"""Condition: decides the `if` of steps as far as the compiler can (semantics 6.5).

Takes an Application with its steps, returns it with each `if` either decided or kept: a step whose `if` is true runs
regardless, as with `always`; one whose `if` is false is marked `skip` and deploys nothing, and so do steps that depend
on it and have no `if`. What asks for `status` or `inputs` stays a condition. Example: `context.namespace == "prod"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Step
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import ALWAYS
from velac.compiler.pipeline import PassSpec

_KNOWN: Final = ("context", "parameter", "inputs", "status")
_HOW: Final = "a condition is `always`, or CUE over `context`, `parameter`, `inputs` and `status`"


def condition(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    steps = app.workflow.steps
    parts = [part for step in steps for part in (step, *step.sub_steps)]
    if not any(part.condition not in ("", ALWAYS) for part in parts):
        return app
    names = set(_status_names(parts))
    groups = {id(part): step.name for step in steps for part in step.sub_steps}
    made = {id(p): _decided(app, p, groups.get(id(p), ""), names, context) for p in parts}
    skipped = _skipped(steps, made)

    def final(step: Step) -> Step:
        new = made[id(step)]
        sub_steps = tuple(map(final, step.sub_steps))
        return replace(new, skip=step.name in skipped, sub_steps=sub_steps)

    flow = replace(app.workflow, steps=tuple(map(final, steps)))
    by_name = {part.name: part for step in flow.steps for part in (step, *step.sub_steps)}
    deployments = tuple(
        replace(d, step=by_name[d.step.name]) for d in app.deployments if d.step.name not in skipped
    )
    return replace(app, workflow=flow, deployments=deployments)


def _skipped(steps: Sequence[Step], made: Mapping[int, Step]) -> set[str]:
    """The names of steps that never run: by their condition, that of their group, or what they depend on."""
    parts = [part for step in steps for part in (step, *step.sub_steps)]
    waiting: dict[str, list[str]] = {}
    for part in parts:
        for name in () if part.condition else part.depends_on:
            waiting.setdefault(name, []).append(part.name)
    inside = {step.name: [part.name for part in step.sub_steps] for step in steps}
    skipped: set[str] = set()
    pending = [part.name for part in parts if made[id(part)].skip]
    while pending:
        name = pending.pop()
        if name not in skipped:
            skipped.add(name)
            pending += waiting.get(name, ())
            pending += inside.get(name, ())
    return skipped


def _status_names(parts: list[Step]) -> Iterator[str]:
    """What `status` has: steps by their names, and by the name or component they are about."""
    for part in parts:
        yield part.name
        data = part.properties.data if part.properties is not None else None
        for key in ("name", "component"):
            if isinstance(data, dict) and isinstance(data.get(key), str):
                yield data[key]


def _decided(app: AppIR, step: Step, group: str, names: set[str], context: Context) -> Step:
    if step.condition in ("", ALWAYS):
        return step
    try:
        outcome = _outcome(app, step, group, names)
    except _Wrong as wrong:
        text = f"the condition of step `{step.name}` {wrong.text}"
        context.error("V415", text, step.origin.span(("if",)), help=wrong.help)
        return step
    if outcome is None:
        return step
    if outcome:
        return replace(step, condition=ALWAYS)
    text = f"step `{step.name}` never runs: its condition is false"
    context.report(Severity.NOTE, "V416", text, step.origin.span(("if",)))
    return replace(step, skip=True)


class _Wrong(Exception):
    """What is wrong with a condition."""

    def __init__(self, text: str, help: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.help = help


def _outcome(app: AppIR, step: Step, group: str, names: set[str]) -> bool | None:
    """What the condition comes to; None where run time decides. Raises _Wrong."""
    from velac.compiler.cue.api import CueError, Program, parse
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse_expr
    from velac.grammar.source import SourceFile

    text = step.condition
    try:
        paths = list(_paths(parse_expr(SourceFile("if", text))))
    except CueSyntaxError as error:
        raise _Wrong(f"is not a CUE expression: {error.problems[0].message}", _HOW) from None
    _check_paths(step, paths, names)
    known = _context_of(app, step, group)
    for path in paths:
        late = path[0] in ("status", "inputs") or (path[0] == "parameter" and step.inputs)
        if late or (path[0] == "context" and (len(path) < 2 or path[1] not in known)):
            return None
    parameter = step.properties.data if step.properties is not None else {}
    try:
        program = Program.compile([parse(f"condition: ({text.strip()})")], declare=_KNOWN)
        value = program.evaluate({"context": known, "parameter": parameter or {}})
        found = value.lookup("condition")
        outcome = None if found is None else found.plain()
    except CueError as error:
        raise _Wrong(f"cannot be decided: {error.problems[0].message}", _HOW) from None
    if not isinstance(outcome, bool):
        raise _Wrong("is neither true nor false", _HOW)
    return outcome


def _check_paths(step: Step, paths: list[tuple[str, ...]], names: set[str]) -> None:
    taken = {item.name for item in step.inputs}
    for path in paths:
        if len(path) < 2:
            continue
        if path[0] == "status" and path[1] not in names:
            hint = did_you_mean(path[1], sorted(names), known="steps")
            raise _Wrong(f"asks for the unknown step `{path[1]}`", hint)
        if path[0] == "inputs" and path[1] not in taken:
            hint = did_you_mean(path[1], sorted(taken), known="inputs of the step")
            raise _Wrong(f"asks for `{path[1]}`, which is no input of the step", hint)


def _context_of(app: AppIR, step: Step, group: str) -> Mapping[str, Any]:
    """What of a step's `context` does not depend on the run."""
    labels, annotations = app.labels.data or {}, app.annotations.data or {}
    return {
        "name": app.name,
        "appName": app.name,
        "namespace": app.namespace or "default",
        "appLabels": labels,
        "appAnnotations": annotations,
        "workflowName": annotations.get("app.oam.dev/workflowName", ""),
        "publishVersion": annotations.get("app.oam.dev/publishVersion", ""),
        "stepName": step.name,
        "stepGroupName": group,
    }


def _paths(syntax: Any) -> Iterator[tuple[str, ...]]:
    """All references of an expression as paths, as far as these are written out: `status.build.failed`."""
    path = _path(syntax)
    if path:
        yield path
    elif isinstance(syntax, tuple):
        for item in syntax:
            yield from _paths(item)
    elif hasattr(syntax, "__dataclass_fields__"):
        for item in fields(syntax):
            if item.name not in ("span", "label"):
                yield from _paths(getattr(syntax, item.name))


def _path(syntax: Any) -> tuple[str, ...]:
    from velac.grammar import ast

    if isinstance(syntax, ast.Ident):
        return (syntax.name,)
    if isinstance(syntax, ast.Selector):
        above = _path(syntax.expr)
        label = syntax.label
        name = label.name if isinstance(label, ast.Ident) else label.value
        return (*above, name) if above else ()
    if isinstance(syntax, ast.Index) and isinstance(syntax.index, ast.StringLit):
        above = _path(syntax.expr)
        return (*above, syntax.index.value) if above else ()
    return ()


PASS = PassSpec(
    name="condition",
    level="application",
    after=frozenset({"workflow"}),
    run=condition,
    title="decides the `if` of workflow steps where that is possible",
)
