"""ValidatingAdmissionPolicy objects with their bindings and params, run over rendered objects.

What needs a cluster or a request (`authorizer`, `request.userInfo`, a Namespace that no file holds) cannot be run here:
the policy is then a finding (VL404). So is one without a binding, one whose expressions the runtime does not take, and
one that fails for an object which `failurePolicy: Ignore` lets pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.ir.values import Values
from velac.compiler.lint.object_view import ObjectView, dig
from velac.compiler.lint.policies.cel_policy import CelPolicy, Constraints
from velac.compiler.lint.policies.selectors import (
    Namespaces,
    asks_only_the_name,
    has_no_namespace,
    labels_of,
    problems_of,
    selects,
    with_name_label,
)
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Subjects
from velac.grammar.source import Span

CODE: Final = "VL402"
CANNOT_RUN: Final = "VL404"
_SEVERITIES: Final = {"Deny": Severity.ERROR, "Warn": Severity.WARNING, "Audit": Severity.NOTE}
_OTHER_ENGINES: Final = ("kyverno.io", "gatekeeper.sh", "kubewarden.io")
_UNREAD: Final = ("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding")

Found = tuple[str, Finding]


@final
class CelPolicies:
    """The policies, bindings, params and Namespaces among some documents."""

    __slots__ = ("_bindings", "_documents", "_namespaces", "_policies", "_runs")

    def __init__(self, documents: Sequence[Values]) -> None:
        by_kind: dict[str, list[Values]] = {}
        for document in documents:
            kind = document.data.get("kind") if isinstance(document.data, dict) else None
            by_kind.setdefault(str(kind), []).append(document)
        self._policies: Final = by_kind.get("ValidatingAdmissionPolicy", [])
        self._bindings: Final = by_kind.get("ValidatingAdmissionPolicyBinding", [])
        self._namespaces: Final = [d.data for d in by_kind.get("Namespace", ())]
        self._documents: Final = documents
        self._runs: Final[list[_Run]] = []

    def start(self, subjects: Subjects) -> Iterator[Found]:
        """What cannot be run."""
        yield from self._unread()
        namespaces = Namespaces(subjects.by_kind.get("Namespace", ()), self._namespaces)
        bindings: dict[str, list[Values]] = {}
        for binding in self._bindings:
            bindings.setdefault(str(dig(binding.data, ("spec", "policyName"))), []).append(binding)
        for policy in self._policies:
            name = str(dig(policy.data, ("metadata", "name")))
            place = policy.span(("metadata", "name"))
            if find_spec("cel_expr_python") is None:
                yield CANNOT_RUN, Finding(f"`{name}`: the extra `policies` is not installed", place)
                continue
            bound = bindings.get(name, [])
            if not bound:
                yield CANNOT_RUN, Finding(f"no binding refers to the policy `{name}`", place)
            compiled = CelPolicy(policy)
            for text in compiled.problems:
                yield CANNOT_RUN, Finding(f"policy `{name}` cannot be run: {text}", place)
            for binding in bound if not compiled.problems else ():
                params = self._params_of(compiled, binding)
                if isinstance(params, str):
                    place = binding.span(("metadata", "name"))
                    yield CANNOT_RUN, Finding(f"policy `{name}` cannot be run: {params}", place)
                    continue
                run = _Run(compiled, policy, binding, params, namespaces)
                yield from run.problems()
                self._runs.append(run)

    def look(self, view: ObjectView) -> Iterator[Found]:
        """What the bound policies refuse."""
        for run in self._runs:
            yield from run.look(view)

    def _unread(self) -> Iterator[Found]:
        """What looks like a policy and is none that is read here; bindings of policies that are not there."""
        known = {dig(policy.data, ("metadata", "name")) for policy in self._policies}
        for binding in self._bindings:
            name = dig(binding.data, ("spec", "policyName"))
            if name not in known:
                text = f"the policy `{name}` of a binding is not among the policy files"
                yield CANNOT_RUN, Finding(text, binding.span(("metadata", "name")))
        for document in self._documents:
            data = document.data if isinstance(document.data, dict) else {}
            group = str(data.get("apiVersion") or "").rpartition("/")[0]
            kind = data.get("kind")
            if kind in _UNREAD or group.endswith(_OTHER_ENGINES):
                text = f"policies of kind `{kind}` are not read"
                yield CANNOT_RUN, Finding(text, document.span(("kind",)))

    def _params_of(self, policy: CelPolicy, binding: Values) -> list[Any] | str:
        """The params a binding refers to, None for a policy without; or why there are none."""
        if not policy.param_kind:
            return [None]
        reference = dig(binding.data, ("spec", "paramRef"))
        reference = reference if isinstance(reference, dict) else {}
        name, selector = reference.get("name"), reference.get("selector")
        for text in problems_of(selector):
            return f"`paramRef`: {text}"
        namespace = reference.get("namespace")
        found = [
            d.data
            for d in self._documents
            if isinstance(d.data, dict)
            and d.data.get("kind") == policy.param_kind
            and (namespace is None or dig(d.data, ("metadata", "namespace")) in (None, namespace))
            and (
                selects(selector, labels_of(d.data))
                if selector is not None
                else dig(d.data, ("metadata", "name")) == name
            )
        ]
        shown = f"`{policy.param_kind}` `{name}`" if selector is None else f"`{policy.param_kind}`"
        return found or f"the params {shown} of a binding are not among the policy files"


@final
class _Run:
    """One policy, bound, over all objects."""

    __slots__ = (
        "_bound",
        "_namespaces",
        "_params",
        "_place",
        "_policy",
        "_problems",
        "_severity",
    )

    def __init__(
        self,
        policy: CelPolicy,
        source: Values,
        binding: Values,
        params: Sequence[Any],
        namespaces: Namespaces,
    ) -> None:
        spec = dig(binding.data, ("spec",))
        spec = spec if isinstance(spec, dict) else {}
        self._policy: Final = policy
        self._bound: Final = Constraints(spec.get("matchResources"))
        self._problems: Final = [
            (t, binding.span(("metadata", "name"))) for t in self._bound.problems
        ]
        self._params: Final = params
        self._namespaces: Final = namespaces
        self._place: Final[Span] = source.span(("metadata", "name"))
        actions = spec.get("validationActions") or ("Deny",)
        actions = [a for a in actions if a in _SEVERITIES] or ["Deny"]
        self._severity: Final = min((_SEVERITIES[a] for a in actions), key=list(Severity).index)

    def problems(self) -> Iterator[Found]:
        """Why the binding cannot be evaluated."""
        for text, place in self._problems:
            message = f"a binding of the policy `{self._policy.name}` cannot be evaluated: {text}"
            yield CANNOT_RUN, Finding(message, place)

    def look(self, view: ObjectView) -> Iterator[Found]:
        """What the policy says of an object, if it is about it."""
        if (
            not self._problems
            and self._policy.constraints.match(view, needs_rules=True)
            and self._bound.match(view, needs_rules=False)
        ):
            yield from self._of(view)

    def _of(self, view: ObjectView) -> Iterator[Found]:
        for namespace, clusters in self._pieces(view):
            told = self._selected(view, namespace)
            if told is None:
                name = self._policy.name
                text = f"policy `{name}` cannot be evaluated in the namespace `{view.namespace}`"
                help_ = "add its Namespace object, whose labels are asked for, to the policies"
                yield self._unsure(f"{text}: its labels are not known", view, clusters, help_)
                continue
            for params in self._params if told else ():
                yield from self._judged(view, params, namespace, clusters)

    def _pieces(self, view: ObjectView) -> list[tuple[Mapping[str, Any] | None, tuple[str, ...]]]:
        asked = self._policy.asks_namespace or self._policy.constraints.namespaces
        if not (asked or self._bound.namespaces) or has_no_namespace(view):
            return [(None, view.clusters)]
        return self._namespaces.of(view)

    def _selected(self, view: ObjectView, namespace: Mapping[str, Any] | None) -> bool | None:
        """Whether the selectors of Namespaces fit; None where nobody knows.

        They always fit what has no namespace; a Namespace is asked for its own labels.
        """
        selectors = [s.namespaces for s in (self._policy.constraints, self._bound) if s.namespaces]
        if has_no_namespace(view):
            if view.kind != "Namespace":
                return True
            own = with_name_label(view.name, view.data)
            return all(selects(selector, own) for selector in selectors)
        labels = with_name_label(view.namespace, namespace)
        known = [s for s in selectors if namespace is not None or asks_only_the_name(s)]
        if not all(selects(selector, labels) for selector in known):
            return False
        unknown = len(known) < len(selectors)
        return None if unknown or (self._policy.asks_namespace and namespace is None) else True

    def _judged(
        self,
        view: ObjectView,
        params: Any,
        namespace: Mapping[str, Any] | None,
        clusters: tuple[str, ...],
    ) -> Iterator[Found]:
        if namespace is not None:
            labels = {**with_name_label(view.namespace, namespace)}
            namespace = {**namespace, "metadata": {**namespace["metadata"], "labels": labels}}
        for verdict in self._policy.verdicts(view.data, params, namespace):
            if verdict.unsure:
                text = f"policy `{self._policy.name}`: {verdict.message}"
                help_ = "`failurePolicy: Ignore` lets these objects pass unseen"
                yield self._unsure(text, view, clusters, help_)
                continue
            found = view.finding(f"{self._policy.name}: {verdict.message}", *verdict.path)
            severity = Severity.NOTE if verdict.audit else self._severity
            yield CODE, replace(found, severity=severity, clusters=clusters)

    def _unsure(self, text: str, view: ObjectView, clusters: tuple[str, ...], help_: str) -> Found:
        """A policy that says nothing of an object: told at the policy, once for all objects."""
        return CANNOT_RUN, Finding(
            text,
            self._place,
            help_,
            subject=view.subject,
            clusters=clusters,
            severity=Severity.WARNING,
        )
