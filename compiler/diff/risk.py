"""What makes a change dangerous: data lost, fields that cannot change in place, workloads stopped, rights widened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from velac.compiler.diff.fields import ABSENT, FieldChange
from velac.compiler.ir.manifest import Manifest

MANY_CLUSTERS: Final = 10
_DATA: Final = {
    "PersistentVolumeClaim": "the volume's data may go with it",
    "PersistentVolume": "the volume's data may go with it",
    "Namespace": "everything in it goes with it",
    "CustomResourceDefinition": "every object of its kind goes with it",
    "StatefulSet": "its pods stop",
}
_IMMUTABLE: Final = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "ReplicaSet": ("spec.selector",),
    "StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
        "spec.podManagementPolicy",
    ),
    "Job": ("spec.selector", "spec.template", "spec.completionMode"),
    "Service": ("spec.clusterIP",),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.storageClassName",
        "spec.volumeName",
        "spec.selector",
    ),
    "Secret": ("type",),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
}
_RIGHTS: Final = {
    **dict.fromkeys(("Role", "ClusterRole"), ("rules", "aggregationRule")),
    **dict.fromkeys(("RoleBinding", "ClusterRoleBinding"), ("subjects", "roleRef")),
}
_PRIVILEGES: Final = ("privileged", "allowPrivilegeEscalation", "hostNetwork", "hostPID", "hostIPC")


@dataclass(frozen=True, slots=True)
class Risk:
    """One danger: `high`, `medium` or `low`, and why."""

    level: str
    text: str


LEVELS: Final = ("high", "medium", "low")


def reaches(risks: Iterable[str], threshold: str) -> bool:
    """Whether one of the risks is as bad as `threshold`; nothing is as bad as `never`."""
    bad = LEVELS[: LEVELS.index(threshold) + 1] if threshold in LEVELS else ()
    return any(risk in bad for risk in risks)


def risks_of(
    verb: str,
    before: Manifest | None,
    after: Manifest | None,
    fields: Sequence[FieldChange],
    clusters: Sequence[str],
) -> Iterator[Risk]:
    """The dangers of a change."""
    if verb == "replan":
        yield Risk("low", "order, gates or targets of the delivery change")
        return
    if before is not None and verb in ("delete", "rename"):
        kind = before.identity.kind
        if kind in _DATA:
            what = "replaced under another name" if verb == "rename" else "deleted"
            yield Risk("high", f"{kind} is {what}: {_DATA[kind]}")
        elif verb == "delete" and len(clusters) >= MANY_CLUSTERS:
            yield Risk("medium", f"pruned in {len(clusters)} clusters")
    if before is not None and after is not None and verb == "change":
        kind = after.identity.kind
        for change in fields:
            if any(_inside(change.path, path) for path in _IMMUTABLE.get(kind, ())):
                yield Risk("high", f"{change.path} of a {kind} cannot be changed in place")
            yield from _field_risks(kind, change)
    if before is None and after is not None:
        yield from _privileges(after.object, "")
        if after.identity.kind in _RIGHTS:
            yield Risk("medium", f"a {after.identity.kind} gives rights")
    if after is not None:
        yield from _image_risks(_images(before), _images(after))


def _inside(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith((prefix + ".", prefix + "["))


def _field_risks(kind: str, change: FieldChange) -> Iterator[Risk]:
    if change.after is ABSENT:
        return
    if change.path.rsplit(".", 1)[-1] == "replicas" and change.after == 0:
        yield Risk("high", "scaled to 0: the workload stops")
    elif kind in _RIGHTS and change.path.partition("[")[0].partition(".")[0] in _RIGHTS[kind]:
        yield Risk("medium", "rights are widened or changed")
    else:
        yield from _privileges(change.after, change.path)


def _privileges(value: Any, path: str) -> Iterator[Risk]:
    """What a new value allows: a field that is true, or any below a part that is new as a whole."""
    pending: list[tuple[str, Any]] = [(path, value)]
    while pending:
        where, here = pending.pop()
        last = where.rsplit(".", 1)[-1]
        if last in _PRIVILEGES and here is True:
            yield Risk("high", f"{where} becomes true")
        elif (here and f".{where}".endswith(".capabilities.add")) or ".capabilities.add[" in where:
            yield Risk("medium", f"{where} changes")
        elif isinstance(here, dict):
            prefix = f"{where}." if where else ""
            pending += [(f"{prefix}{key}", item) for key, item in reversed(here.items())]
        elif isinstance(here, list):
            items = reversed([*enumerate(here)])
            pending += [(f"{where}[{at}]", item) for at, item in items]


def _images(manifest: Manifest | None) -> set[str]:
    found: set[str] = set()
    pending: list[Any] = [manifest.object] if manifest is not None else []
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            image = here.get("image")
            if isinstance(image, str):
                found.add(image)
            pending.extend(here.values())
        elif isinstance(here, list):
            pending.extend(here)
    return found


def _image_risks(before: Iterable[str], after: set[str]) -> Iterator[Risk]:
    for image in sorted(after.difference(before)):
        name = image.rsplit("/", 1)[-1]
        if "@" not in image and (":" not in name or name.endswith(":latest")):
            yield Risk("medium", f"image `{image}` is not pinned")
