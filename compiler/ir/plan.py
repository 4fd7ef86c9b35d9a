"""The level of the fleet: which variant of which component goes to which class of clusters.

A class is a set of clusters that receive equal slots from an Application; everything is decided per class, so the
plan grows with classes, not with clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import final

from velac.compiler.ir.app import AppIR, Component, Deployment, Policy
from velac.grammar.node import node


@final
@node
class Slot:
    """One deploying step as one class sees it. An empty namespace leaves the objects' own."""

    deployment: Deployment
    namespace: str
    wave: int


@final
@node
class ClusterClass:
    """Clusters of one Kubernetes version that receive the same slots, in workflow order."""

    clusters: tuple[str, ...]
    version: str
    slots: tuple[Slot, ...]


@final
@node
class ComponentVariant:
    """One way of rendering a component: what is rendered, with which context.

    `cluster` and `version` are empty where the templates do not read them, so that classes share the variant.
    """

    component: Component
    namespace: str
    version: str
    cluster: str


@final
@node
class AppPlan:
    """One Application over the fleet: its classes, and its custom policies, whose objects go to `local`."""

    app: AppIR
    classes: tuple[ClusterClass, ...]
    policies: tuple[Policy, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)
    """The traits that are dispatched apart from their workload, by type: `PreDispatch` or `PostDispatch`."""
    piece: int = 0
    pieces: int = 1
    """Which one of how many parts of an Application that several processes share this is, counted from 0."""


@final
@node
class Plan:
    """All Applications, ordered by namespace and name, and the names of all clusters, `local` first."""

    apps: tuple[AppPlan, ...]
    clusters: tuple[str, ...]
