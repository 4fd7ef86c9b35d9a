"""The text of a dry-run, byte for byte as `vela dry-run` prints it (semantics 7.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from velac.compiler.render.contract import AUXILIARY, versioned
from velac.compiler.render.dryrun import DryRun, Group


def dry_run_text(result: DryRun, emit: Callable[[Any], str]) -> Iterator[str]:
    """The text in pieces; `emit` writes one object as YAML with a final line break."""
    for warning in result.warnings:
        yield f"{warning}\n\n"
    for group in result.groups:
        yield from _group(group, emit)
    yield "\n"


def _group(group: Group, emit: Callable[[Any], str]) -> Iterator[str]:
    yield f"---\n# {group.header}\n---\n\n"
    for item in group.objects:
        yield heading(item.origin)
        yield emit(item.object)
        yield "\n---\n"
    if not group.is_policy:
        yield "\n"


def heading(origin: str) -> str:
    """The line above an object that is not a workload; empty for one."""
    if not origin:
        return ""
    if origin == AUXILIARY:
        return "## From the auxiliary workload\n"
    return f"## From the trait {versioned(origin)}\n"
