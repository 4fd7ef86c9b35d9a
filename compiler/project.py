"""The project file `velac.yaml`: settings of a repository of Applications, found upwards from the working directory.

Every setting has a default; a directory with nothing but Applications needs no project file. Paths in it are relative
to the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.clusters import INVENTORY_FILE
from velac.compiler.ir.shape import (
    ANY,
    BOOL,
    LABELS,
    STRING,
    STRINGS,
    ListOf,
    MapOf,
    Object,
    Scalar,
    check_shape,
    one_of,
    schema_of,
    version_problem,
)
from velac.compiler.ir.values import EMPTY, Values
from velac.compiler.secret_settings import SHAPE as SECRETS
from velac.grammar.record import record
from velac.grammar.source import SourceFile

FILE_NAME: Final = "velac.yaml"
MODULE_SUFFIXES: Final = (".tf", ".tf.json")
"""Names of the files of a Terraform module."""
SEVERITIES: Final = ("error", "warning", "note", "off")
CHECKS: Final = {
    "undeclaredParameter": "a top-level parameter that the definition does not declare",
    "undeclaredNested": "a key inside a parameter that the definition does not declare",
    "unusedParameter": "a declared parameter that the template never reads",
    "conflictingTraits": "two traits of which one says that they conflict",
    "traitDoesNotApply": "a trait on a workload that it does not list",
    "unknownKind": "an object of a kind that its API group does not have",
}
"""Strictness settings: what each one judges."""

SHAPE: Final = Object(
    {
        "applications": STRINGS,
        "definitions": STRINGS,
        "inventory": STRING,
        "kubernetesVersion": Scalar("string", version_problem),
        "output": Object(
            {
                "directory": STRING,
                "layout": STRING,
                "backend": STRING,
                "backends": STRINGS,
                "record": STRING,
            },
            what="`output`",
        ),
        "backends": MapOf(ANY),
        "labels": LABELS,
        "strictness": Object(
            {name: one_of(*SEVERITIES) for name in CHECKS},
            what="`strictness`",
        ),
        "compat": BOOL,
        "secrets": SECRETS,
        "imageDigests": STRING,
        "charts": STRING,
        "terraform": Object({"modules": MapOf(STRING)}, what="`terraform`"),
        "lint": Object(
            {
                "presets": ListOf(one_of("recommended", "security", "strict")),
                "rules": MapOf(one_of(*SEVERITIES)),
                "policies": STRINGS,
                "waivers": STRING,
                "baseline": STRING,
            },
            what="`lint`",
        ),
        "revisions": Object(
            {
                "directory": STRING,
                "branch": STRING,
                "limit": Scalar("integer"),
                "definitionLimit": Scalar("integer"),
            },
            what="`revisions`",
        ),
    },
    what=f"`{FILE_NAME}`",
)


@record
class Project:
    """The settings of a repository; paths are as usable from the working directory."""

    file: str = ""
    """The project file, or "" where there is none."""
    applications: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    inventory: str | None = None
    kubernetes_version: str = ""
    directory: str = "dist"
    layout: str = ""
    wanted: tuple[str, ...] = ("plain",)
    """The backends that write the output: `output.backends`, else `output.backend`."""
    record: str = ""
    """Where the inventory of what was delivered is kept besides the output, or ""."""
    backends: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    strictness: Mapping[str, str] = field(default_factory=dict)
    compat: bool = False
    secrets: Mapping[str, Any] = field(default_factory=dict)
    image_digests: str = ""
    """A file of `image: sha256:…`, or "": images are pinned to these digests."""
    charts: str = ""
    """The directory of vendored Helm charts, or "": `helmchart` components are not rendered."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Directories that hold Terraform modules, by the address that definitions give."""
    lint: Mapping[str, Any] = field(default_factory=dict)
    revisions: Mapping[str, Any] = field(default_factory=dict)
    values: Values = EMPTY
    """The file's data with its places."""

    @property
    def root(self) -> str:
        """The directory of the project file; the working directory where there is none."""
        return os.path.dirname(self.file) or "."

    def inventory_for(self, paths: Sequence[str]) -> str | None:
        """The inventory of a build of these paths, where the project knows it.

        Without a setting it is the one beside the project file, unless a path has its own or lies outside of the project.
        """
        own = self.below(INVENTORY_FILE)
        if self.inventory or not self.file or not os.path.isfile(own):
            return self.inventory
        root = os.path.realpath(self.root)
        for path in paths:
            inside = os.path.commonpath((root, os.path.realpath(path))) == root
            if not inside or os.path.isfile(os.path.join(path, INVENTORY_FILE)):
                return None
        return own

    def below(self, path: str) -> str:
        """A path of the file as the working directory sees it."""
        return os.path.normpath(os.path.join(os.path.dirname(self.file), path))

    def settings_of(self, backend: str) -> Values | None:
        """`backends.NAME` with its places; None when nothing is said about it."""
        return self.values.at("backends", backend) if backend in self.backends else None


def find_project(start: str = ".") -> Project:
    """The project of a directory: the nearest `velac.yaml` in it or above. Raises Rejected when it is not sound."""
    here = os.path.abspath(start)
    while True:
        path = os.path.join(here, FILE_NAME)
        if os.path.isfile(path):
            return load_project(os.path.relpath(path))
        above = os.path.dirname(here)
        if above == here:
            return Project()
        here = above


def load_project(path: str) -> Project:
    """A project file. Raises Rejected with every problem in it."""
    # Most of what a small build imports is for reading YAML.
    from velac.compiler.load.documents import read_documents

    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected(Diagnostic("V104", f"cannot read `{path}`: {error}")) from None
    problems: list[Diagnostic] = []
    documents = list(read_documents(SourceFile(path, text), problems))
    if len(documents) > 1:
        second = Label(documents[1].span())
        problems.append(Diagnostic("V303", f"`{path}` holds more than one document", (second,)))
    values = documents[0] if documents else EMPTY
    if not problems:
        problems += check_shape(values, SHAPE)
    if problems:
        raise Rejected(*problems)
    return _project(path, values)


def _project(path: str, values: Values) -> Project:
    data: Mapping[str, Any] = values.data or {}
    root = os.path.dirname(path)

    def here(name: str) -> str:
        return os.path.normpath(os.path.join(root, name))

    output = data.get("output") or {}
    inventory = data.get("inventory")
    return Project(
        file=path,
        applications=tuple(here(name) for name in data.get("applications") or (".",)),
        definitions=tuple(here(name) for name in data.get("definitions") or ()),
        inventory=here(inventory) if inventory else None,
        kubernetes_version=data.get("kubernetesVersion") or "",
        directory=here(output.get("directory") or "dist"),
        layout=output.get("layout") or "",
        wanted=tuple(output.get("backends") or (output.get("backend") or "plain",)),
        record=here(output["record"]) if output.get("record") else "",
        backends=data.get("backends") or {},
        labels=data.get("labels") or {},
        strictness=data.get("strictness") or {},
        compat=bool(data.get("compat")),
        secrets=data.get("secrets") or {},
        image_digests=here(data["imageDigests"]) if data.get("imageDigests") else "",
        charts=here(data["charts"]) if data.get("charts") else "",
        modules={
            url: here(name)
            for url, name in ((data.get("terraform") or {}).get("modules") or {}).items()
        },
        lint=data.get("lint") or {},
        revisions=data.get("revisions") or {},
        values=values,
    )


# ------------------------------------------------------------------------------------------------ JSON Schema


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the project file, for editors; with the settings of installed backends."""
    from velac.compiler.registry import load_backends

    schema = schema_of(SHAPE)
    strictness = schema["properties"]["strictness"]["properties"]
    for name, text in CHECKS.items():
        strictness[name]["description"] = f"severity of {text}"
    schema["properties"]["backends"]["properties"] = {
        name: backend.schema() for name, backend in sorted(load_backends().items())
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE_NAME,
        **schema,
    }


# ----------------------------------------------------------------------------------------------------- init


def written_for(folder: str) -> str:
    """The text of a commented project file for a repository, made by looking at it."""
    found = _look(folder)
    lines = [
        "# What velac reads and writes. Every setting is optional; these are the defaults or what was found.",
        "",
        "# Where Applications, Policies and Workflows are (files or directories).",
        f"applications: [{', '.join(found.applications or ('.',))}]",
        "",
        "# Definitions that win over those found beside the Applications.",
        f"definitions: [{', '.join(found.definitions)}]",
        "",
        "# The clusters: velac's own list, or objects of ClusterProfile, ManagedCluster, Argo CD or KubeVela.",
        f"inventory: {found.inventory}" if found.inventory else "# inventory: clusters.yaml",
        "",
        "# The Kubernetes version of clusters that do not say theirs.",
        '# kubernetesVersion: "1.33"',
        "",
        "output:",
        "  directory: dist",
        "  layout: app # app, object or cluster",
        "  backend: plain # `velac backend list` names them",
        "  # record: delivered.json # what was delivered where, if the output itself is not kept",
        "",
        "# Labels that every object gets.",
        "# labels: {team: platform}",
        "",
        "# How strictly a build judges what KubeVela accepts: error, warning, note or off.",
        "# strictness:",
        *(f"#   {name}: error # {text}" for name, text in CHECKS.items()),
        "",
        "# What becomes of Secrets that hold values: refuse, allow, or external (an ExternalSecret of that store).",
        "# secrets: {mode: external, store: vault}",
        "",
        "# Where revisions are kept: a directory, or a branch of this repository (`branch: velac-revisions`).",
        "# revisions: {directory: revisions, limit: 10}",
        "",
        "# Digests of images (`name:tag: sha256:...`); images of the file are pinned to them.",
        "# imageDigests: images.yaml",
        "",
        "# The directory of Helm charts as `helm pull` saves them; `helmchart` components are rendered from them.",
        "# charts: charts",
        "",
        "# Directories that hold the Terraform modules of definitions, by their address.",
        "# terraform: {modules: {https://github.com/acme/modules.git: modules}}",
        "",
    ]
    return "\n".join(lines)


def _look(folder: str) -> Project:
    applications: set[str] = set()
    definitions: set[str] = set()
    inventory = None
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "dist")
        where = os.path.relpath(root, folder)
        top = where.split(os.sep)[0]
        for name in sorted(files):
            kind = _sort_of(os.path.join(root, name))
            if name == INVENTORY_FILE and inventory is None:
                inventory = os.path.normpath(os.path.join(where, name))
            elif kind == "application":
                applications.add(top)
            elif kind == "definition":
                definitions.add(where)
    if "." in applications:
        applications = {"."}
    return Project(
        applications=tuple(sorted(applications)),
        definitions=tuple(sorted(definitions)),
        inventory=inventory,
    )


def _sort_of(path: str) -> str:
    """What a file holds, by a glance at its first part."""
    if not path.endswith((".yaml", ".yml", ".cue")):
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(64 * 1024)
    except (OSError, UnicodeDecodeError):
        return ""
    if path.endswith(".cue"):
        return "definition" if "template:" in text and "type:" in text else ""
    if "kind: Application" in text and "core.oam.dev" in text:
        return "application"
    return "definition" if "Definition" in text and "core.oam.dev" in text else ""
