"""What a generated fleet consists of: a few numbers and a seed decide everything, names, values and classes alike.

A fleet is `applications` × `components`, each component a web service with `traits`, placed in `clusters` that fall
into `classes`; an override gives the components of a class images of their own. The same fleet is written for velac
by `corpus`, and for kustomize and helm by `peer_forms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

REGISTRY: Final = "registry.example.com"
NAMESPACE: Final = "fleet"
_DIFFERENT_TRAITS: Final = 7
_OBJECTS_OF_COMPONENT: Final = 2
"""A Deployment and a Service."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The size of a fleet. Without clusters the Applications have no policies and land in `local`.

    `shared` overrides stand alone and change all components of all Applications by an added `env` trait; the others
    are part of each Application and give each component an image. `salt` changes the values, and nothing else.
    """

    name: str
    applications: int = 1
    components: int = 5
    traits: int = 2
    clusters: int = 0
    classes: int = 0
    shared: bool = False
    seed: int = 1
    salt: str = ""

    def __post_init__(self) -> None:
        if self.classes > self.clusters or (self.clusters and not self.classes):
            raise ValueError(f"{self.name}: {self.classes} classes of {self.clusters} clusters")
        if self.clusters and self.traits > _DIFFERENT_TRAITS:
            # An override gives all traits of one type the properties of the last one, as upstream does.
            raise ValueError(f"{self.name}: {self.traits} traits, some of one type, and overrides")

    def digest(self, *words: object) -> str:
        """16 hexadecimal digits that depend on the words, the seed and the salt."""
        text = "/".join(map(str, (self.seed, self.salt, *words)))
        return blake2b(text.encode(), digest_size=8).hexdigest()

    def pick(self, below: int, *words: object) -> int:
        """A number that depends on the words and the seed, but not on the salt: sizes and shapes stay the same."""
        text = "/".join(map(str, (self.seed, *words)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % below

    @property
    def app_names(self) -> list[str]:
        """The names of the Applications."""
        return [f"app-{index}" for index in range(self.applications)]

    @property
    def cluster_names(self) -> list[str]:
        """The names of the clusters; `cluster-<i>` is of class `i % classes`."""
        return [f"cluster-{index}" for index in range(self.clusters)]

    def class_of(self, cluster: int) -> int:
        """The class of a cluster given by its position."""
        return cluster % self.classes

    @property
    def places(self) -> int:
        """How many clusters every Application reaches."""
        return self.clusters or 1

    @property
    def objects(self) -> int:
        """How many objects a build writes, over all clusters."""
        made = _OBJECTS_OF_COMPONENT + sum(objects for _, _, objects in traits_of(self, "", ""))
        return self.applications * self.components * made * self.places

    def image(self, app: str, component: str, group: int | str = "base") -> str:
        """The image of a component in the clusters of a class."""
        tag = self.digest("image", app, component, group)[:12]
        return f"{REGISTRY}/{app}/{component}:{tag}"


@dataclass(frozen=True, slots=True)
class Part:
    """A component of one Application, in the words of its definition."""

    app: str
    name: str
    port: int
    env: dict[str, str]
    cpu: str
    memory: str
    traits: tuple[tuple[str, dict[str, Any]], ...]


def parts_of(fleet: Fleet, app: str) -> Iterator[Part]:
    """The components of an Application."""
    index = app.removeprefix("app-")
    for number in range(fleet.components):
        # Names are unique over all Applications, as those of two Applications in one namespace have to be.
        name = f"web-{index}-{number}"
        yield Part(
            app,
            name,
            port=8000 + fleet.pick(1000, "port", name),
            env={"LEVEL": "info", "TOKEN_ID": fleet.digest("env", name)},
            cpu=("100m", "250m", "500m")[fleet.pick(3, "cpu", name)],
            memory=("128Mi", "256Mi", "1Gi")[fleet.pick(3, "memory", name)],
            traits=tuple((kind, values) for kind, values, _ in traits_of(fleet, app, name)),
        )


def traits_of(fleet: Fleet, app: str, name: str) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Type, properties and number of objects of each trait of a component; the first two make an object each."""
    low = 1 + fleet.pick(3, "min", name)
    scale = {"min": low, "max": low + 8, "cpu": {"value": 50 + fleet.pick(40, "cpu%", name)}}
    fixed: list[tuple[str, dict[str, Any], int]] = [
        ("hpa", scale, 1),
        ("storage", {"configMap": [_config(fleet, name)]}, 1),
        ("env", {"env": {"REGION": "everywhere", "BUILD": fleet.digest("build", name)}}, 0),
        ("labels", {"team": f"team-{fleet.pick(20, 'team', app)}"}, 0),
        ("annotations", {"example.com/ticket": f"T-{fleet.pick(10_000, 'ticket', name)}"}, 0),
    ]
    yield from fixed[: fleet.traits]
    for index in range(fleet.traits - len(fixed)):
        if index % 2:
            yield ("sidecar", {"name": f"side-{index}", "image": f"{REGISTRY}/side:{index}"}, 0)
        else:
            route = {"name": f"route-{index}", "domain": f"{index}.example.com", "http": {"/": 80}}
            yield ("gateway", route, 2)


def _config(fleet: Fleet, name: str) -> dict[str, Any]:
    data = {"settings.ini": f"[main]\nid = {fleet.digest('settings', name)}\n", "mode": "fast"}
    return {"name": f"{name}-config", "mountPath": "/etc/web", "data": data}


PRESETS: Final = {
    fleet.name: fleet
    for fleet in (
        Fleet("A", components=5, traits=2, clusters=2000, classes=2000),
        Fleet("B", components=100, traits=2),
        Fleet("C", applications=300, components=2, traits=5, clusters=100, classes=10, shared=True),
        Fleet("C-large", applications=3000, components=2, traits=5, clusters=100, classes=10, shared=True),
        Fleet("D", applications=100, components=2, traits=2, clusters=1000, classes=10),
        Fleet("E", applications=2, components=2, traits=2, clusters=8, classes=2),
        Fleet("F", applications=100, components=5, traits=2, clusters=100, classes=100),
        Fleet("G", components=1, traits=2),
        Fleet("H", components=5, traits=2, clusters=50, classes=50),
        Fleet("tiny", applications=2, components=2, traits=2, clusters=4, classes=2),
    )
}  # fmt: skip
"""The fleets of the cases, at full size."""

AXES: Final = ("components", "traits", "clusters", "applications", "overrides")
"""What case E makes grow, one at a time."""


def grown(fleet: Fleet, axis: str, factor: int) -> Fleet:
    """The fleet of case E with one of its numbers multiplied."""
    name = f"{fleet.name}-{axis}-{factor}"
    match axis:
        case "components":
            return replace(fleet, name=name, components=fleet.components * factor)
        case "traits":
            return replace(fleet, name=name, traits=fleet.traits * factor, clusters=0, classes=0)
        case "clusters":
            return replace(fleet, name=name, clusters=fleet.clusters * factor)
        case "applications":
            return replace(fleet, name=name, applications=fleet.applications * factor)
        case "overrides":
            # The number of clusters stays that of the largest, so that only the number of classes grows.
            return replace(fleet, name=name, clusters=128, classes=fleet.classes * factor)
    raise ValueError(axis)


def drawn_fleet(seed: int) -> Fleet:
    """A small fleet for comparisons with real tools; the seed decides about its size too."""
    draw = Fleet(f"fleet-{seed}", seed=seed)
    clusters = 1 + draw.pick(5, "clusters")
    return replace(
        draw,
        applications=1 + draw.pick(3, "applications"),
        components=1 + draw.pick(4, "components"),
        traits=draw.pick(6, "traits"),
        clusters=clusters,
        classes=1 + draw.pick(clusters, "classes"),
        shared=draw.pick(2, "shared") == 1,
    )
