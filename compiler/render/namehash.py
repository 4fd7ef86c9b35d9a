"""Names of objects that a definition leaves without one (semantics 3.8; kubevela pkg/oam/util/helper.go).

The name is `<component>-<lower-case type>-<hash>`, the hash covering the object's whole content as Go's spew prints
it with sorted keys. A traced object gives a traced name: the residual operation `generated_name` over the pieces of
that dump, so that a fill computes the hash again without looking at the object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import residual
from velac.compiler.render.numbers import go_float

GENERATED_NAME: Final = "generated_name"
_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
_INT64: Final = 2**63


def fnv1a_32(data: bytes) -> int:
    """FNV-1a in 32 bits."""
    return _fnv(data)


def _fnv_python(data: bytes) -> int:
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def _fastest() -> Callable[[bytes], int]:
    try:
        from fnv_hash_fast import fnv1a_32 as fast
    except ImportError:  # no wheel for this platform
        return _fnv_python
    return fast


_fnv: Final = _fastest()


def short_hash(dump: str) -> str:
    """The hash of a dump in the letters that Kubernetes uses for generated names."""
    digits = str(fnv1a_32(dump.encode("utf-8", "surrogatepass")))
    return "".join(_ALPHABET[ord(digit) % 27] for digit in digits)


def generated_name(component: str | Leaf, kind: str, obj: dict[str, Any]) -> str | Leaf:
    """The name for `obj`, made by a trait (or `AuxiliaryWorkload`) `kind` of a component."""
    pieces: list[Any] = ["(unstructured.Unstructured){Object:(map[string]interface {})"]
    _dump_map(obj, pieces)
    pieces.append("}")
    parts: list[Any] = [component, f"-{kind.lower()}-", *_joined(pieces)]
    if not any(type(part) is Leaf for part in parts):
        return name_of_parts(*parts)
    plain: list[Any] = [part.value if type(part) is Leaf else part for part in parts]
    return residual(GENERATED_NAME, name_of_parts(*plain), *parts)


def name_of_parts(component: str, middle: str, *dump: Any) -> str:
    """What `generated_name` computes: text and values of the dump alternate, text first."""
    text = "".join(_scalar(part) if i % 2 else part for i, part in enumerate(dump))
    return component + middle + short_hash(text)


def dump_of(obj: dict[str, Any]) -> str:
    """The text that is hashed, for an object without leaves."""
    pieces: list[Any] = ["(unstructured.Unstructured){Object:(map[string]interface {})"]
    _dump_map(obj, pieces)
    return "".join(pieces) + "}"


def _joined(pieces: list[Any]) -> list[Any]:
    """Neighbouring texts made one, so that texts and leaves alternate."""
    out: list[Any] = []
    texts: list[str] = []
    for piece in pieces:
        if type(piece) is Leaf:
            out += ("".join(texts), piece)
            texts = []
        else:
            texts.append(piece)
    out.append("".join(texts))
    return out


def _dump(value: Any, pieces: list[Any]) -> None:
    if isinstance(value, dict):
        pieces.append("(map[string]interface {})")
        _dump_map(value, pieces)
    elif isinstance(value, list):
        pieces.append("([]interface {})[")
        for i, item in enumerate(value):
            if i:
                pieces.append(" ")
            _dump(item, pieces)
        pieces.append("]")
    else:
        pieces.append(value if type(value) is Leaf else _scalar(value))


def _dump_map(value: dict[str, Any], pieces: list[Any]) -> None:
    pieces.append("map[")
    for i, key in enumerate(sorted(value)):
        pieces.append(f" {key}:" if i else f"{key}:")
        _dump(value[key], pieces)
    pieces.append("]")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return "(string)" + value
    if value is None:
        return "(interface {})<nil>"
    if isinstance(value, bool):
        return "(bool)true" if value else "(bool)false"
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return f"(int64){value}"
    return "(float64)" + go_float(float(value))
