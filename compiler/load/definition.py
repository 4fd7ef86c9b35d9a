"""X-Definitions as data: what a ComponentDefinition, TraitDefinition, … says, and its CUE template as a tree."""

from __future__ import annotations

from typing import Final, final

from velac.compiler.ir.values import Json
from velac.grammar import ast
from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span

COMPONENT: Final = "component"
TRAIT: Final = "trait"
POLICY: Final = "policy"
STEP: Final = "workflow-step"
WORKLOAD: Final = "workload"

KINDS: Final = {
    COMPONENT: "ComponentDefinition",
    TRAIT: "TraitDefinition",
    POLICY: "PolicyDefinition",
    STEP: "WorkflowStepDefinition",
    WORKLOAD: "WorkloadDefinition",
}
"""The `type` of a single-file definition and the kind of the object it stands for."""

TYPES: Final = {kind: type_ for type_, kind in KINDS.items()}


@final
@node
class Definition:
    """One definition. `name` is `type-vN` for a DefinitionRevision; `spec` is that of the object without schematic.

    `template` holds the imports and the body of the template; it is None for a definition whose schematic is
    `terraform` or `jinja`.
    """

    type: str
    name: str
    template: ast.File | None
    spec: dict[str, Json]
    labels: dict[str, str]
    annotations: dict[str, str]
    terraform: dict[str, Json] | None = None
    span: Span = NO_SPAN
    jinja: dict[str, Json] | None = None
    module: str = ""
    """The directory of this repository that stands for the address of its Terraform module, or ""."""

    @property
    def kind(self) -> str:
        """The kind of the object, `ComponentDefinition` and so on."""
        return KINDS[self.type]

    @property
    def workload_ref_path(self) -> str:
        """Field path at which a trait's resources want a reference to the workload; empty for none."""
        return str(self.spec.get("workloadRefPath") or "")

    @property
    def manage_workload(self) -> bool:
        """Whether a trait takes the workload over, so that the component's own output is not shipped."""
        return bool(self.spec.get("manageWorkload"))

    @property
    def control_plane_only(self) -> bool:
        """Whether a trait's resources stay in the control plane, whatever the topology says."""
        return bool(self.spec.get("controlPlaneOnly"))

    @property
    def stage(self) -> str:
        """`PreDispatch`, `DefaultDispatch` or `PostDispatch`."""
        return str(self.spec.get("stage") or "DefaultDispatch")

    @property
    def is_terraform(self) -> bool:
        """Whether components of this type are Terraform configurations (vela pkg/appfile/template.go)."""
        return self.terraform is not None or self.annotations.get("type") == "terraform"
