"""Rendered objects as lint rules see them: objects, the pods in them, their containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.shape import path_text
from velac.compiler.ir.values import Path
from velac.compiler.lint.rule import Finding
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
LONG_RUNNING: Final = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "CloneSet", "Rollout"}
)
"""Kinds whose pods serve for as long as they exist."""


@final
@dataclass(slots=True)
class ObjectView:
    """One distinct object. `clusters` and `versions` are those of all clusters that get it."""

    manifest: Manifest
    app: str
    locate: Callable[[Manifest, Path], Span]
    clusters: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    data: dict[str, Any] = field(init=False)
    """The object."""
    _pod: Pod | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Rules ask for the object and its pod again and again."""
        found = self.manifest.object
        self.data = found if isinstance(found, dict) else {}
        at = _POD_PATHS.get(self.manifest.identity.kind)
        if at is not None and isinstance(dig(self.data, (*at, "spec")), dict):
            self._pod = Pod(self, at, dig(self.data, (*at, "spec")))

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.manifest.identity.kind

    @property
    def name(self) -> str:
        """Its name."""
        return self.manifest.identity.name

    @property
    def namespace(self) -> str:
        """Its namespace, or ""."""
        return self.manifest.identity.namespace

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

    def items(self, *path: str | int) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The mappings of the list at a path, each with its own path."""
        yield from mappings(self.data, path)

    def finding(self, message: str, *path: str | int, help: str = "") -> Finding:
        """A finding about the field at a path."""
        return Finding(
            message, self.locate(self.manifest, path), help, (), self.subject, path_text(path), self.clusters
        )  # fmt: skip

    def pod(self) -> Pod | None:
        """The pod that this object is or makes."""
        return self._pod


@final
@dataclass(slots=True)
class Pod:
    """A pod, or the template of pods; `base` is its path in the object."""

    object: ObjectView
    base: Path
    spec: dict[str, Any]

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

    def items(self, *path: str | int) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The mappings of a list of the spec, with paths below the spec."""
        yield from mappings(self.spec, path)

    def containers(self) -> Iterator[Container]:
        """All containers, those that start first included."""
        for kind in ("initContainers", "containers", "ephemeralContainers"):
            for path, data in self.items(kind):
                yield Container(self, path, data, kind)

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

    def items(self, *path: str | int) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The mappings of a list of the container."""
        yield from mappings(self.data, path)

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


def mappings(data: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of the list at `path`, each with its own path."""
    found = dig(data, path)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*path, index), item
