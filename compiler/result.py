"""What a build has made, as its driver hands it over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.plan import Plan
from velac.compiler.ir.summary import AppSummary
from velac.compiler.render.stats import Stats
from velac.grammar.record import slotted


@slotted
class Statistics:
    """Counts of one build."""

    applications: int = 0
    clusters: int = 0
    objects: int = 0
    """Objects over all clusters."""
    classes: int = 0
    rendered: int = 0
    """Component variants that were really rendered."""
    work: Stats = field(default_factory=Stats)
    """How they were rendered."""

    def add(self, other: Statistics) -> None:
        """Add the counts of another part, but for the clusters, which parts may have in common."""
        self.applications += other.applications
        self.objects += other.objects
        self.classes += other.classes
        self.rendered += other.rendered
        self.work.add(other.work)


@slotted
class CompileResult:
    """What a build made. With errors among the diagnostics `files` yields nothing."""

    plan: Plan
    manifests: ManifestSet
    diagnostics: list[Diagnostic]
    statistics: Statistics = field(default_factory=Statistics)
    emit: Callable[[], Iterator[tuple[str, bytes]]] = lambda: iter(())
    summaries: tuple[AppSummary, ...] = ()
    """The Applications as linking saw them."""

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not has_errors(self.diagnostics)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Relative paths and contents of the output, in an order that depends on the input only."""
        return self.emit() if self.ok else iter(())
