"""Labels of fields: hidden ones and definitions are marked, so that they differ from quoted ones."""

from __future__ import annotations

from typing import Final

HIDDEN: Final = "\x01"
"""First character of the labels of hidden fields and definitions, so that they differ from quoted ones."""


def is_regular(label: str | int) -> bool:
    """Whether a label is that of a field that is exported."""
    return type(label) is int or label[:1] != HIDDEN  # type: ignore[index]


def is_definition_label(label: str) -> bool:
    """Whether a label is that of a definition, `#D` or `_#D`."""
    return label[:2] == "\x01#" or label[:3] == "\x01_#"


def label_text(label: str | int) -> str:
    """A label as CUE writes it in a path."""
    if type(label) is int:
        return str(label)
    assert isinstance(label, str)
    if label[:1] == HIDDEN:
        return label[1:].split("\x02")[0]
    if (
        label
        and (label[0].isalpha() or label[0] in "_$")
        and all(c.isalnum() or c in "_$" for c in label)
    ):
        return label
    return '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
