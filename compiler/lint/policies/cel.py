"""ValidatingAdmissionPolicy objects with their bindings and params, run over rendered objects.

What needs a cluster or a request (`authorizer`, `request.userInfo`, selectors of namespaces) cannot be run here: the
policy is then a finding (VL404). So is one without a binding, and one whose expressions the runtime does not take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.object_view import ObjectView, dig
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Subjects

CODE: Final = "VL402"
CANNOT_RUN: Final = "VL404"
_NAMES: Final = ("object", "oldObject", "request", "params", "variables", "namespaceObject")
_PATHS: Final = re.compile(r"\bobject((?:\.[A-Za-z_][A-Za-z0-9_]*)+)")
_REQUEST: Final = re.compile(r"(?<![\w.])request\.(\w+)")
_NAMESPACE: Final = re.compile(r"(?<![\w.])namespaceObject\b")
_STRINGS: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_REQUESTED: Final = frozenset({"operation", "kind", "name", "namespace", "dryRun"})
_SEVERITIES: Final = {"Deny": Severity.ERROR, "Warn": Severity.WARNING, "Audit": Severity.NOTE}
_IRREGULAR: Final = {
    "Endpoints": "endpoints",
    "NetworkPolicy": "networkpolicies",
    "Ingress": "ingresses",
}


@final
class CelPolicies:
    """The policies, bindings and params among some documents."""

    __slots__ = ("_bindings", "_params", "_policies")

    def __init__(self, documents: Sequence[Values]) -> None:
        by_kind: dict[str, list[Values]] = {}
        for document in documents:
            kind = document.data.get("kind") if isinstance(document.data, dict) else None
            by_kind.setdefault(str(kind), []).append(document)
        self._policies: Final = by_kind.get("ValidatingAdmissionPolicy", [])
        self._bindings: Final = by_kind.get("ValidatingAdmissionPolicyBinding", [])
        self._params: Final = {
            (str(d.data.get("kind")), str(dig(d.data, ("metadata", "name")))): d.data
            for d in documents
            if isinstance(d.data, dict)
        }

    def findings(self, subjects: Subjects) -> Iterator[tuple[str, Finding]]:
        """What the bound policies refuse, and what cannot be run."""
        for policy in self._policies:
            name = str(dig(policy.data, ("metadata", "name")))
            place = policy.span(("metadata", "name"))
            if find_spec("cel_expr_python") is None:
                yield CANNOT_RUN, Finding(f"`{name}`: the extra `policies` is not installed", place)
                continue
            bindings = [b for b in self._bindings if dig(b.data, ("spec", "policyName")) == name]
            if not bindings:
                yield CANNOT_RUN, Finding(f"no binding refers to the policy `{name}`", place)
            compiled = _Compiled(policy)
            if compiled.problems:
                for text in compiled.problems:
                    yield CANNOT_RUN, Finding(f"policy `{name}` cannot be run: {text}", place)
                continue
            for binding in bindings:
                yield from self._bound(compiled, binding, subjects)

    def _bound(
        self, policy: _Compiled, binding: Values, subjects: Subjects
    ) -> Iterator[tuple[str, Finding]]:
        spec = binding.data.get("spec") or {}
        place = binding.span(("metadata", "name"))
        for field in ("namespaceSelector", "objectSelector"):
            if dig(spec, ("matchResources", field)):
                text = f"the `{field}` of a binding of `{policy.name}` cannot be evaluated"
                yield CANNOT_RUN, Finding(text, place)
                return
        params = None
        reference = spec.get("paramRef")
        if policy.param_kind:
            wanted = (policy.param_kind, str(dig(reference, ("name",))))
            params = self._params.get(wanted)
            if params is None:
                text = f"the params `{wanted[1]}` of `{policy.name}` are not among the policy files"
                yield CANNOT_RUN, Finding(text, place)
                return
        actions = [a for a in spec.get("validationActions") or ("Deny",) if a in _SEVERITIES]
        severity = min((_SEVERITIES[a] for a in actions), key=list(Severity).index)
        for view in subjects.objects:
            if policy.matches(view):
                for message, path in policy.refusals(view.data, params):
                    found = view.finding(f"{policy.name}: {message}", *path)
                    yield CODE, replace(found, severity=severity)


@final
class _Compiled:
    """A policy with compiled expressions; `problems` says why it cannot be run."""

    __slots__ = (
        "_conditions",
        "_rules",
        "_spec",
        "_validations",
        "_variables",
        "name",
        "param_kind",
        "problems",
    )

    def __init__(self, policy: Values) -> None:
        self._spec: Final[dict[str, Any]] = policy.data.get("spec") or {}
        self.name: Final = str(dig(policy.data, ("metadata", "name")))
        self.param_kind: Final = str(dig(self._spec, ("paramKind", "kind")) or "")
        self.problems: Final[list[str]] = []
        env = _environment()
        for field in ("namespaceSelector", "objectSelector"):
            if dig(self._spec, ("matchConstraints", field)):
                self.problems.append(f"`{field}` cannot be evaluated")
        self._rules: Final = dig(self._spec, ("matchConstraints", "resourceRules")) or []
        self._variables: Final = self._all(env, "variables")
        self._conditions: Final = self._all(env, "matchConditions")
        self._validations: Final = self._all(env, "validations")

    def _all(self, env: Any, field: str) -> list[tuple[Mapping[str, Any], Any]]:
        found = []
        for item in self._spec.get(field) or ():
            text = str(item.get("expression") or "")
            try:
                found.append((item, env.compile(text)))
            except RuntimeError as error:
                reason = str(error).split("\n")[0]
                self.problems.append(f"`{text.strip()}`: {reason}")
            self.problems.extend(f"`{name}` is not known here" for name in _unknowable(text))
        return found

    def matches(self, view: ObjectView) -> bool:
        """Whether `matchConstraints` name the object."""
        exact = dig(self._spec, ("matchConstraints", "matchPolicy")) == "Exact"
        excluded = dig(self._spec, ("matchConstraints", "excludeResourceRules")) or []
        return any(_names(rule, view, exact=exact) for rule in self._rules) and not any(
            _names(rule, view, exact=exact) for rule in excluded
        )

    def refusals(self, data: Mapping[str, Any], params: Any) -> Iterator[tuple[str, Path]]:
        """The messages of the validations that do not hold, each with a field that its expression reads.

        An error counts as one unless the policy ignores it.
        """
        values: dict[str, Any] = {
            "object": data,
            "oldObject": None,
            "params": params,
            "variables": {},
            "request": _request(data),
            "namespaceObject": None,
        }
        ignore = self._spec.get("failurePolicy") == "Ignore"
        for item, expression in self._variables:
            result = expression.eval(data=values)
            if result.type().name() != "error":
                values["variables"] = {
                    **values["variables"],
                    item.get("name"): result.plain_value(),
                }
        for _, expression in self._conditions:
            if _outcome(expression, values) is False:
                return
        for item, expression in self._validations:
            held = _outcome(expression, values)
            if held is True or (isinstance(held, str) and ignore):
                continue
            default = f"`{str(item.get('expression')).strip()}` does not hold"
            text = str(item.get("message") or default)
            message = f"{text} ({held})" if isinstance(held, str) else text
            yield message, _read_path(str(item.get("expression")), data)


def _names(rule: Mapping[str, Any], view: ObjectView, *, exact: bool) -> bool:
    """Whether a rule is about an object. Unless it is to be exact, other versions of a kind are the same to it."""
    group, _, version = view.api_version.rpartition("/")
    names = rule.get("resourceNames") or ()
    return bool(
        {"*", group} & set(rule.get("apiGroups") or ())
        and (not exact or {"*", version} & set(rule.get("apiVersions") or ()))
        and {"*", "*/*", _plural(view.kind)} & set(rule.get("resources") or ())
        and {"*", "CREATE", "UPDATE"} & set(rule.get("operations") or ())
        and (not names or view.name in names)
    )


def _read_path(expression: str, data: Mapping[str, Any]) -> Path:
    """The longest path below `object` that the expression names and the object has."""
    best: Path = ()
    for match in _PATHS.finditer(expression):
        here: Any = data
        path: list[str] = []
        for step in match[1].lstrip(".").split("."):
            if not isinstance(here, Mapping) or step not in here:
                break
            here = here[step]
            path.append(step)
        best = max(best, tuple(path), key=len)
    return best


def _request(data: Mapping[str, Any]) -> dict[str, Any]:
    """The request that would create an object, as far as an object says it."""
    group, _, version = str(data.get("apiVersion") or "").rpartition("/")
    return {
        "operation": "CREATE",
        "kind": {"group": group, "version": version, "kind": data.get("kind")},
        "name": dig(data, ("metadata", "name")) or "",
        "namespace": dig(data, ("metadata", "namespace")) or "",
        "dryRun": False,
    }


def _unknowable(expression: str) -> Iterator[str]:
    """What an expression asks that only a cluster can answer."""
    text = _STRINGS.sub("", expression)
    for match in _REQUEST.finditer(text):
        if match[1] not in _REQUESTED:
            yield match[0]
    if _NAMESPACE.search(text):
        yield "namespaceObject"


def _outcome(expression: Any, values: Mapping[str, Any]) -> bool | str:
    try:
        found = expression.eval(data=values).value()
    except RuntimeError as error:
        return str(error).split("\n")[0]
    return found if isinstance(found, bool) else str(found)


def _environment() -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_optional, ext_strings

    from velac.compiler.lint.policies.cel_library import extension

    variables = dict.fromkeys(_NAMES, cel.Type.DYN)
    extensions = [ext_strings.ExtStrings(), ext_optional.ExtOptional(), extension()]
    return cel.NewEnv(variables=variables, extensions=extensions)


def _plural(kind: str) -> str:
    if kind in _IRREGULAR:
        return _IRREGULAR[kind]
    lower = kind.lower()
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith(("s", "x", "ch")) else f"{lower}s"
