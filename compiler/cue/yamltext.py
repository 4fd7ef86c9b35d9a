"""Plain data to YAML as CUE writes it (`cue export --out yaml`, `yaml.Marshal`): go-yaml v3 with two spaces.

Differs from the canonical writer: keys keep their order, lists are indented below their key, lines are never folded,
and numbers keep CUE's text. Words and forms that YAML 1.1 knows are always quoted.
"""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.package import BuiltinError
from velac.grammar.yaml_resolve import WORDS, is_text
from velac.grammar.yaml_scalar import (
    NO_FOLD,
    can_be_block,
    can_be_single,
    double_quoted,
    is_plain,
    is_printable,
    is_simple_key,
    literal,
    single_quoted,
)

_LEGACY: Final = frozenset({*WORDS, "t", "T", "f", "F", ".Nan"})
# Anything like a date, a time or a base 60 number, and hexadecimal numbers.
_DOUBTFUL: Final = re.compile(
    r"[-+0-9:. \t]+(?:[-:]|[tT])[-+0-9:. \t]+[zZ]?|0x[a-fA-F0-9]+", re.ASCII
)
_OCTAL: Final = re.compile(r"0o[-+]?[0-7]+|-0o[0-7]+")


def marshal(value: Any) -> str:
    """One document without `---`; `value` is what the engine exports (fields in order; str, bytes, int, Decimal, …)."""
    out: list[str] = []
    _node(value, 0, "", out)
    return "".join(out)


def _node(value: Any, indent: int, head: str, out: list[str]) -> None:
    """A value after `head` on its line; a collection begins there too, and is indented by `indent`."""
    if isinstance(value, dict) and value:
        pad = " " * indent
        for key, below in value.items():
            _field(head, key, below, indent, out)
            head = pad
    elif isinstance(value, list) and value:
        pad = " " * indent
        for item in value:
            _node(item, indent + 2, head + "- ", out)
            head = pad
    else:
        out.append(head + _scalar(value, max(indent, 2)))


def _field(head: str, key: str, value: Any, indent: int, out: list[str]) -> None:
    text = _text(key, indent + 2)
    simple = is_simple_key(key)
    head += f"{text}:" if simple else f"? {_ended(text)}{' ' * indent}:"
    if not isinstance(value, (dict, list)) or not value:
        out.append(f"{head} {_scalar(value, indent + 2)}")
    elif simple:
        out.append(head + "\n")
        _node(value, indent + 2, " " * (indent + 2), out)
    else:
        _node(value, indent + 2, head + " ", out)


def _scalar(value: Any, indent: int) -> str:
    """A scalar or empty collection to the end of its last line."""
    return _ended(_value(value, indent))


def _ended(text: str) -> str:
    return text if text[-1:] == "\n" else text + "\n"


def _value(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return _text(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        if type(value) is number.NonFinite:
            raise BuiltinError(f"{value} is no number that YAML data can hold")
        return number.text(value)
    if isinstance(value, (bytes, bytearray)):
        return f"!!binary {_binary(bytes(value), indent)}".rstrip(" ")
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    raise TypeError(f"{type(value).__name__} cannot be written as YAML")


def _text(text: str, indent: int) -> str:
    if "\n" in text:
        if can_be_block(text, tabs=True):
            block = literal(text, indent)
            # go-yaml v3 loses the first line break of a block that begins with one.
            return block.replace("\n\n", "\n", 1) if text[0] == "\n" else block
    elif _must_quote(text):
        return double_quoted(text, indent, NO_FOLD)
    elif is_plain(text) and is_printable(text):
        return text
    elif can_be_single(text):
        return single_quoted(text, indent, NO_FOLD)
    return double_quoted(text, indent, NO_FOLD)


def _must_quote(text: str) -> bool:
    """Whether a YAML 1.1 reader, or go-yaml, could take the text for something else."""
    if text in _LEGACY or not is_text(text):
        return True
    if _DOUBTFUL.fullmatch(text) is not None:
        return True
    return text[0] in "-0" and _OCTAL.fullmatch(text.replace("_", "")) is not None


def _binary(value: bytes, indent: int) -> str:
    """Base64; upstream picks the style by the raw text, so that a line break in it gives a literal block."""
    encoded = base64.b64encode(value).decode()
    try:
        block = "\n" in value.decode()
    except UnicodeDecodeError:
        block = len(encoded) > 70
    return literal(encoded, indent) if block and encoded else encoded
