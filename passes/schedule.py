"""Which step of a workflow runs in which wave: one after the other, or as soon as what it waits for is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

from velac.compiler.ir.app import Edge, Step, Workflow
from velac.compiler.ir.policies import DAG


def step_waves(flow: Workflow, edges: Iterable[Edge]) -> dict[str, int]:
    """The wave of each step and sub-step by name; a group takes as many waves as its sub-steps need.

    The edges must not form a cycle.
    """
    before: dict[str, list[str]] = {}
    for edge in edges:
        before.setdefault(edge.after, []).append(edge.before)
    inner: dict[str, dict[str, int]] = {}
    width: dict[str, int] = {}
    for step in flow.steps:
        if step.sub_steps:
            mode = step.mode or flow.sub_mode
            inner[step.name] = _starts(step.sub_steps, mode, before, {})
            width[step.name] = 1 + max(inner[step.name].values())
    waves = _starts(flow.steps, flow.mode, before, width)
    for name, starts in inner.items():
        waves |= {part: waves[name] + start for part, start in starts.items()}
    return waves


def _starts(
    steps: Sequence[Step],
    mode: str,
    before: Mapping[str, Sequence[str]],
    width: Mapping[str, int],
) -> dict[str, int]:
    """When each step of one level starts, in waves from the start of the level."""
    if mode != DAG:
        starts: dict[str, int] = {}
        at = 0
        for step in steps:
            starts[step.name] = at
            at += width.get(step.name, 1)
        return starts
    names = {step.name for step in steps}
    waits = {name: [n for n in before.get(name, ()) if n in names] for name in names}
    starts = {}
    for name in TopologicalSorter(waits).static_order():
        starts[name] = max((starts[n] + width.get(n, 1) for n in waits[name]), default=0)
    return starts
