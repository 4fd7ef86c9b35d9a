"""What a build was made of: its files and the definitions that it used, with digests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.policies import BUILTIN_POLICIES, ENGINE_STEPS
from velac.compiler.load.bundle import Bundle
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.lower.resolve import Resolver
from velac.compiler.project import Project


class Item(NamedTuple):
    """A named thing and the SHA-256 of its bytes."""

    name: str
    digest: str


class UsedDefinition(NamedTuple):
    """A definition, where it came from, and the SHA-256 of that text."""

    kind: str
    name: str
    source: str
    digest: str


def digest_of(content: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return sha256(content).hexdigest()


def used_definitions(
    plans: Iterable[AppPlan], resolver: Resolver, root: str
) -> list[UsedDefinition]:
    """The definitions of all types in the Applications, sorted; `root` is what paths are relative to."""
    found: set[UsedDefinition] = set()
    for types, own in _types_by_resolver(plans, resolver):
        definitions = ((name, own.find(kind, name)) for kind, name in types)
        found |= {_used(name, definition, root) for name, definition in definitions if definition}
    return sorted(found)


def _types_by_resolver(
    plans: Iterable[AppPlan], resolver: Resolver
) -> Iterator[tuple[set[tuple[str, str]], Resolver]]:
    """The types that Applications use, with the resolver that knows what these Applications mean by them."""
    found: dict[int, tuple[set[tuple[str, str]], Resolver]] = {}
    for plan in plans:
        app = plan.app
        own = resolver.for_app(app)
        types = found.setdefault(id(own), (set(), own))[0]
        for group in (app.components, *(d.components for d in app.deployments)):
            for component in group:
                types.add((COMPONENT, component.type))
                types.update((TRAIT, trait.type) for trait in component.traits)
        for policy in (*app.external_policies, *app.policies):
            if policy.type not in BUILTIN_POLICIES:
                types.add((POLICY, policy.type))
        for step in app.workflow.steps:
            for one in (step, *step.sub_steps):
                if one.type not in ENGINE_STEPS and not one.generated:
                    types.add((STEP, one.type))
    yield from found.values()


def _used(name: str, definition: Definition, root: str) -> UsedDefinition:
    source = definition.span.file
    digest = digest_of(source.text.encode())
    return UsedDefinition(definition.kind, name, path_below(source.name, root), digest)


def input_files(bundle: Bundle, project: Project, root: str) -> list[Item]:
    """Files with Applications, Policies, Workflows and clusters, and the project file; sorted, relative to `root`."""
    return sorted(
        Item(path_below(name, root), digest_of(_content(name)))
        for name in set(_names(bundle, project))
    )


def _names(bundle: Bundle, project: Project) -> Iterator[str]:
    for document in (*bundle.applications, *bundle.policies, *bundle.workflows):
        yield document.span(("kind",)).file.name
    for cluster in bundle.inventory.clusters.values():
        name = cluster.span.file.name
        if os.path.isfile(name):
            yield name
    if project.file:
        yield project.file
    if project.image_digests:
        yield project.image_digests


def path_below(name: str, root: str) -> str:
    """A path relative to `root`, with `/`; names of built-in definitions, `<velac>/…`, stay."""
    if name.startswith("<"):
        return name
    return os.path.relpath(name, root or ".").replace(os.sep, "/")


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
