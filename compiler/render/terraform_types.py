"""The type constraints of Terraform, as the author of a module writes them, and what fits them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, final

from velac.compiler.cue.errors import Problem
from velac.grammar.record import record

_SCALAR: Final[tuple[type, ...]] = (str, int, float)
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": _SCALAR, "number": _SCALAR, "bool": _SCALAR,
    "list": (list,), "set": (list,), "tuple": (list,), "map": (dict,), "object": (dict,),
}  # fmt: skip
_CALL: Final = re.compile(r"([a-z]+)\s*\((.*)\)\s*", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'\s*"?([\w-]+)"?\s*[=:](.*)', re.DOTALL)
_NUMBER: Final = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")
_BOOLS: Final = (True, False, "true", "false", "1", "0")
_DEPTH: Final = 40


@final
@record
class Type:
    """A constraint: its word, the types in it, and the attributes of an object. What is not understood is `any`."""

    head: str = "any"
    inner: tuple[Type, ...] = ()
    attributes: tuple[tuple[str, Type, bool], ...] = ()
    """Name, type, and whether the attribute has to be given."""
    text: str = ""


ANY: Final = Type()


def parsed_type(text: str, depth: int = 0) -> Type:
    """The type that a text means."""
    text = text.strip()
    if text in _KINDS:
        return Type(text, text=text)
    match = _CALL.fullmatch(text)
    if match is None or depth > _DEPTH:
        return ANY
    head, rest = match[1], match[2].strip()
    if head in ("list", "set", "map"):
        return Type(head, (parsed_type(rest, depth + 1),), text=text)
    if head == "tuple" and rest.startswith("[") and rest.endswith("]"):
        return Type(head, tuple(parsed_type(p, depth + 1) for p in _split(rest[1:-1])), text=text)
    if head == "object" and rest.startswith("{") and rest.endswith("}"):
        matches = map(_ATTRIBUTE.fullmatch, _split(rest[1:-1]))
        return Type(
            head, attributes=tuple(_attribute(m[1], m[2], depth) for m in matches if m), text=text
        )
    return ANY


def _attribute(name: str, text: str, depth: int) -> tuple[str, Type, bool]:
    match = _CALL.fullmatch(text.strip())
    if match is not None and match[1] == "optional":
        parts = list(_split(match[2]))
        return name, parsed_type(parts[0] if parts else "", depth + 1), False
    return name, parsed_type(text, depth + 1), True


def _split(text: str) -> Iterator[str]:
    """The parts of a list or an object, at commas and ends of lines outside of brackets and strings."""
    depth, start, quoted, escaped = 0, 0, False, False
    for at, char in enumerate(text):
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char in ",\n" and depth == 0:
            yield from [text[start:at]] if text[start:at].strip() else []
            start = at + 1
    yield from [text[start:]] if text[start:].strip() else []


def misfits(path: str, value: Any, type_: Type) -> Iterator[Problem]:
    """Where a value is of another kind than the constraint says; scalars are converted into each other."""
    kinds = _KINDS.get(type_.head)
    if value is None or kinds is None:
        return
    fits = isinstance(value, kinds)
    if fits and type_.head == "number":
        fits = _is_number(value)
    elif fits and type_.head == "bool":
        fits = value in _BOOLS
    elif fits and type_.head == "tuple":
        fits = len(value) == len(type_.inner)
    if not fits:
        yield Problem(f"the Terraform module wants {_shortened(type_.text)}", path)
    elif type_.head in ("list", "set", "tuple"):
        inner = type_.inner if type_.head == "tuple" else type_.inner * len(value)
        for index, (item, one) in enumerate(zip(value, inner, strict=False)):
            yield from misfits(f"{path}.{index}", item, one)
    elif type_.head == "map":
        for key, item in value.items():
            yield from misfits(f"{path}.{label(key)}", item, type_.inner[0] if type_.inner else ANY)
    else:
        yield from _attributes(path, value, type_)


def _attributes(path: str, value: Any, type_: Type) -> Iterator[Problem]:
    """What is wrong in an object. Attributes that its type does not have are dropped by Terraform."""
    for name, inner, required in type_.attributes:
        if name in value:
            yield from misfits(f"{path}.{label(name)}", value[name], inner)
        elif required:
            text = f"the Terraform module wants this {inner.text or 'attribute'}"
            yield Problem(text, f"{path}.{label(name)}", incomplete=True)


def label(name: str) -> str:
    """A key as a part of a path."""
    return name if name.replace("_", "a").isalnum() else '"' + name.replace('"', '\\"') + '"'


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return not isinstance(value, bool)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "..."
