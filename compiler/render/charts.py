"""`vela/helm` `#Render` for charts that the repository holds: the `helm` binary renders them, nothing is fetched.

Upstream fetches the chart and installs it (semantics 13.2). Here it has to lie in the directory that `charts` of the
project file names, as `helm pull` saves it, and its version has to be named: the same input gives the same objects.
What a chart sees of the cluster is the version of the cluster that it is rendered for.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn, final

from velac.compiler.cue.api import Value
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.scope import is_cluster_scoped
from velac.compiler.load.documents import read_documents
from velac.compiler.render.refobjects import Reference
from velac.compiler.render.repository import RepositoryObjects
from velac.grammar.source import SourceFile

Object = dict[str, Any]

HELM_PACKAGE: Final = "vela/helm"
HELM_RENDER: Final = ("helm", "render")
CLUSTER_VERSION: Final = "clusterVersion"
"""The key of the context that charts read, whatever the template around them reads."""
_SECONDS: Final = 60
_ARCHIVE: Final = re.compile(r"\.(tgz|tar\.gz)$")
_PINNED: Final = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
_TEST_HOOKS: Final = frozenset({"test", "test-success", "test-failure"})


@final
class Charts:
    """The charts of a repository; each is rendered once for the same values."""

    __slots__ = ("_done", "_folder", "_objects")

    def __init__(self, folder: str, objects: RepositoryObjects) -> None:
        self._folder = folder
        self._objects = objects
        self._done: dict[tuple[str, str], list[Object]] = {}

    def render(self, action: Value, template: Value) -> dict[str, Any]:
        """What `helm.#Render` returns for the parameters of an action. Raises CueError."""
        found = action.lookup("$params")
        params: Any = found.plain() if found is not None else {}
        known = template.lookup("context", CLUSTER_VERSION, "gitVersion")
        version = str(known.plain()) if known is not None else ""
        key = (json.dumps(params, sort_keys=True), version)
        if key not in self._done:
            self._done[key] = list(self._rendered(params, version))
        return {"resources": self._done[key]}

    def _rendered(self, params: Mapping[str, Any], version: str) -> Iterator[Object]:
        chart = self._chart(params["chart"])
        helm = shutil.which("helm")
        if helm is None:
            _refuse(
                "source", "its chart is rendered by helm, which is not installed", "install helm 3"
            )
        release, options = params.get("release") or {}, params.get("options") or {}
        values = [*self._values(params), params.get("values") or {}]
        first = self._template(helm, chart, release, options, values, version)
        if first != self._template(helm, chart, release, options, values, version):
            text = "its chart makes other objects each time it is rendered"
            _refuse("source", text, "give the values that the chart otherwise draws at random")
        problems: list[Diagnostic] = []
        documents = read_documents(SourceFile(os.path.basename(chart), first), problems)
        objects = [d.data for d in documents if isinstance(d.data, dict)]
        if problems:
            _refuse("source", f"its chart makes no YAML: {problems[0].message}")
        skip_tests = options.get("skipTests") is not False
        kept = [o for o in objects if not (skip_tests and _is_test(o))]
        kept.sort(key=_order)
        for obj in kept:
            yield _finished(obj, params)

    # ----------------------------------------------------------------------------------------------- the chart

    def _chart(self, chart: Mapping[str, Any]) -> str:
        """The archive or directory of a chart. Raises CueError."""
        source, version = str(chart.get("source") or ""), str(chart.get("version") or "")
        name = _ARCHIVE.sub("", source.rstrip("/").rpartition("/")[2])
        if _ARCHIVE.search(source):
            names = [f"{name}.tgz", f"{name}.tar.gz"]
        elif not _PINNED.fullmatch(version):
            text = f"the version of the chart is {version or 'not given'}, which may mean another chart tomorrow"
            _refuse("version" if version else "source", text, "name a full version, such as 1.2.3")
        else:
            names = [f"{name}-{version}.tgz", f"{name}-{version}", name]
        for candidate in names:
            path = os.path.join(self._folder, candidate)
            if os.path.isfile(path) or (candidate != name and os.path.isdir(path)):
                return path
            if os.path.isdir(path) and _version_in(path) in (version, version.removeprefix("v")):
                return path
        known = sorted(os.listdir(self._folder)) if os.path.isdir(self._folder) else []
        hint = did_you_mean(names[0], known)
        where = f"`helm pull` saves it; {hint}" if hint else "`helm pull` saves it"
        _refuse("source", f"there is no chart `{names[0]}` in `{self._folder}`", where)

    def _values(self, params: Mapping[str, Any]) -> Iterator[Any]:
        """The values of `valuesFrom`, from objects of the repository. Raises CueError."""
        release = params.get("release") or {}
        for index, item in enumerate(params.get("valuesFrom") or ()):
            namespace = item.get("namespace") or release.get("namespace") or ""
            kind, name, key = item["kind"], item["name"], item.get("key") or "values.yaml"
            found = self._objects(Reference(kind=kind, name=name, namespace=namespace))
            text = _data(found[0], key) if found else None
            if text is None:
                if item.get("optional"):
                    continue
                what = f"no key `{key}` in the {kind} `{name}`" if found else f"no {kind} `{name}`"
                where = f"valuesFrom.{index}"
                _refuse(where, f"there is {what} in the files", "put it below PATH", chart=False)
            problems: list[Diagnostic] = []
            documents = list(read_documents(SourceFile(f"{name}/{key}", text), problems))
            if problems or (documents and not isinstance(documents[0].data, dict | None)):
                text = f"`{key}` of the {kind} `{name}` holds no values"
                _refuse(f"valuesFrom.{index}", text, chart=False)
            yield documents[0].data or {} if documents else {}

    def _template(
        self,
        helm: str,
        chart: str,
        release: Mapping[str, Any],
        options: Mapping[str, Any],
        values: list[Any],
        version: str,
    ) -> str:
        """What `helm template` prints, away from the user's settings, plugins and cluster. Raises CueError."""
        with tempfile.TemporaryDirectory(prefix="velac-helm-") as home:
            command = [helm, "template", str(release.get("name")), os.path.abspath(chart)]
            command += ["--namespace", str(release.get("namespace") or "default")]
            command += ["--kube-version", version] if version else []
            command += ["--include-crds"] if options.get("includeCRDs") is not False else []
            command += ["--no-hooks"] if options.get("skipHooks") else []
            for index, data in enumerate(values):
                path = os.path.join(home, f"{index}.json")
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(data, file)
                command += ["--values", path]
            environment = {"PATH": os.environ.get("PATH", ""), "HOME": home, "TZ": "UTC"}
            environment |= {f"HELM_{n}_HOME": home for n in ("CACHE", "CONFIG", "DATA")}
            environment |= {"HELM_PLUGINS": home, "KUBECONFIG": os.path.join(home, "none")}
            try:
                done = subprocess.run(
                    command,
                    capture_output=True,
                    check=False,
                    timeout=_SECONDS,
                    env=environment,
                    cwd=home,
                    stdin=subprocess.DEVNULL,
                )
            except subprocess.TimeoutExpired:
                _refuse("source", f"its chart was not rendered within {_SECONDS} s")
            if done.returncode:
                lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
                said = next(
                    (line for line in lines if line.startswith("Error:")), "".join(lines[-1:])
                )
                said = said.removeprefix("Error: ").replace(os.path.abspath(chart), chart)
                _refuse("source", f"helm refuses its chart: {said.replace(home + os.sep, '')}")
            return done.stdout.decode("utf-8", "replace")


def _refuse(field: str, message: str, help: str = "", *, chart: bool = True) -> NoReturn:
    path = f"parameter.chart.{field}" if chart else f"parameter.{field}"
    raise CueError([Problem(message, path, code="V718", help=help)])


def _version_in(folder: str) -> str:
    """The version that the Chart.yaml of a directory says."""
    path = os.path.join(folder, "Chart.yaml")
    try:
        with open(path, encoding="utf-8") as file:
            documents = list(read_documents(SourceFile(path, file.read()), []))
    except (OSError, UnicodeDecodeError):
        return ""
    data = documents[0].data if documents else None
    return str(data.get("version")) if isinstance(data, dict) else ""


def _data(obj: Object, key: str) -> str | None:
    """A key of a ConfigMap or Secret as text."""
    for field in ("data", "stringData"):
        text = (obj.get(field) or {}).get(key)
        if not isinstance(text, str):
            continue
        if obj.get("kind") == "Secret" and field == "data":
            try:
                return base64.b64decode(text, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                return None
        return text
    return None


# ---------------------------------------------------------------------------------------------- the objects


def _is_test(obj: Object) -> bool:
    hooks = _annotations(obj).get("helm.sh/hook")
    names = {name.strip() for name in str(hooks).split(",")} if hooks else set()
    return bool(names & _TEST_HOOKS)


def _annotations(obj: Object) -> Mapping[str, Any]:
    metadata = obj.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _order(obj: Object) -> int:
    """Definitions of kinds first, then namespaces, then the rest as the chart has them."""
    return {"CustomResourceDefinition": 0, "Namespace": 1}.get(str(obj.get("kind")), 2)


def _finished(obj: Object, params: Mapping[str, Any]) -> Object:
    """An object as upstream's post-renderer leaves it: without what is empty, in a namespace, marked as the release's."""
    release, context = params.get("release") or {}, params.get("context") or {}
    obj = _cleaned(obj)
    metadata = obj.setdefault("metadata", {})
    group = str(obj.get("apiVersion", "")).rpartition("/")[0]
    if not metadata.get("namespace") and not is_cluster_scoped(group, str(obj.get("kind"))):
        metadata["namespace"] = release.get("namespace")
    labels = {
        "app.oam.dev/name": context.get("appName"),
        "app.oam.dev/namespace": context.get("appNamespace"),
        "app.oam.dev/component": context.get("name"),
    }
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        "app.oam.dev/owner": "helm-provider",
        "meta.helm.sh/release-name": release.get("name"),
        "meta.helm.sh/release-namespace": release.get("namespace"),
    }
    return obj


def _cleaned(value: Any) -> Any:
    """A value without fields that are null, an empty map or an empty list, or become so; elements of lists stay.

    Upstream takes `emptyDir: {}` out of a chart's objects as well.
    """
    if isinstance(value, dict):
        fields = ((key, _cleaned(item)) for key, item in value.items())
        return {key: item for key, item in fields if item is not None and item not in ({}, [])}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value
