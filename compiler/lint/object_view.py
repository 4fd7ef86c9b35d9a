"""Rendered objects as lint rules see them: objects, the pods in them, their containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.shape import path_text
from velac.compiler.ir.values import Path
from velac.compiler.lint.rule import Finding
from velac.compiler.render.specialise import Filled
from velac.grammar.source import Span

_POD_PATHS: Final[dict[str, Path]] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        (
            "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job",
            "CloneSet", "Rollout",
        ),
        ("spec", "template"),
    ),
}  # fmt: skip
POD_KINDS: Final = frozenset(_POD_PATHS)
"""Kinds that are or make pods."""
LONG_RUNNING: Final = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "CloneSet", "Rollout"}
)
"""Kinds whose pods serve for as long as they exist."""


Locate = Callable[[Manifest, Path, Any], Span]
"""Finds the source of a field of an object, which is given as data, too."""


@final
class ObjectView:
    """One distinct object. `clusters` and `versions` are those of all clusters that get it.

    Its data is made when a rule asks for it, and kept until `release`: of a large fleet only the objects of the
    Application that is looked at are there as data.
    """

    __slots__ = (
        "_data", "_pod", "app", "clusters", "groups", "kind", "locate", "manifest", "name", "namespace", "versions",
    )  # fmt: skip

    def __init__(
        self,
        manifest: Manifest,
        app: str,
        locate: Locate,
        clusters: tuple[str, ...] = (),
        versions: tuple[str, ...] = (),
    ) -> None:
        self.manifest: Final = manifest
        self.app: Final = app
        self.locate: Final = locate
        self.clusters = clusters
        self.versions = versions
        self.groups: tuple[tuple[str, ...], ...] = (clusters,)
        """The clusters by class."""
        self.kind: Final = manifest.identity.kind
        self.name: Final = manifest.identity.name
        self.namespace: Final = manifest.identity.namespace
        self._data: dict[str, Any] | None = None
        self._pod: Pod | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The object."""
        if self._data is None:
            made = self.manifest.made
            found = made.anew() if isinstance(made, Filled) else made.object
            self._data = found if isinstance(found, dict) else {}
            at = _POD_PATHS.get(self.kind)
            if at is not None:
                spec = dig(self._data, (*at, "spec"))
                self._pod = Pod(self, at, spec) if isinstance(spec, dict) else None
        return self._data

    def release(self) -> None:
        """Forget the data; it is made again for whoever asks."""
        self._data = self._pod = None

    @property
    def pod_labels(self) -> dict[str, Any] | None:
        """The labels of the pod that this object is or makes, without making anything else; None where there is none."""
        at = _POD_PATHS.get(self.kind)
        made = self.manifest.made
        if at is None:
            return None
        if self._data is not None or not isinstance(made, Filled):
            return self._pod.labels if self.data and self._pod is not None else None
        if not isinstance(made.part((*at, "spec")), dict):
            return None
        found = made.part((*at, "metadata", "labels"))
        return found if isinstance(found, dict) else {}

    @property
    def api_version(self) -> str:
        """Its apiVersion."""
        return str(self.data.get("apiVersion") or "")

    @property
    def subject(self) -> str:
        """The Application and the object."""
        return f"{self.app}: {self.manifest.identity}"

    def at(self, *path: str | int) -> Any:
        """The value at a path; None where there is none."""
        return dig(self.data, path)

    def mapping(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path, empty where there is none."""
        found = self.at(*path)
        return found if isinstance(found, dict) else {}

    def items(self, *path: str | int) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of the list at a path, each with its own path."""
        return mappings(self.data, path)

    def finding(self, message: str, *path: str | int, help: str = "") -> Finding:
        """A finding about the field at a path."""
        span = self.locate(self.manifest, path, self.data)
        return Finding(message, span, help, (), self.subject, path_text(path), self.clusters)

    def pod(self) -> Pod | None:
        """The pod that this object is or makes."""
        return self._pod if self.data else None


@final
@dataclass(slots=True)
class Pod:
    """A pod, or the template of pods; `base` is its path in the object."""

    object: ObjectView
    base: Path
    spec: dict[str, Any]
    _containers: tuple[Container, ...] | None = field(default=None, repr=False)

    @property
    def labels(self) -> dict[str, Any]:
        """The pod's labels."""
        return self.object.mapping(*self.base, "metadata", "labels")

    @property
    def annotations(self) -> dict[str, Any]:
        """The pod's annotations."""
        return self.object.mapping(*self.base, "metadata", "annotations")

    @property
    def long_running(self) -> bool:
        """Whether pods like this one serve until they are replaced."""
        return self.object.kind in LONG_RUNNING

    def at(self, *path: str | int) -> Any:
        """A value of the spec."""
        return dig(self.spec, path)

    def items(self, *path: str | int) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a list of the spec, with paths below the spec."""
        return mappings(self.spec, path)

    def containers(self) -> tuple[Container, ...]:
        """All containers, those that start first included."""
        if self._containers is None:
            self._containers = tuple(
                Container(self, path, data, kind)
                for kind in ("initContainers", "containers", "ephemeralContainers")
                for path, data in mappings(self.spec, (kind,))
            )
        return self._containers

    def finding(self, message: str, *path: str | int, help: str = "") -> Finding:
        """A finding about a field of the spec."""
        return self.object.finding(message, *self.base, "spec", *path, help=help)


@final
@dataclass(slots=True)
class Container:
    """A container of a pod; `group` is the list it stands in."""

    pod: Pod
    path: Path
    data: dict[str, Any]
    group: str

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.data.get("name") or "?")

    @property
    def image(self) -> str:
        """Its image."""
        return str(self.data.get("image") or "")

    @property
    def main(self) -> bool:
        """Whether it runs for as long as a pod of a workload that serves."""
        return self.group == "containers" and self.pod.long_running

    def at(self, *path: str | int) -> Any:
        """A value of the container."""
        return dig(self.data, path)

    def items(self, *path: str | int) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a list of the container."""
        return mappings(self.data, path)

    def mapping(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path, empty where there is none."""
        found = self.at(*path)
        return found if isinstance(found, dict) else {}

    def security(self, name: str) -> Any:
        """A field of its securityContext, or of the pod's where it has none."""
        own = self.at("securityContext", name)
        return self.pod.at("securityContext", name) if own is None else own

    def security_place(self, name: str) -> Path:
        """The path, below the container, of what `security` returns."""
        return ("securityContext", name)

    def finding(self, message: str, *path: str | int, help: str = "") -> Finding:
        """A finding about a field of the container."""
        return self.pod.finding(message, *self.path, *path, help=help)


def dig(data: Any, path: Path) -> Any:
    """The value at a path of plain data; None where there is none."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and -1 < step < len(data):
            data = data[step]
        else:
            return None
    return data


def mappings(data: Any, path: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The mappings of the list at `path`, each with its own path."""
    found = dig(data, path)
    if not isinstance(found, list):
        return []
    return [((*path, index), item) for index, item in enumerate(found) if isinstance(item, dict)]


def words_of(value: Any) -> list[str]:
    """The texts of a list; none of what is no list, and nothing else of one."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def texts_of(items: Iterable[tuple[Path, dict[str, Any]]], key: str) -> set[str]:
    """The texts that mappings of a list have at a key."""
    return {found for _, item in items if isinstance(found := item.get(key), str)}
