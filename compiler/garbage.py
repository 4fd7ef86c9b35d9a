"""When a process that does one thing and ends looks for garbage.

Nearly everything that a run reads and makes lives until its end, so looking through it again and again is wasted.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RARELY: Final = (100_000, 50, 100)
_MADE: Final[list[object]] = []


def seldom() -> None:
    """For a process of our own: look for garbage after many new objects only."""
    gc.set_threshold(*_RARELY)


def until_end(*made: object) -> None:
    """Keep what a command has made last until its process ends, which then need not take it apart."""
    if gc.get_threshold() == _RARELY:
        _MADE[:] = made


@contextmanager
def lasting() -> Iterator[None]:
    """What is made inside lives as long as the process, or until the next time; it is not looked through.

    Does nothing in a process that is not ours, which may have its own mind about garbage.
    """
    if gc.get_threshold() != _RARELY or not gc.isenabled():
        yield
        return
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
