"""What a backend is: a pure function from manifests to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from velac.compiler.ir.manifest import ManifestSet


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """A backend: `emit(manifests, layout)` yields (relative path with `/`, content), the same for the same input.

    It reads no disk, clock or environment. `layouts` are the arrangements it knows, the default one first.
    """

    name: str
    title: str
    layouts: tuple[str, ...]
    emit: Callable[[ManifestSet, str], Iterator[tuple[str, bytes]]]
