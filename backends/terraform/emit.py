"""A root module per cluster and Application that has cloud components (objects of kind Configuration).

<cluster>/<namespace>/<app>/main.tf.json           a module call per component
<cluster>/<namespace>/<app>/variables.tf.json      its variables, with the component's properties as defaults
<cluster>/<namespace>/<app>/outputs.tf.json        what each module puts out
<cluster>/<namespace>/<app>/modules/<name>/main.tf the HCL of a definition that carries its own
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.plan import AppPlan

GROUP: Final = "terraform.core.oam.dev"
_NOT_NAME: Final = re.compile(r"[^A-Za-z0-9_-]")
Json = dict[str, Any]


def files(given: BackendInput) -> Files:
    """All root modules; bytes are made once per class of clusters."""
    for plan, app in zip(given.plan.apps, given.manifests.apps, strict=True):
        for group in app.groups:
            found = [m for m in group.manifests if is_configuration(m)]
            contents = list(_root_module(found, plan)) if found else []
            for cluster in group.clusters:
                for path, content in contents:
                    yield f"{cluster}/{app.namespace}/{app.name}/{path}", content


def is_configuration(manifest: Manifest) -> bool:
    """Whether an object is a cloud component."""
    return manifest.identity[:2] == (GROUP, "Configuration")


def _root_module(found: list[Manifest], plan: AppPlan) -> Iterator[tuple[str, bytes]]:
    modules: Json = {}
    variables: Json = {}
    names = {m.origin.owner.split("`")[1]: module_name(m) for m in found if "`" in m.origin.owner}
    for manifest in found:
        name = module_name(manifest)
        spec: Json = manifest.object.get("spec") or {}
        module: Json = {"source": _source(name, spec)}
        for variable, value in (spec.get("variable") or {}).items():
            own = f"{name}_{variable}"
            # A default is taken literally; inside a module call `${` would begin an expression.
            variables[own] = {"default": value}
            module[variable] = f"${{var.{own}}}"
        before = sorted(
            f"module.{names[edge.before]}"
            for edge in plan.app.edges
            if edge.before in names and names.get(edge.after) == name
        )
        if before:
            module["depends_on"] = before
        modules[name] = module
        if "hcl" in spec:
            yield _own_module(name, str(spec["hcl"]))
    outputs = {name: {"value": f"${{module.{name}}}", "sensitive": True} for name in modules}
    yield "main.tf.json", _json({"module": modules})
    if variables:
        yield "variables.tf.json", _json({"variable": variables})
    yield "outputs.tf.json", _json({"output": outputs})


def module_name(manifest: Manifest) -> str:
    """The name of a Configuration as an identifier; dots, the only other characters of names, become `__`."""
    name = _NOT_NAME.sub("__", manifest.identity.name)
    return name if name[0].isalpha() else f"_{name}"


def _source(name: str, spec: Json) -> str:
    if "hcl" in spec or not spec.get("remote"):
        return f"./modules/{name}"
    remote = str(spec["remote"])
    if remote.startswith(("http://", "https://", "ssh://")):
        remote = f"git::{remote}"
    path = str(spec.get("path") or "").strip("/")
    reference = spec.get("gitRef")
    if isinstance(reference, dict):
        reference = reference.get("commit") or reference.get("tag") or reference.get("branch")
    return (
        remote
        + (f"//{path}" if path and path != "." else "")
        + (f"?ref={reference}" if reference else "")
    )


def _own_module(name: str, text: str) -> tuple[str, bytes]:
    """The configuration of a definition as it is; it may be JSON instead of HCL."""
    try:
        json.loads(text)
    except ValueError:
        return f"modules/{name}/main.tf", text.rstrip("\n").encode() + b"\n"
    return f"modules/{name}/main.tf.json", text.rstrip("\n").encode() + b"\n"


def _json(data: Json) -> bytes:
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
