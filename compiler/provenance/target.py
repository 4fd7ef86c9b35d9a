"""`CLUSTER/KIND/NAME[:field.path]`: what is to be explained, and where it is in the plan of a fleet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.values import Path
from velac.compiler.load.definition import Definition
from velac.compiler.lower.resolve import Resolver
from velac.compiler.manifests import cluster_version
from velac.compiler.provenance.fields import Explained, explained
from velac.compiler.render.engine import Templates
from velac.compiler.render.specialise import Place

_STEP: Final = re.compile(r'\[(\d+)\]|\["([^"]*)"\]|\.?"([^"]*)"|\.?([^.\[\]"]+)')


class NotFound(Exception):
    """There is no such cluster, object or field; the message says so and what is near."""


@final
@dataclass(frozen=True, slots=True)
class Target:
    """One object of one cluster, or one field of it."""

    cluster: str
    kind: str
    name: str
    path: Path = ()


def parse_target(text: str) -> Target | None:
    """The target that a text names; None when it is none."""
    head, _, field = text.partition(":")
    parts = head.split("/", 2)
    if len(parts) != 3 or not all(parts):
        return None
    cluster, kind, name = parts
    return Target(cluster, kind, name, parse_path(field))


def parse_path(text: str) -> Path:
    """`spec.containers[0].image`, `metadata.labels["app.oam.dev/name"]` as steps."""
    steps: list[str | int] = []
    for index, quoted, text_in_quotes, plain in _STEP.findall(text):
        steps.append(int(index) if index else quoted or text_in_quotes or plain)
    return tuple(steps)


def find_target(
    target: Target, plans: Sequence[AppPlan], clusters: Sequence[str], resolver: Resolver
) -> Explained:
    """The object, explainable. Raises NotFound, and Rejected where its component cannot be rendered."""
    if target.cluster not in clusters:
        hint = did_you_mean(target.cluster, clusters, known="clusters")
        raise NotFound(f"there is no cluster `{target.cluster}`; {hint}")
    templates = Templates()
    near: list[str] = []
    candidates = list(_candidates(target, plans))
    # Names begin with that of the component, as a rule: so look there first.
    candidates.sort(key=lambda c: not target.name.startswith(c[2].name))
    for app, place, component in candidates:
        own = resolver.for_app(app)
        definition = own.of(component)
        found = [(trait, own.of_trait(trait)) for trait in component.traits]
        traits: list[tuple[Trait, Definition]] = [(t, d) for t, d in found if d is not None]
        if definition is None or len(traits) < len(found):
            continue
        for item in explained(app, place, component, definition, tuple(traits), templates):
            kind, name = _plain(item, ("kind",)), _plain(item, ("metadata", "name"))
            if kind.lower() == target.kind.lower():
                if name == target.name:
                    return item
                near.append(name)
    hint = did_you_mean(target.name, near, known=f"objects of kind {target.kind}")
    text = f"the components of cluster `{target.cluster}` make no {target.kind} `{target.name}`"
    raise NotFound(f"{text}; {hint}" if hint else text)


def _candidates(
    target: Target, plans: Sequence[AppPlan]
) -> Iterator[tuple[AppIR, Place, Component]]:
    for plan in plans:
        for group in plan.classes:
            if target.cluster not in group.clusters:
                continue
            for slot in group.slots:
                place = Place(slot.namespace, target.cluster, cluster_version(group.version))
                for component in slot.deployment.components:
                    yield plan.app, place, component


def _plain(item: Explained, path: Path) -> str:
    try:
        value = item.value(path)
    except KeyError:
        return ""
    return str(value.value if type(value) is Leaf else value)
