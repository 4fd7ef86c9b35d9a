"""Linking: whether the Applications of a fleet get along. Reads summaries only.

Work and memory grow with the different objects of the fleet; clusters are looked at only where several Applications
make, or one needs, the same object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.summary import AppNeed, AppSummary
from velac.grammar.source import NO_SPAN

_SHOWN: Final = 3


def link(summaries: Iterable[AppSummary], known: Collection[str] | None = None) -> list[Diagnostic]:
    """What is wrong between Applications; `known` are the labels of all, where these are only some.

    One diagnostic per object and pair of Applications that own it in the same cluster (V707), unless the
    shared-resource policies of both select it; warnings for Applications that wait for one that is not there (V417) or
    for each other (V418), and for objects that are only read where nobody puts them (V716).
    """
    fleet = list(summaries)
    return [
        *_ownership(fleet),
        *_missing(fleet, {s.label for s in fleet} if known is None else known),
        *_waiting_in_circles(fleet),
        *_unprovided(fleet),
    ]


# -------------------------------------------------------------------------------------------------- ownership


def _ownership(fleet: Sequence[AppSummary]) -> Iterator[Diagnostic]:
    owners: dict[Identity, AppSummary] = {}
    claimed: dict[Identity, dict[int, AppSummary]] = {}
    for summary in fleet:
        for group in summary.classes:
            for item in group.objects:
                first = owners.setdefault(item.identity, summary)
                if first is not summary:
                    claims = claimed.setdefault(item.identity, {id(first): first})
                    claims[id(summary)] = summary
    for identity, claims in claimed.items():
        yield from _conflicts(identity, list(claims.values()))


def _conflicts(identity: Identity, claims: Sequence[AppSummary]) -> Iterator[Diagnostic]:
    """The first owner of each cluster against every later one; linear in the clusters claimed."""
    first: dict[str, tuple[AppSummary, bool]] = {}
    pairs: dict[tuple[str, str], tuple[AppSummary, AppSummary, list[str]]] = {}
    for summary in claims:
        for cluster, sharing in _places(summary, identity):
            owner, owner_shares = first.setdefault(cluster, (summary, sharing))
            if owner is not summary and not (sharing and owner_shares):
                pair = (owner.label, summary.label)
                pairs.setdefault(pair, (owner, summary, []))[2].append(cluster)
    for owner, other, clusters in pairs.values():
        yield Diagnostic(
            "V707",
            f"Applications `{owner.label}` and `{other.label}` both own {identity} in {_some(clusters)}",
            (Label(other.span, "this one too"), Label(owner.span, "this Application owns it")),
            help="rename the object in one of them, or place the Applications apart",
        )


def _places(summary: AppSummary, identity: Identity) -> Iterator[tuple[str, bool]]:
    """The clusters where an Application makes an object, and whether it is ready to share it there."""
    for group in summary.classes:
        found = next((item for item in group.objects if item.identity == identity), None)
        if found is not None:
            for cluster in group.clusters:
                yield cluster, found.shared


def _some(clusters: Sequence[str]) -> str:
    more = len(clusters) - _SHOWN
    return ", ".join(clusters[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


# ----------------------------------------------------------------------------------- Applications that wait


def _missing(fleet: Sequence[AppSummary], known: Collection[str]) -> Iterator[Diagnostic]:
    for summary in fleet:
        for need in summary.needs:
            if need.label not in known:
                text = f"`{summary.label}` waits for the Application `{need.label}`, which is not in the fleet"
                hint = did_you_mean(need.label, known, known="Applications")
                own = "else it has to be running already, or to be in a ConfigMap of that name"
                yield Diagnostic(
                    "V417", text, _labels(summary, need), Severity.WARNING, help=f"{hint}; {own}"
                )


def _waiting_in_circles(fleet: Sequence[AppSummary]) -> Iterator[Diagnostic]:
    """One diagnostic per circle that is met first; an Application is walked through once."""
    needs: Mapping[str, AppSummary] = {s.label: s for s in fleet if s.needs}
    done: set[str] = set()
    for start in needs:
        path: dict[str, AppNeed] = {}
        stack: list[tuple[str, Iterator[AppNeed]]] = []
        if start not in done:
            stack.append((start, iter(needs[start].needs)))
        while stack:
            label, rest = stack[-1]
            need = next(rest, None)
            if need is None:
                done.add(label)
                path.pop(label, None)
                stack.pop()
                continue
            path[label] = need
            if need.label in path:
                circle = list(path)[list(path).index(need.label) :]
                text = " waits for ".join(f"`{name}`" for name in (*circle, need.label))
                labels = [one for name in circle for one in _labels(needs[name], path[name])]
                yield Diagnostic("V418", text, tuple(labels))
            elif need.label in needs and need.label not in done:
                stack.append((need.label, iter(needs[need.label].needs)))


def _labels(summary: AppSummary, need: AppNeed) -> tuple[Label, ...]:
    span = need.span if need.span is not NO_SPAN else summary.span
    return (Label(span),) if span is not NO_SPAN else ()


# ------------------------------------------------------------------------------------ objects that are only read


def _unprovided(fleet: Sequence[AppSummary]) -> Iterator[Diagnostic]:
    """Objects of read-only policies that an Application of the fleet makes, but not in every cluster where they are read."""
    wanted: dict[Identity, list[tuple[AppSummary, tuple[str, ...]]]] = {}
    for summary in fleet:
        for group in summary.classes:
            for identity in group.required:
                wanted.setdefault(identity, []).append((summary, group.clusters))
    if not wanted:
        return
    made: dict[Identity, tuple[AppSummary, set[str]]] = {}
    for summary in fleet:
        for group in summary.classes:
            for item in group.objects:
                if item.identity in wanted:
                    made.setdefault(item.identity, (summary, set()))[1].update(group.clusters)
    for identity, readers in wanted.items():
        if identity not in made:
            continue  # made by somebody outside of the fleet: nothing can be said
        maker, there = made[identity]
        for summary, clusters in readers:
            lacking = [name for name in clusters if name not in there]
            if lacking:
                yield Diagnostic(
                    "V716",
                    f"`{summary.label}` reads {identity} in {_some(lacking)}, where `{maker.label}` does not put it",
                    (Label(summary.span, "reads it"), Label(maker.span, "makes it elsewhere")),
                    Severity.WARNING,
                    help="place both Applications alike, unless something else makes the object there",
                )
