"""What rendering did, in numbers: variants filled, traced, evaluated, by definition and reason."""

from __future__ import annotations

from dataclasses import field
from time import perf_counter

from velac.grammar.record import slotted


@slotted
class Work:
    """How often something was done, and what it cost in all."""

    count: int = 0
    seconds: float = 0.0

    def add(self, other: Work) -> None:
        """Count what another process did."""
        self.count += other.count
        self.seconds += other.seconds


@slotted
class Stats:
    """What the specialiser did: fills, traces by component definition, evaluations by definition and reason."""

    fills: int = 0
    traced: dict[str, Work] = field(default_factory=dict)
    evaluations: dict[tuple[str, str], Work] = field(default_factory=dict)

    @property
    def rendered(self) -> int:
        """All variants, however they were rendered."""
        return self.fills + self.traces + sum(work.count for work in self.evaluations.values())

    @property
    def traces(self) -> int:
        """All traces."""
        return sum(work.count for work in self.traced.values())

    def count_trace(self, definition: str, since: float) -> None:
        """Count a trace that began at `since`."""
        self.traced.setdefault(definition, Work()).add(Work(1, perf_counter() - since))

    def count_evaluation(self, definition: str, why: str, since: float) -> None:
        """Count an evaluation by the plain engine, failed attempts to trace included, that began at `since`."""
        key = (definition, why)
        self.evaluations.setdefault(key, Work()).add(Work(1, perf_counter() - since))

    def add(self, other: Stats) -> None:
        """Count what another process did."""
        self.fills += other.fills
        for name, work in other.traced.items():
            self.traced.setdefault(name, Work()).add(work)
        for key, work in other.evaluations.items():
            self.evaluations.setdefault(key, Work()).add(work)
