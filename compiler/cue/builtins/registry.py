"""Builtin packages by import path, loaded on first use.

Ours are the modules of this folder: `encoding/json` is `encoding_json`. Other wheels add packages under the
entry-point group `velac.builtins`, each naming a Python package to scan in the same way; they are consulted only for
paths that we do not have. A package may also be CUE source in a folder: `acme/schema` is `acme/schema.cue`. Our own
`vela/*` are not found here: which of them there are depends on who imports (see `vela/__init__.py`).
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from velac.compiler.cue.builtins.package import BuiltinError, Package

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

GROUP: Final = "velac.builtins"
_OURS: Final = "velac.compiler.cue.builtins"
_NOT_PACKAGES: Final = frozenset(("__init__", "describe", "engine", "package", "registry"))


@lru_cache(maxsize=256)
def find(path: str) -> Package | None:
    """The package of an import path, or None. BuiltinError, with the reason, for `tool/...`."""
    if path == "tool" or path.startswith("tool/"):
        raise BuiltinError(
            f'package "{path}" is for commands of the cue tool; it has no meaning in a definition'
        )
    return _load(_OURS, path) or _third_party(path)


def names() -> list[str]:
    """All import paths, sorted, for suggestions."""
    found = set(_modules(_OURS)) | set(_sources(_OURS))
    for package in _third_party_packages():
        found.update(_modules(package), _sources(package))
    return sorted(found)


def _load(package: str, path: str) -> Package | None:
    module = _module(package, path)
    if module:
        loaded = getattr(import_module(module), "PACKAGE", None)
        return loaded if isinstance(loaded, Package) else None
    source = _sources(package).get(path)
    return Package(path, source=source.read_text("utf-8")) if source else None


def _module(package: str, path: str) -> str:
    """The module of an import path, or "". It is asked for by name: listing a package loads much of the standard library."""
    stem = path.replace("/", "_")
    if "_" in path or not stem.isidentifier() or stem in _NOT_PACKAGES:
        return ""
    with suppress(ModuleNotFoundError):
        spec = find_spec(f"{package}.{stem}")
        if spec is not None and spec.submodule_search_locations is None:
            return spec.name
    return ""


@lru_cache(maxsize=32)
def _modules(package: str) -> dict[str, str]:
    """Import path to module name, from the names of the files."""
    found = {}
    for entry in _entries(package):
        stem, _, extension = entry.name.partition(".")
        if extension == "py" and stem not in _NOT_PACKAGES and not stem.startswith("_"):
            found[stem.replace("_", "/")] = f"{package}.{stem}"
    return found


@lru_cache(maxsize=32)
def _sources(package: str) -> dict[str, Traversable]:
    """Import path to CUE source, from the files in folders: `acme/schema.cue` is `acme/schema`."""
    found = {}
    for folder in _entries(package):
        if folder.is_dir() and not folder.name.startswith("_"):
            for entry in folder.iterdir():
                if entry.name.endswith(".cue"):
                    found[f"{folder.name}/{entry.name[:-4]}"] = entry
    return found


def _entries(package: str) -> list[Traversable]:
    from importlib.resources import files

    try:
        return sorted(files(package).iterdir(), key=lambda entry: entry.name)
    except (ModuleNotFoundError, FileNotFoundError, TypeError):
        return []


@lru_cache(maxsize=1)
def _third_party_packages() -> tuple[str, ...]:
    from velac.compiler.entry_points import entry_points

    found = {value for _, value in entry_points(GROUP)}
    return tuple(sorted(found - {_OURS}))


def _third_party(path: str) -> Package | None:
    for package in _third_party_packages():
        loaded = _load(package, path)
        if loaded:
            return loaded
    return None
