"""A loaded Application, Policy or Workflow object to the IR.

Shapes are checked first; decoding then trusts them. `lenient` accepts what upstream's decoder accepts, for dry-run:
unknown and missing fields, bad names, duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.app import (
    AppIR,
    Component,
    Input,
    Output,
    Policy,
    Step,
    Trait,
    Workflow,
)
from velac.compiler.ir.policies import DEBUG
from velac.compiler.ir.shape import check_shape
from velac.compiler.ir.values import EMPTY, Values
from velac.compiler.lower import shapes

T = TypeVar("T", Component, Policy)


def check_application(document: Values, app: AppIR | None) -> list[Diagnostic]:
    """Every way in which an Application is not what a webhook would accept; `app` is None if it cannot be decoded."""
    problems = check_shape(document, shapes.APPLICATION)
    if app is not None:
        problems += _duplicates("V306", "component", app.components)
        problems += _duplicates("V308", "policy", app.policies)
        problems += [p for policy in app.policies for p in _empty_properties(policy)]
    return problems


def lower_application(document: Values, *, lenient: bool = False) -> AppIR:
    """The IR of an Application object; raises Rejected with every problem of its shape."""
    problems = check_shape(document, shapes.APPLICATION, lenient=lenient)
    if problems:
        raise Rejected(*problems)
    metadata = _field(document, "metadata")
    spec = _field(document, "spec")
    return AppIR(
        _text(metadata, "name"),
        _text(metadata, "namespace"),
        tuple(_component(item) for item in spec.items_at("components")),
        tuple(_policy(item, index) for index, item in enumerate(spec.items_at("policies"))),
        _spec_workflow(spec),
        _field(metadata, "labels"),
        _field(metadata, "annotations"),
        document.data,
        origin=document,
    )


def lower_policy(document: Values, *, lenient: bool = False) -> tuple[tuple[str, str], Policy]:
    """A standalone Policy object by namespace and name; raises Rejected."""
    problems = check_shape(document, shapes.POLICY, lenient=lenient)
    key = _key(document) if not problems else ("", "")
    policy = Policy(key[1], _text(document, "type"), _properties(document), True, document)
    if not problems and not lenient:
        problems = list(_empty_properties(policy))
    if problems:
        raise Rejected(*problems)
    return key, policy


def lower_workflow(document: Values, *, lenient: bool = False) -> tuple[tuple[str, str], Workflow]:
    """A standalone Workflow object by namespace and name; raises Rejected."""
    problems = check_shape(document, shapes.WORKFLOW, lenient=lenient)
    if problems:
        raise Rejected(*problems)
    return _key(document), _workflow(document)


def _key(document: Values) -> tuple[str, str]:
    metadata = _field(document, "metadata")
    return _text(metadata, "namespace") or "default", _text(metadata, "name")


# ---------------------------------------------------------------------------------------- parts of a document


def _component(values: Values) -> Component:
    return Component(
        _text(values, "name"),
        _text(values, "type"),
        _properties(values),
        tuple(Trait(_text(t, "type"), _properties(t), t) for t in values.items_at("traits")),
        _texts(values, "dependsOn"),
        _inputs(values),
        _outputs(values),
        external_revision=_text(values, "externalRevision"),
        origin=values,
    )


def _policy(values: Values, index: int) -> Policy:
    type_ = _text(values, "type")
    name = _text(values, "name") or f"{type_}-auto-gen-{index}"
    return Policy(name, type_, _properties(values), origin=values)


def _spec_workflow(spec: Values) -> Workflow:
    values = _field(spec, "workflow")
    if not isinstance(spec.data, dict) or spec.data.get("workflow") is None:
        return Workflow()
    return _workflow(values, ref=_text(values, "ref"))


def _workflow(values: Values, ref: str = "") -> Workflow:
    mode = _field(values, "mode")
    return Workflow(
        True,
        ref,
        _text(mode, "steps"),
        _text(mode, "subSteps"),
        tuple(_step(item, f"step-{i}") for i, item in enumerate(values.items_at("steps"))),
        values,
    )


def _step(values: Values, default: str) -> Step:
    return Step(
        _text(values, "name") or default,
        _text(values, "type"),
        _properties(values),
        _text(values, "if"),
        _text(values, "timeout"),
        _texts(values, "dependsOn"),
        _inputs(values),
        _outputs(values),
        _text(values, "mode"),
        tuple(_step(s, f"{default}-{i}") for i, s in enumerate(values.items_at("subSteps"))),
        origin=values,
    )


def _inputs(values: Values) -> tuple[Input, ...]:
    found = values.items_at("inputs")
    return tuple(Input(_text(item, "from"), _text(item, "parameterKey"), item) for item in found)


def _outputs(values: Values) -> tuple[Output, ...]:
    found = values.items_at("outputs")
    return tuple(Output(_text(item, "name"), _text(item, "valueFrom"), item) for item in found)


# ----------------------------------------------------------------------------------------------------- checks


def _duplicates(code: str, what: str, items: Sequence[T]) -> Iterator[Diagnostic]:
    seen: dict[str, T] = {}
    for item in items:
        first = seen.setdefault(item.name, item)
        if first is not item:
            labels = (
                Label(item.origin.span(("name",)), "again here"),
                Label(first.origin.span(("name",)), "first here"),
            )
            many = "policies" if what == "policy" else f"{what}s"
            yield Diagnostic(code, f"two {many} are called `{item.name}`", labels)


def _empty_properties(policy: Policy) -> Iterator[Diagnostic]:
    if policy.properties is None and policy.type != DEBUG:
        text = f"policy `{policy.name}` of type `{policy.type}` must not have empty properties"
        yield Diagnostic("V314", text, (Label(policy.origin.span()),))


# --------------------------------------------------------------------------------------------- checked access


def _field(values: Values, key: str) -> Values:
    data = values.data
    if isinstance(data, dict) and data.get(key) is not None:
        return values.at(key)
    return EMPTY


def _text(values: Values, key: str) -> str:
    found = values.data.get(key) if isinstance(values.data, dict) else None
    return found if isinstance(found, str) else ""


def _texts(values: Values, key: str) -> tuple[str, ...]:
    found = values.data.get(key) if isinstance(values.data, dict) else None
    return tuple(t for t in found if isinstance(t, str)) if isinstance(found, list) else ()


def _properties(values: Values) -> Values | None:
    found = _field(values, "properties")
    return None if found is EMPTY else found
