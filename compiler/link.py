"""Linking: whether the Applications of a fleet get along. Reads summaries only."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.ir.manifest import AppSummary, Identity

_SHOWN = 3


def link(summaries: Iterable[AppSummary]) -> list[Diagnostic]:
    """One diagnostic per object and pair of Applications that own it in the same cluster (V707).

    Applications whose shared-resource policies both select the object may own it together.
    """
    owners: dict[Identity, AppSummary] = {}
    claimed: dict[Identity, dict[int, AppSummary]] = {}
    for summary in summaries:
        for _, identities in summary.owned:
            for identity in identities:
                first = owners.setdefault(identity, summary)
                if first is not summary:
                    claims = claimed.setdefault(identity, {id(first): first})
                    claims[id(summary)] = summary
    # Clusters are looked at only where several Applications make one object at all.
    return [
        problem
        for identity, claims in claimed.items()
        for problem in _conflicts(identity, list(claims.values()))
    ]


def _conflicts(identity: Identity, claims: list[AppSummary]) -> list[Diagnostic]:
    """The first owner of each cluster against every later one; linear in the clusters claimed."""
    first: dict[str, AppSummary] = {}
    shared: dict[tuple[str, str], tuple[AppSummary, AppSummary, list[str]]] = {}
    for summary in claims:
        for clusters, identities in summary.owned:
            for cluster in clusters if identity in identities else ():
                owner = first.setdefault(cluster, summary)
                sharing = identity in owner.shared and identity in summary.shared
                if owner is not summary and not sharing:
                    pair = (owner.label, summary.label)
                    shared.setdefault(pair, (owner, summary, []))[2].append(cluster)
    return [_conflict(identity, *entry) for entry in shared.values()]


def _conflict(
    identity: Identity, owner: AppSummary, other: AppSummary, clusters: list[str]
) -> Diagnostic:
    more = len(clusters) - _SHOWN
    where = ", ".join(clusters[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return Diagnostic(
        "V707",
        f"Applications `{owner.label}` and `{other.label}` both own {identity} in {where}",
        (Label(other.span, "this one too"), Label(owner.span, "this Application owns it")),
        help="rename the object in one of them, or place the Applications apart",
    )
