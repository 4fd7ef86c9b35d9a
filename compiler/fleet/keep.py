"""How the inventory gets to the disk: together with the output that it describes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from velac.compiler.fleet.inventory import (
    FILE_NAME,
    Inventory,
    encoded_inventory,
    path_beside,
    read_inventory,
)
from velac.compiler.fleet.prune import collect
from velac.compiler.ir.summary import AppSummary
from velac.compiler.output import Beside


def previous_inventory(directory: str, record: str) -> Inventory | None:
    """The inventory of the last build: at the place that the project file names, else beside the output.

    Raises Rejected (V820).
    """
    return read_inventory(record or path_beside(directory))


def with_inventory(
    directory: str,
    record: str,
    summaries: Callable[[], Sequence[AppSummary]],
    clusters: Collection[str],
    before: Callable[[], None] = lambda: None,
) -> Beside:
    """What keeps the inventory up to date with an output. `summaries` are asked for when all is rendered."""

    def state() -> Mapping[str, bytes]:
        # Read now: a build that was killed has been finished by this time.
        known = previous_inventory(directory, record) or Inventory()
        collected = collect(known, summaries(), frozenset(clusters))
        return {FILE_NAME: encoded_inventory(collected.inventory)}

    return Beside(state, {FILE_NAME: record} if record else {}, before)
