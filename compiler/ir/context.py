"""What a pass may ask and where it reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.compiler.ir.app import Policy, Workflow
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.policies import DEFAULT_STAGE
from velac.grammar.record import slotted
from velac.grammar.source import Span


@slotted
class Context:
    """Facts of the whole build. `policies` and `workflows` are the standalone objects by (namespace, name)."""

    inventory: Inventory = field(default_factory=Inventory)
    policies: Mapping[tuple[str, str], Policy] = field(default_factory=dict)
    workflows: Mapping[tuple[str, str], Workflow] = field(default_factory=dict)
    is_terraform: Callable[[str], bool] = lambda _: False
    stage_of: Callable[[str], str] = lambda _: DEFAULT_STAGE
    """When the objects of a trait type are dispatched."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    memo: dict[Any, Any] = field(default_factory=dict)
    """Results that Applications share; a pass prefixes its keys with its own name."""

    def error(self, code: str, message: str, *places: Span | Label, help: str = "") -> None:
        """Report an error; a place may carry a text as a `Label`."""
        self.report(Severity.ERROR, code, message, *places, help=help)

    def warn(self, code: str, message: str, *places: Span | Label, help: str = "") -> None:
        """Report a warning."""
        self.report(Severity.WARNING, code, message, *places, help=help)

    def report(
        self, severity: Severity, code: str, message: str, *places: Span | Label, help: str = ""
    ) -> None:
        """Report a diagnostic of any severity."""
        labels = tuple(p if isinstance(p, Label) else Label(p) for p in places)
        self.diagnostics.append(Diagnostic(code, message, labels, severity, help=help))
