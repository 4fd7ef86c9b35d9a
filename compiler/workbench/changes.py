"""What changed between two versions of a definition, and whom it breaks: `velac def diff`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.bundle import Bundle, load
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.workbench.compare import shown
from velac.compiler.workbench.schema import parameter_schema
from velac.compiler.workbench.table import type_text
from velac.compiler.workbench.template import Packages

Schema = dict[str, Any]
_LOWER = {"minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1}
_UPPER = {"maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1}


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `breaking` when something that was accepted no longer is, or comes out otherwise."""

    path: str
    text: str
    breaking: bool

    def data(self) -> dict[str, Any]:
        """The change for JSON."""
        return {"name": self.path, "change": self.text, "breaking": self.breaking}


def parameter_changes(
    old: Definition, new: Definition, packages: Packages | None = None
) -> list[Change]:
    """All changes of parameters, in the order of the new definition. Raises Rejected for broken templates."""
    changes = list(_compared(parameter_schema(old, packages), parameter_schema(new, packages), ""))
    if old.type != new.type or old.name != new.name:
        text = f"the {old.type} `{old.name}` became the {new.type} `{new.name}`"
        changes.insert(0, Change("", text, True))
    return changes


def _compared(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    if old == new:
        return
    if "anyOf" in old or "anyOf" in new:
        yield from _alternatives(old, new, path)
        return
    yield from _types(old, new, path)
    yield from _limits(old, new, path)
    if old.get("default") != new.get("default"):
        yield _default(old, new, path)
    yield from _properties(old, new, path)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        yield from _compared(old["items"], new["items"], f"{path}[]")
    before, after = old.get("additionalProperties"), new.get("additionalProperties")
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compared(before, after, f"{path}.*".lstrip("."))
    elif before != after and "object" in (old.get("type"), new.get("type")):
        if after is False:
            yield Change(path, "undeclared fields are no longer accepted", True)
        elif before is False:
            yield Change(path, "undeclared fields are accepted", False)


def _alternatives(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    before, after = old.get("anyOf", [old]), new.get("anyOf", [new])
    gone = [arm for arm in before if arm not in after]
    fresh = [arm for arm in after if arm not in before]
    if len(gone) == len(fresh) == 1:
        yield from _compared(gone[0], fresh[0], path)
        return
    for arm in gone:
        yield Change(path, f"no longer accepts {type_text(arm)}", True)
    for arm in fresh:
        yield Change(path, f"also accepts {type_text(arm)}", False)


def _types(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    if before is not None and after is not None:
        for value in before:
            if value not in after:
                yield Change(path, f"no longer accepts {shown(value)}", True)
        for value in after:
            if value not in before:
                yield Change(path, f"also accepts {shown(value)}", False)
        return
    was, is_ = _names(old), _names(new)
    if was != is_:
        wider = not is_ or (bool(was) and was <= is_)
        yield Change(path, f"type {type_text(old)} became {type_text(new)}", not wider)
    elif before is None and after is not None:
        yield Change(path, f"only {type_text(new)} is accepted", True)
    elif before is not None and after is None:
        yield Change(path, f"any {type_text(new)} is accepted", False)


def _values(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _names(schema: Schema) -> set[str]:
    names = schema.get("type", [])
    found = {names} if isinstance(names, str) else set(names)
    return found | ({"integer"} if "number" in found else set())


def _limits(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    for key, sign in {**_LOWER, **_UPPER}.items():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        tighter = after is not None and (before is None or (after - before) * sign > 0)
        yield Change(path, f"{key} {_or_none(before)} became {_or_none(after)}", tighter)
    if old.get("pattern") != new.get("pattern"):
        text = f"pattern {_or_none(old.get('pattern'))} became {_or_none(new.get('pattern'))}"
        yield Change(path, text, "pattern" in new)


def _or_none(value: Any) -> str:
    return "none" if value is None else str(value)


def _default(old: Schema, new: Schema, path: str) -> Change:
    if "default" not in old:
        return Change(path, f"default {shown(new['default'])} was added", False)
    if "default" not in new:
        return Change(path, f"default {shown(old['default'])} was removed", True)
    text = f"default {shown(old['default'])} became {shown(new['default'])}"
    return Change(path, text, True)


def _properties(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    must_before, must_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in after:
        where = f"{path}.{name}".lstrip(".")
        if name not in before:
            need = name in must_after
            yield Change(where, "required parameter was added" if need else "was added", need)
            continue
        if name in must_after and name not in must_before:
            yield Change(where, "became required", True)
        elif name in must_before and name not in must_after:
            yield Change(where, "is no longer required", False)
        yield from _compared(before[name], after[name], where)
    for name in before:
        if name not in after:
            yield Change(f"{path}.{name}".lstrip("."), "was removed", True)


# ------------------------------------------------------------------------------------------------- who is hit


@final
@dataclass(frozen=True, slots=True)
class Use:
    """A place that uses a definition, and the changes whose parameter it sets (or has to set)."""

    application: str
    item: str
    place: str
    changes: tuple[Change, ...]

    def data(self) -> dict[str, Any]:
        """The use for JSON."""
        return {
            "name": self.application,
            "item": self.item,
            "place": self.place,
            "changes": [change.data() for change in self.changes],
        }


def find_uses(paths: Sequence[str], definition: Definition, changes: Iterable[Change]) -> list[Use]:
    """The uses of a definition in the Applications below paths. Raises Rejected when they cannot be read."""
    bundle: Bundle = load(paths)
    listed = list(changes)
    uses: list[Use] = []
    for document in bundle.applications:
        data = document.data if isinstance(document.data, dict) else {}
        metadata = data.get("metadata") or {}
        label = f"{metadata.get('namespace', 'default')}/{metadata.get('name', '?')}"
        for path, item, name in _items(data, definition):
            properties = item.get("properties")
            properties = properties if isinstance(properties, dict) else {}
            hit = tuple(c for c in listed if _touches(c, properties))
            uses.append(Use(label, name, str(document.span((*path, "type"))), hit))
    if not bundle.applications and bundle.diagnostics:
        raise Rejected(*(bundle.diagnostics or [Diagnostic("V316", "there is no Application")]))
    return uses


def _items(
    data: dict[str, Any], definition: Definition
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any], str]]:
    """The items of an Application whose type is the definition."""
    spec = data.get("spec") or {}
    listed: list[tuple[tuple[str | int, ...], Any]] = []
    components = _list(spec, "components")
    if definition.type == COMPONENT:
        listed = [(("spec", "components", i), c) for i, c in enumerate(components)]
    elif definition.type == TRAIT:
        listed = [
            (("spec", "components", i, "traits", j), t)
            for i, c in enumerate(components)
            for j, t in enumerate(_list(c, "traits"))
        ]
    elif definition.type == POLICY:
        listed = [(("spec", "policies", i), p) for i, p in enumerate(_list(spec, "policies"))]
    elif definition.type == STEP:
        steps = _list(spec.get("workflow") or {}, "steps")
        listed = [(("spec", "workflow", "steps", i), s) for i, s in enumerate(steps)]
        listed += [
            (("spec", "workflow", "steps", i, "subSteps", j), s)
            for i, step in enumerate(steps)
            for j, s in enumerate(_list(step, "subSteps"))
        ]
    for path, item in listed:
        if isinstance(item, dict) and str(item.get("type")).partition("@")[0] == definition.name:
            name = item.get("name") or f"{definition.type} {path[-1]}"
            yield path, item, str(name)


def _list(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _touches(change: Change, properties: Any) -> bool:
    """Whether properties give what changed; a parameter that became required touches whoever lacks it."""
    parts = [p for p in change.path.replace("[]", ".[]").split(".") if p]
    if "required" in change.text and change.breaking:
        return bool(_reach(properties, parts[:-1])) and not _reach(properties, parts)
    if "default" in change.text:
        return not _reach(properties, parts)
    return bool(_reach(properties, parts))


def _reach(data: Any, parts: list[str]) -> bool:
    if not parts:
        return True
    head, *rest = parts
    if head == "[]":
        return isinstance(data, list) and any(_reach(item, rest) for item in data)
    if head == "*":
        return isinstance(data, dict) and any(_reach(item, rest) for item in data.values())
    return isinstance(data, dict) and head in data and _reach(data[head], rest)
