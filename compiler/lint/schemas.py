"""Validation of objects against the schemas of their kinds, for the Kubernetes versions of the clusters they go to.

The schemas of Kubernetes' own kinds come with the package kubernetes-validate (strict: unknown fields are errors), those
of other kinds from CustomResourceDefinitions. A kind and version is compiled once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.ir.values import Path
from velac.compiler.lint.apis import minor
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Coded, Subjects
from velac.grammar.source import NO_SPAN

INVALID: Final = "VL301"
NO_SCHEMA: Final = "VL302"
NOT_INSTALLED: Final = "VL303"
_MAX_ERRORS: Final = 10
_BASE: Final = "https://schemas.invalid"
_DEFINITIONS: Final = "/api/_definitions.json"


@final
class SchemaCheck:
    """The check of a run; `crds` are CustomResourceDefinition objects."""

    __slots__ = ("_bundle", "_crds")

    def __init__(self, crds: Iterable[Mapping[str, Any]] = ()) -> None:
        self._crds: Final = dict(_of_crds(crds))
        self._bundle: SchemaBundle | None = None

    def start(self, subjects: Subjects) -> Iterator[Coded]:
        """Find the schemas; that there are none is told."""
        if not are_installed():
            text = "objects were not validated: the extra `schemas` is not installed"
            yield NOT_INSTALLED, Finding(text, NO_SPAN)
            return
        rendered = (v.data for v in subjects.by_kind.get("CustomResourceDefinition", ()))
        self._bundle = SchemaBundle({**self._crds, **dict(_of_crds(rendered))})

    def look(self, view: ObjectView) -> Iterator[Coded]:
        """What does not fit, and what could not be validated."""
        if self._bundle is None:
            return
        told: set[str] = set()
        for version in sorted({minor(v) for v in view.versions}):
            validator = self._bundle.validator(view.api_version, view.kind, version)
            if isinstance(validator, str):
                if validator not in told:
                    yield NO_SCHEMA, view.finding(validator)
                told.add(validator)
                continue
            if validator.is_valid(view.data):
                continue
            for message, path in complaints(validator, view.data):
                if view.kind == "Secret" and path[:1] in (("data",), ("stringData",)):
                    message = f"`{'.'.join(map(str, path))}` does not fit its schema"  # no values
                if message not in told:
                    told.add(message)
                    yield INVALID, view.finding(f"{message} (Kubernetes 1.{version})", *path)


def are_installed() -> bool:
    """Whether objects can be validated: with the extra `schemas`."""
    return find_spec("jsonschema_rs") is not None and find_spec("kubernetes_validate") is not None


def complaints(validator: Any, data: Any) -> Iterator[tuple[str, Path]]:
    """What does not fit, in words that name the place, and the place."""
    for at, error in enumerate(validator.iter_errors(data)):
        if at >= _MAX_ERRORS:
            return
        path = tuple(error.instance_path)
        where = ".".join(map(str, path)) or "the object"
        message = str(error.message)
        if len(message) > 300:
            message = message[:300] + "…"
        yield f"`{where}`: {message}", path


@final
class SchemaBundle:
    """Compiled schemas by apiVersion, kind and minor version of Kubernetes; a text where there is none.

    Needs the packages that `are_installed` asks for.
    """

    __slots__ = ("_compiled", "_crds", "_folders", "_registries", "_root")

    def __init__(self, crds: Mapping[tuple[str, str], Any]) -> None:
        spec = find_spec("kubernetes_validate")
        assert spec is not None
        assert spec.origin is not None
        self._root: Final = os.path.join(os.path.dirname(spec.origin), "kubernetes-json-schema")
        names = [n for n in os.listdir(self._root) if n.endswith("-local-strict")]
        self._folders: Final = {minor(name): name for name in sorted(names)}
        self._crds: Final = crds
        self._compiled: dict[tuple[str, str, int], Any] = {}
        self._registries: dict[int, Any] = {}

    def validator(self, api_version: str, kind: str, version: int) -> Any:
        """A validator, or why there is none."""
        key = (api_version, kind, version)
        if key not in self._compiled:
            self._compiled[key] = self._compile(*key)
        return self._compiled[key]

    def _compile(self, api_version: str, kind: str, version: int) -> Any:
        import jsonschema_rs

        own = self._crds.get((api_version, kind))
        if own is not None:
            return jsonschema_rs.validator_for(own)
        if version not in self._folders:
            have = f"1.{min(self._folders)} to 1.{max(self._folders)}"
            return (
                f"no schemas of Kubernetes 1.{version}: {kind} was not validated (there are {have})"
            )
        group, _, number = api_version.rpartition("/")
        middle = f"-{group.partition('.')[0]}" if group else ""
        name = f"{kind.lower()}{middle}-{number}.json"
        schema = self._read(version, name)
        if schema is None or not _serves(schema, api_version):
            return f"no schema of {kind} in `{api_version}`: it was not validated"
        return jsonschema_rs.Draft202012Validator(schema, registry=self._registry(version))

    def _read(self, version: int, name: str) -> Any:
        import orjson

        path = os.path.join(self._root, self._folders[version], name)
        if os.path.basename(name) != name or not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            schema = orjson.loads(file.read())
        # References are relative to the address of the schema, which has to be a whole one.
        schema["$id"] = f"{_BASE}/api/{name}"
        return schema

    def _registry(self, version: int) -> Any:
        import jsonschema_rs

        if version not in self._registries:
            resource = self._read(version, "_definitions.json")
            self._registries[version] = jsonschema_rs.Registry([(_BASE + _DEFINITIONS, resource)])
        return self._registries[version]


def _serves(schema: Mapping[str, Any], api_version: str) -> bool:
    """File names hold only the first word of a group: the schema has to be of this very one."""
    allowed = (schema.get("properties") or {}).get("apiVersion", {}).get("enum")
    return allowed is None or api_version in allowed


# ------------------------------------------------------------------------------------------------------- CRDs


def _of_crds(crds: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], Any]]:
    for crd in crds:
        spec = crd.get("spec")
        if not isinstance(spec, Mapping):
            continue
        kind = (spec.get("names") or {}).get("kind")
        for version in spec.get("versions") or ():
            schema = (version.get("schema") or {}).get("openAPIV3Schema") or (
                spec.get("validation") or {}
            ).get("openAPIV3Schema")
            if kind and isinstance(schema, Mapping):
                yield (f"{spec.get('group')}/{version.get('name')}", kind), crd_schema(schema)


def crd_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a CRD's OpenAPI schema: unknown fields are errors, as the API server drops them."""
    closed: dict[str, Any] = _closed(schema, ())
    closed["$schema"] = "http://json-schema.org/draft-07/schema#"
    closed["properties"] = {
        **closed.get("properties", {}),
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
    }
    return closed


_NESTED: Final = frozenset({"allOf", "anyOf", "oneOf", "not"})


def _closed(schema: Any, path: Sequence[str]) -> Any:
    if isinstance(schema, list):
        return [_closed(item, path) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    out: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _closed(item, ()) for name, item in value.items()}
        elif key in ("items", "additionalProperties"):
            out[key] = _closed(value, ())
        elif key in _NESTED:
            # Below these a schema speaks about part of an object only.
            out[key] = _closed(value, ("part",))
        elif not key.startswith("x-kubernetes-") and key != "nullable":
            out[key] = value
    if schema.get("x-kubernetes-int-or-string"):
        out.pop("type", None)
        out["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if schema.get("x-kubernetes-embedded-resource"):
        out["properties"] = {
            **out.get("properties", {}),
            "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
        }  # fmt: skip
    opened = path or schema.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in out and "additionalProperties" not in out and not opened:
        out["additionalProperties"] = False
    if schema.get("nullable") and "type" in out:
        out["type"] = [out["type"], "null"]
        if "enum" in out:
            out["enum"] = [*out["enum"], None]
    return out
