"""Plug-ins found through entry points: an entry point names a module or a package whose modules are scanned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final, TypeVar

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.entry_points import entry_points
from velac.compiler.ir.backend import BackendSpec
from velac.compiler.pipeline import PassSpec, pass_order

T = TypeVar("T")
_PASSES: Final = "velac.passes"
_BACKENDS: Final = "velac.backends"


def load_passes() -> tuple[PassSpec, ...]:
    """All installed passes in the order in which they run; raises Rejected (V902) for one that cannot be loaded."""
    return pass_order(_specs(_PASSES, "PASS", PassSpec))


def load_backends() -> dict[str, BackendSpec]:
    """All installed backends by name; raises Rejected (V902) for one that cannot be loaded."""
    return {spec.name: spec for spec in _specs(_BACKENDS, "BACKEND", BackendSpec)}


def own_backend(name: str) -> BackendSpec | None:
    """The backend of a name where only ours are installed, without loading the others; else None."""
    packages = dict.fromkeys(value for _, value in entry_points(_BACKENDS))
    if len(packages) == 1 and name.replace("-", "").isalnum():
        module = f"{next(iter(packages))}.{name.replace('-', '_')}"
        # What goes wrong here goes wrong below, where it is told.
        with suppress(Exception):
            spec = getattr(import_module(module), "BACKEND", None)
            if isinstance(spec, BackendSpec) and spec.name == name:
                return spec
    return None


def _specs(group: str, attribute: str, wanted: type[T]) -> Iterator[T]:
    for value in dict.fromkeys(value for _, value in entry_points(group)):
        try:
            for module in _modules(value):
                spec = getattr(module, attribute, None)
                if isinstance(spec, wanted):
                    yield spec
                elif spec is not None:
                    raise TypeError(f"{module.__name__}.{attribute} is not a {wanted.__name__}")
        except Exception as error:
            # Whatever a stranger's module does while it is imported, the user has to hear of it.
            text = f"the entry point `{value}` of `{group}` cannot be loaded: {error}"
            raise Rejected(Diagnostic("V902", text)) from error


def _modules(name: str) -> Iterator[ModuleType]:
    module = import_module(name)
    yield module
    for found in iter_modules(getattr(module, "__path__", ())):
        yield import_module(f"{name}.{found.name}")
