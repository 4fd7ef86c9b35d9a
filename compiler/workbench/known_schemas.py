"""Parameter schemas of the definitions that Applications use, each made once, when a backend asks for it."""

from __future__ import annotations

from typing import Any, final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR
from velac.compiler.load.definition import Definition
from velac.compiler.lower.resolve import Resolver


@final
class KnownSchemas:
    """See the module."""

    __slots__ = ("_found", "_resolver")

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._found: dict[int, tuple[Definition, dict[str, Any] | None]] = {}

    def __call__(self, app: AppIR, kind: str, type_: str) -> dict[str, Any] | None:
        """The JSON Schema of `parameter`, as the Application finds the type; None where there is none to be had."""
        definition = self._resolver.for_app(app).find(kind, type_)
        if definition is None:
            return None
        if id(definition) not in self._found:
            self._found[id(definition)] = definition, _schema_of(definition)
        return self._found[id(definition)][1]


def _schema_of(definition: Definition) -> dict[str, Any] | None:
    from velac.compiler.workbench.schema import parameter_schema

    try:
        return parameter_schema(definition)
    except Rejected:
        return None  # it needs more than its own text, such as a package from a file
