"""Objects of a control plane as files of a repository that `velac build` compiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.shape import version_problem
from velac.compiler.ir.values import Values
from velac.compiler.load.inventory_kinds import cluster_of
from velac.compiler.pull.definition import definition_file
from velac.compiler.pull.kinds import FOLDERS, SYSTEM
from velac.grammar.yaml_writer import emit

Object = dict[str, Any]

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_PLACES: Final = {"Application": "applications", "Policy": "policies", "Workflow": "workflows"}
_REVISION: Final = "DefinitionRevision"
_SHADOWED: Final = "shadowed"


@dataclass(slots=True)
class Pulled:
    """Files by path, and what was noticed while they were made."""

    files: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def put(self, path: str, text: str, kind: str) -> None:
        """Enter a file."""
        self.files[path] = text
        self.counts[kind] = self.counts.get(kind, 0) + 1


def files_of(objects: Sequence[Object], clusters: Sequence[Object], namespace: str) -> Pulled:
    """The files of tidy objects and of clusters. Raises Rejected for names that are none.

    Where several namespaces define one type that of `namespace` counts, else that of the system, else the first.
    """
    pulled = Pulled()
    problems = [p for obj in objects for p in _name_problems(obj)]
    if problems:
        raise Rejected(*problems)
    definitions: dict[tuple[str, str], list[Object]] = {}
    for obj in sorted(objects, key=_key):
        kind, place, name = _key(obj)
        if kind in _PLACES:
            pulled.put(f"{_PLACES[kind]}/{place or 'default'}/{name}.yaml", emit(obj), kind)
        else:
            definitions.setdefault((kind, name), []).append(obj)
    for (kind, _), found in definitions.items():
        found.sort(key=lambda obj: _rank(_key(obj)[1], namespace))
        _put_definition(found, kind, pulled)
    listed = list(_clusters(clusters))
    if listed:
        text = (
            "# Clusters as the control plane knows them; how to reach them is not written here.\n"
        )
        pulled.put("clusters.yaml", text + emit({"clusters": listed}), "cluster")
        pulled.counts["cluster"] = len(listed)
    pulled.files["velac.yaml"] = _project(pulled.files)
    return pulled


def _key(obj: Object) -> tuple[str, str, str]:
    metadata = obj["metadata"]
    return obj["kind"], metadata.get("namespace") or "", metadata.get("name") or ""


def _name_problems(obj: Object) -> Iterator[Diagnostic]:
    """Names become paths, so those of a server are looked at first."""
    kind, namespace, name = _key(obj)
    for text in (name, namespace or "default"):
        if not isinstance(text, str) or not _NAME.fullmatch(text) or ".." in text:
            shown = f"a {kind} is called {text!r:.100}, which cannot be a file name"
            yield Diagnostic("V835", shown)


# -------------------------------------------------------------------------------------------------- definitions


def _rank(namespace: str, wanted: str) -> tuple[bool, bool, str]:
    return namespace != wanted, namespace != SYSTEM, namespace


def _put_definition(found: Sequence[Object], kind: str, pulled: Pulled) -> None:
    chosen, *others = found
    folder = "revisions" if kind == _REVISION else FOLDERS[kind]
    name = _key(chosen)[2]
    suffix, text = (".yaml", emit(chosen)) if kind == _REVISION else definition_file(chosen)
    pulled.put(f"definitions/{folder}/{name}{suffix}", text, kind)
    for other in others:
        if _content(other) == _content(chosen):
            continue
        place = _key(other)[1]
        pulled.put(f"{_SHADOWED}/{place}/{folder}/{name}.yaml", emit(other), kind)
        message = f"the {kind} `{name}` of `{place}` differs from that of `{_key(chosen)[1]}`"
        hint = f"it is in `{_SHADOWED}/{place}`, which is not compiled: rename one of them"
        pulled.diagnostics.append(Diagnostic("V837", message, severity=Severity.WARNING, help=hint))


def _content(obj: Object) -> Object:
    metadata = {k: v for k, v in obj["metadata"].items() if k != "namespace"}
    return {**obj, "metadata": metadata}


# ----------------------------------------------------------------------------------------------------- clusters


def _clusters(objects: Iterable[Object]) -> Iterator[Object]:
    """Velac's own list: names, labels, versions, each cluster once. `local` is there anyhow."""
    seen: set[str] = {LOCAL}
    for obj in objects:
        cluster = cluster_of(Values(obj), "")
        if cluster is None or cluster.name in seen:
            continue
        seen.add(cluster.name)
        found: Object = {"name": cluster.name}
        if cluster.labels:
            found["labels"] = dict(cluster.labels)
        if cluster.version and not version_problem(cluster.version):
            found["kubernetesVersion"] = cluster.version
        yield found


# ------------------------------------------------------------------------------------------------------ project


def _project(files: Iterable[str]) -> str:
    """The project file of what was pulled."""
    tops = {path.partition("/")[0] for path in files}
    applications = [name for name in _PLACES.values() if name in tops]
    lines = ["# What was pulled from a control plane; see `velac init` for all settings."]
    lines.append(f"applications: [{', '.join(applications)}]" if applications else "")
    if "definitions" in tops:
        lines.append("definitions: [definitions]")
    if "clusters.yaml" in tops:
        lines.append("inventory: clusters.yaml")
    return "\n".join(line for line in lines if line) + "\n"
