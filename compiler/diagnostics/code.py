"""One diagnostic code and its page."""

from __future__ import annotations

from dataclasses import dataclass

from velac.compiler.diagnostics.model import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """What `velac explain CODE` shows; `slug` names the problem."""

    code: str
    slug: str
    title: str
    what: str
    why: str
    example: str
    fix: str
    severity: Severity = Severity.ERROR

    def page(self) -> str:
        """The documentation of this code as Markdown."""
        return (
            f"# {self.code} {self.slug}\n\n{self.title} ({self.severity})\n\n"
            f"## What it means\n\n{self.what}\n\n## Why it matters\n\n{self.why}\n\n"
            f"## Example\n\n{_indented(self.example)}\n\n## How to fix it\n\n{self.fix}\n"
        )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
