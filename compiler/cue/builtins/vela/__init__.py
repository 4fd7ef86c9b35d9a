"""The `vela/*` packages: what a template may import besides CUE's own packages.

Each is a CUE file of definitions `#Name` with `#do` and `#provider`, by which the engine knows the operation, its
input in `$params` and its result in `$returns` (in `vela/op` and `vela/ql`, the first forms, both lie directly in the
operation). Upstream has two sets of them, for templates that render and for workflow steps; some names are in both and
mean different packages (`vela/kube`, `vela/http`, `vela/config`). Which template may import what is upstream's
choice too, and an import of anything else is an error there.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from velac.compiler.cue.builtins.package import Package


class Scope(StrEnum):
    """Who imports: it decides what there is to import."""

    RENDER = "render"
    """Templates of components, traits and policies."""
    POLICY = "policy"
    """Templates of policies with `scope: Application`."""
    CONFIG = "config"
    """Templates of the configuration store."""
    WORKFLOW = "workflow"
    """Templates of workflow steps."""


_STEP_PACKAGES: Final = (
    "builtin", "config", "email", "http", "kube", "metrics", "multicluster",
    "oam", "op", "ql", "query", "terraform", "time", "util",
)  # fmt: skip

_SOURCES: Final[dict[Scope, dict[str, str]]] = {
    Scope.RENDER: {
        name: f"render/{name}.cue" for name in ("base64", "config", "cue", "helm", "http", "kube")
    },
    Scope.POLICY: {name: f"render/{name}.cue" for name in ("base64", "cue", "http", "kube")},
    Scope.CONFIG: {"config": "render/config.cue"},
    Scope.WORKFLOW: {name: f"workflow/{name}.cue" for name in _STEP_PACKAGES}
    | {"helm": "render/helm.cue"},
}

_PREFIX: Final = "vela/"


def import_paths(scope: Scope) -> tuple[str, ...]:
    """The import paths that templates of this scope may use, sorted."""
    return tuple(_PREFIX + name for name in sorted(_SOURCES[scope]))


@cache
def load(path: str, scope: Scope) -> Package | None:
    """The package at an import path such as `vela/kube`, with its CUE source; None if the scope has no such package."""
    source = _SOURCES[scope].get(path.removeprefix(_PREFIX)) if path.startswith(_PREFIX) else None
    if source is None:
        return None
    from importlib.resources import files

    text = files(__name__).joinpath(source).read_text(encoding="utf-8")
    return Package(path, source=text)
