"""What a generator knows of a value it has written, so that later expressions can refer to it sensibly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

T = TypeVar("T")

LABELS = ("a", "b", "c", "d", "e")
HIDDEN = ("_h", "_i", "#D", "#E", "_#F")
QUOTED = ('"q r"', '"a"', '"b"', '"x-y"', '"if"')
NAMES = (*LABELS, *HIDDEN)
SCALARS = ("int", "string", "bool", "float", "null", "bytes")


@dataclass
class Shape:
    """A kind, the fields of a struct (label to shape and mark) and the shape of a list's elements."""

    kind: str
    fields: dict[str, tuple[Shape, str]] = field(default_factory=dict)
    elem: Shape | None = None
    closed: bool = False
    open: bool = False

    def paths(self, prefix: str, depth: int = 3) -> Iterator[tuple[str, Shape]]:
        """Every path into the value with what is there."""
        yield prefix, self
        if depth == 0:
            return
        for label, (shape, _) in self.fields.items():
            plain = label[0] != '"'
            step = f".{label}" if plain else f"[{label}]"
            yield from shape.paths(prefix + step, depth - 1)
        if self.elem is not None:
            yield from self.elem.paths(f"{prefix}[0]", depth - 1)


class Draw:
    """Choices over a random source; the first alternatives are the simple ones, so that shrinking ends there."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.features: dict[str, bool] = {}

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.random.randrange(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of several, all as likely."""
        return options[self.random.randrange(len(options))]

    def weighted(self, options: dict[T, int]) -> T:
        """One of several by weight."""
        at = self.random.randrange(sum(options.values()))
        for option, weight in options.items():
            at -= weight
            if at < 0:
                return option
        raise AssertionError

    def count(self, low: int, high: int) -> int:
        """A number between two, both included."""
        return low + self.random.randrange(high - low + 1)

    def on(self, feature: str, percent: int = 50) -> bool:
        """Whether this program uses a feature at all: programs of few features go deeper into each."""
        found = self.features.get(feature)
        if found is None:
            found = self.features[feature] = self.chance(percent)
        return found
