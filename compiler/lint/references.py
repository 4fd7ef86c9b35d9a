"""What a pod refers to by name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.values import Path
from velac.compiler.lint.object_view import Container, Pod


def references(pod: Pod, what: str) -> Iterator[tuple[Path, str]]:
    """The names of the `secret`s or `configMap`s that a pod cannot start without, with their paths in its spec."""
    field = "secretName" if what == "secret" else "name"
    for path, volume in pod.items("volumes"):
        yield from _named(volume.get(what), (*path, what), field)
        for part, source in pod.items(*path, "projected", "sources"):
            yield from _named(source.get(what), (*part, what), "name")
    for box in pod.containers():
        yield from _of_container(box, what)


def _of_container(box: Container, what: str) -> Iterator[tuple[Path, str]]:
    for path, item in box.items("envFrom"):
        yield from _named(item.get(f"{what}Ref"), (*box.path, *path, f"{what}Ref"), "name")
    for path, item in box.items("env"):
        source = item.get("valueFrom")
        key = f"{what}KeyRef"
        if isinstance(source, dict):
            yield from _named(source.get(key), (*box.path, *path, "valueFrom", key), "name")


def _named(data: object, path: Path, field: str) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict) and isinstance(data.get(field), str) and not data.get("optional"):
        yield (*path, field), data[field]
