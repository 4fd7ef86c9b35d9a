"""All documents of a bundle to Applications, policies and workflows, each name once."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.app import AppIR, Policy, Workflow
from velac.compiler.ir.values import Values
from velac.compiler.lower.app import (
    check_application,
    lower_application,
    lower_policy,
    lower_workflow,
)


def applications(documents: Iterable[Values], diagnostics: list[Diagnostic]) -> list[AppIR]:
    """The Applications, ordered by namespace and name; what is wrong with them is reported."""
    found: dict[tuple[str, str], AppIR] = {}
    for document in documents:
        app = _application(document, diagnostics)
        if app is None:
            continue
        key = (app.namespace or "default", app.name)
        first = found.setdefault(key, app)
        if first is not app:
            labels = (Label(app.name_span, "again here"), Label(first.name_span, "first here"))
            text = f"two Applications are called `{app.label}`"
            diagnostics.append(Diagnostic("V307", text, labels))
    return [found[key] for key in sorted(found)]


def _application(document: Values, diagnostics: list[Diagnostic]) -> AppIR | None:
    """The Application, with strict problems reported; None when it cannot even be decoded."""
    try:
        app = lower_application(document, lenient=True)
    except Rejected:
        app = None
    diagnostics += check_application(document, app)
    return app


def policies(
    documents: Iterable[Values], diagnostics: list[Diagnostic]
) -> dict[tuple[str, str], Policy]:
    """The standalone policies by namespace and name."""
    found: dict[tuple[str, str], Policy] = {}
    for document in documents:
        try:
            key, policy = lower_policy(document)
        except Rejected as error:
            diagnostics += error.diagnostics
            continue
        first = found.setdefault(key, policy)
        if first is not policy:
            diagnostics.append(
                _twice(f"two Policies are called `{key[0]}/{key[1]}`", policy, first)
            )
    return found


def workflows(
    documents: Iterable[Values], diagnostics: list[Diagnostic]
) -> dict[tuple[str, str], Workflow]:
    """The standalone workflows by namespace and name."""
    found: dict[tuple[str, str], Workflow] = {}
    for document in documents:
        try:
            key, flow = lower_workflow(document)
        except Rejected as error:
            diagnostics += error.diagnostics
            continue
        first = found.setdefault(key, flow)
        if first is not flow:
            diagnostics.append(_twice(f"two Workflows are called `{key[0]}/{key[1]}`", flow, first))
    return found


def _twice(message: str, item: Policy | Workflow, first: Policy | Workflow) -> Diagnostic:
    path = ("metadata", "name")
    labels = (
        Label(item.origin.span(path), "again here"),
        Label(first.origin.span(path), "first here"),
    )
    return Diagnostic("V308", message, labels)
