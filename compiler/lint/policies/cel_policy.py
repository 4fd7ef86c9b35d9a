"""One ValidatingAdmissionPolicy: its expressions compiled, and what they say of an object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.ir.scope import plural_of
from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.object_view import ObjectView, dig
from velac.compiler.lint.policies.selectors import problems_of, selects

_NAMES: Final = ("object", "oldObject", "request", "params", "variables", "namespaceObject")
_PATHS: Final = re.compile(r"\bobject((?:\.[A-Za-z_][A-Za-z0-9_]*)+)")
_REQUEST: Final = re.compile(r"(?<![\w.])request\.(\w+)")
_NAMESPACE: Final = re.compile(r"(?<![\w.])namespaceObject\b")
_VARIABLE: Final = re.compile(r"(?<![\w.])variables\.(\w+)")
_STRINGS: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_AUTHORIZER: Final = re.compile(r"(?<![\w.])authorizer\b")
_REQUESTED: Final = frozenset(
    {"operation", "kind", "resource", "subResource", "requestKind", "requestResource", "requestSubResource",
     "name", "namespace", "dryRun"}
)  # fmt: skip
_LONGEST_MESSAGE: Final = 5 * 1024


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of an object: a refusal; or (`unsure`) that it could not be evaluated and lets it pass; or
    (`audit`) what it would write into the audit log.
    """

    message: str
    path: Path = ()
    unsure: bool = False
    audit: bool = False


@final
class CelPolicy:
    """A policy with compiled expressions; `problems` says why it cannot be run."""

    __slots__ = (
        "_annotations",
        "_conditions",
        "_ignore",
        "_messages",
        "_validations",
        "_variables",
        "asks_namespace",
        "constraints",
        "name",
        "param_kind",
        "problems",
    )

    def __init__(self, policy: Values) -> None:
        spec = dig(policy.data, ("spec",))
        spec = spec if isinstance(spec, dict) else {}
        self.name: Final = str(dig(policy.data, ("metadata", "name")))
        self.param_kind: Final = str(dig(spec, ("paramKind", "kind")) or "")
        self.problems: Final[list[str]] = []
        self.asks_namespace = False
        self.constraints: Final = Constraints(spec.get("matchConstraints"))
        self.problems.extend(self.constraints.problems)
        if not self.constraints.has_rules:
            self.problems.append("`matchConstraints` has no `resourceRules`")
        self._ignore: Final = spec.get("failurePolicy") == "Ignore"
        env = _environment()
        self._variables: Final = self._all(env, spec, "variables")
        self._conditions: Final = self._all(env, spec, "matchConditions")
        self._validations: Final = self._all(env, spec, "validations")
        messages = self._all(env, spec, "validations", "messageExpression", optional=True)
        self._messages: Final = [compiled for _, compiled in messages]
        self._annotations: Final = self._all(env, spec, "auditAnnotations", "valueExpression")

    def _all(
        self,
        env: Any,
        spec: Mapping[str, Any],
        field: str,
        key: str = "expression",
        *,
        optional: bool = False,
    ) -> list[tuple[Mapping[str, Any], Any]]:
        found: list[tuple[Mapping[str, Any], Any]] = []
        items = spec.get(field) or ()
        if not isinstance(items, list | tuple):
            self.problems.append(f"`{field}` is no list")
            return found
        for item in items:
            if not isinstance(item, dict):
                self.problems.append(f"an item of `{field}` is no mapping")
                continue
            text = str(item.get(key) or "")
            if optional and not text:
                found.append((item, None))
                continue
            unknown = dict.fromkeys(_unknowable(text))
            self.problems.extend(f"`{name}` is not known here" for name in unknown)
            try:
                found.append((item, env.compile(text)))
            except RuntimeError as error:
                reason = str(error).split("\n")[0]
                if not unknown:
                    self.problems.append(f"`{text.strip()}`: {reason}")
            self.asks_namespace |= bool(_NAMESPACE.search(_STRINGS.sub("", text)))
        return found

    def verdicts(
        self, data: Mapping[str, Any], params: Any, namespace: Mapping[str, Any] | None
    ) -> Iterator[Verdict]:
        """The validations that do not hold, each with a field that its expression reads.

        An expression that fails refuses the object as well, unless `failurePolicy` lets it pass: then nobody knows.
        """
        values: dict[str, Any] = {
            "object": data,
            "oldObject": None,
            "params": params,
            "variables": {},
            "request": _request(data),
            "namespaceObject": namespace,
        }
        broken: dict[str, str] = {}
        for item, expression in self._variables:
            name = str(item.get("name"))
            try:
                made = _plain(expression, values)
            except RuntimeError as error:
                # It counts where it is read.
                broken[name] = str(error)
                continue
            values["variables"] = {**values["variables"], name: made}
        failed = None
        for item, expression in self._conditions:
            held = _outcome(expression, item, values, broken)
            if held is False:
                return
            if isinstance(held, str) and failed is None:
                failed = self._failure(item, held, data)
        if failed is not None:
            yield failed
            return
        for (item, expression), message in zip(self._validations, self._messages, strict=True):
            held = _outcome(expression, item, values, broken)
            if isinstance(held, str):
                yield self._failure(item, held, data)
            elif not held:
                text = _message(item, message, values)
                yield Verdict(text, _read_path(str(item.get("expression")), data))

        yield from self._audited(values, broken, data)

    def _audited(
        self, values: Mapping[str, Any], broken: Mapping[str, str], data: Mapping[str, Any]
    ) -> Iterator[Verdict]:
        """The audit annotations; one that cannot be computed refuses the object, as a validation does."""
        for item, expression in self._annotations:
            text = str(item.get("valueExpression"))
            try:
                made = _plain(expression, values)
            except RuntimeError as error:
                yield self._failure(item, _reason(text, error, broken), data, "valueExpression")
                continue
            if made is None or made == "":
                continue
            if isinstance(made, str):
                said = f"audit annotation `{item.get('key')}`: {made}"
                yield Verdict(said, _read_path(text, data), audit=True)
            else:
                reason = f"neither a text nor null: {made}"
                yield self._failure(item, reason, data, "valueExpression")

    def _failure(
        self, item: Mapping[str, Any], reason: str, data: Mapping[str, Any], key: str = "expression"
    ) -> Verdict:
        expression = str(item.get(key)).strip()
        if self._ignore:
            return Verdict(f"`{expression}` cannot be evaluated: {reason}", (), unsure=True)
        text = str(item.get("message") or f"`{expression}` does not hold")
        return Verdict(f"{text} ({reason})", _read_path(expression, data))


@final
class Constraints:
    """What objects a policy or a binding is about (`matchConstraints`, `matchResources`)."""

    __slots__ = ("_data", "_object", "namespaces", "problems")

    def __init__(self, data: Any) -> None:
        self._data: Final[Mapping[str, Any]] = data if isinstance(data, Mapping) else {}
        self._object: Final = self._data.get("objectSelector") or None
        self.namespaces: Final[Any] = self._data.get("namespaceSelector") or None
        self.problems: Final = [
            f"`{field}`: {text}"
            for field in ("objectSelector", "namespaceSelector")
            for text in problems_of(self._data.get(field))
        ]

    def match(self, view: ObjectView, *, needs_rules: bool) -> bool:
        """Whether the rules and the selector of objects name the object; a binding needs no rules."""
        exact = self._data.get("matchPolicy") == "Exact"
        rules = self._rules("resourceRules")
        named = not (rules or needs_rules) or any(_names(r, view, exact=exact) for r in rules)
        if not named or any(
            _names(r, view, exact=exact) for r in self._rules("excludeResourceRules")
        ):
            return False
        return self._object is None or selects(self._object, view.mapping("metadata", "labels"))

    @property
    def has_rules(self) -> bool:
        """Whether any rule says what it is about."""
        return bool(self._rules("resourceRules"))

    def _rules(self, field: str) -> list[Mapping[str, Any]]:
        found = self._data.get(field)
        return [r for r in found if isinstance(r, Mapping)] if isinstance(found, list) else []


def _names(rule: Mapping[str, Any], view: ObjectView, *, exact: bool) -> bool:
    """Whether a rule is about an object. Unless it is to be exact, other versions of a kind are the same to it."""
    group, _, version = view.api_version.rpartition("/")
    names = rule.get("resourceNames") or ()
    return bool(
        {"*", group} & set(rule.get("apiGroups") or ())
        and (not exact or {"*", version} & set(rule.get("apiVersions") or ()))
        and {"*", "*/*", plural_of(view.kind)} & set(rule.get("resources") or ())
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
    kind = {"group": group, "version": version, "kind": data.get("kind")}
    resource = {
        "group": group, "version": version, "resource": plural_of(str(data.get("kind") or "")),
    }  # fmt: skip
    return {
        "operation": "CREATE",
        "kind": kind,
        "resource": resource,
        "subResource": "",
        "requestKind": kind,
        "requestResource": resource,
        "requestSubResource": "",
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
    if _AUTHORIZER.search(text):
        yield "authorizer"


def _plain(expression: Any, values: Mapping[str, Any]) -> Any:
    """What an expression yields. Raises RuntimeError with one line."""
    try:
        result = expression.eval(data=values)
        if result.type().name() == "ERROR":
            raise RuntimeError(str(result.value()))
        return result.plain_value()
    except (RuntimeError, TypeError) as error:
        # A TypeError is the runtime's for what Python has no value for, an optional among them.
        text = "no value that can be read" if isinstance(error, TypeError) else str(error)
        raise RuntimeError(text.split("\n")[0]) from None


def _outcome(
    expression: Any, item: Mapping[str, Any], values: Mapping[str, Any], broken: Mapping[str, str]
) -> bool | str:
    """Whether an expression holds, or why nobody can say."""
    try:
        found = _plain(expression, values)
    except RuntimeError as error:
        return _reason(str(item.get("expression")), error, broken)
    return found if isinstance(found, bool) else f"not a boolean: {found}"


def _reason(expression: str, error: RuntimeError, broken: Mapping[str, str]) -> str:
    """Why an expression fails: perhaps because a variable that it reads did."""
    read = _VARIABLE.findall(_STRINGS.sub("", expression))
    reasons = [f"variable `{name}`: {broken[name]}" for name in read if name in broken]
    return reasons[0] if reasons else str(error)


def _message(item: Mapping[str, Any], expression: Any, values: Mapping[str, Any]) -> str:
    """What a cluster would say: the message that is computed, where that is one line; else the one written."""
    if expression is not None:
        try:
            made = _plain(expression, values)
        except RuntimeError:
            made = None
        if isinstance(made, str):
            made = made.strip()
            if made and "\n" not in made and len(made.encode()) <= _LONGEST_MESSAGE:
                return made
    written = str(item.get("message") or "").strip()
    return written or f"`{str(item.get('expression')).strip()}` does not hold"


def _environment() -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_optional, ext_strings

    from velac.compiler.lint.policies import cel_formats, cel_library

    variables = dict.fromkeys(_NAMES, cel.Type.DYN)
    extensions = [
        ext_strings.ExtStrings(),
        ext_optional.ExtOptional(),
        cel_library.extension(),
        cel_formats.extension(),
    ]
    return cel.NewEnv(variables=variables, extensions=extensions)
