"""What `velac lint` and `velac ci` have in common: a build to look at, the checks, the report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diagnostics.render import arranged
from velac.compiler.driver import Session
from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.values import Values
from velac.compiler.lint.crds import found_crds
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.policies.files import PolicyCheck
from velac.compiler.lint.run import Check, Subjects, subjects_of
from velac.compiler.lint.schemas import SchemaCheck
from velac.compiler.lint.session import Request, lint
from velac.compiler.options import Options
from velac.compiler.result import CompileResult, Statistics


def checks_of(options: Options, crds: Sequence[str] = (), *, schemas: bool = True) -> list[Check]:
    """The checks beside the rules: schemas, with the CRDs of the repository, and the project's policies."""
    checks: list[Check] = [SchemaCheck(found_crds((*options.paths, *crds)))] if schemas else []
    project = options.project
    listed = project.lint.get("policies") or ()
    policies = [os.path.normpath(os.path.join(project.root, path)) for path in listed]
    return [*checks, PolicyCheck(policies)] if policies else checks


def lint_project(options: Options, request: Request) -> Report:
    """Build what `options` name, without writing it, and lint it. Problems of the input are in the report."""
    return lint_compiled(compiled(options), request)


@dataclass(slots=True)
class Compiled:
    """A build that other things are done with: its result, and what lint rules are run over."""

    result: CompileResult
    subjects: Subjects
    documents: list[Values]
    """The Applications, Policies and Workflows as written."""


def compiled(options: Options) -> Compiled:
    """Build what `options` name, as far as it goes; nothing is written."""
    session = Session(options)
    result, plans = session.planned()
    subjects = Subjects()
    if result is None:
        inventory = session.bundle.inventory
        try:
            apps, work = session.render(plans)
            manifests = ManifestSet(apps, tuple(inventory.clusters))
            subjects = subjects_of(plans, manifests, session.resolver, inventory)
            result = session.completed(plans, apps, work)
        except Rejected as error:
            session.diagnostics.extend(error.diagnostics)
            result = session.result_of(plans, arranged(session.diagnostics), Statistics())
    bundle = session.bundle
    documents = [*bundle.applications, *bundle.policies, *bundle.workflows]
    return Compiled(result, subjects, documents)


def lint_compiled(made: Compiled, request: Request) -> Report:
    """Lint a build. What the build reports is in the report, too."""
    return lint(request, made.subjects, made.documents, made.result.diagnostics)
