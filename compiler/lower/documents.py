"""All documents of a bundle to Applications, policies and workflows, each name once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.app import AppIR, Policy, Workflow
from velac.compiler.ir.summary import name_of
from velac.compiler.ir.values import Values
from velac.compiler.lower.app import (
    check_application,
    lower_application,
    lower_policy,
    lower_workflow,
)

T = TypeVar("T", Policy, Workflow)


def applications(documents: Iterable[Values], diagnostics: list[Diagnostic]) -> list[AppIR]:
    """The Applications, ordered by namespace and name; what is wrong with them is reported."""
    found: dict[tuple[str, str], AppIR] = {}
    for document in documents:
        app = _application(document, diagnostics)
        if app is None:
            continue
        key = name_of(app)
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
    return _by_name(documents, lower_policy, "Policies", diagnostics)


def workflows(
    documents: Iterable[Values], diagnostics: list[Diagnostic]
) -> dict[tuple[str, str], Workflow]:
    """The standalone workflows by namespace and name."""
    return _by_name(documents, lower_workflow, "Workflows", diagnostics)


def _by_name(
    documents: Iterable[Values],
    lower: Callable[[Values], tuple[tuple[str, str], T]],
    what: str,
    diagnostics: list[Diagnostic],
) -> dict[tuple[str, str], T]:
    found: dict[tuple[str, str], T] = {}
    path = ("metadata", "name")
    for document in documents:
        try:
            key, item = lower(document)
        except Rejected as error:
            diagnostics += error.diagnostics
            continue
        first = found.setdefault(key, item)
        if first is not item:
            labels = (
                Label(item.origin.span(path), "again here"),
                Label(first.origin.span(path), "first here"),
            )
            text = f"two {what} are called `{key[0]}/{key[1]}`"
            diagnostics.append(Diagnostic("V308", text, labels))
    return found
