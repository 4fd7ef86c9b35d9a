"""The parameter of a definition as JSON Schema (draft 2020-12), read off the engine's own value.

The schema accepts whatever a build accepts: it says nothing where CUE says more than JSON Schema can, and nested
objects stay open unless the definition closes them. It is also what tables, catalogues, comparisons and drawn
parameters are made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, final

from velac.compiler.cue import kinds
from velac.compiler.cue.api import Value
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.expr import DisjunctionExpr, Expr
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.operators import BinaryExpr, InterpolationExpr
from velac.compiler.cue.order import ordered_labels
from velac.compiler.cue.parts import LIST_VALUE, MEMBER, OPTIONAL, PENDING, STRUCT_VALUE
from velac.compiler.cue.program import budgeted, deep_recursion
from velac.compiler.cue.references import Reference
from velac.compiler.cue.structs import ComprehensionExpr, FieldDecl, StructExpr
from velac.compiler.cue.values import (
    TOP,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
)
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.workbench.table import TYPE_TEXT, UNLESS
from velac.compiler.workbench.template import (
    Packages,
    compile_template,
    problem_diagnostic,
)

Schema = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_DEPTH: Final = 24
_TYPES: Final = (
    (kinds.NULL, "null"), (kinds.BOOL, "boolean"), (kinds.STRING | kinds.BYTES, "string"),
    (kinds.LIST, "array"), (kinds.STRUCT, "object"),
)  # fmt: skip
_NUMERIC: Final = {
    ">=": "minimum",
    ">": "exclusiveMinimum",
    "<=": "maximum",
    "<": "exclusiveMaximum",
}
_VALIDATORS: Final = {
    "strings.MinRunes": "minLength",
    "strings.MaxRunes": "maxLength",
    "list.MinItems": "minItems",
    "list.MaxItems": "maxItems",
    "struct.MinFields": "minProperties",
    "struct.MaxFields": "maxProperties",
}
_CALL: Final = re.compile(r"([a-z]+\.[A-Za-z]+)\(?(\d*)\)?")
_NOT_ECMA: Final = re.compile(r"\(\?|\\[AzCQEpP]|\[\[:")


def parameter_schema(definition: Definition, packages: Packages | None = None) -> Schema:
    """The schema of a definition's `parameter`, without `$schema`. Raises Rejected when the template is broken."""
    if definition.jinja is not None:
        return dict(definition.jinja.get("parameters") or {"type": "object"})
    if definition.template is None:
        from velac.compiler.workbench.terraform import variables_schema

        return variables_schema(definition)
    try:
        value = compile_template(definition, packages).evaluate().lookup("parameter")
    except CueError as error:
        raise Rejected(*map(problem_diagnostic, error.problems)) from None
    if value is None:
        return {"type": "object", "additionalProperties": False}
    return top_closed(value_schema(value))


def value_schema(value: Value) -> Schema:
    """The schema of any value of the engine. Raises Rejected (V208) for one that does not come to an end."""
    try:
        with deep_recursion(), budgeted():
            return _Describer().node(value.node)
    except CueError as error:
        if any(problem.code == "V208" for problem in error.problems):
            raise Rejected(*map(problem_diagnostic, error.problems)) from None
        return {}


def top_closed(schema: Schema) -> Schema:
    """The same with the outermost objects closed, as strict parameters are; an empty struct stays any object."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [top_closed(arm) for arm in schema["anyOf"]]}
    if schema.get("type") != "object" or "additionalProperties" in schema:
        return schema
    if not schema.get("properties") or schema.pop(OPEN, False):
        return schema
    return {**schema, "additionalProperties": False}


OPEN: Final = "x-velac-open"
"""Marks an object that says `...` until the outermost ones have been closed."""
_MARKS: Final = (OPEN, TYPE_TEXT, UNLESS)


@final
class _Describer:
    """Walks nodes; `above` holds those being described, so that recursive types end.

    `closed` says that a reference to a definition is somewhere above: a field that consists of nothing but such a
    reference shares the definition's node, which does not know that it has been closed.
    """

    __slots__ = ("above", "closed", "depth")

    def __init__(self) -> None:
        self.above: set[int] = set()
        self.depth = 0
        self.closed = False

    def node(self, node: Node) -> Schema:
        node.expand()
        before = self.closed
        if node.shared is not None and any(c.expr.is_definition() for c in node.conjuncts):
            self.closed = True
        try:
            return self.value(node.result(), node)
        finally:
            self.closed = before

    def value(self, value: Any, node: Node | None = None) -> Schema:
        if type(value) is Node:
            return self.holder(value)
        if type(value) is Leaf:
            value = value.value
        if is_concrete(value):
            return {"const": _json(value), **_type_of(value)}
        if type(value) is Disjunction:
            return self.disjunction(value)
        if type(value) is Constraint:
            return constraint_schema(value)
        return {}

    def disjunction(self, value: Disjunction) -> Schema:
        schema = _any_of([self.value(arm) for arm in value.arms])
        chosen = default_of(value)
        found = _plain(chosen)
        if found is not _NOTHING:
            schema["default"] = found
        return schema

    def holder(self, node: Node) -> Schema:
        key = id(node)
        if key in self.above or self.depth >= _DEPTH:
            return {}
        self.above.add(key)
        self.depth += 1
        try:
            if node.state != 3:
                node.settle_all()
            if node.elems is not None:
                return self.array(node)
            return self.object(node)
        finally:
            self.above.discard(key)
            self.depth -= 1

    def array(self, node: Node) -> Schema:
        schema: Schema = {"type": "array"}
        elems = node.elems or []
        if elems:
            schema["prefixItems"] = [self.node(elem) for elem in elems]
            schema["minItems"] = len(elems)
        if node.fixed is not None:
            schema["maxItems"] = node.fixed
            if elems and all("const" in item for item in schema["prefixItems"]):
                schema["default"] = [item["const"] for item in schema["prefixItems"]]
            elif not elems:
                schema["default"] = []
        else:
            tails = [tail for _, tail in node.rests or () if tail is not None]
            if tails:
                further = Node(node.run, node, len(elems))
                for tail in tails:
                    further.add(tail)
                schema["items"] = self.node(further)
        _add_validators(schema, node.validators)
        return schema

    def object(self, node: Node) -> Schema:
        schema: Schema = {"type": "object"}
        properties: Schema = {}
        required: list[str] = []
        unsure = _conditional_labels(node)
        for label in ordered_labels(node):
            arc = node.arcs[label]
            documented = _comments(arc)
            if arc.kind == PENDING or label in unsure:
                properties[label] = documented
                continue
            properties[label] = {**self.node(arc), **documented}
            if arc.kind < OPTIONAL and (arc.kind != MEMBER or _is_missing(arc)):
                if _is_computed(arc) or (arc.kind == MEMBER and _completes(properties[label])):
                    continue
                required.append(label)
        if properties:
            schema["properties"] = properties
        if required:
            schema["required"] = required
        self.patterns(node, schema)
        # A comprehension that waits may add any label.
        waiting = any(t.state != 2 and t.provides is None for t in node.tasks)
        if node.opens or waiting:
            schema[OPEN] = True
        elif (self.closed or _is_closed(node)) and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        _add_validators(schema, node.validators)
        return schema

    def patterns(self, node: Node, schema: Schema) -> None:
        found: list[tuple[Any, Schema]] = []
        for pattern, conjunct in node.patterns or ():
            probe = Node(node.run, node, "key")
            probe.add(conjunct.expr.for_label(conjunct, probe))
            found.append((pattern, self.node(probe)))
        for pattern, value in found:
            regex = _pattern_regex(pattern)
            if regex is None:
                if len(found) == 1:
                    schema["additionalProperties"] = value or True
            elif regex:
                schema.setdefault("patternProperties", {})[regex] = value


def constraint_schema(value: Constraint) -> Schema:
    """The schema of a scalar that is not concrete."""
    if value is TOP:
        return {}
    names = [name for bit, name in _TYPES if value.kind & bit]
    numeric = value.kind & kinds.NUMBER
    if numeric:
        names.append("integer" if numeric == kinds.INT else "number")
    schema: Schema = {"type": names[0] if len(names) == 1 else names}
    if len(names) >= len(_TYPES):
        schema = {}
    patterns: list[Schema] = []
    for op, operand in value.bounds:
        operand = operand.value if type(operand) is Leaf else operand
        if op in _NUMERIC and isinstance(operand, int | Decimal):
            _tighten(schema, op, operand)
        elif op in ("=~", "!~") and isinstance(operand, str) and is_portable(operand):
            found: Schema = {"pattern": operand}
            patterns.append(found if op == "=~" else {"not": found})
        elif op == "!=" and not isinstance(operand, bytes):
            patterns.append({"not": {"const": _json(operand)}})
    _add_validators(schema, value.validators)
    if len(patterns) == 1:
        schema |= patterns[0]
    elif patterns:
        schema["allOf"] = patterns
    return schema


def is_portable(pattern: str) -> bool:
    """Whether a regular expression means the same in RE2 and in ECMAScript, as far as a look at it tells."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return _NOT_ECMA.search(pattern) is None


def _tighten(schema: Schema, op: str, operand: int | Decimal) -> None:
    key = _NUMERIC[op]
    number = _json(operand)
    old = schema.get(key)
    if old is None:
        schema[key] = number
    else:
        schema[key] = max(old, number) if op[0] == ">" else min(old, number)


def _add_validators(schema: Schema, validators: Iterable[Any]) -> None:
    for validator in validators:
        match = _CALL.match(validator.text)
        if match is None:
            continue
        key = _VALIDATORS.get(match[1])
        if key is not None and match[2]:
            schema[key] = (
                max(int(match[2]), schema.get(key, 0)) if key[:3] == "min" else int(match[2])
            )
        elif match[1] == "list.UniqueItems":
            schema["uniqueItems"] = True


def _any_of(arms: list[Schema]) -> Schema:
    """One schema that accepts what any of them does: constants become an `enum`, what another covers goes."""
    constants = [arm["const"] for arm in arms if set(arm) <= {"const", "type"} and "const" in arm]
    others = [arm for arm in arms if "const" not in arm]
    if any(not arm for arm in others):
        return {}
    shown = [c for c in constants if not any(_covers(other, c) for other in others)]
    unique: list[Schema] = []
    for other in others:
        if other not in unique:
            unique.append(other)
    if shown:
        unique.insert(0, {"type": "null"} if shown == [None] else _enum(shown))
    merged = dict(unique[0]) if len(unique) == 1 else _merged_types(unique) or {"anyOf": unique}
    examples = [c for c in constants if c not in shown]
    if examples and len(constants) > 1:
        merged["examples"] = examples
    return merged


def _merged_types(arms: list[Schema]) -> Schema | None:
    """`{type: [a, b]}` for arms that say nothing but their types."""
    if not all(set(arm) == {"type"} for arm in arms):
        return None
    names: list[str] = []
    for arm in arms:
        names += [arm["type"]] if isinstance(arm["type"], str) else arm["type"]
    return {"type": list(dict.fromkeys(names))}


def _enum(values: list[Any]) -> Schema:
    types = {_type_of(value).get("type") for value in values}
    schema: Schema = {"enum": values}
    if len(types) == 1 and None not in types:
        schema["type"] = types.pop()
    return schema


def _covers(schema: Schema, constant: Any) -> bool:
    """Whether a schema of a type and bounds accepts the constant."""
    if set(schema) - {"type", "pattern", *_NUMERIC.values()}:
        return False
    names = schema.get("type")
    names = [names] if isinstance(names, str) else names or []
    own = _type_of(constant).get("type")
    if own not in names and not (own == "integer" and "number" in names):
        return False
    if isinstance(constant, str):
        return "pattern" not in schema or re.search(schema["pattern"], constant) is not None
    if isinstance(constant, bool) or not isinstance(constant, int | float):
        return True
    return (
        constant >= schema.get("minimum", constant)
        and constant <= schema.get("maximum", constant)
        and not constant <= schema.get("exclusiveMinimum", constant - 1)
        and not constant >= schema.get("exclusiveMaximum", constant + 1)
    )


def _type_of(value: Any) -> Schema:
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, str | bytes):
        return {"type": "string"}
    if isinstance(value, int):
        return {"type": "integer"}
    return {"type": "number"} if isinstance(value, float | Decimal) else {}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


_NOTHING: Final = object()


def _plain(value: Any) -> Any:
    """The data of a default, `_NOTHING` when there is none."""
    if type(value) is Leaf:
        value = value.value
    if is_concrete(value):
        return _json(value)
    if type(value) is not Node:
        return _NOTHING
    try:
        return as_json(Value(value).plain())
    except CueError:
        return _NOTHING


def as_json(data: Any) -> Any:
    """Plain data of the engine as JSON can hold it."""
    if isinstance(data, dict):
        return {key: as_json(item) for key, item in data.items()}
    if isinstance(data, list):
        return [as_json(item) for item in data]
    return _json(data)


def _is_missing(arc: Node) -> bool:
    """Whether a regular field has no concrete value, so that it has to be given."""
    return bool(Value(arc).problems(final=True))


def _completes(schema: Schema) -> bool:
    """Whether an object lacks nothing that has to be given: what is missing in it is computed, or depends on more."""
    return schema.get("type") == "object" and "required" not in schema


def _is_computed(arc: Node) -> bool:
    """Whether the value or its default is made from other parameters, so that nobody needs to give it."""
    return any(_computes(conjunct.expr) for conjunct in arc.conjuncts)


def _computes(expr: Expr) -> bool:
    if isinstance(expr, DisjunctionExpr):
        return any(
            _computes(arm) or (isinstance(arm, Reference) and not arm.is_definition())
            for arm, default in expr.arms
            if default
        )
    return isinstance(expr, InterpolationExpr | BinaryExpr)


def _is_closed(node: Node) -> bool:
    """Whether fields have to be declared (the rule of the engine's closedness check)."""
    for scope in node.scopes or ():
        walk = scope
        while walk is not None:
            if walk.is_closed and node.value in (STRUCT_VALUE, LIST_VALUE):
                return True
            walk = walk.parent  # type: ignore[assignment]
    return False


def _conditional_labels(node: Node) -> frozenset[str]:
    """Labels that only a comprehension declares: whether and how they hold depends on other parameters."""
    literals = [c.literal for c in node.contributions or () if type(c.literal) is StructExpr]
    bodies: set[int] = set()
    conditional: set[str] = set()
    for literal in literals:
        for decl in literal.decls:
            if type(decl) is ComprehensionExpr:
                bodies.update(map(id, (decl.body, *decl.bodies)))
                conditional.update(decl.body_labels)
    declared = {
        decl.label
        for literal in literals
        if id(literal) not in bodies
        for decl in literal.decls
        if type(decl) is FieldDecl
    }
    return frozenset(conditional - declared)


def _pattern_regex(pattern: Any) -> str | None:
    """The regular expression of a pattern label; None for every label, "" for one that cannot be said."""
    if type(pattern) is Constraint:
        if not pattern.bounds and not pattern.validators:
            return None
        if len(pattern.bounds) == 1 and pattern.bounds[0][0] == "=~":
            text = pattern.bounds[0][1]
            return text if isinstance(text, str) and is_portable(text) else ""
    if isinstance(pattern, str):
        return f"^{re.escape(pattern)}$"
    return ""


def _comments(arc: Node) -> Schema:
    """What the markers above a field say: usage, immutability."""
    found: Schema = {}
    for conjunct in arc.conjuncts:
        for line in getattr(conjunct.field, "doc", ()):
            text = line.strip()
            if text.startswith("+usage="):
                found.setdefault("description", text[len("+usage=") :].strip())
            elif text.startswith("+immutable"):
                found["x-immutable"] = True
            elif text.startswith("+deprecated"):
                found["deprecated"] = True
    return found


def clean(schema: Any) -> Any:
    """A schema without marks of our own."""
    if isinstance(schema, dict):
        rest = {key: clean(item) for key, item in schema.items() if key not in _MARKS}
        if UNLESS not in schema:
            return rest
        given = {"anyOf": [{"required": [name]} for name in schema[UNLESS]]}
        return {"if": given, "then": {"type": "object"}, "else": rest}
    return [clean(item) for item in schema] if isinstance(schema, list) else schema
