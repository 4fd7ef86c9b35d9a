"""The level of one Application as its author thinks of it: components, traits, policies, workflow steps.

`lower` makes an `AppIR` from a loaded Application; the passes of this level fill `workflow.steps` (the default
workflow), `deployments` (which components go where, by which step), `edges` and `waves`. Names follow upstream.
Every node has `origin`, the object it was read from, so that a place is looked up only when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import final

from velac.compiler.ir.rules import NO_RULES, RuleSet
from velac.compiler.ir.values import EMPTY, Json, Values
from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span


@final
@node
class Trait:
    """`properties` is None when the author gave none (or null)."""

    type: str
    properties: Values | None = None
    origin: Values = EMPTY


@final
@node
class Input:
    """A value that a component or step takes from another one's output; `name` is upstream's `from`."""

    name: str
    parameter_key: str
    origin: Values = EMPTY


@final
@node
class Output:
    """A value that a component or step hands on; `value_from` is a path (component) or CUE expression (step)."""

    name: str
    value_from: str
    origin: Values = EMPTY


@final
@node
class Component:
    """One component, as written or after overrides and replication."""

    name: str
    type: str
    properties: Values | None = None
    traits: tuple[Trait, ...] = ()
    depends_on: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    replica_key: str = ""
    external_revision: str = ""
    origin: Values = EMPTY


@final
@node
class TraitPatch:
    """A trait inside an override."""

    type: str
    properties: Values | None = None
    disable: bool = False
    origin: Values = EMPTY


@final
@node
class ComponentPatch:
    """A component inside an override; `name` is a pattern, empty for all components (of `type`)."""

    name: str = ""
    type: str = ""
    properties: Values | None = None
    traits: tuple[TraitPatch, ...] = ()
    external_revision: str = ""
    origin: Values = EMPTY


@final
@node
class Override:
    """The decoded properties of an override policy; a `selector` of None keeps all components."""

    name: str
    components: tuple[ComponentPatch, ...] = ()
    selector: tuple[str, ...] | None = None
    origin: Values = EMPTY


@final
@node
class Policy:
    """A policy of the Application, or a standalone Policy object that a deploy step names (`external`)."""

    name: str
    type: str
    properties: Values | None = None
    external: bool = False
    origin: Values = EMPTY


@final
@node
class Step:
    """A workflow step; `condition` is upstream's `if`. Sub-steps never have sub-steps."""

    name: str
    type: str
    properties: Values | None = None
    condition: str = ""
    timeout: str = ""
    depends_on: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    mode: str = ""
    sub_steps: tuple[Step, ...] = ()
    generated: bool = False
    skip: bool = False
    """Whether its condition is known to be false."""
    origin: Values = EMPTY


@final
@node
class Workflow:
    """Steps and how they run; `present` tells an absent workflow from an empty one, which changes the mode."""

    present: bool = False
    ref: str = ""
    mode: str = ""
    sub_mode: str = ""
    steps: tuple[Step, ...] = ()
    origin: Values = EMPTY
    waves: Mapping[str, int] = field(default_factory=dict)
    """The wave of each step and sub-step by name; steps of one wave may run side by side."""


@final
@node
class Target:
    """Clusters that receive something in one namespace; an empty namespace leaves the objects' own."""

    namespace: str
    clusters: tuple[str, ...]


@final
@node
class Deployment:
    """What one deploying step does: these components to these targets, after an optional manual gate."""

    step: Step
    policies: tuple[Policy, ...] = ()
    components: tuple[Component, ...] = ()
    targets: tuple[Target, ...] = ()
    gate: bool = False
    parallelism: int = 5
    ignore_terraform: bool = True
    wave: int = 0
    objects: tuple[Values, ...] = ()
    """Objects that the step applies as they are written."""


@final
@node
class Edge:
    """`before` has to be there before `after`, because of a dependsOn or of a value handed over."""

    before: str
    after: str
    why: str


@final
@node
class AppIR:
    """One Application. `raw` is the object as read (for `context.components` and the like)."""

    name: str
    namespace: str
    components: tuple[Component, ...]
    policies: tuple[Policy, ...] = ()
    workflow: Workflow = Workflow()
    labels: Values = EMPTY
    annotations: Values = EMPTY
    raw: Json = None
    external_policies: tuple[Policy, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    edges: tuple[Edge, ...] = ()
    waves: tuple[tuple[str, ...], ...] = ()
    rules: RuleSet = NO_RULES
    origin: Values = EMPTY
    custom: Json = None
    """`context.custom`, which Application-scoped policies hand on to templates; None without any."""
    revision: str = ""
    """`NAME-vN` where revisions are kept."""
    revision_number: int = 0
    pinned: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    """Definitions that the revision fixes, by kind and type as written."""

    @property
    def label(self) -> str:
        """`namespace/name`, as messages call an Application."""
        return f"{self.namespace or 'default'}/{self.name}"

    @property
    def name_span(self) -> Span:
        """Where the Application's name was written."""
        return self.origin.span(("metadata", "name")) if self.origin.sources else NO_SPAN
