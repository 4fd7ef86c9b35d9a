"""Kubernetes objects of a repository that `ref-objects` components may refer to, found as an API server finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.ir.scope import is_cluster_scoped, plural_of
from velac.compiler.ir.values import Values
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.render.refobjects import Reference
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

Object = dict[str, Any]

CUEX: Final = "cue.oam.dev"
"""The API group of external packages."""
RESOURCE_URL: Final = "app.oam.dev/resource-url"


@final
class RepositoryObjects:
    """The objects below the compiled paths, looked up by resource or by the URL that they were taken from."""

    __slots__ = ("_documents", "_found", "used")

    def __init__(self, documents: Iterable[Values]) -> None:
        self._documents = tuple(documents)
        self._found: dict[str, list[Values]] | None = None
        self.used: dict[int, Values] = {}
        """The documents that were asked for."""

    def __call__(self, reference: Reference) -> list[Object]:
        """The objects that a reference means: a named one, or all with these labels, by namespace and name."""
        if reference.url:
            found = self._index().get(_url_key(reference.url), [])
        else:
            word = (reference.resource or reference.kind).lower()
            found = [d for d in self._index().get(word, []) if _fits(d.data, reference)]
            found.sort(key=lambda d: (_metadata(d.data, "namespace"), _metadata(d.data, "name")))
        self.used.update((id(document), document) for document in found)
        return [document.data for document in found]

    def packages(self, diagnostics: list[Diagnostic]) -> dict[str, tuple[ast.File, ...]]:
        """The CUE of the `Package` objects (external packages of cuex, semantics 3.2) by import path."""
        found: dict[str, tuple[ast.File, ...]] = {}
        for document in self._documents:
            spec = document.data.get("spec")
            version = str(document.data.get("apiVersion")).partition("/")[0]
            if document.data.get("kind") != "Package" or version != CUEX or not _is_package(spec):
                continue
            try:
                files = [
                    parse(
                        SourceFile(f"{document.span().file.name}#{name}", spec["templates"][name])
                    )
                    for name in sorted(spec["templates"])
                ]
            except CueSyntaxError as error:
                diagnostics += syntax_diagnostics(error)
                continue
            self.used[id(document)] = document
            found[spec["path"]] = tuple(files)
        return found

    def _index(self) -> dict[str, list[Values]]:
        if self._found is None:
            self._found = {}
            for document in self._documents:
                for word in _words(document.data):
                    self._found.setdefault(word, []).append(document)
        return self._found


def _is_package(spec: Any) -> bool:
    templates = spec.get("templates") if isinstance(spec, dict) else None
    return (
        isinstance(templates, dict)
        and isinstance(spec.get("path"), str)
        and all(isinstance(text, str) for text in templates.values())
    )


def _words(obj: Object) -> Iterator[str]:
    kind = obj.get("kind")
    if isinstance(kind, str) and isinstance(obj.get("metadata"), dict):
        yield from {kind.lower(): None, plural_of(kind): None}
    annotations = _metadata(obj, "annotations")
    url = annotations.get(RESOURCE_URL) if isinstance(annotations, dict) else None
    if isinstance(url, str):
        yield _url_key(url)


def _url_key(url: str) -> str:
    return f"url {url}"


def _fits(obj: Object, reference: Reference) -> bool:
    group = str(obj.get("apiVersion", "")).rpartition("/")[0]
    if reference.group and group != reference.group:
        return False
    # A file that does not say a namespace is meant for that of whoever asks.
    namespace = _metadata(obj, "namespace")
    scoped = not is_cluster_scoped(group, str(obj.get("kind")))
    if scoped and namespace and namespace != reference.namespace:
        return False
    if reference.labels is not None:
        own = _metadata(obj, "labels")
        own = own if isinstance(own, dict) else {}
        return all(own.get(key) == value for key, value in reference.labels.items())
    return bool(_metadata(obj, "name") == reference.name)


def _metadata(obj: Object, key: str) -> Any:
    metadata = obj.get("metadata")
    return (metadata.get(key) if isinstance(metadata, dict) else None) or ""
