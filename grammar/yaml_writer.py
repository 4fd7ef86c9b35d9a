"""Plain data to canonical YAML: the text that sigs.k8s.io/yaml, and so kubectl and vela, print.

Keys are sorted in go-yaml's natural order, lists stand below their key without further indentation, every document
ends with one line break. Manifests and the text of `velac dry-run` are both written here.

`template` writes data that holds placeholders (values of a class the caller names) and leaves a `Hole` for each, so
that the same manifest can be written many times by filling strings in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cmp_to_key, lru_cache
from typing import Any, Final, TypeAlias, final

from velac.grammar.yaml_scalar import WIDTH, key_text, number_text, one_line, text_line

Plain: TypeAlias = str | int | float | Decimal | bool | None

# Keys of these characters sort as plain strings do.
_UNNATURAL: Final = re.compile(r"[^A-Za-z./-]")
_SHORT: Final = 256
_PADS: Final = tuple(" " * width for width in range(256))


@final
class Hole:
    """The place of a placeholder: where its text begins, and how far its collection is indented."""

    __slots__ = ("column", "indent", "value")

    def __init__(self, value: Any, indent: int, column: int) -> None:
        self.value: Final = value
        self.indent: Final = indent
        self.column: Final = column

    def line(self, value: Plain) -> str:
        """The text of `value` in this place, to the end of its (last) line."""
        return scalar_line(value, self.indent, self.column)


Template: TypeAlias = tuple[str | Hole, ...]


def emit(obj: Any) -> str:
    """One document, without `---`.

    `obj` is made of dict (with str keys), list, tuple, str, int, float, Decimal, bool and None; anything else raises
    TypeError. A number is written as Go does after JSON: `1.0` is `1`, `1000000.5` is `1.0000005e+06`.
    """
    return "".join(_Writer((), []).document(obj))


def emit_documents(objs: Iterable[Any]) -> str:
    """Documents separated by `---`."""
    return "---\n".join(map(emit, objs))


def template(obj: Any, holes: type | tuple[type, ...]) -> Template:
    """A document whose values of the classes `holes` are left out: texts and holes in the order of the output."""
    parts: list[str | Hole] = []
    texts: list[str] = []
    for piece in _Writer(holes, []).document(obj):
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            parts.append("".join(texts))
            texts = []
        parts.append(piece)
    if texts:
        parts.append("".join(texts))
    return tuple(parts)


def fill(parts: Template, values: Sequence[Plain]) -> str:
    """The document of a template with `values` in its holes, in their order."""
    source = iter(values)
    return "".join([part if isinstance(part, str) else part.line(next(source)) for part in parts])


def scalar_line(value: Plain, indent: int, column: int) -> str:
    """A scalar as a value that begins at `column`, with the line break that ends it (see `text_line`)."""
    kind = type(value)
    if kind is str:
        return text_line(value, indent, column)  # type: ignore[arg-type]
    if value is None:
        return "null\n"
    if kind is bool:
        return "true\n" if value else "false\n"
    if isinstance(value, str):
        return text_line(str(value), indent, column)
    if isinstance(value, (int, float, Decimal)):
        return number_text(value) + "\n"
    raise TypeError(f"{kind.__name__} cannot be written as YAML")


@final
class _Writer:
    """One document. `out` grows by pieces; the first piece of a collection is a string that begins with its indentation."""

    __slots__ = ("holes", "out")

    def __init__(self, holes: type | tuple[type, ...], out: list[str | Hole]) -> None:
        self.holes = holes
        self.out = out

    def document(self, obj: Any) -> Any:
        """The pieces of the whole document."""
        if isinstance(obj, dict) and obj:
            self.mapping(obj, 0)
        elif isinstance(obj, (list, tuple)) and obj:
            self.sequence(obj, 0)
        else:
            self.leaf("", obj, 0, 0)
        return self.out

    def mapping(self, obj: dict[str, Any], indent: int) -> None:
        append = self.out.append
        for key, head, simple in _heads(tuple(obj), indent):
            value = obj[key]
            kind = type(value)
            if kind is str:
                line = one_line(value) if len(value) <= _SHORT else None
                column = len(head) + 1 if simple else indent + 2
                if line is not None and (column + len(line) <= WIDTH or " " not in line):
                    append(f"{head} {line}\n")
                else:
                    append(f"{head} {text_line(value, indent, column)}")
            elif not simple:
                self.after_complex_key(head, value, indent)
            elif kind is dict and value:
                append(head + "\n")
                self.mapping(value, indent + 2)
            elif kind is list and value:
                append(head + "\n")
                self.sequence(value, indent)
            else:
                self.other(head, value, indent)

    def sequence(self, items: Sequence[Any], indent: int) -> None:
        out = self.out
        pad = _pad(indent)
        dash = pad + "- "
        for value in items:
            kind = type(value)
            if kind is str:
                line = one_line(value) if len(value) <= _SHORT else None
                if line is not None and (indent + 2 + len(line) <= WIDTH or " " not in line):
                    out.append(f"{dash}{line}\n")
                else:
                    out.append(dash + text_line(value, indent, indent + 2))
            elif isinstance(value, (dict, list, tuple)) and value:
                self.inline(dash, value, indent)
            else:
                self.leaf(dash, value, indent, indent + 2)

    def inline(self, head: str, value: Any, indent: int) -> None:
        """A collection that begins on the line of `head`, which is as long as the collection is indented."""
        out = self.out
        first = len(out)
        if isinstance(value, dict):
            self.mapping(value, indent + 2)
        else:
            self.sequence(value, indent + 2)
        piece = out[first]
        assert isinstance(piece, str)
        out[first] = head + piece[indent + 2 :]

    def after_complex_key(self, head: str, value: Any, indent: int) -> None:
        if isinstance(value, (dict, list, tuple)) and value:
            self.inline(head + " ", value, indent)
        else:
            self.leaf(head + " ", value, indent, indent + 2)

    def other(self, head: str, value: Any, indent: int) -> None:
        """Subclasses and tuples, empty collections and scalars that are not strings."""
        if isinstance(value, dict) and value:
            self.out.append(head + "\n")
            self.mapping(value, indent + 2)
        elif isinstance(value, (list, tuple)) and value:
            self.out.append(head + "\n")
            self.sequence(value, indent)
        else:
            self.leaf(head + " ", value, indent, len(head) + 1)

    def leaf(self, head: str, value: Any, indent: int, column: int) -> None:
        if type(value) is int and -(2**63) <= value < 2**63:
            self.out.append(f"{head}{value}\n")
        elif isinstance(value, dict):
            self.out.append(head + "{}\n")
        elif isinstance(value, (list, tuple)):
            self.out.append(head + "[]\n")
        elif isinstance(value, self.holes):
            self.out += head, Hole(value, indent, column)
        else:
            self.out.append(head + scalar_line(value, indent, column))


def _pad(indent: int) -> str:
    return _PADS[indent] if indent < len(_PADS) else " " * indent


@lru_cache(maxsize=1 << 14)
def _heads(keys: tuple[str, ...], indent: int) -> tuple[tuple[str, str, bool], ...]:
    """The keys in output order, each with its text from the start of the line to the colon."""
    pad = _pad(indent)
    heads = []
    for key in natural_order(keys):
        text, simple = key_text(key, indent)
        heads.append((key, pad + text, simple))
    return tuple(heads)


def natural_order(keys: Iterable[str]) -> list[str]:
    """Keys as go-yaml sorts them: other characters before digits before letters, runs of digits by their value.

    Upstream's comparison has cycles (`x1a` < `x2` < `x12` < `x1a`), where its result depends on chance; here it is
    the same for every order of the input.
    """
    ordered = sorted(keys)
    if any(map(_UNNATURAL.search, ordered)):
        ordered.sort(key=_natural_key)
    return ordered


def _natural_compare(one: str, two: str) -> int:
    at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
    if at is None:
        return len(one) - len(two)
    a, b = one[at], two[at]
    if a.isalpha() or b.isalpha():
        if a.isalpha() and b.isalpha():
            return ord(a) - ord(b)
        return 1 if a.isalpha() else -1
    in_number = 0
    if "0" in (a, b):
        before = one[:at]
        run = before[len(before.rstrip("0123456789")) :]
        in_number = 1 if run.strip("0") else 0
    value, end = _digits(one, at, in_number)
    other, other_end = _digits(two, at, in_number)
    return value - other or end - other_end or ord(a) - ord(b)


_natural_key: Final = cmp_to_key(_natural_compare)


def _digits(text: str, start: int, value: int) -> tuple[int, int]:
    """The number that begins at `start`, in 64 bits as Go counts, and where it ends."""
    end = start
    while end < len(text) and unicodedata.category(text[end]) == "Nd":
        value = value * 10 + ord(text[end]) - 48
        end += 1
    return (value + 2**63) % 2**64 - 2**63, end
