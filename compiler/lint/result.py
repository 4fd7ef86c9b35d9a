"""What a lint run reports: findings with severity, fingerprint, and whether they count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Fix, Label, Severity
from velac.compiler.lint.rule import Finding
from velac.grammar.source import NOWHERE, Span

_SHOWN_CLUSTERS: Final = 5
RANK: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@final
@dataclass(frozen=True, slots=True)
class Result:
    """One thing to report. `objects` are the rendered objects concerned with the paths in them.

    `waived` is the reason of the waiver that holds, `baselined` says that the baseline knows it: either way it does
    not count.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    fingerprint: str
    subject: str = ""
    objects: tuple[tuple[str, str], ...] = ()
    clusters: tuple[str, ...] = ()
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: Fix | None = None
    waived: str = ""
    baselined: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is neither waived nor in the baseline."""
        return not self.waived and not self.baselined

    @property
    def file(self) -> str:
        """The file of its place, or ""."""
        return "" if self.span.file is NOWHERE else self.span.file.name

    def diagnostic(self) -> Diagnostic:
        """As the other commands show what they find."""
        notes = list(self.notes)
        notes += [f"in {name}{f' at `{path}`' if path else ''}" for name, path in self.objects[:3]]
        if len(self.objects) > 3:
            notes.append(f"and in {len(self.objects) - 3} more objects")
        if self.clusters:
            notes.append(clusters_text(self.clusters))
        labels = () if self.span.file is NOWHERE else (Label(self.span), *self.related)
        return Diagnostic(
            self.code, self.message, labels, self.severity, tuple(notes), self.help, self.fix
        )


def clusters_text(clusters: tuple[str, ...]) -> str:
    """`in 12 clusters (a, b, …)`."""
    listed = ", ".join(clusters[:_SHOWN_CLUSTERS])
    more = ", …" if len(clusters) > _SHOWN_CLUSTERS else ""
    return f"in {len(clusters)} cluster{'s' if len(clusters) != 1 else ''} ({listed}{more})"


@final
@dataclass(slots=True)
class _Merged:
    """Findings at one place that are the same but for the objects and clusters concerned."""

    code: str
    severity: Severity
    first: Finding
    objects: dict[tuple[str, str], None] = field(default_factory=dict)
    clusters: dict[int, tuple[str, ...]] = field(default_factory=dict)


@final
class Merger:
    """Makes results of findings as they come; of those that are the same it keeps one."""

    __slots__ = ("_found", "_unions")

    def __init__(self) -> None:
        self._found: Final[dict[tuple[object, ...], _Merged]] = {}
        self._unions: Final[dict[tuple[int, ...], tuple[str, ...]]] = {}

    def add(self, code: str, severity: Severity, finding: Finding) -> None:
        """Add a finding of a rule; `severity` is what counts unless the finding has its own."""
        span = finding.span
        # Without a place in a file the object is all there is to tell two of them apart.
        apart = finding.subject if span.file is NOWHERE else ""
        key = (code, span.file.name, span.start, span.end, finding.message, apart, finding.severity)
        merged = self._found.get(key)
        if merged is None:
            merged = self._found[key] = _Merged(code, severity, finding)
        name = finding.subject.partition(": ")[2]
        if name:
            merged.objects[name, finding.path] = None
        merged.clusters[id(finding.clusters)] = finding.clusters

    def results(self) -> Iterator[Result]:
        """The results, in the order in which the first finding of each came."""
        for merged in self._found.values():
            first = merged.first
            yield Result(
                merged.code,
                first.severity or merged.severity,
                first.message,
                first.span,
                "",
                first.subject.partition(": ")[0],
                tuple(merged.objects),
                self._union(merged.clusters),
                first.related,
                (),
                first.help,
                first.fix,
            )

    def _union(self, parts: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
        """All clusters; thousands of findings about the same classes share one tuple."""
        if len(parts) == 1:
            return next(iter(parts.values()))
        key = tuple(parts)
        found = self._unions.get(key)
        if found is None:
            names = dict.fromkeys(name for part in parts.values() for name in part)
            found = self._unions[key] = tuple(names)
        return found


def of_diagnostic(diagnostic: Diagnostic) -> Result:
    """What the build itself reports, as a result."""
    span = diagnostic.span
    return Result(
        diagnostic.code,
        diagnostic.severity,
        diagnostic.message,
        span if span is not None else Span(NOWHERE, 0, 0),
        "",
        related=diagnostic.labels[1:],
        notes=diagnostic.notes,
        help=diagnostic.help,
        fix=diagnostic.fix,
    )


def arranged(results: Iterable[Result]) -> list[Result]:
    """Sorted by place and code, with fingerprints that neither line numbers nor clusters change."""
    ordered = sorted(results, key=_order)
    seen: dict[str, int] = {}
    out = []
    for result in ordered:
        text = "\0".join((result.code, result.file, result.subject, result.message))
        number = seen[text] = seen.get(text, 0) + 1
        digest = hashlib.sha256(f"{text}\0{number}".encode()).hexdigest()[:32]
        out.append(replace(result, fingerprint=digest))
    return out


def _order(result: Result) -> tuple[str, int, str, str, str]:
    return (result.file, result.span.start, result.code, result.message, result.subject)
