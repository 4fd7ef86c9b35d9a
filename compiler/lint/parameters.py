"""What definitions say about their parameters."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.load.definition import Definition
from velac.grammar import ast

_DEPRECATED: Final = re.compile(r"(?i)^\s*(?:\+usage=)?\s*deprecated\b[\s,:.]*(.*)")


def deprecated_parameters(definition: Definition) -> dict[str, str]:
    """The top-level parameters whose comment begins with `deprecated`, and the rest of the comment."""
    found: dict[str, str] = {}
    decls = definition.template.decls if definition.template is not None else ()
    for decl in decls:
        if isinstance(decl, ast.Field) and _name(decl) == "parameter":
            value = decl.value
            for field in value.decls if isinstance(value, ast.StructLit) else ():
                if isinstance(field, ast.Field):
                    found |= {
                        _name(field): m[1] for line in field.doc if (m := _DEPRECATED.match(line))
                    }
    return found


def _name(field: ast.Field) -> str:
    label = field.label
    if isinstance(label, ast.Ident):
        return label.name
    return str(label.value) if isinstance(label, ast.StringLit) else ""
