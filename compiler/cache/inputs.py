"""What a build reads, by content: the files that hold nothing but Applications, each on its own, and all the rest.

What becomes of an Application depends on its file, on everything that is no Application (the surroundings: policies,
definitions, the inventory, settings) and on velac; not on other Applications. Which files are which is known from an
earlier build by their content.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from hashlib import sha256
from stat import S_ISREG
from typing import Any, Final, TypeAlias, final

import orjson

from velac.compiler.ir.clusters import INVENTORY_FILE
from velac.compiler.load.files import MAX_BYTES, Files, InputFile
from velac.compiler.options import Options
from velac.compiler.project import MODULE_SUFFIXES, Project
from velac.compiler.store.identity import identity
from velac.compiler.store.store import Store, digest_of
from velac.grammar.record import record

_KIND: Final = "sorts"
OPTIONS: Final = frozenset(
    ("paths", "definitions", "clusters", "backends", "layout", "kubernetes_version", "verify",
     "labels", "project", "store")
)  # fmt: skip
PROJECT: Final = frozenset(
    ("applications", "definitions", "inventory", "kubernetesVersion", "output", "backends",
     "labels", "strictness", "compat", "secrets", "imageDigests", "charts", "terraform", "lint")
)  # fmt: skip
"""The options and project settings whose effect on what a build reads is known here; others are built without us."""

_MANY: Final = 20_000
"""Files of charts or modules; a build with more is made without us."""

Sorts: TypeAlias = dict[str, list[tuple[str, str]] | None]
"""Namespaces and names of the Applications by digest of the content; None for content that holds anything else."""


@final
@record
class Unit:
    """A file that holds nothing but Applications; each has a key that says everything its output depends on.

    One of unknown content, which nobody has sorted yet, has no keys.
    """

    name: str
    real: str
    keys: Mapping[tuple[str, str], str]
    """By namespace and name of the Application."""


@final
@record
class Inputs:
    """The files of one build. `surroundings` is the digest of all that every unit depends on."""

    surroundings: str
    units: tuple[Unit, ...]
    contents: Mapping[str, str]
    """The digest of every file below the paths, by name."""
    everything: str
    """Digest of all that was looked at, however it is sorted."""

    @property
    def key(self) -> str:
        """What the output of the whole build depends on."""
        return digest_of(self.surroundings, [sorted(unit.keys.values()) for unit in self.units])

    def key_of(self, name: str, app: tuple[str, str]) -> str:
        """The key of an Application of a file."""
        return _app_key(self.surroundings, name, self.contents[name], app)


def digest_of_inputs(options: Options) -> str:
    """The digest of everything that a build reads; empty where that cannot be said beforehand."""
    inputs = read_inputs(options, Store())
    return inputs.everything if inputs is not None else ""


def read_inputs(options: Options, store: Store, sorts: Sorts | None = None) -> Inputs | None:
    """Look at everything that a build reads; None where something is wrong, or not known to us.

    Without `sorts` files are sorted as an earlier build has found them.
    """
    project = options.project
    settings: Any = project.values.data or {}
    if settings.keys() - PROJECT or {item.name for item in fields(options)} - OPTIONS:
        return None
    if sorts is None:
        sorts = read_sorts(options, store)
    files = Files()
    own = [os.path.join(path, INVENTORY_FILE) for path in options.paths if os.path.isdir(path)]
    own = [path for path in own if os.path.isfile(path)]
    files.seen.update(map(os.path.realpath, own))
    inventories = [options.clusters] if options.clusters is not None else own
    around: list[tuple[str, str, str]] = []
    single = [project.file, project.image_digests]
    try:
        around += [("setting", name, digest_of_file(name)) for name in single if name]
        around += _beside(project)
        around += _all("inventory", Files(), inventories)
        around += _all("definition", files, options.definitions)
        contents: dict[str, str] = {}
        found: list[tuple[InputFile, str]] = []
        for file in files.find(options.paths):
            content = contents[file.name] = digest_of_file(file.path)
            if file.suffix == ".cue" or sorts.get(content, ()) is None:
                around.append(("file", file.name, content))
            else:
                found.append((file, content))
    except OSError:
        return None
    if files.diagnostics:
        return None
    everything = digest_of([item for item in around if item[0] != "file"], contents)
    surroundings = digest_of(identity(), _options(options), around)
    units = tuple(
        Unit(
            file.name,
            os.path.realpath(file.path),
            {
                app: _app_key(surroundings, file.name, content, app)
                for app in sorts.get(content) or ()
            },
        )
        for file, content in found
    )
    return Inputs(surroundings, units, contents, everything)


def _all(role: str, files: Files, roots: Iterable[str]) -> list[tuple[str, str, str]]:
    return [(role, file.name, digest_of_file(file.path)) for file in files.find(roots)]


def _beside(project: Project) -> Iterator[tuple[str, str, str]]:
    """What only components of some types read: Terraform modules; charts, and the tool that renders them."""
    for directory in sorted(set(project.modules.values())):
        yield from _tree("module", directory, MODULE_SUFFIXES)
    if not project.charts:
        return
    yield from _tree("chart", project.charts)
    from shutil import which

    helm = which("helm")
    if helm is not None:
        status = os.stat(helm)
        yield "tool", "helm", f"{os.path.realpath(helm)} {status.st_size} {status.st_mtime_ns}"


def _tree(
    role: str, root: str, suffixes: tuple[str, ...] = ("",)
) -> Iterator[tuple[str, str, str]]:
    """Every file below a directory, in order. Raises OSError, also for what cannot be said so: links to directories."""
    count = 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in folders:
            if os.path.islink(path := os.path.join(folder, name)):
                raise OSError(path)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(suffixes):
                continue
            count += 1
            if count > _MANY or not S_ISREG(os.stat(path).st_mode):
                raise OSError(path)
            yield role, path, digest_of_file(path)


def _options(options: Options) -> list[Any]:
    """What the command line says; the project file itself is read."""
    project = options.project
    return [
        options.paths, options.definitions, options.clusters, options.backends, options.layout,
        options.kubernetes_version, options.labels, project.compat, project.directory,
    ]  # fmt: skip


def digest_of_file(path: str) -> str:
    """The digest of a file. Raises OSError, also for one that is too large."""
    with open(path, "rb", buffering=0) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(path)
    return sha256(content).hexdigest()


def _app_key(surroundings: str, name: str, content: str, app: tuple[str, str]) -> str:
    return digest_of(surroundings, name, content, app)


# ----------------------------------------------------------------------------------------------- sorts of files


def read_sorts(options: Options, store: Store) -> Sorts:
    """What an earlier build of these paths has found."""
    raw = store.get(_KIND, _sorts_key(options))
    try:
        data: Any = orjson.loads(raw) if raw is not None else {}
        return {
            content: apps and [(str(namespace), str(name)) for namespace, name in apps]
            for content, apps in data.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def keep_sorts(options: Options, store: Store, sorts: Sorts) -> None:
    """Note which contents are nothing but Applications, for the next build of these paths."""
    if read_sorts(options, store) != sorts:
        store.put(_KIND, _sorts_key(options), orjson.dumps(sorts))


def _sorts_key(options: Options) -> str:
    return digest_of(identity(), options.paths, options.definitions)
