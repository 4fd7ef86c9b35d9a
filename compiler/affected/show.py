"""The affected set as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from velac.compiler.affected.compare import Affected, AffectedApplication, Cause
from velac.compiler.words import counted

_SHOWN: Final = 4


def to_text(found: Affected) -> Iterator[str]:
    """Lines: a summary, then each Application with its clusters and the causes."""
    apps, clusters = len(found.applications), len(found.clusters)
    yield f"{counted(apps, 'Application')} of {found.count} affected, in {counted(clusters, 'cluster')}"
    for app in found.applications:
        yield f"{app.label}: {_listed(app.clusters)}"
        causes = found.everything or app.causes
        for cause in causes[:_SHOWN]:
            yield f"  {_words(cause)}"
        if len(causes) > _SHOWN:
            yield f"  and {len(causes) - _SHOWN} more"


def to_data(found: Affected) -> list[dict[str, Any]]:
    """The Applications, then the clusters, each with a name and what it has to do with the others."""
    inside: dict[str, list[str]] = {name: [] for name in found.clusters}
    for app in found.applications:
        for name in app.clusters:
            inside[name].append(app.label)
    return [
        *(_application(app, found.everything) for app in found.applications),
        *({"name": n, "kind": "Cluster", "applications": apps} for n, apps in inside.items()),
    ]


def _application(app: AffectedApplication, everything: tuple[Cause, ...]) -> dict[str, Any]:
    return {
        "name": app.label,
        "kind": "Application",
        "clusters": list(app.clusters),
        "causes": [{"what": c.what, "file": c.file} for c in (*everything, *app.causes)],
    }


def _words(cause: Cause) -> str:
    return f"{cause.file}: {cause.what}" if cause.file else cause.what


def _listed(clusters: tuple[str, ...]) -> str:
    if not clusters:
        return "in no cluster"
    more = len(clusters) - _SHOWN
    return ", ".join(clusters[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
