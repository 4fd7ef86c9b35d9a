"""The decorator of syntax and IR nodes: slotted, compared by identity, immutable to type checkers.

A truly frozen dataclass costs three times as much to create, so instances are frozen at run time only when
VELAC_FREEZE=1, as the test-suite sets it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

_FREEZE = os.environ.get("VELAC_FREEZE") == "1"


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """Make `cls` a slotted dataclass with identity equality."""
    return dataclass(slots=True, eq=False, frozen=_FREEZE)(cls)
