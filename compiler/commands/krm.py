"""`velac krm`: velac as a KRM function, which Kustomize and kpt can run: a ResourceList from stdin to stdout.

Applications, and the Policies, Workflows, definitions and clusters they need, become the objects of one cluster; all
other items stay as they are. What velac has to say is in `results`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import click

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.driver import compile
from velac.compiler.ir.clusters import INVENTORY_FILE, LOCAL
from velac.compiler.ir.shape import ANY, STRING, ListOf, MapOf, Object, check_shape
from velac.compiler.ir.values import Values
from velac.compiler.load.documents import read_documents
from velac.compiler.result import CompileResult
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

_VERSIONS: Final = ("config.kubernetes.io/v1", "config.kubernetes.io/v1beta1")
_CLUSTERS: Final = frozenset({"ClusterProfile", "ManagedCluster"})
_PATH: Final = ("config.kubernetes.io/path", "internal.config.kubernetes.io/path")
_LIST: Final = Object(
    {"items": ListOf(MapOf(ANY)), "functionConfig": MapOf(ANY)}, what="the ResourceList", open=True
)
_CONFIG: Final = Object(
    {"cluster": STRING, "clusters": ListOf(MapOf(ANY)), "kubernetesVersion": STRING},
    what="`spec` of the function's config",
)
_SEVERITIES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}
Item = dict[str, Any]


@click.command(
    help="Run as a KRM function: a ResourceList on stdin, its Applications compiled on stdout."
)
def COMMAND() -> int:
    """One cluster's objects in the place of the Applications; 1 when there are errors, which are in `results`."""
    given = _read(sys.stdin.buffer.read().decode(errors="replace"))
    listed: Item = dict(given.data)
    items: list[Item] = listed.get("items") or []
    config = (listed.get("functionConfig") or {}).get("spec") or {}
    if problems := check_shape(Values(config), _CONFIG):
        raise Rejected(*problems)
    result, results = _compiled(items, config)
    cluster = config.get("cluster") or LOCAL
    if result.ok and cluster not in result.plan.clusters:
        results.append({"message": f"there is no cluster `{cluster}`", "severity": "error"})
    failed = any(entry["severity"] == "error" for entry in results)
    if not failed:
        others = [item for item in items if not _is_taken(item)]
        listed["items"] = [*others, *_objects(result, cluster)]
    if results:
        listed["results"] = [*(listed.get("results") or ()), *results]
    click.echo(emit(listed), nl=False)
    return 1 if failed else 0


def _read(text: str) -> Values:
    """The ResourceList. Raises Rejected when it is none."""
    problems: list[Diagnostic] = []
    documents = list(read_documents(SourceFile("stdin", text), problems))
    if problems:
        raise Rejected(*problems)
    given = documents[0] if len(documents) == 1 else Values(None)
    data = given.data
    if not (
        isinstance(data, dict)
        and data.get("kind") == "ResourceList"
        and data.get("apiVersion") in _VERSIONS
    ):
        labels = (Label(given.span()),) if given.sources else ()
        text = f"stdin has to be one ResourceList of {_VERSIONS[0]}"
        raise Rejected(Diagnostic("V303", text, labels))
    if problems := check_shape(given, _LIST):
        raise Rejected(*problems)
    return given


def _is_taken(item: Mapping[str, Any]) -> bool:
    """Whether velac reads an item, so that it is not handed on."""
    return str(item.get("apiVersion") or "").startswith("core.oam.dev/")


def _compiled(items: list[Item], config: Mapping[str, Any]) -> tuple[CompileResult, list[Item]]:
    """What the items make, and the results to tell; each item is a file of its own, so that a result can name it."""
    clusters: list[Item] = [item for item in items if item.get("kind") in _CLUSTERS]
    if config.get("clusters"):
        clusters.append({"clusters": config["clusters"]})
    with tempfile.TemporaryDirectory(prefix="velac-krm-") as folder:
        taken = {}
        for index, item in enumerate(items):
            if _is_taken(item):
                path = os.path.join(folder, f"{index}.yaml")
                taken[path] = item
                _write(path, [item])
        if clusters:
            _write(os.path.join(folder, INVENTORY_FILE), clusters)
        more = (
            {"kubernetes_version": config["kubernetesVersion"]}
            if config.get("kubernetesVersion")
            else {}
        )
        result = compile(folder, **more)
    if not any(item.get("kind") == "Application" for item in taken.values()):
        return CompileResult(result.plan, result.manifests, []), []
    return result, [_result(d, taken) for d in result.diagnostics]


def _write(path: str, documents: Iterable[Item]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write("---\n".join(map(emit, documents)))


def _objects(result: CompileResult, cluster: str) -> Iterator[Item]:
    for app in result.manifests.apps:
        for group in app.groups:
            if cluster in group.clusters:
                for manifest in group.manifests:
                    yield manifest.object


def _result(diagnostic: Diagnostic, taken: Mapping[str, Item]) -> Item:
    """A diagnostic as the function specification has results."""
    text = f"{diagnostic.message} ({diagnostic.code})"
    found: Item = {"message": text, "severity": _SEVERITIES[diagnostic.severity]}
    if diagnostic.help:
        found["message"] += f"; {diagnostic.help}"
    span = diagnostic.span
    item = taken.get(span.file.name) if span is not None else None
    if item is None:
        return found
    metadata = item.get("metadata") or {}
    reference = {"apiVersion": item["apiVersion"], "kind": item.get("kind")}
    reference |= {key: metadata[key] for key in ("name", "namespace") if metadata.get(key)}
    annotations = metadata.get("annotations") or {}
    path = next((annotations[name] for name in _PATH if annotations.get(name)), "")
    return {**found, "resourceRef": reference} | ({"file": {"path": path}} if path else {})
