"""Everything that a team would move into git, from a server to files in memory."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.pull.files import Object, Pulled, files_of
from velac.compiler.pull.kinds import (
    APPLICATIONS,
    CLUSTERS,
    DEFINITIONS,
    POLICIES,
    REVISIONS,
    SYSTEM,
    WORKFLOWS,
    Resource,
)
from velac.compiler.pull.server import Server
from velac.compiler.pull.tidy import tidy

_REFUSED = "V833"


def pull(server: Server, namespace: str = "") -> Pulled:
    """The files of a control plane, of one namespace with the system's definitions or of all. Raises Rejected."""
    problems: list[Diagnostic] = []
    found: list[Object] = []
    missing: list[Resource] = []
    for resource in (APPLICATIONS, POLICIES, WORKFLOWS, *DEFINITIONS, REVISIONS):
        try:
            objects = _read(server, resource, namespace)
        except Rejected as error:
            problems += error.diagnostics
            if any(d.code != _REFUSED or "credentials" in d.message for d in error.diagnostics):
                break  # no other question would be answered
            continue
        if objects is None:
            missing.append(resource)
        else:
            found += objects
    if not problems and (APPLICATIONS in missing or DEFINITIONS[0] in missing):
        listed = ", ".join(map(str, missing))
        text = f"the server is no control plane of KubeVela: it does not have {listed}"
        problems.append(Diagnostic("V834", text, help="choose the context of the hub cluster"))
    if problems:
        raise Rejected(*dict.fromkeys(problems))
    notes: list[Diagnostic] = []
    clusters = list(_clusters(server, notes))
    pulled = files_of(found, clusters, namespace)
    pulled.diagnostics += notes
    return pulled


def _read(server: Server, resource: Resource, namespace: str) -> list[Object] | None:
    places = [namespace]
    if namespace and resource.shared and namespace != SYSTEM:
        places.append(SYSTEM)
    found: list[Object] = []
    for place in places:
        objects = server.objects(resource, place)
        if objects is None:
            return None
        found += (tidy(o, resource.api_version, resource.kind) for o in objects if _stays(o))
    return found


def _stays(obj: Object) -> bool:
    """Whether an object is not on its way out."""
    metadata = obj.get("metadata")
    return not (isinstance(metadata, dict) and metadata.get("deletionTimestamp"))


def _clusters(server: Server, notes: list[Diagnostic]) -> Iterable[Object]:
    """Objects that stand for clusters; kinds that the server lacks are none, forbidden ones a warning."""
    for resource in CLUSTERS:
        place = SYSTEM if resource.kind == "Secret" else ""
        try:
            objects = server.objects(resource, place) or []
        except Rejected as error:
            if any(d.code != _REFUSED for d in error.diagnostics):
                raise
            text = f"clusters that are {resource} are missing: they may not be listed"
            notes.append(Diagnostic(_REFUSED, text, severity=Severity.WARNING))
            continue
        for obj in sorted(filter(_stays, objects), key=lambda o: str(_name(o))):
            yield {**obj, "apiVersion": resource.api_version, "kind": resource.kind}


def _name(obj: Object) -> object:
    metadata = obj.get("metadata")
    return metadata.get("name") if isinstance(metadata, dict) else ""
