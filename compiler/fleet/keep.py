"""How the inventory gets to the disk: together with the output that it describes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from velac.compiler.fleet.inventory import (
    FILE_NAME,
    Inventory,
    check_branch,
    encoded_inventory,
    path_beside,
    read_inventory,
)
from velac.compiler.fleet.prune import collect
from velac.compiler.ir.summary import AppSummary
from velac.compiler.output.write import Beside

_NO_NUMBERS: Final[Mapping[str, int]] = {}


def previous_inventory(
    directory: str, record: str, highest: Mapping[str, int] = _NO_NUMBERS
) -> Inventory | None:
    """The inventory of the last build: at the place that the project file names, else beside the output.

    `highest` are the last revision numbers of Applications, as far as revisions are kept. Raises Rejected (V820).
    """
    place = record or path_beside(directory)
    found = read_inventory(place)
    if found is not None:
        check_branch(found, place, highest)
    return found


def with_inventory(
    directory: str,
    record: str,
    summaries: Callable[[], Sequence[AppSummary]],
    clusters: Collection[str],
    before: Callable[[], None] = lambda: None,
    highest: Mapping[str, int] = _NO_NUMBERS,
    first: Callable[[bytes | bytearray], None] = lambda content: None,
) -> Beside:
    """What keeps the inventory up to date with an output. `summaries` are asked for when all is rendered.

    `first` is given an inventory that is what a first build makes too: it holds nothing of earlier ones.
    """

    def state() -> Mapping[str, bytes | bytearray]:
        # Read now: a build that was killed has been finished by this time.
        known = previous_inventory(directory, record, highest) or Inventory()
        now = collect(known, summaries(), frozenset(clusters)).inventory
        content = encoded_inventory(now)
        if not now.sharing and not any(record.kept for record in now.records.values()):
            first(content)
        return {FILE_NAME: content}

    return Beside(state, {FILE_NAME: record} if record else {}, before)
