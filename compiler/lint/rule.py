"""What a lint rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Fix, Label, Severity
from velac.grammar.source import Span

LEVELS: Final = {
    "application": "source",
    "plan": "plan",
    "object": "manifest",
    "pod": "manifest",
    "container": "manifest",
    "class": "manifest",
    "": "engine",
}
"""What a rule is called with (`unit`), and the level people know it by."""

PRESETS: Final = ("recommended", "security", "strict")


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken.

    `message` is one phrase without line numbers or cluster names: a fingerprint is made of it. `subject` is whose
    fault it is (`shop/orders`, and the object), `path` the field of the rendered object.
    """

    message: str
    span: Span
    help: str = ""
    related: tuple[Label, ...] = ()
    subject: str = ""
    path: str = ""
    clusters: tuple[str, ...] = ()
    severity: Severity | None = None
    """What the finding itself says; None leaves it to the rule."""
    fix: Fix | None = None
    """An edit after which the same is compiled (`velac.compiler.lint.edits`)."""


@final
@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule. `check` is called with an `AppView` (unit `application` or `plan`), an `ObjectView`, a `Pod`, a
    `Container` or a `GroupView` (unit `class`), and yields findings; it never raises for input.

    `bad` and `good` are the example as it is and as it should be: the parts of an Application's `spec`, objects, or
    the spec of a pod. A rule that is run by something else than the engine's walk has no `check`.
    """

    code: str
    slug: str
    title: str
    unit: str
    severity: Severity
    presets: tuple[str, ...]
    what: str
    why: str
    bad: str
    good: str
    fix: str
    check: Callable[[Any], Iterable[Finding]] | None = None
    kinds: frozenset[str] = frozenset()
    """The kinds of objects it is called for; empty for all."""

    @property
    def level(self) -> str:
        """`source`, `plan`, `manifest` or `engine`."""
        return LEVELS[self.unit]

    def page(self) -> Code:
        """What `velac explain` and the documentation show."""
        example = self.bad.strip("\n")
        if self.good:
            example += "\n\n# better\n" + self.good.strip("\n")
        return Code(
            self.code, self.slug, self.title, self.what, self.why, example, self.fix, self.severity
        )
