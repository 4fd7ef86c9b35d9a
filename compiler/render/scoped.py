"""Policies of scope Application: templates that rewrite the Application before anything else looks at it (semantics 5.9).

What they put out replaces components, workflow and policies as a whole and is merged into labels, annotations and
`context.custom`. Global ones apply to every Application that does not opt out. All run by priority, those that an
Application names at 0. Upstream stores the results in the cluster; here they are computed anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, final

from velac.compiler.cue.errors import CueError
from velac.compiler.cue.values import NO_TRACE
from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.ir.app import AppIR, Policy
from velac.compiler.ir.values import Json, Path, Values
from velac.compiler.load.definition import Definition
from velac.compiler.lower.app import check_application, lower_application
from velac.compiler.lower.resolve import Resolver
from velac.compiler.render.component import compiled, evaluated, parameter_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.numbers import input_data, object_data
from velac.compiler.render.report import Subject
from velac.grammar.source import Span

_SKIP_GLOBAL: Final = "policy.oam.dev/skip-global"
_REPLACED: Final = ("components", "workflow", "policies")
_MERGED: Final = ("labels", "annotations")
_OUTPUT: Final = (*_REPLACED, *_MERGED, "ctx")
_INTERNAL: Final = ("app.oam.dev/", "policy.oam.dev/", "kubectl.kubernetes.io/")


@final
class Written:
    """A source that says of some parts of a document that a policy wrote them."""

    __slots__ = ("_paths", "_span")

    def __init__(self, paths: Sequence[Path], span: Span) -> None:
        self._paths = paths
        self._span = span

    def find(self, path: Path) -> Span | None:
        """See `Source.find`."""
        return self._span if any(path[: len(p)] == p for p in self._paths) else None

    def find_key(self, path: Path) -> Span | None:
        """See `Source.find_key`."""
        return self.find(path)


@final
class ScopedPolicies:
    """The Application-scoped policies of one build."""

    __slots__ = ("_globals", "_resolver", "_templates", "diagnostics")

    def __init__(self, resolver: Resolver, diagnostics: list[Diagnostic]) -> None:
        self._resolver = resolver
        self._templates = Templates()
        self.diagnostics = diagnostics
        self._globals = [
            d for d in resolver.own_policies() if is_scoped(d) and d.spec.get("global")
        ]

    def rewritten(self, app: AppIR) -> AppIR:
        """The Application as its policies, and the global ones, make it."""
        due = sorted(self._due(app), key=lambda item: item[0])
        changed: list[tuple[Path, ...]] = []
        for _, policy, definition, is_global in due:
            try:
                app, paths = self._applied(app, policy, definition)
                changed.append(paths)
            except Rejected as error:
                # What goes wrong in a global policy does not stop upstream either.
                severity = Severity.WARNING if is_global else Severity.ERROR
                self.diagnostics += [replace(d, severity=severity) for d in error.diagnostics]
        if any(changed):
            self.diagnostics += check_application(app.origin, app)
        return app

    def _due(self, app: AppIR) -> Iterator[tuple[int, Policy, Definition, bool]]:
        """The policies to run with their priorities: of equal ones global policies come first."""
        annotations = app.annotations.data or {}
        if annotations.get(_SKIP_GLOBAL) != "true":
            for definition in self._globals:
                policy = Policy(definition.name, definition.name)
                yield _priority(definition), policy, definition, True
        for policy in app.policies:
            found = self._resolver.for_app(app).of_policy(policy.type)
            if found is None or not is_scoped(found):
                continue
            if found.spec.get("global"):
                subject = Subject(f"policy `{policy.name}`", policy.origin)
                text = f"`{policy.type}` is global: it applies by itself and may not be named"
                self.diagnostics.append(subject.diagnostic("V712", text, found.span))
                continue
            yield 0, policy, found, False

    def _applied(
        self, app: AppIR, policy: Policy, definition: Definition
    ) -> tuple[AppIR, tuple[Path, ...]]:
        """The Application after one policy, and the paths that it wrote. Raises Rejected."""
        subject = Subject(f"policy `{policy.name}`", policy.origin, policy.properties)
        template = compiled(self._templates, definition, subject)
        context = _context_of(app, policy)
        value = evaluated(template, parameter_of(policy.properties), context, NO_TRACE, subject)
        try:
            for path in (("config", "enabled"), ("enabled",)):
                switch = value.lookup(*path)
                if switch is not None and switch.plain() is False:
                    return app, ()
            found = value.lookup("output")
            output = {} if found is None else object_data(found.plain())
        except CueError as error:
            raise Rejected(
                *(subject.diagnostic("V701", p.message, definition.span) for p in error.problems)
            ) from None
        unknown = [key for key in output if key not in _OUTPUT]
        if unknown:
            listed = ", ".join(f"`{key}`" for key in _OUTPUT)
            text = f"its `output` has `{unknown[0]}`, which is none of {listed}"
            subject.reject("V712", text, definition.span)
        place = subject.place(None) if policy.origin.sources else definition.span
        return _with_output(app, output, place)


def is_scoped(definition: Definition) -> bool:
    """Whether a policy rewrites its Application instead of making objects."""
    return definition.spec.get("scope") == "Application"


def _priority(definition: Definition) -> int:
    found = definition.spec.get("priority")
    return found if isinstance(found, int) else 0


def _with_output(app: AppIR, output: Json, place: Span) -> tuple[AppIR, tuple[Path, ...]]:
    raw = app.raw
    spec, metadata = dict(raw["spec"]), dict(raw["metadata"])
    paths: list[Path] = []
    for key in _REPLACED:
        if output.get(key) is not None:
            spec[key] = output[key]
            paths.append(("spec", key))
    for key in _MERGED:
        if output.get(key):
            metadata[key] = {**(metadata.get(key) or {}), **output[key]}
            paths += [("metadata", key, name) for name in output[key]]
    custom = {**(app.custom or {}), **output["ctx"]} if output.get("ctx") else app.custom
    if not paths:
        return replace(app, custom=custom), ()
    sources = (*app.origin.sources, Written(paths, place))
    document = Values({**raw, "spec": spec, "metadata": metadata}, sources)
    return replace(lower_application(document, lenient=True), custom=custom), tuple(paths)


def _context_of(app: AppIR, policy: Policy) -> dict[str, Any]:
    """What the template of such a policy sees."""
    spec = app.raw["spec"]
    return {
        "name": policy.name,
        "appName": app.name,
        "namespace": app.namespace or "default",
        "appComponents": input_data(spec.get("components") or []),
        "appWorkflow": input_data(spec.get("workflow") or {}),
        "appPolicies": input_data(spec.get("policies") or []),
        "appLabels": _public(app.labels.data),
        "appAnnotations": _public(app.annotations.data),
        "policyName": policy.name,
        "policyType": policy.type,
        "custom": app.custom or {},
    }


def _public(texts: Json) -> dict[str, str]:
    return {k: texts[k] for k in sorted(texts or {}) if not k.startswith(_INTERNAL)}
