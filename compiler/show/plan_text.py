"""The plan document for people: as text for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from velac.compiler.ir.policies import OVERRIDE, REPLICATION, TOPOLOGY
from velac.compiler.show.plan import Document
from velac.compiler.show.prune import REMOVED, prune_markdown, prune_text

_FEW: Final = 6
_PLACING: Final = frozenset({TOPOLOGY, OVERRIDE, REPLICATION})
"""Policies that show in the steps that name them."""


def clusters_text(names: Sequence[str]) -> str:
    """A few names in full, many as a number and examples."""
    if not names:
        return "no cluster"
    if len(names) <= _FEW:
        return ", ".join(names)
    return f"{len(names)} clusters ({', '.join(names[:3])}, ...)"


def plan_text(documents: Iterable[Document]) -> Iterator[str]:
    """The plan for a terminal, line by line."""
    for index, app in enumerate(documents):
        if index:
            yield ""
        yield f"{app['namespace']}/{app['name']}  ({app['mode']})"
        waves = {wave["wave"]: wave["steps"] for wave in app["waves"]}
        others = [step for step in app["otherSteps"] if not step["skipped"]]
        for number in sorted({*waves, *(step["wave"] for step in others)}):
            yield f"  wave {number}"
            for step in waves.get(number, ()):
                yield from _step_text(step)
            for step in others:
                if step["wave"] == number:
                    yield from _other_text(step)
        for step in app["otherSteps"]:
            if step["skipped"]:
                yield f"  never: {step['name']} ({step['type']})"
        for edge in app["dependencies"]:
            yield f"  {edge['after']} waits for {edge['before']} ({edge['why']})"
        for value in app["values"]:
            if value["late"]:
                taker = value["component"] or value["step"]
                yield f"  late: {taker} takes {value['name']} from {value['madeBy']} at run time"
        for policy in app["policies"]:
            if policy["type"] not in _PLACING:
                yield f"  policy {policy['name']} ({policy['type']})"
        yield from prune_text(app)


def _notes(step: Document) -> str:
    condition = f"  [if {step['condition']}]" if step["condition"] else ""
    timeout = f"  [at most {step['timeout']}]" if step["timeout"] else ""
    return condition + timeout


def _step_text(step: Document) -> Iterator[str]:
    gate = "  [gate: waits for approval]" if step["gate"] else ""
    yield f"    {step['name']} ({step['type']}){gate}{_notes(step)}"
    for target in step["targets"]:
        place = f" in namespace {target['namespace']}" if target["namespace"] else ""
        yield f"      to {clusters_text(target['clusters'])}{place}"
    for component in step["components"]:
        key = f" for {component['replicaKey']}" if component["replicaKey"] else ""
        yield f"      - {component['name']} ({component['type']}){key}"
        for change in component["changes"]:
            yield f"          {change}"
        for stage in component["stages"]:
            yield f"          {stage['stage']}: {', '.join(stage['parts'])}"
    for name in step["left"]:
        yield f"      - {name}: left out"
    for obj in step["objects"]:
        yield f"      - {_object_text(obj)}"


def _other_text(step: Document) -> Iterator[str]:
    kind = "gate: waits for approval" if step["gate"] else "at run time"
    yield f"    {step['name']} ({step['type']})  [{kind}]{_notes(step)}"
    for obj in step["objects"]:
        yield f"      applies {_object_text(obj)} in {obj['cluster']}"


def _object_text(obj: Document) -> str:
    name = "/".join(filter(None, (obj["namespace"], obj["name"])))
    return f"{obj['kind']} {name}"


# --------------------------------------------------------------------------------------------------- Markdown


def plan_markdown(documents: Iterable[Document]) -> Iterator[str]:
    """The plan as Markdown, line by line: a table of steps for each Application."""
    for app in documents:
        yield f"## {app['namespace']}/{app['name']}"
        yield ""
        if app["mode"] == REMOVED:
            yield "The Application was removed."
            yield ""
            yield from prune_markdown(app)
            continue
        yield "| wave | step | gate | clusters | components | changes |"
        yield "|---|---|---|---|---|---|"
        rows = [(w["wave"], _row(s)) for w in app["waves"] for s in w["steps"]]
        rows += [(s["wave"], _other_row(s)) for s in app["otherSteps"] if not s["skipped"]]
        for wave, cells in sorted(rows, key=lambda row: row[0]):
            yield "| " + " | ".join((str(wave), *cells)) + " |"
        yield ""
        yield from prune_markdown(app)


def _row(step: Document) -> tuple[str, ...]:
    targets = "; ".join(
        clusters_text(t["clusters"]) + (f" (namespace {t['namespace']})" if t["namespace"] else "")
        for t in step["targets"]
    )
    objects = [_object_text(obj) for obj in step["objects"]]
    names = ", ".join([*(c["name"] for c in step["components"]), *objects])
    lines = [f"{c['name']}: {change}" for c in step["components"] for change in c["changes"]]
    gate = "manual" if step["gate"] else ""
    return _named(step), gate, targets, names, "<br>".join(map(_cell, lines))


def _other_row(step: Document) -> tuple[str, ...]:
    lines = [f"applies {o['kind']} {o['name']} in {o['cluster']}" for o in step["objects"]]
    gate = "manual" if step["gate"] else ""
    note = f"{step['type']}, at run time" if not step["gate"] else ""
    return _named(step), gate, "", note, "<br>".join(map(_cell, lines))


def _named(step: Document) -> str:
    condition = f" (if `{step['condition']}`)" if step["condition"] else ""
    return _cell(step["name"] + condition)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
